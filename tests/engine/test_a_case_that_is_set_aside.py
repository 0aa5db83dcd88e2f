"""A case with which something is wrong is set aside with its error, tried again, and holds up nobody else."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from escalations.actions import announcements, handling, policies, set_aside
from escalations.actions.set_aside import Stage
from escalations.engine import sweep as sweeping
from escalations.engine.sweep import sweep
from escalations.models import CalendarPin, Case, Event, Notice, PolicyVersion, SetAside, Trigger
from escalations.rules import events
from escalations.rules.kinds import KINDS
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATE = MONDAY + timedelta(minutes=61)  # the first response is owed
WAKE = MONDAY + timedelta(days=2)


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.fixture
def broken(company: Company) -> PolicyVersion:
    """A version with a criterion that no program knows, as an import past every check may leave it."""
    version = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    Trigger.objects.filter(version=version).update(condition="full_moon")
    for pin in company.version.pins.all():
        CalendarPin.objects.create(version=version, calendar=pin.calendar, calendar_version=pin.calendar_version)
    return version


def mend(version: PolicyVersion) -> None:
    Trigger.objects.filter(version=version).update(condition="clock_breached")


def follows(case: Case, version: PolicyVersion) -> Case:
    Case.objects.filter(pk=case.pk).update(policy_version=version)
    return case


def on_hold(company: Company) -> Case:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Which version?")
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=WAKE)
    return case


def unreadable(case: Case) -> Case:
    """Its journal gets a line of a kind that this program does not know."""
    case.refresh_from_db()
    line = {"kind": "case.teleported", "actor": "system", "actor_kind": "system", "data": {"finding": ""}}
    Event.objects.create(case=case, seq=case.last_seq + 1, occurred_at=MONDAY, recorded_at=MONDAY, **line)
    Case.objects.filter(pk=case.pk).update(last_seq=case.last_seq + 1)
    return case


def test_a_broken_policy_sets_aside_its_own_cases_and_all_others_are_told_of_in_the_same_round(
    company: Company, broken: PolicyVersion, caplog: pytest.LogCaptureFixture
) -> None:
    cases = [company.open() for _number in range(6)]
    poisoned = follows(cases[2], broken)
    sweep(LATE)
    for case in cases:
        if case != poisoned:
            assert kinds(case) == ["case.opened", "clock.breached", "escalation.requested"]
            assert Notice.objects.filter(case=case, event__kind="clock.breached", channel="mail").exists()
            is_sound(case)
    assert kinds(poisoned) == ["case.opened"]
    row = SetAside.objects.get()
    assert (row.case, row.stage, row.tries) == (poisoned, "clocks", 1)
    assert (row.first_at, row.last_at, row.next_try_at) == (LATE, LATE, LATE + MINUTE)
    assert row.error.startswith("UnknownCondition: “full_moon” is no condition")
    assert errors(caplog) == [f"case {poisoned.pk} is set aside: clocks failed"]


def test_a_journal_that_cannot_be_read_sets_aside_its_case_alone(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    cases = [on_hold(company) for _number in range(4)]
    poisoned = unreadable(cases[1])
    sweep(WAKE)
    assert [case.pk for case in cases if "case.resumed" in kinds(case)] == [
        case.pk for case in cases if case != poisoned
    ]
    assert SetAside.objects.get().case == poisoned
    assert "case.teleported" in SetAside.objects.get().error
    assert len(errors(caplog)) == 1


def test_nothing_is_done_with_it_until_its_next_attempt(company: Company, broken: PolicyVersion) -> None:
    follows(company.open(), broken)
    sweep(LATE)
    before = everything(), list(SetAside.objects.values())
    with CaptureQueriesContext(connection) as asked:
        assert sweep(LATE + MINUTE - timedelta(seconds=1)) == 0
    assert len(asked) == 1
    assert (everything(), list(SetAside.objects.values())) == before


def test_it_is_tried_ever_more_seldom_logged_each_time_and_never_given_up(
    company: Company, broken: PolicyVersion, caplog: pytest.LogCaptureFixture
) -> None:
    follows(company.open(), broken)
    at, waits = LATE, []
    for attempt in range(1, 10):
        sweep(at)
        row = SetAside.objects.get()
        assert (row.tries, row.first_at, row.last_at) == (attempt, LATE, at)
        waits.append((row.next_try_at - at) / MINUTE)
        at = row.next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert len(errors(caplog)) == 9


def test_once_mended_it_goes_on_as_if_nothing_had_happened(company: Company, broken: PolicyVersion) -> None:
    poisoned = follows(company.open(), broken)
    sweep(LATE)
    mend(broken)
    assert sweep(LATE + MINUTE) > 0
    assert not SetAside.objects.exists()
    assert kinds(poisoned)[:2] == ["case.opened", "clock.breached"]
    breach = Event.objects.get(case=poisoned, kind="clock.breached")
    assert breach.data["late_seconds"] == 120
    assert Notice.objects.filter(event=breach, channel="mail").exists()


def test_a_journal_that_can_be_read_again_lets_its_case_wake(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned = unreadable(on_hold(company))
    sweep(WAKE)
    monkeypatch.setitem(KINDS, "case.teleported", events.FindingAdded)
    sweep(WAKE + MINUTE)
    assert not SetAside.objects.exists()
    assert kinds(poisoned)[-1] == "case.resumed"


def test_when_somebody_has_done_meanwhile_what_was_due_it_is_no_longer_set_aside(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = on_hold(company)
    with monkeypatch.context() as spoilt:
        spoilt.setitem(sweeping.ACTS, Stage.WAKE, raises(ValueError("no")))
        sweep(WAKE)
    assert SetAside.objects.get().stage == "wake"
    handling.resume(case=poisoned, actor=company.agent.standing, at=WAKE)
    sweep(WAKE + MINUTE)
    assert not SetAside.objects.exists()
    assert kinds(poisoned).count("case.resumed") == 1


def raises(problem: Exception) -> Any:
    def act(**_given: object) -> None:
        raise problem

    return act


@pytest.mark.parametrize("trouble", [OperationalError("deadlock detected"), InterfaceError("the connection is closed")])
def test_trouble_of_the_database_is_no_cases_fault(
    company: Company, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    late, waiting = company.open(), on_hold(company)
    with monkeypatch.context() as spoilt:
        spoilt.setattr(announcements.Batch, "write", lambda batch: raises(trouble)())
        spoilt.setitem(sweeping.ACTS, Stage.WAKE, raises(trouble))
        sweep(WAKE)
    assert not SetAside.objects.exists()
    assert "clock.breached" not in kinds(late)
    sweep(WAKE)
    assert "clock.breached" in kinds(late)
    assert kinds(waiting)[-1] == "case.resumed"


def test_without_a_connection_the_round_is_over(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    company.open()
    trouble = OperationalError("server closed the connection unexpectedly")
    monkeypatch.setattr(announcements.Batch, "write", lambda batch: raises(trouble)())
    monkeypatch.setattr(connection, "is_usable", lambda: False)
    with pytest.raises(OperationalError):
        sweep(LATE)
    assert not SetAside.objects.exists()


def test_an_attempt_that_another_worker_has_taken_is_not_made_twice(company: Company, broken: PolicyVersion) -> None:
    case = follows(company.open(), broken)
    sweep(LATE)
    assert set_aside.claim(case_id=case.pk, at=LATE + MINUTE)
    assert not set_aside.claim(case_id=case.pk, at=LATE + MINUTE)
    assert SetAside.objects.get().tries == 2


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (KeyError("case.teleported"), "KeyError: 'case.teleported'"),
        (ValueError("postgresql://belay:geheim@db:5432/x is away"), "ValueError: postgresql://…@db:5432/x is away"),
        (ValueError("got password=geheim and API_KEY: geheim"), "ValueError: got password=… and API_KEY: …"),
        (
            OperationalError("violates a rule\nDETAIL: Failing row contains (geheim)"),
            "OperationalError: violates a rule",
        ),
    ],
)
def test_the_error_is_told_without_secrets(problem: Exception, said: str) -> None:
    assert set_aside.told(problem) == said


def test_a_long_error_is_cut() -> None:
    assert len(set_aside.told(ValueError("x" * 5000))) == 1000


def test_it_can_be_tried_again_at_once(company: Company, broken: PolicyVersion) -> None:
    first, second = (follows(company.open(), broken) for _number in range(2))
    sweep(LATE)
    now = LATE + timedelta(seconds=5)
    assert set_aside.try_now(rows=SetAside.objects.filter(case=first), at=now) == 1
    sweep(now)
    assert dict(SetAside.objects.values_list("case_id", "tries")) == {first.pk: 2, second.pk: 1}


def test_what_failed_first_is_what_the_administrator_reads(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    poisoned = on_hold(company)
    Case.objects.filter(pk=poisoned.pk).update(check_at=WAKE)
    monkeypatch.setitem(sweeping.ACTS, Stage.LADDER, raises(ValueError("the ladder is broken")))
    sweep(WAKE)
    row = SetAside.objects.get(case=poisoned)
    assert (row.stage, row.error) == ("ladder", "ValueError: the ladder is broken")
    assert "case.resumed" not in kinds(poisoned)
