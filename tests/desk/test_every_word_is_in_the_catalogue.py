"""Whatever desk, portal and help center say themselves goes through gettext: only people's own words do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from unittest.mock import patch

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import translation as speaking
from django.utils.translation.trans_real import CONTEXT_SEPARATOR, translation

from customers.time_zones import time_zones
from escalations.templatetags.moments import day_in_letters
from tests.access.asking import ask
from tests.access.conftest import house as house
from tests.access.house import HOSTILE, House
from tests.access.objects import address_of
from tests.access.routes import routes
from tests.access.table import SHOWN, rows

pytestmark = pytest.mark.django_db

TABLE = list(rows())
DOORS = ("/desk/", "/portal/", "/help/", "/accounts/")
# Who is asked first; a page that none of them sees is not a page.
LOOKS = ("lead", "specialist", "manager", "administrator", "agent", "contact", "nobody")
OPEN, SHUT = "⟦", "⟧"
SPOKEN = ("title", "aria-label", "placeholder", "alt")
UNREAD = {"script", "style", "code", "pre", "svg", "kbd", "bdi"}
BETWEEN = re.compile(r"[·–,:()/→…\d]|\.\s")
WORD = re.compile(r"[^\W\d_]{3,}")
# Names and signs that are the same in every language.
NAMES = {"Belay", "Ctrl", "Enter", "Esc", "English", "Deutsch", "UTC", "CET", "LOG"}
# The style guide shows what people might write, and made-up figures; canned replies are people's words, filled in.
MADE_UP = {"/desk/styleguide/", "/desk/cases/<reference>/canned/"}


class Reader(HTMLParser):
    """What a page says, piece by piece: its text and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.inside.append(tag)
        self.said += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.said.append(data)


@dataclass
class Ear:
    """Stands where gettext is asked, marks what goes through, and keeps which words those were."""

    heard: set[str] = field(default_factory=set)

    def gettext(self, message: str) -> str:
        self.heard.add(message)
        return f"{OPEN}{message}{SHUT}" if message else ""

    def pgettext(self, context: str, message: str) -> str:
        self.heard.add(f"{context}{CONTEXT_SEPARATOR}{message}")
        return f"{OPEN}{message}{SHUT}"

    def ngettext(self, one: str, many: str, number: float) -> str:
        return f"{OPEN}{one if number == 1 else many}{SHUT}"

    def unknown(self, language: str) -> list[str]:
        """What was said and is in no catalogue of this language, ours or Django's."""
        catalogue = translation(language)._catalog  # type: ignore[attr-defined]
        return sorted(message for message in self.heard if WORD.search(message) and catalogue.get(message) is None)


def unmarked(text: str) -> str:
    """What is left of a text without the pieces that went through the catalogue, which may stand in each other."""
    while (shorter := re.sub(rf"{OPEN}[^{OPEN}{SHUT}]*{SHUT}", " ", text)) != text:
        text = shorter
    return text


def kept() -> str:
    """Every word that a row of any table holds: what people and other systems wrote."""
    return "\n".join((*_values(), *time_zones())).replace(HOSTILE, "").replace("_", " ")


def _values() -> Iterator[str]:
    for model in apps.get_models():
        texts = [field.attname for field in model._meta.concrete_fields if isinstance(field, _TEXTS)]
        for row in model._default_manager.values_list(*texts) if texts else ():
            yield from (" ".join(str(value).split()) for value in row if value)


_TEXTS = (models.CharField, models.TextField, models.JSONField)


def spoken(client: Client, address: str) -> Iterator[str]:
    """The pieces of a page that did not come out of the catalogue."""
    answer = ask(client, "GET", address)
    if answer.is_page:
        reader = Reader()
        reader.feed(unmarked(unescape(answer.text).replace(HOSTILE, "")))
        yield from (" ".join(piece.split()) for said in reader.said for piece in BETWEEN.split(said))


def pages(house: House) -> Iterator[tuple[Client, str]]:
    for route in routes():
        row = next((row for row in TABLE if row.speaks_of(route)), None)
        if row is None or row.method != "GET" or not route.address.startswith(DOORS) or route.address in MADE_UP:
            continue
        who = next((role for role in LOOKS if row.cells[role][0] == SHOWN), "")
        if who:
            yield house.people[who], address_of(route, house.own)


@pytest.fixture
def forgetful() -> Iterator[None]:
    """Days are written once for a language: those of before say nothing to the ear, and later tests get no marks."""
    day_in_letters.cache_clear()
    yield
    day_in_letters.cache_clear()


def test_nothing_is_said_past_the_catalogue_nor_missing_in_german(house: House, forgetful: None) -> None:
    words, ear = kept(), Ear()
    found: dict[str, str] = {}
    with patch.multiple(
        speaking._trans,  # type: ignore[attr-defined]
        gettext=ear.gettext,
        pgettext=ear.pgettext,
        ngettext=ear.ngettext,
    ):
        for client, address in pages(house):
            for piece in spoken(client, address):
                if piece not in words and not NAMES.issuperset(WORD.findall(piece)):
                    found.setdefault(piece, address)
    assert "\n".join(f"{piece} ({address})" for piece, address in found.items()) == ""
    assert ear.unknown("de") == []
    assert len(ear.heard) > 500
