"""Words of a company's own for the letters there are; what is wrong with them never keeps a letter from its reader."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.template import Engine, TemplateDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import override

from escalations.channels.flattening import Words, flattened
from escalations.channels.phrases import Letter, one_line, tidy
from escalations.channels.small_language import Known, WrongWords, checked, render, understood
from escalations.models import LetterTemplate, words
from escalations.models.letters import CUSTOMER, STAFF
from escalations.rules.kinds import KINDS

logger = logging.getLogger(__name__)

# What every letter about a case may name, beside what its built-in words do.
COMMON = {
    STAFF: (
        *("name", "reference", "subject", "customer", "severity", "level", "level_now", "team", "team_now", "who"),
        *("owed", "owed_by", "also", "link"),
    ),
    CUSTOMER: ("name", "reference", "subject", "level", "team", "next_news", "link"),
}
OF_A_BULLETIN = ("name", "link")


def template_of(kind: str, side: str) -> str:
    """The built-in template of an event or, where the kind is none of an event, of a bulletin."""
    return f"notices/{kind.replace('.', '_')}/{side}.txt" if kind in KINDS else f"notices/bulletins/{kind}.txt"


@cache
def letters_there_are() -> tuple[tuple[str, str], ...]:
    """Every kind with every side that a letter is written for: events first, then bulletins."""
    events = [(kind, side) for kind in KINDS for side in (CUSTOMER, STAFF)]
    return tuple(letter for letter in [*events, *((kind, STAFF) for kind in words.BULLETINS)] if _is_written(*letter))


def _is_written(kind: str, side: str) -> bool:
    try:
        Engine.get_default().get_template(template_of(kind, side))
    except TemplateDoesNotExist:
        return False
    return True


def built_in(kind: str, side: str, language: str) -> Words:
    """What Belay says by itself, ready to be edited. Raises TemplateDoesNotExist."""
    with override(language):
        return flattened(template_of(kind, side))


@cache
def known_to(kind: str, side: str) -> Known:
    """What own words of this letter may name: what the built-in ones do, and what every such letter has."""
    said = [understood(part) for part in built_in(kind, side, "en")]
    common = COMMON[side] if kind in KINDS else OF_A_BULLETIN
    names = dict.fromkeys((*common, *(name for part in said for _line, name in part.asked)))
    lists = dict.fromkeys(name for part in said for name in part.lists)
    return Known(tuple(names), tuple(lists))


def rendered(kind: str, side: str, said: Words, values: Mapping[str, Any], prefix: str = "") -> Letter:
    """The letter in these words. Raises WrongWords when they cannot be used or nothing is left of them."""
    subject, text = (render(part, known_to(kind, side), values) for part in said)
    if not one_line(subject) or not text.strip():
        raise WrongWords(1, _("nothing is left of it once it is filled in"))
    return Letter(prefix + one_line(subject), tidy(text))


def chosen(kind: str, side: str, language: str) -> LetterTemplate | None:
    """The words somebody has written for this letter and wants used."""
    return LetterTemplate.objects.filter(kind=kind, reader=side, language=language, is_active=True).first()


def said(kind: str, side: str, language: str, values: Mapping[str, Any], prefix: str = "") -> Letter | None:
    """The letter in own words; None where there are none, or none that can be used: then the built-in ones go out."""
    own = chosen(kind, side, language)
    if own is None:
        return None
    try:
        return rendered(kind, side, Words(own.subject, own.text), values, prefix)
    except Exception:  # whatever is wrong with words, the letter must go out
        logger.exception("own words of %s for %s in %s could not be used", kind, side, language)
        return None


def trouble_with(own: LetterTemplate) -> str:
    """Why these words cannot be used; empty when they can."""
    try:
        for part in (own.subject, own.text):
            checked(part, known_to(own.kind, own.reader))
    except (WrongWords, TemplateDoesNotExist) as problem:
        return str(problem)
    return ""
