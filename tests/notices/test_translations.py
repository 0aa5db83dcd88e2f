"""Whatever letters and the inbox say, they say in German too: complete, with the same blanks, and nothing left over."""

from __future__ import annotations

import os
import re
from pathlib import Path

import polib
import pytest
from django.utils import translation

from tools import messages, spoken
from tools.spoken import Message

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
CATALOGUES = sorted(messages.LOCALE.glob("*/LC_MESSAGES/django.po"))
LINE_MARKS = ("\n", "  ", "{{", "{%")


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request: pytest.FixtureRequest) -> polib.POFile:
    return polib.pofile(str(request.param))


def known(catalogue: polib.POFile) -> dict[Message, polib.POEntry]:
    return {spoken.of_entry(entry): entry for entry in catalogue}


def said(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each original with what it became: of one, and of many where it says them apart."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]


def test_there_is_a_german_catalogue() -> None:
    assert [path.parts[-3] for path in CATALOGUES] == ["de"]


def test_every_message_is_there_and_none_that_nobody_says(catalogue: polib.POFile) -> None:
    there, wanted = set(known(catalogue)), set(spoken.wanted())
    assert wanted - there == set(), "run `python -m tools.spoken` and translate what is new"
    assert there - wanted == set(), "run `python -m tools.spoken`"


def test_every_message_is_translated_and_looked_at(catalogue: polib.POFile) -> None:
    assert [entry.msgid for entry in catalogue for _told, became in said(entry) if not became.strip()] == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []


def test_a_translation_fills_in_what_its_original_does(catalogue: polib.POFile) -> None:
    for told, became in (pair for entry in catalogue for pair in said(entry)):
        assert sorted(set(PLACEHOLDER.findall(became))) == sorted(set(PLACEHOLDER.findall(told)))
        assert PLACEHOLDER.sub("", became).count("%") == PLACEHOLDER.sub("", told).count("%"), told


def test_a_translation_is_one_line_with_the_end_of_its_original(catalogue: polib.POFile) -> None:
    for told, became in (pair for entry in catalogue for pair in said(entry)):
        assert not any(mark in became for mark in LINE_MARKS), told
        for end in (":", "?", ","):
            assert became.endswith(end) == told.endswith(end), told


def test_nobody_is_addressed_as_a_friend(catalogue: polib.POFile) -> None:
    friendly = re.compile(r"\b(du|dich|dir|dein|deine[rmns]?|euch|euer|eure[rmns]?)\b", re.IGNORECASE)
    assert [became for entry in catalogue for _told, became in said(entry) if friendly.search(became)] == []


def test_what_is_compiled_is_what_is_read(catalogue: polib.POFile) -> None:
    with translation.override("de"):
        assert translation.gettext("Dear %(name)s,") == "Guten Tag %(name)s,"


# -- the tools -------------------------------------------------------------------------------------------


def test_messages_are_found_as_gettext_finds_them() -> None:
    template = (
        "{% load i18n %}{% translate \"One\" %}{% translate 'Two' as two %}"
        "{% blocktranslate trimmed %}\n  Hello {{ name }},\n  100 % yours\n{% endblocktranslate %}"
        "{% blocktranslate with a=b %}As {{ a }}{% endblocktranslate %}{# translate 'No' #}"
        '{% translate "Read" context "done" %}{% include "a.html" with caption=_("Said") %}'
        "{% blocktranslate count n=found %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
    )
    found = list(spoken.of_template(template))
    assert [message.text for message in found[:4]] == ["One", "Two", "Hello %(name)s, 100 %% yours", "As %(a)s"]
    assert found[4:] == [Message("Read", "done"), Message("Said"), Message("%(n)s row", plural="%(n)s rows")]
    numbered = spoken.of_python('ngettext("a day", "%(n)d days", n)')
    assert list(numbered) == [Message("a day", plural="%(n)d days")]
    code = '_("One" " line")\npgettext("where", "Two")\nother("Three")\nA: dict = {1: gettext_lazy("Four")}\n'
    assert set(spoken.of_python(code)) == {Message("One line"), Message("Two", "where"), Message("Four")}
    assert list(spoken.of_tables(code, {"A"})) == [Message("Four")]
    assert list(spoken.of_tables('class B:\n    ONE = "one", _("One")', {"B"})) == [Message("One")]


def test_updating_keeps_what_is_translated_and_drops_what_nobody_says() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Kept", msgstr="Behalten"))
    catalogue.append(polib.POEntry(msgid="Gone", msgstr="Weg"))
    spoken.update(catalogue, {Message("New %(name)s"): ["a.txt"], Message("Kept"): ["b.txt"]})
    assert [(entry.msgid, entry.msgstr) for entry in catalogue] == [("New %(name)s", ""), ("Kept", "Behalten")]
    assert catalogue[0].flags == ["python-format"]


def test_only_what_is_out_of_date_is_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "xx" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = folder / "django.po"
    source.write_text('msgid ""\nmsgstr "Language: xx\\n"\n\nmsgid "Yes"\nmsgstr "Ix"\n', encoding="utf-8")
    assert messages.compile_stale(tmp_path) == [source]
    compiled = source.with_suffix(".mo")
    assert polib.mofile(str(compiled)).find("Yes").msgstr == "Ix"
    assert messages.compile_stale(tmp_path) == []
    os.utime(compiled, ns=(0, 0))
    assert messages.compile_stale(tmp_path) == [source]
    assert set(folder.iterdir()) == {source, compiled}
