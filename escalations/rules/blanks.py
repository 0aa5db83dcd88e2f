"""Blanks in words that are written often: a fixed list, filled in with what a case says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Blank(StrEnum):
    """What can be filled in; written {{ contact }}. All of it is for the customer's eyes.

    `owner` is the title of whoever owns the case, as customers read it; `news_by` the instant of the open promise;
    `me` the name of whoever writes.
    """

    CONTACT = "contact"
    FIRST_NAME = "first_name"
    ORGANIZATION = "organization"
    REFERENCE = "reference"
    SUBJECT = "subject"
    SEVERITY = "severity"
    TEAM = "team"
    OWNER = "owner"
    NEWS_BY = "news_by"
    ME = "me"


_BLANK = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_LOOSE = re.compile(r"\{\{|\}\}|\{%|%\}")
KNOWN = frozenset(blank.value for blank in Blank)


@dataclass(frozen=True, slots=True)
class Filled:
    """Words with their blanks filled in; `missing` are those that the case says nothing of, left open in the text."""

    text: str
    missing: tuple[Blank, ...] = ()


def unknown_in(text: str) -> list[str]:
    """What looks like a blank and is none: names that are not on the list, and braces without an end, each once."""
    found = [name or "{{ }}" for name in _BLANK.findall(text) if name not in KNOWN]
    return list(dict.fromkeys([*found, *_LOOSE.findall(_BLANK.sub("", text))]))


def fill(text: str, values: Mapping[Blank, str], names: Mapping[Blank, str]) -> Filled:
    """The text with its blanks filled in, in one pass: what is filled in is never read as a blank itself.

    A blank without a value stays in the text as its name in square brackets, so that nobody overlooks it.
    """
    missing: dict[Blank, None] = {}

    def value_of(found: re.Match[str]) -> str:
        if found[1] not in KNOWN:
            return found[0]
        blank = Blank(found[1])
        if said := values.get(blank, ""):
            return said
        missing[blank] = None
        return f"[{names[blank]}]"

    return Filled(_BLANK.sub(value_of, text), tuple(missing))
