"""The procedure page says nothing of ours in English to whoever reads German."""

from __future__ import annotations

import re
from html import unescape

import polib
import pytest

from escalations.actions import policies
from escalations.models import PolicyVersion
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn
from tests.procedure.ground import full_draft
from tools import messages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]
PAGE = "/desk/procedure/standard/"
# Spelled alike in both languages, or part of a name that stands on the page.
BLANK = re.compile(r"%\(\w+\)[sd]")
MARKS_ONLY = 5
ALIKE = {"Team", "Teams:", "Person", "Version", "Standard", "standard", "Plus", "plus", "VIP", "triage", "Specialists"}
ALIKE |= {"English"}  # a language is named in itself


def english() -> list[re.Pattern[str]]:
    """Every message of ours that is another one in German; what is filled in may be anything."""
    catalogue = polib.pofile(str(messages.LOCALE / "de" / "LC_MESSAGES" / "django.po"))
    found = {text for entry in catalogue for text in (entry.msgid, entry.msgid_plural) if text and text != entry.msgstr}
    # “version 2” in English is “Version 2” in German, by another message.
    alike = {entry.msgstr.lower() for entry in catalogue if entry.msgstr.lower() == entry.msgid.lower()}
    patterns = []
    for text in found - ALIKE:
        if text.lower() in alike:
            continue
        fixed = BLANK.split(text.replace("%%", "%"))
        if sum(map(len, fixed)) > MARKS_ONLY:
            patterns.append(re.compile(".+".join(map(re.escape, fixed)), re.IGNORECASE))
    return patterns


def words_of(page: str) -> set[str]:
    """What is written between tags and in what is read aloud, phrase by phrase."""
    body = page[page.index("<body") :]
    read_aloud = re.findall(r'(?:aria-label|title|placeholder)="([^"]*)"', body)
    return {unescape(text).strip() for text in [*re.findall(r">([^<>]+)<", body), *read_aloud]}


@pytest.mark.parametrize("path", [PAGE, "/desk/procedure/", "/desk/training/"])
def test_no_english_is_left_on_the_german_page(
    company: Company, version: PolicyVersion, sign_in: SignIn, path: str
) -> None:
    company.specialist.user.language = "de"
    company.specialist.user.save()
    page = sign_in(company.specialist.user).get(path).content.decode()
    assert '<html lang="de">' in page
    patterns = english()
    assert len(patterns) > 500
    assert [text for text in words_of(page) if any(pattern.fullmatch(text) for pattern in patterns)] == []


def test_what_is_english_is_found(company: Company, version: PolicyVersion, sign_in: SignIn) -> None:
    page = sign_in(company.specialist.user).get(PAGE).content.decode()
    patterns = english()
    found = {text for text in words_of(page) if any(pattern.fullmatch(text) for pattern in patterns)}
    assert {"Timeframes", "Not acknowledged: told again after 15 min.", "Sign out"} <= found


def test_the_address_chooses_the_language_of_this_page_only(
    company: Company, version: PolicyVersion, sign_in: SignIn
) -> None:
    client = sign_in(company.specialist.user)
    assert "Eskalationsverfahren" in client.get(f"{PAGE}?language=de").content.decode()
    assert "Escalation procedure" in client.get(PAGE).content.decode()
    assert "Escalation procedure" in client.get(f"{PAGE}?language=xx").content.decode()


def test_a_version_in_review_is_marked_in_german_too(company: Company, sign_in: SignIn) -> None:
    draft = full_draft(company)
    policies.submit(version=draft, by=None, at=MONDAY)
    page = sign_in(company.administrator).get(f"{PAGE}{draft.number}/?language=de").content.decode()
    assert "in Prüfung – nicht in Kraft" in page
