"""One verb on several cases: first what will happen to each, or why not, then each by itself, and never twice."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from escalations.actions import handling, resolution, triage
from escalations.models import Case, Event, HouseRules, Message, Team
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company, worker
from tests.desk.conftest import SignIn

AT = MONDAY + timedelta(minutes=10)
SEVERAL = "/desk/queue/several/"


def ask(client: Client, verb: str, *cases: Case) -> str:
    """The page that says what will happen."""
    answer = client.get(SEVERAL, {"verb": verb, "case": [case.reference for case in cases], "back": "view=all"})
    assert answer.status_code == 200
    return answer.content.decode()


def do(client: Client, verb: str, *cases: Case, key: str = "k1", status: int = 200, **said: Any) -> str:
    sent = {"verb": verb, "case": [case.reference for case in cases], "key": key, "back": "view=all", **said}
    answer = client.post(SEVERAL, sent)
    assert answer.status_code == status
    return answer.content.decode()


def solved(company: Company) -> Case:
    case = company.open(subject="Solved")
    resolution.resolve(case=case, actor=company.agent.standing, at=AT, outcome=Outcome.SOLVED, text="Done.")
    return case


def test_it_says_of_each_case_what_will_happen_or_why_not(company: Company, sign_in: SignIn) -> None:
    page = ask(sign_in(company.agent.user), "take", company.open(subject="Free"), solved(company))
    will, stays = re.findall(r'<li class="(goes|left)">', page)
    assert (will, stays) == ("goes", "left")
    assert "This case is already resolved or closed; reopen it first." in page
    assert "Take or give: 1 case<" in page
    assert Case.objects.filter(owner=None).count() == 1


def test_what_is_refused_leaves_the_others_as_they_are_and_is_said(company: Company, sign_in: SignIn) -> None:
    free, done, mine = company.open(subject="Free"), solved(company), company.open(subject="Mine")
    triage.take(case=mine, actor=company.agent.standing, at=AT)
    events = Event.objects.filter(case__in=[done, mine]).count()
    page = do(sign_in(company.agent.user), "take", free, done, mine)
    assert [*re.findall(r'<li class="(goes|left)">', page)] == ["goes", "left", "left"]
    free.refresh_from_db()
    assert free.owner == company.agent.agent
    assert Event.objects.filter(case__in=[done, mine]).count() == events


def test_sent_twice_it_counts_once_for_each_case(company: Company, sign_in: SignIn) -> None:
    cases, client = [company.open(), company.open()], sign_in(company.agent.user)
    first = do(client, "note", *cases, text="The lock again.")
    second = do(client, "note", *cases, text="The lock again.")
    assert first.count('<li class="goes">') == second.count('<li class="goes">') == 2
    assert Message.objects.filter(body="The lock again.").count() == 2
    assert Event.objects.filter(kind="note.added").count() == 2


def test_a_case_that_is_not_to_be_seen_is_not_there(company: Company, sign_in: SignIn) -> None:
    HouseRules.objects.create(by_team=True)
    team = Team.objects.create(slug="billing", name="Billing", public_name="Billing")
    nina = worker("Nina Far", team, role=StaffRole.SPECIALIST)
    hidden, own = company.open(subject="Zanzibar"), company.open(subject="Own")
    triage.take(case=own, actor=company.agent.standing, at=AT, owner=nina.agent)
    client = sign_in(nina.user)
    before = Event.objects.filter(case=hidden).count()
    for page in (ask(client, "note", hidden, own), do(client, "note", hidden, own, text="Look.")):
        assert "Zanzibar" not in page
        assert hidden.reference not in page
        assert "1 of those you chose is not there." in page
        assert own.reference in page
    assert Event.objects.filter(case=hidden).count() == before
    assert not Message.objects.filter(case=hidden, body="Look.").exists()


def test_whoever_only_reads_does_nothing(company: Company, sign_in: SignIn) -> None:
    auditor = worker("Aud Itor", Team.objects.get(slug="front"), role=StaffRole.AUDITOR)
    case, client = company.open(), sign_in(auditor.user)
    assert "Your role" in ask(client, "take", case)
    assert '<li class="left">' in do(client, "take", case)
    case.refresh_from_db()
    assert (case.owner, case.state) == (None, "new")


def test_more_than_fifty_are_refused_and_nothing_is_done(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    many = {"verb": "take", "case": [case.reference, *(f"B-{number}" for number in range(5000, 5050))], "key": "k"}
    for answer in (client.get(SEVERAL, many), client.post(SEVERAL, many)):
        assert "At most 50 cases at once." in answer.content.decode()
    case.refresh_from_db()
    assert case.owner is None


def test_words_that_are_missing_are_asked_for_and_nothing_is_done(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    before = Event.objects.count()
    assert "Write at least one sentence." in do(client, "note", case, status=422, text=" ")
    assert Event.objects.count() == before
    assert client.get(SEVERAL, {"verb": "escalate", "case": case.reference}).status_code == 404
    assert "No case is chosen" in client.get(SEVERAL, {"verb": "note"}).content.decode()


def test_every_verb_does_what_it_does_to_one_case(company: Company, sign_in: SignIn) -> None:
    cases, client = [company.open(), company.open()], sign_in(company.agent.user)
    do(client, "take", *cases, key="1", owner=company.specialist.agent.pk)
    assert {case.owner for case in Case.objects.all()} == {company.specialist.agent}
    do(client, "triage", *cases, key="2", severity="", level="2", reason="They know meters.")
    assert {(case.severity, case.level, case.team.slug) for case in Case.objects.all()} == {(2, 2, "specialists")}
    do(client, "hold", *cases, key="3", reason=company.waiting.pk, wake_at="2026-03-03T09:00")
    assert set(Case.objects.values_list("state", flat=True)) == {"pending"}
    do(client, "resume", *cases, key="4")
    assert set(Case.objects.values_list("state", flat=True)) == {"open"}
    do(client, "resolve", *cases, key="5", outcome="duplicate", text="We go on in your other case.")
    assert set(Case.objects.values_list("state", "outcome")) == {("resolved", "duplicate")}


@pytest.mark.parametrize("outcome", ["solved", "merged", "nonsense"])
def test_only_what_never_was_a_case_of_its_own_ends_together(company: Company, sign_in: SignIn, outcome: str) -> None:
    case = company.open()
    do(sign_in(company.agent.user), "resolve", case, status=422, outcome=outcome, text="Done.")
    case.refresh_from_db()
    assert case.state == "new"


def test_a_note_on_hold_or_not_keeps_the_way_back(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    handling.note(case=case, actor=company.agent.standing, at=AT, text="Before.")
    page = do(sign_in(company.agent.user), "note", case, text="After.", back="view=mine&severity=1&evil=//x")
    assert 'href="/desk/queue/?view=mine&amp;severity=1"' in page
