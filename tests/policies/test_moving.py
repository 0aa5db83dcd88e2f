"""One case moves to a newer version of its policy: what its clocks say then, who is told, what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import (
    clocks,
    escalation,
    handling,
    history,
    imports,
    moving,
    policies,
    promises,
    resolution,
    triage,
)
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Escalation, Event, Level, Notice, PolicyVersion, office_standing
from escalations.reports.integrity import fault
from escalations.rules.vocabulary import ClockKind, Elapsed, Outcome
from escalations.timing.stopwatch import ClockState
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker
from tests.history.generator import IMPORT, NAMES, log
from tests.policies.newer import (
    acting_on,
    dropped,
    dwelling,
    minutes,
    newer,
    other_hours,
    promised,
    rows,
)

MINUTE = timedelta(minutes=1)
CARRY, RESTART = Elapsed.CARRY, Elapsed.RESTART
FIRST, ACK, SOLVE = ClockKind.FIRST_RESPONSE, ClockKind.ACKNOWLEDGEMENT, ClockKind.RESOLUTION


def move(
    company: Company,
    case: Case,
    version: PolicyVersion,
    after: int,
    elapsed: Elapsed = CARRY,
    key: str | None = None,
) -> Event:
    """By the administrator, so many minutes after Monday nine o'clock."""
    actor = office_standing(company.administrator)
    event = moving.move(case=case, version=version, elapsed=elapsed, actor=actor, at=MONDAY + after * MINUTE, key=key)
    is_sound(case)
    return event


def clock(case: Case, kind: ClockKind = SOLVE) -> Clock:
    """The newest clock of this kind."""
    return Clock.objects.filter(case=case, kind=kind).order_by("start_seq").reverse()[0]


def answered(company: Company) -> Case:
    """Severity 2, resolution due eight working hours after Monday nine o'clock, first response met."""
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="We look at it.")
    return case


def told(person: Worker, kind: str) -> int:
    return Notice.objects.filter(recipient=person.user.code, channel="in_app", event__kind=kind).count()


def sweep_at(after: int, times: int = 3) -> None:
    for _tick in range(times):
        sweep(MONDAY + after * MINUTE)


# -- what is written -------------------------------------------------------------------------------------


def test_clk_24_the_journal_says_who_moved_the_case_from_where_to_where_and_what_became_of_the_time(
    company: Company,
) -> None:
    case, version = answered(company), newer(company)
    event = move(company, case, version, 60, RESTART)
    assert (event.kind, event.actor, event.actor_kind) == ("case.moved", company.administrator.code, "staff")
    assert event.data == {
        "from_policy_version": company.version.uid,
        "policy_version": version.uid,
        "elapsed": "restart",
    }
    assert case.policy_version == version
    assert case.state == "open"


def test_moving_twice_with_one_key_is_one_move(company: Company) -> None:
    case, version = answered(company), newer(company, minutes(SOLVE, 60))
    first = move(company, case, version, 10, RESTART, key="form-1")
    before = everything()
    second = move(company, case, version, 40, RESTART, key="form-1")
    assert (second.pk, everything()) == (first.pk, before)


def test_clk_25_a_version_that_is_published_changes_no_running_number(company: Company) -> None:
    case = answered(company)
    before = everything()
    newer(company, minutes(SOLVE, 30), minutes(FIRST, 5), promised(ClockKind.OWNERSHIP, 30), dwelling(60))
    assert everything() == before
    sweep(MONDAY + 200 * MINUTE)
    assert clock(case).breached_at is None
    is_sound(case)


def test_cal_13_a_changed_calendar_reaches_a_case_when_it_is_moved_and_not_before(company: Company) -> None:
    case = answered(company)
    before = everything()
    other_hours(company, opens=540, closes=600)
    version = newer(company)
    assert everything() == before
    move(company, case, version, 120)
    hour_by_hour = MONDAY + timedelta(days=8, hours=1)  # two hours were used; six are left, one a working day
    assert clock(case).due_at == hour_by_hour
    assert str(clock(case).calendar_version) == "Office hours 2"


# -- carry or begin again ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("elapsed", "left"), [(CARRY, 60), (RESTART, 120)])
def test_clk_27_three_hours_become_two_after_one(company: Company, elapsed: Elapsed, left: int) -> None:
    three = newer(company, minutes(SOLVE, 180))
    case = answered(company)
    assert clock(case).due_at == MONDAY + 180 * MINUTE
    move(company, case, newer(company, minutes(SOLVE, 120)), 60, elapsed)
    assert clock(case).due_at == MONDAY + (60 + left) * MINUTE
    assert three.on_severity == CARRY


@pytest.mark.parametrize(("elapsed", "left"), [(CARRY, 60), (RESTART, 120)])
def test_clk_27_a_corrected_severity_does_what_the_version_says(company: Company, elapsed: Elapsed, left: int) -> None:
    def say(draft: PolicyVersion) -> None:
        draft.on_severity = elapsed
        draft.save()

    newer(company, minutes(SOLVE, 180, severity=2), minutes(SOLVE, 120, severity=1), say)
    case = answered(company)
    at = MONDAY + 60 * MINUTE
    triage.triage(case=case, actor=company.agent.standing, at=at, severity=1, level=1, reason="It spreads.")
    assert clock(case).due_at == MONDAY + (60 + left) * MINUTE
    is_sound(case)


def test_a_new_draft_keeps_what_the_version_says_of_a_corrected_severity(company: Company) -> None:
    def say(draft: PolicyVersion) -> None:
        draft.on_severity, draft.confirm_days = RESTART, 7
        draft.save()

    newer(company, say)
    following = newer(company)
    assert (following.on_severity, following.confirm_days) == (RESTART, 7)
    assert following.procedure().on_severity is RESTART


def test_clk_13_a_move_to_a_shorter_target_makes_the_case_overdue_in_the_same_save_and_people_are_told_once(
    company: Company,
) -> None:
    case, version = answered(company), newer(company, minutes(SOLVE, 60), acting_on(ACK))
    move(company, case, version, 120)
    moved_at = MONDAY + 120 * MINUTE
    assert (clock(case).breached_at, clock(case).due_at, case.next_due_at) == (moved_at, moved_at, moved_at)
    assert told(company.agent, "clock.breached") == 0
    sweep_at(120)
    sweep_at(300)
    assert told(company.agent, "clock.breached") == 1
    assert told(company.agent, "clock.warned") == 0
    is_sound(case)


def test_a_miss_stays_on_record_where_the_longer_target_is_in_time_again(company: Company) -> None:
    newer(company, minutes(SOLVE, 60))
    case = answered(company)
    sweep_at(61)
    move(company, case, newer(company, minutes(SOLVE, 300)), 120)
    missed, running = Clock.objects.filter(case=case, kind=SOLVE).order_by("start_seq")
    assert (missed.state, missed.breached_at) == (ClockState.VOID, MONDAY + 60 * MINUTE)
    assert (running.state, running.breached_at, running.due_at) == (ClockState.RUNNING, None, MONDAY + 300 * MINUTE)


@pytest.mark.parametrize(("elapsed", "left"), [(CARRY, 90), (RESTART, 120)])
def test_clk_17_moved_while_paused_it_waits_for_the_same_reason_and_goes_on_right(
    company: Company, elapsed: Elapsed, left: int
) -> None:
    case, at = answered(company), MONDAY + 30 * MINUTE
    wake_at = MONDAY + 400 * MINUTE
    handling.hold(case=case, actor=company.agent.standing, at=at, reason=company.waiting, wake_at=wake_at)
    move(company, case, newer(company, minutes(SOLVE, 120)), 100, elapsed)
    assert (case.state, case.pause_reason, case.wake_at) == ("pending", company.waiting, wake_at)
    assert (clock(case).state, clock(case).due_at, clock(case).next_at) == (ClockState.PAUSED, None, None)
    sweep_at(300)
    assert told(company.agent, "clock.breached") == 0
    handling.resume(case=case, actor=company.agent.standing, at=MONDAY + 310 * MINUTE)
    assert (clock(case).state, clock(case).due_at) == (ClockState.RUNNING, MONDAY + (310 + left) * MINUTE)
    is_sound(case)


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clk_17_a_clock_that_one_version_dropped_during_a_pause_comes_back_without_it(
    company: Company, elapsed: Elapsed
) -> None:
    company.waiting.stops = ["resolution", "ownership"]
    company.waiting.save()
    newer(company, promised(ClockKind.OWNERSHIP, 120))
    case = answered(company)
    at, wake_at = MONDAY + 30 * MINUTE, MONDAY + 400 * MINUTE
    handling.hold(case=case, actor=company.agent.standing, at=at, reason=company.waiting, wake_at=wake_at)
    move(company, case, newer(company, dropped(ClockKind.OWNERSHIP)), 40, elapsed)
    handling.resume(case=case, actor=company.agent.standing, at=MONDAY + 50 * MINUTE)
    move(company, case, newer(company, promised(ClockKind.OWNERSHIP, 120)), 60, elapsed)
    back = clock(case, ClockKind.OWNERSHIP)
    assert (back.state, back.due_at) == (ClockState.RUNNING, MONDAY + 180 * MINUTE)


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clk_21_a_version_that_lacks_a_clock_removes_it_and_nobody_is_told_of_it_again(
    company: Company, elapsed: Elapsed
) -> None:
    newer(company, promised(ClockKind.OWNERSHIP, 120))
    case = answered(company)
    move(company, case, newer(company, dropped(ClockKind.OWNERSHIP)), 60, elapsed)
    gone = clock(case, ClockKind.OWNERSHIP)
    assert (gone.state, gone.breached_at, gone.next_at) == (ClockState.VOID, None, None)
    sweep_at(400)
    assert "ownership" not in [event.data["clock"] for event in Event.objects.filter(kind__startswith="clock.")]


@pytest.mark.parametrize("elapsed", Elapsed)
def test_clocks_that_ended_never_change_and_an_open_promise_stays_what_was_promised(
    company: Company, elapsed: Elapsed
) -> None:
    case, due_at = answered(company), MONDAY + 200 * MINUTE
    promises.make(case=case, actor=company.agent.standing, at=MONDAY + 10 * MINUTE, due_at=due_at)
    before = rows()
    untouched = list(Clock.objects.exclude(kind=SOLVE).values_list("pk", flat=True))
    version = newer(company, minutes(FIRST, 1), minutes(ClockKind.NEXT_UPDATE, 5), minutes(SOLVE, 60))
    move(company, case, version, 30, elapsed)
    after = rows()
    assert [after[pk] for pk in untouched] == [before[pk] for pk in untouched]
    assert case.promised_at == due_at


# -- what the engine does with it ------------------------------------------------------------------------


def test_a_trigger_of_the_newer_version_that_holds_since_long_climbs_with_the_next_sweep_and_once(
    company: Company,
) -> None:
    newer(company, acting_on(ACK))
    case = company.open()
    sweep_at(70)
    assert (told(company.agent, "clock.breached"), case.level) == (1, 1)
    move(company, case, newer(company, acting_on(FIRST)), 80)
    sweep_at(80)
    case.refresh_from_db()
    assert (case.level, told(company.specialist, "escalation.requested")) == (2, 1)
    sweep_at(81)
    assert told(company.agent, "clock.breached") == 1
    is_sound(case)


def test_a_shorter_dwell_brings_the_next_climb_forward_and_a_longer_one_puts_it_off(company: Company) -> None:
    early, late = (company.escalate(company.open(), MONDAY + 10 * MINUTE) for _number in range(2))
    sweep_at(45)  # nobody acknowledged within half an hour; the dwell of two hours ends ten past eleven
    move(company, early, newer(company, dwelling(60)), 50)
    move(company, late, newer(company, dwelling(240)), 50)
    levels = {}
    for after in (69, 71, 131, 249, 251):
        sweep_at(after)
        levels[after] = tuple(Case.objects.get(pk=case.pk).level for case in (early, late))
    assert levels == {69: (2, 2), 71: (3, 2), 131: (4, 2), 249: (4, 2), 251: (4, 3)}
    for climb in Escalation.objects.open():
        assert climb.next_check_at is not None
        assert climb.next_check_at > MONDAY + 251 * MINUTE


def test_clk_22_a_retired_version_takes_no_new_cases_and_keeps_its_old_ones(company: Company) -> None:
    old, version = answered(company), newer(company)
    assert (company.open().policy_version, version.state) == (version, "published")
    old.refresh_from_db()
    assert (old.policy_version, old.policy_version.state) == (company.version, "retired")
    sweep_at(481)
    assert [event.data["clock"] for event in old.events.filter(kind="clock.breached")] == ["resolution"]
    is_sound(old)


def test_a_dormant_case_is_moved_and_nobody_is_told_until_somebody_takes_it(company: Company) -> None:
    known = imports.prepare(source="log", names=NAMES, at=IMPORT)
    for record in log(4, 9):
        history.import_case(source="log", record=record, known=known, at=IMPORT)
    case = Case.objects.filter(is_dormant=True)[0]
    policy = case.policy_version.policy
    draft = policies.new_draft(policy=policy, by=company.administrator, at=IMPORT)
    draft.targets.all().update(minutes=1)
    version = policies.publish_written_by_program(version=draft, by=company.administrator, at=IMPORT)
    checks = list(Escalation.objects.filter(case=case).values_list("next_check_at", flat=True))
    moving.move(case=case, version=version, elapsed=RESTART, actor=office_standing(company.administrator), at=IMPORT)
    for hours in range(0, 72, 8):
        sweep(IMPORT + timedelta(hours=hours))
    case.refresh_from_db()
    assert (case.policy_version, case.is_dormant, case.check_at) == (version, True, None)
    assert list(Escalation.objects.filter(case=case).values_list("next_check_at", flat=True)) == checks
    assert not Notice.objects.filter(case=case).exists()
    assert not case.clocks.filter(next_at__isnull=False).exists()
    assert (clocks.differences(case), fault(case, list(case.events.order_by("seq")))) == ([], None)
    triage.take(case=case, actor=company.agent.standing, at=IMPORT + timedelta(hours=80))
    sweep(IMPORT + timedelta(hours=81))
    assert Notice.objects.filter(case=case, event__kind="clock.breached").exists()


# -- what is refused -------------------------------------------------------------------------------------


def refused(company: Company, case: Case, version: PolicyVersion) -> str:
    """The code of the refusal, which changed nothing and has a remedy."""
    before = everything()
    with pytest.raises(Refused) as problem:
        move(company, case, version, 200)
    assert everything() == before
    assert str(problem.value.remedy)
    return problem.value.code


def test_what_is_solved_or_closed_is_not_moved(company: Company) -> None:
    case, version = answered(company), newer(company)
    agent = company.agent.standing
    resolution.resolve(case=case, actor=agent, at=MONDAY + 9 * MINUTE, outcome=Outcome.SOLVED, text="Done.")
    assert refused(company, case, version) == "clocks_ended"
    resolution.close(case=case, actor=agent, at=MONDAY + 10 * MINUTE)
    assert refused(company, case, version) == "clocks_ended"
    resolution.reopen(case=case, actor=company.ida.standing, at=MONDAY + 20 * MINUTE, text="It is back.")
    move(company, case, version, 30)


def test_a_case_moves_only_to_the_newer_published_version_of_its_own_policy(company: Company) -> None:
    case = answered(company)
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    assert refused(company, case, draft) == "version_not_running"
    second = policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY)
    move(company, case, second, 10)
    assert refused(company, case, second) == "moved_already"
    assert refused(company, case, company.version) == "older_version"
    company.policy.pk = None
    company.policy.slug = "other"
    company.policy.save(force_insert=True)
    copied = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    assert refused(company, case, copied) == "other_policy"


def two_levels(draft: PolicyVersion) -> None:
    Level.objects.filter(version=draft, number__gt=2).delete()


def test_a_case_at_a_level_the_version_lacks_is_refused_until_its_level_changes(company: Company) -> None:
    case = company.open()
    triage.triage(case=case, actor=company.agent.standing, at=MONDAY, severity=2, level=3, reason="Billing stands.")
    version = newer(company, two_levels)
    assert refused(company, case, version) == "level_not_there"
    at = MONDAY + 9 * MINUTE
    triage.triage(case=case, actor=company.manager.standing, at=at, severity=2, level=2, reason="For specialists.")
    move(company, case, version, 30)


def test_a_case_that_would_go_back_to_a_level_the_version_lacks_is_refused(company: Company) -> None:
    """Handed back from level 3, it stands at level 1: declined there, it would go to level 3 again."""
    case = company.escalate(company.open(), MONDAY + MINUTE, level=3)
    escalation.hand_back(case=case, actor=company.manager.standing, at=MONDAY + 2 * MINUTE, reason="See article 12.")
    version = newer(company, two_levels)
    case.refresh_from_db()
    assert case.level == 1
    assert refused(company, case, version) == "level_not_there"
    at = MONDAY + 3 * MINUTE
    escalation.accept(case=case, actor=company.agent.standing, at=at, text="I have it again.")
    assert refused(company, case, version) == "level_not_there"
