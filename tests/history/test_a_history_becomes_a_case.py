"""One case of another system: its events, its escalations, its clocks, and nobody disturbed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import User
from customers.refusal import Refused
from escalations.actions import history, imports, intake, triage
from escalations.actions.imports import Known
from escalations.actions.telling import Entry, Status
from escalations.engine import sweep
from escalations.models import NEVER, Agent, Case, Clock, Escalation, Event, Notice, PolicyVersion, Step, Team
from escalations.rules.vocabulary import CaseState, ClockKind, EscalationState, Impact, Outcome
from tests.cast import Company
from tests.history.generator import IMPORT, NAMES, START, record, thrown

HOUR = timedelta(hours=1)


@pytest.fixture
def known(company: Company) -> Known:
    return imports.prepare(source="log", names=NAMES, at=IMPORT)


def entry(hours: float, status: Status, level: int = 1, team: str = "V30", agent: str = "agent-0001") -> Entry:
    reason = "Wait - User" if status is Status.WAITING else ""
    return Entry(START + hours * HOUR, status, level, team, agent, reason)


def imported(known: Known, *entries: Entry, at: datetime = IMPORT) -> Case:
    record = history.Record("1-1", "Volt SE", "Ticket 1-1", Impact.HIGH, entries)
    case = history.import_case(source="log", record=record, known=known, at=at)
    assert case is not None
    return Case.objects.get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    return list(case.events.order_by("seq").values_list("kind", flat=True))


CLIMB = (
    entry(0, Status.WORKING),
    entry(1, Status.QUEUED, 2, "V5 2nd"),
    entry(3, Status.WORKING, 2, "V5 2nd", "agent-0002"),
    entry(5, Status.RESOLVED, 2, "V5 2nd", "agent-0002"),
    entry(6, Status.CLOSED, 2, "V5 2nd", "system"),
)


def test_a_rise_becomes_an_escalation_that_is_taken_up_resolved_and_closed(known: Known) -> None:
    case = imported(known, *CLIMB)
    climb, step = Escalation.objects.get(case=case), Step.objects.get()
    assert (case.state, case.level, case.team.name, case.outcome) == ("closed", 2, "V5 2nd", Outcome.SOLVED)
    assert (climb.state, climb.source, climb.accountable.user.name) == ("closed", "import", "agent-0002")
    assert (climb.started_at, climb.resolved_at, climb.ended_at) == (START + HOUR, START + 5 * HOUR, START + 6 * HOUR)
    assert (step.from_level, step.to_level, step.move, step.acknowledged_at) == (1, 2, "climb", START + 3 * HOUR)
    assert kinds(case) == [
        "case.opened",
        "case.taken",
        "escalation.requested",
        "case.taken",
        "escalation.accepted",
        "case.resolved",
        "case.closed",
    ]


def test_events_keep_the_instants_of_the_log_and_say_when_they_were_recorded(known: Known) -> None:
    case = imported(known, *CLIMB)
    occurred = set(case.events.values_list("occurred_at", flat=True))
    assert occurred == {step.at for step in CLIMB}
    assert set(case.events.values_list("recorded_at", flat=True)) == {IMPORT}
    last = case.events.order_by("seq").last()
    assert last is not None
    assert (last.actor, last.actor_kind) == ("system", "system")


def test_going_down_is_a_step_back_of_the_open_escalation(known: Known) -> None:
    case = imported(known, *CLIMB[:3], entry(4, Status.QUEUED, 1))
    assert list(Step.objects.order_by("number").values_list("move", "from_level", "to_level")) == [
        ("climb", 1, 2),
        ("step_back", 2, 1),
    ]
    assert case.level == 1
    assert Escalation.objects.get().state == EscalationState.REQUESTED


def test_going_down_without_an_escalation_is_sorting_anew(known: Known) -> None:
    case = imported(known, entry(0, Status.QUEUED, 2, "V5 2nd"), entry(1, Status.QUEUED, 1))
    event = case.events.get(kind="case.triaged")
    assert (event.data["from_level"], event.data["level"], case.entry_level, case.level) == (2, 1, 2, 1)
    assert event.data["team"] == Team.objects.get(name="V30").uid
    assert not Escalation.objects.exists()


def test_waiting_stops_the_resolution_clock_until_the_next_entry(known: Known) -> None:
    case = imported(known, entry(0, Status.WORKING), entry(2, Status.WAITING), entry(7, Status.WORKING), *CLIMB[4:4])
    assert kinds(case)[-2:] == ["case.held", "case.resumed"]
    imported_again = history.Record("1-2", "Volt SE", "", Impact.LOW, (*_waits(), entry(8, Status.RESOLVED)))
    other = history.import_case(source="log", record=imported_again, known=known, at=IMPORT)
    clock = Clock.objects.get(case=other, kind=ClockKind.RESOLUTION)
    assert (clock.state, clock.worked_seconds) == ("met", 3 * 3600)


def _waits() -> tuple[Entry, ...]:
    return entry(0, Status.WORKING), entry(2, Status.WAITING), entry(7, Status.WORKING)


def test_going_on_after_the_end_reopens_the_case_with_the_escalation_that_was_only_resolved(known: Known) -> None:
    case = imported(known, *CLIMB[:4], entry(6, Status.WORKING, 2, "V5 2nd"))
    assert (case.state, case.outcome, case.resolved_at) == (CaseState.OPEN, "", None)
    assert Escalation.objects.get().state == EscalationState.INVESTIGATING
    assert kinds(case)[-2:] == ["case.reopened", "case.taken"]


def test_a_second_import_of_a_case_changes_nothing(known: Known) -> None:
    case = imported(known, *CLIMB)
    before = (case.chain, Event.objects.count(), Case.objects.count())
    longer = history.Record("1-1", "Volt PL", "Other", Impact.LOW, (*CLIMB, entry(9, Status.WORKING)))
    assert history.import_case(source="log", record=longer, known=known, at=IMPORT + HOUR) is None
    case.refresh_from_db()
    assert (case.chain, Event.objects.count(), Case.objects.count()) == before


def test_nobody_is_told_of_anything(known: Known) -> None:
    imported(known, *CLIMB)
    sweep.sweep(IMPORT + 400 * 24 * HOUR)
    assert not Notice.objects.exists()


def test_a_long_history_is_written_in_fifteen_statements(known: Known) -> None:
    dice = random.Random(7)
    entries = [step for _ in range(14) for step in thrown(dice)]
    moved = [Entry(START + n * HOUR, e.status, e.level, e.team, e.agent, e.reason) for n, e in enumerate(entries[:120])]
    long = record(1, dice, moved)
    with CaptureQueriesContext(connection) as statements:
        case = history.import_case(source="log", record=long, known=known, at=IMPORT)
    said = [
        line["sql"] for line in statements if not line["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    assert case is not None
    assert case.last_seq > 120
    assert len(said) <= 15, said


def test_a_short_history_costs_no_less_than_its_tables_and_no_look_at_what_is_known(known: Known) -> None:
    with CaptureQueriesContext(connection) as statements:
        imported(known, *CLIMB)
    written = [line["sql"] for line in statements if line["sql"].startswith("INSERT")]
    assert len(written) == 7


def test_an_open_case_sleeps_until_a_person_takes_it(company: Company, known: Known) -> None:
    case = imported(known, *CLIMB[:3])
    assert (case.is_dormant, case.owner, case.next_due_at) == (True, None, NEVER)
    assert sweep.sweep(IMPORT + 90 * 24 * HOUR) == 0
    assert not Clock.objects.filter(next_at__isnull=False).exists()
    triage.take(case=case, actor=company.specialist.standing, at=IMPORT + HOUR)
    case.refresh_from_db()
    assert (case.is_dormant, case.owner) == (False, company.specialist.agent)
    assert case.next_due_at < NEVER
    assert Escalation.objects.get().accountable == company.specialist.agent


def test_a_case_that_ends_waiting_is_never_woken_by_the_engine(company: Company, known: Known) -> None:
    case = imported(known, *_waits()[:2])
    assert (case.state, case.is_dormant, case.wake_at) == (CaseState.PENDING, True, NEVER)
    sweep.sweep(IMPORT + 900 * 24 * HOUR)
    case.refresh_from_db()
    assert (case.state, case.last_seq) == (CaseState.PENDING, 3)


def test_silence_closes_what_was_resolved_long_before_the_import(known: Known) -> None:
    case = imported(known, *CLIMB[:4])
    assert (case.state, case.closed_at) == (CaseState.CLOSED, START + 5 * HOUR + timedelta(days=3))
    assert case.events.get(kind="case.closed").data["how"] == "silence"
    assert Escalation.objects.get().state == EscalationState.CLOSED


def test_what_was_resolved_just_before_the_import_waits_for_its_day(known: Known) -> None:
    case = imported(known, *CLIMB[:4], at=START + 6 * HOUR)
    assert (case.state, case.is_dormant) == (CaseState.RESOLVED, False)
    assert case.wake_at == START + 5 * HOUR + timedelta(days=3)
    sweep.sweep(case.wake_at)
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED


def test_a_cancelled_case_was_withdrawn_and_its_clocks_are_void(known: Known) -> None:
    case = imported(known, entry(0, Status.WORKING), entry(1, Status.WITHDRAWN))
    assert case.outcome == Outcome.WITHDRAWN
    assert set(case.clocks.values_list("state", flat=True)) == {"void"}


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (Entry(IMPORT + HOUR, Status.WORKING, 1, "V30"), "in_the_future"),
        (Entry(START, Status.WORKING, 9, "V30"), "unknown_level"),
    ],
)
def test_an_impossible_entry_is_refused_and_nothing_is_written(known: Known, step: Entry, code: str) -> None:
    with pytest.raises(Refused) as refused:
        imported(known, step)
    assert refused.value.code == code
    assert not Case.objects.exists()


def test_agents_of_a_log_cannot_sign_in_and_get_no_work(known: Known) -> None:
    agent = Agent.objects.get(user__name="agent-0001")
    assert not agent.works
    assert not agent.user.has_usable_password()


def test_an_agent_written_as_an_address_of_ours_is_that_person(company: Company) -> None:
    names = imports.Names(frozenset({"V30"}), frozenset({"Ben@belay.example"}), frozenset({"Volt SE"}), frozenset())
    known = imports.prepare(source="log", names=names, at=IMPORT)
    case = imported(known, entry(0, Status.WORKING, agent="Ben@belay.example"))
    assert case.owner == company.agent.agent
    assert case.events.get(seq=1).actor == company.agent.user.code


def test_names_are_made_once_whatever_their_capitals(company: Company, known: Known) -> None:
    before = (User.objects.count(), Team.objects.count(), PolicyVersion.objects.count())
    names = imports.Names(NAMES.teams, NAMES.agents, frozenset({"VOLT SE", "norlight energy"}), NAMES.reasons)
    again = imports.prepare(source="log", names=names, at=IMPORT + HOUR)
    assert (User.objects.count(), Team.objects.count(), PolicyVersion.objects.count()) == before
    assert again.reporters["VOLT SE"] == known.reporters["Volt SE"]
    assert again.reporters["norlight energy"][0] == company.ida.organization


def test_the_policy_of_imports_takes_no_new_case(company: Company, known: Known) -> None:
    assert intake.applicable_version(None, None).policy.slug == "standard"
    company.version.__class__.objects.filter(policy=company.policy).update(state="retired")
    with pytest.raises(Refused):
        intake.applicable_version(company.topic, None)


@pytest.mark.django_db
def test_without_anybody_who_works_here_an_import_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        imports.prepare(source="log", names=NAMES, at=IMPORT)
    assert refused.value.code == "nobody_works_here"
    assert not PolicyVersion.objects.exists()
