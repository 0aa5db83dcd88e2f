"""Canned words: a fixed list of blanks, filled in with what the case says and nothing else."""

from __future__ import annotations

import pytest

from escalations.actions import promises
from escalations.models import filling
from escalations.rules.blanks import Blank, fill, unknown_in
from tests.cast import MONDAY, Company
from tests.work.ground import HOUR

NAMES = {blank: blank.value for blank in Blank}


def test_what_is_filled_in_is_never_read_as_a_blank_itself() -> None:
    values = {Blank.SUBJECT: "{{ me }} & <b>", Blank.ME: "Ben"}
    assert fill("About {{ subject }}, {{me}}", values, NAMES).text == "About {{ me }} & <b>, Ben"


def test_a_blank_of_which_nothing_is_known_stays_in_sight() -> None:
    found = fill("News by {{ news_by }}, {{ news_by }}.", {}, NAMES)
    assert (found.text, found.missing) == ("News by [news_by], [news_by].", (Blank.NEWS_BY,))


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Hello {{ contact }}", []),
        ("Hello {{ name }} and {{ contact.user.password }}", ["name", "contact.user.password"]),
        ("{{ }}", ["{{ }}"]),
        ("{{ contact", ["{{"]),
        ("{% now %}", ["{%", "%}"]),
        ("{ contact } costs {5}", []),
    ],
)
def test_what_looks_like_a_blank_and_is_none_is_found(text: str, unknown: list[str]) -> None:
    assert unknown_in(text) == unknown


@pytest.mark.django_db
def test_a_case_fills_in_in_the_language_and_the_time_of_the_customer(company: Company) -> None:
    company.ida.user.language, company.ida.user.time_zone = "de", "Asia/Tokyo"
    company.ida.user.save()
    case = company.open()
    promises.make(case=case, actor=company.agent.standing, at=MONDAY, due_at=MONDAY + HOUR)
    case.refresh_from_db()
    known = filling.known_of(case, company.agent.standing)
    assert known[Blank.FIRST_NAME] == company.ida.contact.name.split()[0]
    assert known[Blank.ME] == company.agent.user.name
    assert known[Blank.SEVERITY] == "hoch"
    assert "18:00" in known[Blank.NEWS_BY]  # 10:00 in Berlin
    assert company.agent.user.name not in known[Blank.OWNER], "customers read what somebody is, not who"
