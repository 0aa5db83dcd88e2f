"""`recompute_clocks`: rows spoilt by hand are found, made what the journal says, and both are kept."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from escalations.actions import clocks, handling, promises, repair
from escalations.engine.sweep import sweep
from escalations.management.commands import recompute_clocks
from escalations.models import Case, Clock, Escalation, Event, Notice
from escalations.rules import events
from escalations.rules.standing import SYSTEM
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company

MINUTE = timedelta(minutes=1)
NOW = MONDAY + 25 * MINUTE


@pytest.fixture(autouse=True)
def now() -> Iterator[datetime]:
    """The commands ask the machine for the time: it is 09:25 in Berlin."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def case(company: Company) -> Case:
    """Answered, escalated, with news promised for noon; beside it a case nobody touches."""
    company.open(company.vera)
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 5 * MINUTE, text="We look into it.")
    company.escalate(case, MONDAY + 10 * MINUTE)
    promises.make(
        case=case,
        actor=company.specialist.standing,
        at=MONDAY + 20 * MINUTE,
        due_at=MONDAY + 180 * MINUTE,
        text="News by noon.",
    )
    case.refresh_from_db()
    return case


def run(*options: str) -> str:
    out = io.StringIO()
    call_command("recompute_clocks", *options, stdout=out)
    return out.getvalue()


def fails(*options: str) -> tuple[str, str]:
    """What it prints before it exits with status 1, and its last sentence."""
    out = io.StringIO()
    with pytest.raises(CommandError) as wrong:
        call_command("recompute_clocks", *options, stdout=out)
    assert wrong.value.returncode == 1
    return out.getvalue(), str(wrong.value)


def rows(case: Case, kind: str = "resolution") -> Clock:
    return Clock.objects.get(case=case, kind=kind, state="running")


def of(case: Case) -> list[tuple[object, ...]]:
    """What the rows of a case say, by kind and start."""
    return sorted((row[2:] for row in everything()["Clock"] if row[1] == case.pk), key=lambda row: row[:2])


def stranger(case: Case) -> None:
    row = rows(case)
    row.pk, row.start_seq = None, 3
    row.save(force_insert=True)


SPOILT: dict[str, tuple[Callable[[Case], object], str]] = {
    "another due instant": (
        lambda case: Clock.objects.filter(pk=rows(case).pk).update(due_at=MONDAY),
        "resolution:1 due_at: stored 2026-03-02T08:00:00+00:00, journal 2026-03-02T16:00:00+00:00",
    ),
    "another answer": (
        lambda case: Clock.objects.filter(case=case, kind="first_response").update(state="met", met_at=MONDAY),
        "first_response:1 met_at: stored 2026-03-02T08:00:00+00:00, journal 2026-03-02T08:05:00+00:00",
    ),
    "nobody to be told": (
        lambda case: Clock.objects.filter(pk=rows(case).pk).update(next_at=None),
        "resolution:1 next_at: stored -, journal 2026-03-02T14:00:00+00:00",
    ),
    "a longer target": (
        lambda case: Clock.objects.filter(pk=rows(case).pk).update(target_minutes=9000),
        "resolution:1 target_minutes: stored 9000, journal 480",
    ),
    "a clock gone": (
        lambda case: rows(case).delete(),
        "resolution:1: the journal has this clock, and no row is stored for it",
    ),
    "all clocks gone": (
        lambda case: Clock.objects.filter(case=case).delete(),
        "next_update:4: the journal has this clock, and no row is stored for it",
    ),
    "a clock nobody started": (stranger, "resolution:3: a row is stored for it, and the journal has no such clock"),
    "a clock of no escalation": (
        lambda case: Clock.objects.filter(pk=rows(case, "triage").pk).update(escalation=None),
        "triage:3 escalation: stored -, journal ",
    ),
    "a promise forgotten": (
        lambda case: Clock.objects.filter(pk=rows(case, "next_update").pk).update(promise=""),
        "next_update:4 promise: stored -, journal ",
    ),
    "a promise nobody looks for": (
        lambda case: Case.objects.filter(pk=case.pk).update(promised_at=None),
        "case promised_at: stored -, journal 2026-03-02T11:00:00+00:00",
    ),
    "a case at the end of the queue": (
        lambda case: Case.objects.filter(pk=case.pk).update(next_due_at=MONDAY + timedelta(days=999)),
        "case next_due_at: stored 2028-11-25T08:00:00+00:00, journal 2026-03-02T08:40:00+00:00",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_was_spoilt_by_hand_is_found_repaired_and_then_as_it_should_be(case: Case, how: str) -> None:
    stored = of(case)
    spoil, said = SPOILT[how]
    spoil(case)
    before = everything()
    found, sentence = fails("--check")
    assert f"{case.reference} {said}" in found
    assert sentence.endswith(("difference.", "differences."))
    assert everything() == before
    assert "The clocks of 1 case were repaired." in run()
    is_sound(case)
    assert of(case) == stored
    assert "The clocks of 2 cases are as their journals say." in run("--check")
    call_command("verify_journal", stdout=io.StringIO())


def test_clk_26_before_and_after_are_both_kept_in_the_journal(case: Case) -> None:
    spoilt = MONDAY + timedelta(days=3)
    Clock.objects.filter(pk=rows(case).pk).update(due_at=spoilt, target_minutes=9000)
    run()
    event = Event.objects.get(case=case, kind="clocks.repaired")
    assert isinstance(event.typed, events.ClocksRepaired)
    lists = (event.typed.clocks, event.typed.columns, event.typed.before, event.typed.after)
    assert list(zip(*lists, strict=True)) == [
        ("resolution:1", "target_minutes", "9000", "480"),
        ("resolution:1", "due_at", spoilt.isoformat(), "2026-03-02T16:00:00+00:00"),
    ]
    assert (event.actor, event.occurred_at) == ("system", NOW)


def test_a_second_run_changes_nothing_more(case: Case) -> None:
    Clock.objects.filter(case=case).update(due_at=None)
    run()
    before = everything()
    assert "The clocks of 2 cases are as their journals say." in run()
    assert everything() == before


def test_a_case_that_needs_no_repair_gets_none(case: Case) -> None:
    before = everything()
    assert repair.repair(case=case, actor=SYSTEM, at=NOW) is None
    assert everything() == before


def test_nobody_is_told_of_a_repair_and_of_what_is_overdue_by_the_next_sweep_once(company: Company, case: Case) -> None:
    other = Case.objects.exclude(pk=case.pk).get()
    Clock.objects.filter(case=other).delete()
    Case.objects.filter(pk=other.pk).update(next_due_at=MONDAY + timedelta(days=999))
    with time_machine.travel(MONDAY + 70 * MINUTE, tick=False):
        sweep(MONDAY + 70 * MINUTE)
        assert not Event.objects.filter(case=other, kind="clock.breached").exists()
        before = Notice.objects.count()
        run()
        assert Notice.objects.count() == before
    for _time in range(3):
        sweep(MONDAY + 71 * MINUTE)
    breach = Event.objects.get(case=other, kind="clock.breached")
    assert (breach.data["clock"], breach.data["late_seconds"]) == ("first_response", 11 * 60)
    is_sound(other)


def test_a_dormant_case_is_repaired_without_waking_it(company: Company, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(is_dormant=True)
    before = Escalation.objects.get(case=case).next_check_at
    Clock.objects.filter(pk=rows(case).pk).update(due_at=MONDAY)
    run()
    case.refresh_from_db()
    assert case.is_dormant
    assert Escalation.objects.get(case=case).next_check_at == before


def unreadable(case: Case) -> None:
    """A line that no edition of Belay knows."""
    Event.objects.create(
        case=case, seq=case.last_seq + 1, kind="case.exploded", occurred_at=NOW, recorded_at=NOW, actor_kind="system"
    )


@pytest.mark.parametrize("options", [["--check"], []])
def test_a_case_that_cannot_be_computed_is_named_and_stops_no_other(
    case: Case, options: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    other = Case.objects.exclude(pk=case.pk).get()
    assert other.pk < case.pk
    unreadable(other)
    Clock.objects.filter(pk=rows(case).pk).update(due_at=MONDAY)
    with caplog.at_level(logging.CRITICAL, logger=recompute_clocks.__name__):
        found, sentence = fails(*options)
    assert f"{other.reference}: KeyError: 'case.exploded'" in found
    assert "The clocks of 1 case could not be computed" in sentence
    assert f"{case.reference} resolution:1 due_at" in found
    assert (clocks.differences(case) == []) is (not options)


def test_a_repair_that_fails_leaves_its_case_as_it_was_and_the_others_are_repaired(
    case: Case, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = Case.objects.exclude(pk=case.pk).get()
    Clock.objects.filter(kind="resolution").update(due_at=MONDAY)
    once = repair.repair

    def fragile(*, case: Case, **given: object) -> Event | None:
        event = once(case=case, **given)  # type: ignore[arg-type]
        if case == other:
            raise RuntimeError("the disk is full")
        return event

    monkeypatch.setattr(repair, "repair", fragile)
    with caplog.at_level(logging.CRITICAL, logger=recompute_clocks.__name__):
        found, sentence = fails()
    assert f"{other.reference}: RuntimeError: the disk is full" in found
    assert sentence.startswith("The clocks of 1 case were repaired. The clocks of 1 case could not")
    is_sound(case)


def test_work_that_goes_on_during_the_check_is_no_difference(
    company: Company, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    stale = Case.objects.get(pk=case.pk)
    handling.reply(case=case, actor=company.agent.standing, at=NOW, text="It runs again.")
    assert clocks.differences(stale) != []
    monkeypatch.setattr(recompute_clocks, "every_case", lambda: iter([stale]))
    assert "The clocks of 1 cases are as their journals say." in run("--check")


def test_every_case_is_looked_at_however_many_are_kept_in_memory(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [company.open() for _number in range(5)]
    monkeypatch.setattr(recompute_clocks, "BATCH", 2)
    assert list(recompute_clocks.every_case()) == made
