"""What the engine promises on the ladder: hours, outages, imports, one failing receiver, and one rule for all doors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from escalations.actions import escalation, handling, history, imports, policies, triage
from escalations.actions.imports import Known
from escalations.casefile.reading import read_case
from escalations.channels.base import Outcome, Result
from escalations.engine.delivery import deliver
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Event, Notice, Policy
from escalations.rules import effects
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import ClockKind, Effect, Impact, Urgency
from tests.actions.soundness import everything, is_sound
from tests.api.calls import Api
from tests.cast import MONDAY, Company, worker
from tests.history.generator import IMPORT, NAMES
from tests.history.test_a_history_becomes_a_case import CLIMB
from tests.ladder.ground import (
    DAY,
    HOUR,
    MINUTE,
    at_levels,
    kinds,
    newest_step,
    no_triggers,
    place,
    promising,
    told,
    when,
)
from tests.listing import listed
from tests.notices.servers import spoil
from tests.policies.newer import acting_on, dwelling, newer

EVENING = MONDAY + 10 * HOUR  # seven in Berlin
MORNING = MONDAY + DAY


# -- hours -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("severity", "waits"), [(1, False), (2, False), (3, True), (4, True)])
def test_esc_16_below_a_severity_a_climb_waits_for_the_hours_of_the_level_it_goes_to(
    company: Company, severity: int, waits: bool
) -> None:
    newer(
        company,
        no_triggers,
        at_levels(2, waits_from=3),
        when("silence", {"hours": 1}),
        when("tier", {"tier": "vip"}),
    )
    case = company.open(at=EVENING, urgency=Urgency.LOW)
    triage.triage(
        case=case, actor=company.agent.standing, at=EVENING, severity=severity, level=1, reason="As they say."
    )
    sweep(EVENING + MINUTE)
    assert place(case)[0] == (1 if waits else 2)
    sweep(MORNING - MINUTE)
    assert place(case)[0] == (1 if waits else 2)
    sweep(MORNING)
    assert place(case)[0] == 2
    is_sound(case)


def test_esc_15_the_hours_of_a_level_are_local_and_know_the_weekend_and_summer_time(company: Company) -> None:
    """Opened on the Friday before the clocks change: Monday at nine in Berlin is an hour earlier in UTC."""
    newer(company, no_triggers, at_levels(2, waits_from=1), when("tier", {"tier": "vip"}))
    friday = MONDAY + timedelta(days=25, hours=9)
    case = company.open(at=friday)
    for hours in range(0, 60, 6):
        sweep(friday + hours * HOUR)
    opening = MONDAY + timedelta(days=28) - HOUR
    sweep(opening - MINUTE)
    assert place(case) == (1, "front")
    sweep(opening)
    assert place(case) == (2, "specialists")


def test_esc_04_a_level_bound_to_the_acknowledgement_stays_bound_to_it_in_every_later_version(
    company: Company,
) -> None:
    newer(company, acting_on(ClockKind.ACKNOWLEDGEMENT), dwelling(60))
    for _again in range(2):
        newer(company, dwelling(60))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    assert case.policy_version.number == 4
    sweep(MONDAY + 61 * MINUTE)  # the first response and the acknowledgement are missed
    assert place(case) == (3, "managers")
    causes = newest_step(case).escalation.events.get(kind="escalation.stepped").data["causes"]
    assert causes == [f"acknowledgement:{case.events.get(kind='escalation.requested').seq}"]
    unbothered = company.open(at=MONDAY + 61 * MINUTE)
    sweep(MONDAY + 5 * HOUR)
    assert place(unbothered) == (1, "front")
    assert unbothered.clocks.get(kind="first_response").breached_at


# -- outages and imports ---------------------------------------------------------------------------------


def test_esc_28_after_three_days_of_outage_there_is_one_step_one_level_and_one_notice(company: Company) -> None:
    newer(company, acting_on(ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION, ClockKind.ACKNOWLEDGEMENT))
    case, back = company.open(), MONDAY + 3 * DAY + 2 * HOUR
    for second in range(3):
        sweep(back + timedelta(seconds=second))
    assert place(case) == (2, "specialists")
    assert kinds(case).count("escalation.requested") == 1
    assert "clock.warned" not in kinds(case)  # folded into what followed
    assert told(company.specialist) == ["escalation.requested"]
    assert told(company.agent).count("clock.breached") == 2
    assert len(case.events.get(kind="escalation.requested").data["causes"]) == 2
    sweep(back + 60 * MINUTE)
    assert place(case) == (2, "specialists")
    sweep(back + 121 * MINUTE)  # the dwell counts from when it really came here
    assert place(case) == (3, "managers")
    is_sound(case)


def test_esc_28_an_escalation_that_slept_through_an_outage_climbs_one_level_too(company: Company) -> None:
    newer(company, acting_on(ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE), at_levels(remind_minutes=10))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    for second in range(4):
        sweep(MONDAY + 3 * DAY + timedelta(seconds=second))
    assert place(case) == (3, "managers")
    assert told(company.manager) == ["escalation.stepped"]
    assert told(company.executive) == []
    is_sound(case)


@pytest.fixture
def known(company: Company) -> Known:
    """Imported cases follow a version that would climb for their age."""
    imports.prepare(source="log", names=NAMES, at=IMPORT)
    policy = Policy.objects.get(slug=imports.SLUG)
    draft = policies.new_draft(policy=policy, by=company.administrator, at=IMPORT)
    when("age", {"hours": 1})(draft)
    when("clock_breached", {"clock": "resolution"})(draft)
    policies.publish_written_by_program(version=draft, by=company.administrator, at=IMPORT)
    return imports.prepare(source="log", names=NAMES, at=IMPORT)


def test_esc_17_an_import_escalates_nothing_and_neither_does_whoever_wakes_a_case(
    company: Company, known: Known
) -> None:
    record = history.Record("1-1", "Volt SE", "Ticket 1-1", Impact.HIGH, CLIMB[:1])
    case = history.import_case(source="log", record=record, known=known, at=IMPORT)
    assert case is not None
    assert sweep(IMPORT + DAY) == 0
    woken = IMPORT + DAY
    triage.take(case=case, actor=company.agent.standing, at=woken)
    assert "age:1" in case.events.filter(kind="case.taken").order_by("-seq")[0].data["causes"]
    for days in range(1, 9):
        sweep(woken + days * DAY)
    case.refresh_from_db()
    assert case.level == 1
    assert [kind for kind in kinds(case) if kind.startswith(("escalation.", "criteria."))] == []


# -- what changes nothing --------------------------------------------------------------------------------


def test_esc_18_a_trigger_that_only_notifies_changes_nothing_else(company: Company) -> None:
    newer(company, no_triggers, when("age", {"hours": 1}, effect=Effect.NUDGE))
    case = company.open()
    sweep(MONDAY + 59 * MINUTE)
    before, notices = everything(), Notice.objects.count()
    head = {"last_seq", "last_event_at", "chain", "check_at", "criteria_met_at"}
    columns = [field.attname for field in Case._meta.concrete_fields if field.attname not in head]
    as_it_was = Case.objects.values_list(*columns).get(pk=case.pk)
    sweep(MONDAY + 60 * MINUTE)
    after = everything()
    assert Notice.objects.count() > notices
    new = list(case.events.filter(seq__gt=1).exclude(kind__startswith="clock.").values_list("kind", flat=True))
    assert new == ["criteria.met"]
    assert Case.objects.values_list(*columns).get(pk=case.pk) == as_it_was
    same = set(before) - {"Case", "Event", "Notice", "Clock"}
    assert {name: after[name] for name in same} == {name: before[name] for name in same}


def test_esc_23_computing_the_clocks_again_triggers_nothing(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    sweep(MONDAY + 20 * MINUTE)
    before = everything()
    call_command("recompute_clocks", verbosity=0)
    assert everything() == before
    Clock.objects.filter(case=case, kind="triage").update(due_at=MONDAY + 2 * DAY, next_at=MONDAY + 2 * DAY)
    notices = Notice.objects.count()
    call_command("recompute_clocks", verbosity=0)
    assert Notice.objects.count() == notices
    assert place(case) == (2, "specialists")
    assert case.clocks.get(kind="triage").due_at == MONDAY + 61 * MINUTE
    is_sound(case)


# -- doors and receivers ---------------------------------------------------------------------------------


def clocks_of(case: Case, since: Any) -> list[tuple[Any, ...]]:
    """Which clocks run from a climb on, for how long, on whose hours."""
    running = case.clocks.filter(started_at__gte=since).order_by("kind")
    return list(running.values_list("kind", "target_minutes", "warn_percent", "calendar_version_id", "state"))


def test_esc_22_button_program_and_trigger_climb_by_the_same_rules(company: Company) -> None:
    newer(company, acting_on(ClockKind.FIRST_RESPONSE), promising(ClockKind.TIME_AT_LEVEL, 600))
    by_button, by_program, by_trigger = (company.open() for _number in range(3))
    at = MONDAY + 60 * MINUTE
    said: dict[str, Any] = {"level": 2, "kind": "functional", "reason": "complexity"}
    said |= {"tried": "Restarted", "impact": "None", "asked": "The cause"}
    with time_machine.travel(at, tick=False):
        browser = Client()
        browser.force_login(company.agent.user)
        page = browser.post(f"/desk/cases/{by_button.reference}/escalate/", said)
        assert page.status_code == 303, page.content.decode()
        answer = Api(company.agent.user).post(f"cases/{by_program.reference}/escalate/", said)
        assert answer.status in (200, 201), answer.text
    Case.objects.filter(pk__in=[by_button.pk, by_program.pk]).update(check_at=None)
    sweep(at)
    cases = (by_button, by_program, by_trigger)
    assert [place(case) for case in cases] == [(2, "specialists")] * 3
    assert len({case.policy_version_id for case in cases}) == 1
    assert clocks_of(by_button, at) == clocks_of(by_program, at) == clocks_of(by_trigger, at)
    assert {kind for kind, *_rest in clocks_of(by_trigger, at)} >= {"acknowledgement", "triage", "time_at_level"}
    assert {newest_step(case).person_id for case in cases} == {company.specialist.agent.pk}


def test_esc_13_one_receiver_whose_mail_fails_holds_no_other_and_the_case_stays_where_it_is(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer(company, acting_on(ClockKind.RESOLUTION))
    team = company.specialist.agent.memberships.get().team
    kim, lea = (worker(name, team) for name in ("Kim Aas", "Lea Dorn"))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    spoil(monkeypatch, lambda notice: notice.recipient == kim.user.code, Result(Outcome.FAILED, "token is dead"))
    for minute in (2, 10, 40, 90):
        deliver(MONDAY + minute * MINUTE)
        sweep(MONDAY + minute * MINUTE)
    event = Event.objects.get(case=case, kind="escalation.requested")
    accepted = Notice.objects.filter(event=event, channel="mail", state="accepted")
    assert {company.specialist.user.code, lea.user.code} <= set(accepted.values_list("recipient", flat=True))
    assert told(kim)[0] == "escalation.requested"  # the inbox takes it at once
    assert place(case) == (2, "specialists")


def test_esc_24_from_about_to_escalate_to_escalated_in_one_go(company: Company) -> None:
    case, mara = company.open(), company.specialist.standing
    lines = listed(company.agent.standing, "team", at=MONDAY).lines
    assert [line.case.climb for line in lines if line.case.pk == case.pk] == [None]
    foreseen = read_case(case, MONDAY + 50 * MINUTE).forecast
    assert foreseen is not None
    assert (foreseen.to.number, foreseen.at) == (2, MONDAY + 60 * MINUTE)
    assert [line.case.pk for line in listed(mara, "escalated", at=MONDAY).lines] == []
    sweep(foreseen.at)
    assert [line.case.pk for line in listed(mara, "escalated", at=MONDAY).lines] == [case.pk]
    assert told(company.specialist) == ["escalation.requested"]
    case.refresh_from_db()
    following = read_case(case, MONDAY + 61 * MINUTE).forecast
    assert following is not None
    assert following.to.number == 3
    escalation.accept(case=case, actor=mara, at=MONDAY + 70 * MINUTE, text="I look at it.")
    assert [line.case.pk for line in listed(mara, "mine", at=MONDAY).lines] == [case.pk]


def test_an_act_folds_its_journal_once_and_the_engine_once_more_to_see_what_is_due(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, folds = company.escalate(company.open(), MONDAY + MINUTE), 0
    fold = effects.tracks

    def counted(*given: Any) -> effects.Tracks:
        nonlocal folds
        folds += 1
        return fold(*given)

    monkeypatch.setattr(effects, "tracks", counted)
    handling.note(case=case, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE, text="The log is empty.")
    assert folds == 1
    escalation.consider(case=case, actor=SYSTEM, at=MONDAY + 61 * MINUTE)
    assert folds <= 3
