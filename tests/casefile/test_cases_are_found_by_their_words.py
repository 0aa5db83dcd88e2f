"""Whoever looks for words finds the cases that hold them, as far as they may see the case and read the words."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import handling, resolution
from escalations.casefile import finding
from escalations.models import Case, HouseRules
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Outcome
from knowledgebase.search import finding as words_finding
from knowledgebase.search import postgres
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=20)
Committing = Callable[..., AbstractContextManager[Any]]


def found(words: str, standing: Standing) -> list[int]:
    return [case.pk for case, _passage in finding.find(words, standing)]


def told(company: Company, subject: str, text: str = "Nothing else.") -> Case:
    return company.open(subject=subject, text=text)


def test_words_are_found_in_subject_and_messages_in_any_form_of_either_language(company: Company) -> None:
    german = told(company, "Rechnungen für zwei Häuser", "Die Fehlermeldungen häufen sich.")
    english = told(company, "Meters stopped reading")
    me = company.agent.standing
    for words in ("rechnung", "Haus Rechnung", "FEHLERMELDUNG", "Fehlermeldung zwei"):
        assert found(words, me) == [german.pk], words
    for words in ("meter", "stops", "readings meter"):
        assert found(words, me) == [english.pk], words
    assert found("rechnung meter", me) == [], "all of the words have to be there"


def test_a_phrase_wants_its_words_next_to_each_other(company: Company) -> None:
    case = told(company, "Error E-4711 at 10.0.0.1", "The collector stops. Every night the meters stop too.")
    me = company.agent.standing
    for words in ('"the meters stop"', "E-4711", "10.0.0.1", '"collector stopped"'):
        assert found(words, me) == [case.pk], words
    for words in ('"meters collector"', "4711-E", '"stops every meters"', '"4711 at the"'):
        assert found(words, me) == [], words


def test_no_phrase_reaches_from_one_text_into_the_next(company: Company) -> None:
    told(company, "Nothing about meters", "Readings are fine.")
    assert found('"meters readings"', company.agent.standing) == []


def test_a_title_says_more_than_a_message_and_the_newest_is_first(company: Company) -> None:
    first = told(company, "Collector broken")
    second = told(company, "Collector slow")
    third = told(company, "Something else", "The collector is red.")
    assert found("collector", company.agent.standing) == [second.pk, first.pk, third.pk]


def test_a_reference_is_the_first_and_only_for_whoever_sees_the_case(company: Company) -> None:
    case = told(company, "Billing")
    mention = told(company, f"Like {case.reference}")
    assert found(case.reference, company.agent.standing) == [case.pk, mention.pk]
    assert found(case.reference, company.vera.standing) == []


def test_solved_cases_are_found_and_filters_of_the_queue_hold(company: Company) -> None:
    case = told(company, "Collector broken")
    me = company.agent.standing
    resolution.resolve(case=case, actor=me, at=NOW, outcome=Outcome.SOLVED, text="Restarted it.")
    visible = Case.objects.visible_to(me)
    assert finding.matching(visible, "collector", me).ids == (case.pk,)
    assert finding.matching(visible.unsolved(), "collector", me).ids == ()
    assert list(finding.matching(visible, "restarted", me).of(visible.unsolved())) == []


def test_words_of_an_internal_note_are_found_by_staff_and_never_by_a_customer(company: Company) -> None:
    case = told(company, "Collector broken", "It is red.")
    handling.note(case=case, actor=company.agent.standing, at=NOW, text="Their contract ends, refund gladly.")
    handling.reply(case=case, actor=company.agent.standing, at=NOW, text="We replaced the fuse.")
    for words in ("refund", "refund collector", "fuse red", "fuse contract", "collector"):
        assert found(words, company.specialist.standing) == [case.pk], words
    for standing in (company.ida.standing, company.otto.standing):
        assert found("refund", standing) == []
        assert found("contract collector", standing) == []
    assert found("fuse red", company.ida.standing) == [case.pk]
    [(_case, passage)] = finding.find("collector broken gladly", company.agent.standing)
    assert "<mark>gladly</mark>" in passage.text
    [(_case, passage)] = finding.find("red", company.ida.standing)
    assert passage.text == "It is <mark>red</mark>."


def test_cases_of_others_are_not_found(company: Company) -> None:
    case = told(company, "Collector broken")
    assert found("collector", company.ida.standing) == [case.pk]
    assert found("collector", company.vera.standing) == []
    HouseRules.objects.create(by_team=True)
    assert found("collector", company.agent.standing) == [case.pk]
    assert found("collector", company.specialist.standing) == []


@pytest.mark.parametrize("typed", ["colector", "clolector", "collectro", "collec", "colectr"])
def test_slips_and_beginnings_are_found_too(
    company: Company, django_capture_on_commit_callbacks: Committing, typed: str
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        case = told(company, "Collector broken")
        told(company, "Billing wrong")
    assert found(f"{typed} broken", company.agent.standing) == [case.pk]
    [(_case, passage)] = finding.find(typed, company.agent.standing)
    assert passage.subject == "<mark>Collector</mark> broken"


def test_a_word_that_is_there_is_never_taken_for_another(
    company: Company, django_capture_on_commit_callbacks: Committing
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        case = told(company, "Login broken")
        told(company, "Logic and lupine")
    assert found("login", company.agent.standing) == [case.pk]


FINDING = {"-meter", "^meter", "{meter}", "meter\0", "ＭＥＴＥＲ", "meter " * 2_000}
HOSTILE = [
    *sorted(FINDING),
    "", " ", '"', '""', "'", "%", "_", "\\", "\0", "* OR 1=1 --", "') MATCH (", "a:* & !b | <->", "NEAR(a b)",
    "stems:meter", "🙂", "a" * 10_000, '"' * 10_000,
    "\ud800", "$$", "%(a)s", "%s", "{}", "ß", "İ", "B-99999999999999999999", "B-²",
]  # fmt: skip


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_answered(company: Company, typed: str) -> None:
    told(company, "Meter broken")
    for standing in (company.agent.standing, company.vera.standing):
        with CaptureQueriesContext(connection) as statements:
            hits = finding.find(typed, standing)
        assert len(hits) == (standing.is_staff and typed in FINDING)
        assert len(statements) <= 9


def test_a_search_takes_as_many_statements_for_many_cases_as_for_one(company: Company) -> None:
    told(company, "Collector broken")
    counts, me = [], company.agent.standing
    for _round in range(2):
        with CaptureQueriesContext(connection) as statements:
            finding.find("collector", me)
        counts.append(len(statements))
        for number in range(12):
            told(company, f"Collector {number}", "The collector again.")
    assert counts[0] == counts[1] <= 4


def test_whoever_sees_few_cases_finds_theirs_behind_many_newer_ones_of_others(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words_finding, "LOOKED_THROUGH", 3)
    mine = company.open(company.vera, subject="Collector broken")
    for number in range(4):
        told(company, f"Collector {number}")
    assert found("collector", company.vera.standing) == [mine.pk]


def test_old_cases_are_found_with_the_new_ones_each_once(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "STAGES", (1, 3))
    cases = [told(company, f"Collector {number}") for number in range(6)]
    handling.note(case=cases[0], actor=company.agent.standing, at=NOW, text="Noted.")
    assert found("collector", company.agent.standing) == [case.pk for case in reversed(cases)]
