"""Clocks from the door to the row: what other tools got wrong, told with people; the CLK numbers are their faults."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, resolution, review, triage
from escalations.casefile.faces import Face
from escalations.casefile.questions import VIEWS
from escalations.casefile.staff import staff_casefile
from escalations.engine import delivery
from escalations.engine.sweep import sweep
from escalations.models import NEVER, Case, Clock, Event, Message, Notice, PauseReason
from escalations.rules.vocabulary import ClockKind, Origin, Outcome
from tests.actions.soundness import everything, is_sound
from tests.actions.versions import EVERY_CLOCK, another
from tests.api.calls import Api
from tests.cast import MONDAY, Company
from tests.listing import listed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def firm(company: Company) -> Company:
    """The company with a policy that promises every kind of clock; severity 1 has half the time."""
    another(company)
    return company


def row(case: Case, kind: ClockKind) -> Clock:
    """The newest clock of this kind, as it is stored."""
    return Clock.objects.filter(case=case, kind=kind).latest("start_seq")


def face(firm: Company, case: Case, kind: ClockKind, at: datetime) -> Face:
    """The same clock as the desk shows it at this instant."""
    shown = staff_casefile(Case.objects.get(pk=case.pk), firm.agent.standing, at).clocks
    return max((one for one in shown if one.kind is kind), key=lambda one: one.started_at)


def told_of(case: Case, kind: ClockKind, what: str = "clock.breached") -> int:
    return Event.objects.filter(case=case, kind=what, data__clock=kind.value).count()


def reply(firm: Company, case: Case, at: datetime) -> None:
    handling.reply(case=case, actor=firm.agent.standing, at=at, text="We look into it.")


def ask(firm: Company, case: Case, at: datetime, origin: Origin = Origin.PORTAL) -> None:
    handling.reply(case=case, actor=firm.ida.standing, at=at, text="And now?", origin=origin)


def hold(firm: Company, case: Case, at: datetime, until: datetime, *stops: ClockKind) -> None:
    reason, _made = PauseReason.objects.get_or_create(
        slug="story", defaults={"name": "Vendor", "public_label": "Vendor", "stops": [kind.value for kind in stops]}
    )
    handling.hold(case=case, actor=firm.agent.standing, at=at, reason=reason, wake_at=until)


def solve(firm: Company, case: Case, at: datetime, outcome: Outcome = Outcome.SOLVED) -> None:
    resolution.resolve(case=case, actor=firm.agent.standing, at=at, outcome=outcome, text="Done.")


def reopen(firm: Company, case: Case, at: datetime) -> None:
    resolution.reopen(case=case, actor=firm.ida.standing, at=at, text="It is back.")


def test_clk_01_a_shorter_update_target_leaves_the_first_response_where_it_was(company: Company) -> None:
    another(company, {**EVERY_CLOCK, ClockKind.NEXT_UPDATE: 20})
    case = company.escalate(company.open(), MONDAY + 5 * MINUTE)
    assert row(case, ClockKind.NEXT_UPDATE).due_at == MONDAY + 25 * MINUTE
    sweep(MONDAY + 25 * MINUTE)
    assert (told_of(case, ClockKind.NEXT_UPDATE), told_of(case, ClockKind.FIRST_RESPONSE)) == (1, 0)
    assert row(case, ClockKind.FIRST_RESPONSE).due_at == MONDAY + 60 * MINUTE
    is_sound(case)


def test_clk_03_an_answer_stops_the_next_reply_and_the_customers_silence_never_breaches_it(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + 5 * MINUTE)
    ask(firm, case, MONDAY + 30 * MINUTE)
    reply(firm, case, MONDAY + 40 * MINUTE)
    for day in range(1, 20):
        sweep(MONDAY + day * DAY)
    answered = row(case, ClockKind.NEXT_REPLY)
    assert (answered.state, answered.breached_at, told_of(case, ClockKind.NEXT_REPLY)) == ("met", None, 0)
    is_sound(case)


def test_clk_04_the_first_answer_already_moves_what_is_due_next(firm: Company) -> None:
    case = firm.escalate(firm.open(), MONDAY)
    escalation.accept(case=case, actor=firm.specialist.standing, at=MONDAY + 10 * MINUTE, text="I have it.")
    case.refresh_from_db()
    assert row(case, ClockKind.NEXT_UPDATE).due_at == case.next_due_at == MONDAY + 250 * MINUTE
    reply(firm, case, MONDAY + 60 * MINUTE)
    case.refresh_from_db()
    assert row(case, ClockKind.NEXT_UPDATE).due_at == MONDAY + 300 * MINUTE
    assert case.next_due_at == row(case, ClockKind.TIME_AT_LEVEL).due_at == MONDAY + 300 * MINUTE
    is_sound(case)


@pytest.mark.parametrize("origin", [Origin.PORTAL, Origin.MAIL, Origin.API])
def test_clk_05_an_answer_of_the_customer_starts_the_clock_by_whatever_channel_it_comes(
    firm: Company, origin: Origin
) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + 5 * MINUTE)
    ask(firm, case, MONDAY + 30 * MINUTE, origin)
    assert row(case, ClockKind.NEXT_REPLY).due_at == MONDAY + 120 * MINUTE
    sweep(MONDAY + 120 * MINUTE)
    assert told_of(case, ClockKind.NEXT_REPLY) == 1
    is_sound(case)


def test_clk_06_the_longest_wait_for_an_answer_counts_from_the_first_unanswered_words(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + 5 * MINUTE)
    for asked, answered in (((30, 50, 60), 70), ((100,), 125)):
        for at in asked:
            ask(firm, case, MONDAY + at * MINUTE)
        reply(firm, case, MONDAY + answered * MINUTE)
    stored = Clock.objects.filter(case=case, kind=ClockKind.NEXT_REPLY).order_by("start_seq")
    assert [clock.worked_seconds for clock in stored] == [40 * 60, 25 * 60]
    is_sound(case)


def test_clk_07_the_end_stores_how_long_it_took_beside_what_was_promised(firm: Company) -> None:
    case = firm.open()
    hold(firm, case, MONDAY + HOUR, MONDAY + 9 * DAY, ClockKind.RESOLUTION)
    solve(firm, case, MONDAY + 2 * DAY)
    stored = row(case, ClockKind.RESOLUTION)
    assert (stored.state, stored.worked_seconds, stored.target_minutes) == ("met", 3600, 480)
    late = firm.open(firm.vera)
    solve(firm, late, MONDAY + DAY + 2 * HOUR)
    stored = row(late, ClockKind.RESOLUTION)
    assert (stored.worked_seconds, stored.target_minutes, stored.breached_at) == (36_000, 480, MONDAY + 8 * HOUR)


@pytest.mark.parametrize("stops", [(), (ClockKind.RESOLUTION,), tuple(EVERY_CLOCK)])
def test_clk_08_rounds_of_waiting_solving_closing_and_reopening_each_count_their_own_time(
    firm: Company, stops: Sequence[ClockKind]
) -> None:
    case, at = firm.open(), MONDAY
    for _round in range(3):
        hold(firm, case, at + HOUR, at + 5 * HOUR, *stops)
        handling.resume(case=case, actor=firm.agent.standing, at=at + 2 * HOUR)
        solve(firm, case, at + 3 * HOUR)
        sweep(at + 3 * HOUR)
        resolution.confirm(case=case, actor=firm.ida.standing, at=at + 4 * HOUR)
        sweep(at + 4 * HOUR)
        is_sound(case)
        at += DAY
        reopen(firm, case, at)
    solving = Clock.objects.filter(case=case, kind=ClockKind.RESOLUTION).order_by("start_seq")
    worked = 3600 * (2 if ClockKind.RESOLUTION in stops else 3)
    assert [clock.worked_seconds for clock in solving] == [worked, worked, worked, None]
    is_sound(case)


@pytest.mark.parametrize("outcome", [Outcome.SPAM, Outcome.DUPLICATE, Outcome.WITHDRAWN])
def test_clk_09_what_should_never_have_been_a_case_stops_all_clocks_and_leaves_the_queues_at_once(
    firm: Company, outcome: Outcome
) -> None:
    case = firm.escalate(firm.open(), MONDAY + 5 * MINUTE)
    reply(firm, case, MONDAY + 6 * MINUTE)
    ask(firm, case, MONDAY + 7 * MINUTE)
    solve(firm, case, MONDAY + 10 * MINUTE, outcome)
    case.refresh_from_db()
    assert set(case.clocks.filter(ended_at=MONDAY + 10 * MINUTE).values_list("state", flat=True)) == {"void"}
    assert not case.clocks.filter(ended_at=None).exists()
    assert (case.next_due_at, case.promised_at) == (NEVER, None)
    for view in VIEWS:
        for person in (firm.agent, firm.specialist):
            assert listed(person.standing, view, at=MONDAY + HOUR).lines == []
    for day in range(1, 30):
        sweep(MONDAY + day * DAY)
    assert not Event.objects.filter(case=case, kind__startswith="clock.").exists()
    case.refresh_from_db()
    assert (case.state, case.clocks.filter(ended_at=None).count()) == ("closed", 0)
    is_sound(case)


def test_clk_11_a_reopened_case_gets_a_new_due_date_and_no_overdue_notice_at_once(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + MINUTE)
    solve(firm, case, MONDAY + HOUR)
    again = MONDAY + 2 * DAY
    before = Notice.objects.count()
    reopen(firm, case, again)
    said = Notice.objects.count()
    assert said > before
    sweep(again)
    sweep(again + MINUTE)
    assert Notice.objects.count() == said
    assert row(case, ClockKind.RESOLUTION).due_at == again + 8 * HOUR
    assert told_of(case, ClockKind.RESOLUTION) == 0
    is_sound(case)


def test_clk_12_a_miss_stays_on_record_after_closing_with_the_version_that_was_missed(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + MINUTE)
    solve(firm, case, MONDAY + DAY + HOUR)
    resolution.confirm(case=case, actor=firm.ida.standing, at=MONDAY + DAY + 2 * HOUR)
    another(firm, {**EVERY_CLOCK, ClockKind.RESOLUTION: 9000}, at=MONDAY + 2 * DAY)
    stored = row(case, ClockKind.RESOLUTION)
    assert (stored.state, stored.breached_at, stored.target_minutes) == ("met", MONDAY + 8 * HOUR, 480)
    assert face(firm, case, ClockKind.RESOLUTION, MONDAY + 9 * DAY).tone == "late"
    assert Case.objects.get(pk=case.pk).policy_version.number == 2


def test_clk_15_a_pause_really_stops_time_and_moves_the_due_date_by_its_working_time(firm: Company) -> None:
    case = firm.open()
    hold(firm, case, MONDAY + HOUR, MONDAY + 9 * DAY, ClockKind.RESOLUTION)
    assert (row(case, ClockKind.RESOLUTION).state, row(case, ClockKind.RESOLUTION).due_at) == ("paused", None)
    handling.resume(case=case, actor=firm.agent.standing, at=MONDAY + 3 * HOUR)
    assert row(case, ClockKind.RESOLUTION).due_at == MONDAY + DAY + 2 * HOUR
    is_sound(case)
    night = firm.open(at=MONDAY)
    hold(firm, night, MONDAY + 9 * HOUR, MONDAY + 9 * DAY, ClockKind.RESOLUTION)  # after closing time
    handling.resume(case=night, actor=firm.agent.standing, at=MONDAY + 23 * HOUR)
    assert row(night, ClockKind.RESOLUTION).due_at == MONDAY + 8 * HOUR


def test_clk_16_what_answers_the_first_response_solves_nothing(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + MINUTE)
    hold(firm, case, MONDAY + 2 * MINUTE, MONDAY + DAY, ClockKind.FIRST_RESPONSE)
    assert row(case, ClockKind.FIRST_RESPONSE).state == "met"
    assert (row(case, ClockKind.RESOLUTION).state, row(case, ClockKind.RESOLUTION).met_at) == ("running", None)


def test_clk_18_a_missed_clock_never_shows_as_merely_paused(firm: Company) -> None:
    case = firm.open()
    sweep(MONDAY + 8 * HOUR)
    hold(firm, case, MONDAY + DAY, MONDAY + 9 * DAY, ClockKind.RESOLUTION)
    shown = face(firm, case, ClockKind.RESOLUTION, MONDAY + 2 * DAY)
    assert (shown.state, shown.tone, shown.breached_at) == ("paused", "late", MONDAY + 8 * HOUR)


def test_clk_19_a_clock_the_reason_names_is_not_missed_while_the_case_waits(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + MINUTE)
    hold(firm, case, MONDAY + HOUR, MONDAY + 20 * DAY, ClockKind.RESOLUTION)
    for day in range(1, 19):
        sweep(MONDAY + day * DAY)
    assert (told_of(case, ClockKind.RESOLUTION), told_of(case, ClockKind.OWNERSHIP)) == (0, 1)
    assert row(case, ClockKind.RESOLUTION).breached_at is None
    is_sound(case)


def test_clk_23_a_late_hand_over_is_the_miss_of_the_first_team_and_not_of_the_second(company: Company) -> None:
    another(company, {**EVERY_CLOCK, ClockKind.OWNERSHIP: 120})
    case = company.open()
    reply(company, case, MONDAY + MINUTE)
    company.escalate(case, MONDAY + 3 * HOUR)
    sweep(MONDAY + 4 * HOUR)
    first, second = Clock.objects.filter(case=case, kind=ClockKind.OWNERSHIP).order_by("start_seq")
    assert (first.state, first.breached_at) == ("met", MONDAY + 2 * HOUR)
    assert (second.state, second.started_at, second.breached_at) == ("running", MONDAY + 3 * HOUR, None)
    assert row(case, ClockKind.RESOLUTION).started_at == MONDAY
    is_sound(case)


def test_clk_28_the_target_that_is_shown_is_the_one_that_is_stored_wherever_it_is_shown(firm: Company) -> None:
    case = firm.escalate(firm.open(), MONDAY + 5 * MINUTE)
    triaged = MONDAY + 10 * MINUTE
    escalation.acknowledge(
        case=case, actor=firm.specialist.standing, at=triaged, severity=1, text="Heard; news by noon."
    )
    answered = Api(firm.agent.user).get(f"cases/{case.reference}/")
    by_api = {(one["kind"], one["started_at"]): one for one in answered.data["clocks"]}
    shown = staff_casefile(Case.objects.get(pk=case.pk), firm.agent.standing, triaged).clocks
    assert len(by_api) == len(shown) == case.clocks.count()
    for clock in case.clocks.filter(state="running"):
        desk = next(one for one in shown if (one.kind, one.started_at) == (clock.kind, clock.started_at))
        program = next(one for (kind, _at), one in by_api.items() if kind == clock.kind and one["state"] == "running")
        assert (desk.due_at, datetime.fromisoformat(program["due_at"])) == (clock.due_at, clock.due_at)
        assert desk.target == program["target"] == minutes(clock.target_minutes)
        assert clock.target_minutes == EVERY_CLOCK[ClockKind(clock.kind)] // 2
    line = next(one for one in listed(firm.agent.standing, "all", at=triaged).lines if one.case.pk == case.pk)
    assert line.due.due_at == min(clock.due_at for clock in case.clocks.filter(state="running") if clock.due_at)


def minutes(number: int) -> str:
    hours, rest = divmod(number, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def test_clk_29_a_late_first_reply_stays_visible_as_a_miss(firm: Company) -> None:
    case = firm.open()
    sweep(MONDAY + 61 * MINUTE)
    reply(firm, case, MONDAY + 70 * MINUTE)
    stored = row(case, ClockKind.FIRST_RESPONSE)
    assert (stored.state, stored.met_at, stored.breached_at) == ("met", MONDAY + 70 * MINUTE, MONDAY + 60 * MINUTE)
    assert face(firm, case, ClockKind.FIRST_RESPONSE, MONDAY + 3 * DAY).tone == "late"
    is_sound(case)


def test_clk_30_what_is_missed_shows_at_its_very_instant_though_no_sweep_ran(firm: Company) -> None:
    case = firm.open()
    due = MONDAY + 60 * MINUTE
    just_before = due - timedelta(microseconds=1)
    for at, tone in ((just_before, "soon"), (due, "late")):
        assert face(firm, case, ClockKind.FIRST_RESPONSE, at).tone == tone
        (line,) = listed(firm.agent.standing, "team", at=at).lines
        assert line.due.tone == tone
    assert row(case, ClockKind.FIRST_RESPONSE).breached_at is None


def test_clk_31_letters_by_themselves_and_notes_are_never_a_first_response(firm: Company) -> None:
    case = firm.open()
    delivery.deliver(MONDAY)
    handling.note(case=case, actor=firm.agent.standing, at=MONDAY + MINUTE, text="Ask the vendor?")
    triage.take(case=case, actor=firm.agent.standing, at=MONDAY + 2 * MINUTE)
    hold(firm, case, MONDAY + 3 * MINUTE, MONDAY + 20 * MINUTE, ClockKind.RESOLUTION)
    sweep(MONDAY + 20 * MINUTE)
    assert Notice.objects.filter(case=case, recipient=firm.ida.contact.code).exists()
    assert Message.objects.filter(case=case, is_public=False).exists()
    assert row(case, ClockKind.FIRST_RESPONSE).state == "running"
    sweep(MONDAY + 60 * MINUTE)
    assert told_of(case, ClockKind.FIRST_RESPONSE) == 1


def test_clk_32_a_pause_needs_an_end_and_the_answer_of_the_customer_lifts_it(firm: Company) -> None:
    case = firm.open()
    before = everything()
    for until in (MONDAY, MONDAY + 2 * MINUTE, MONDAY + 500 * DAY):
        with pytest.raises(Refused):
            hold(firm, case, MONDAY + 5 * MINUTE, until, ClockKind.RESOLUTION)
    assert everything() == before
    hold(firm, case, MONDAY + HOUR, MONDAY + 5 * DAY, ClockKind.RESOLUTION)
    ask(firm, case, MONDAY + 2 * HOUR)
    case.refresh_from_db()
    assert (case.state, case.wake_at, row(case, ClockKind.RESOLUTION).state) == ("open", None, "running")
    is_sound(case)


def test_clk_32_a_pause_that_nobody_ends_is_over_at_its_date(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + MINUTE)
    hold(firm, case, MONDAY + HOUR, MONDAY + 2 * HOUR, ClockKind.RESOLUTION)
    sweep(MONDAY + 2 * HOUR - MINUTE)
    assert row(case, ClockKind.RESOLUTION).state == "paused"
    sweep(MONDAY + 2 * HOUR)
    assert row(case, ClockKind.RESOLUTION).due_at == MONDAY + DAY + HOUR
    is_sound(case)


def test_every_kind_of_clock_is_told_of_once_when_it_is_missed(firm: Company) -> None:
    case = firm.open()
    reply(firm, case, MONDAY + MINUTE)
    firm.escalate(case, MONDAY + 2 * MINUTE)
    ask(firm, case, MONDAY + 3 * MINUTE)
    running = set(case.clocks.filter(state="running").values_list("kind", "start_seq"))
    assert {kind for kind, _seq in running} == {*EVERY_CLOCK} - {ClockKind.FIRST_RESPONSE, ClockKind.REVIEW}
    sweep(MONDAY + 2 * DAY)
    for _time in range(3):
        sweep(MONDAY + 2 * DAY + MINUTE)
    told = Event.objects.filter(case=case, kind="clock.breached").values_list("data__clock", "data__start_seq")
    assert {name: list(told).count(name) for name in running} == dict.fromkeys(running, 1)
    is_sound(case)


def test_a_review_that_nobody_writes_is_told_of_though_the_case_is_closed(firm: Company) -> None:
    case = firm.escalate(firm.open(), MONDAY + 2 * MINUTE)
    resolution.resolve(
        case=case, actor=firm.specialist.standing, at=MONDAY + HOUR, outcome=Outcome.SOLVED, text="The lock is gone."
    )
    resolution.confirm(case=case, actor=firm.ida.standing, at=MONDAY + 2 * HOUR)
    assert row(case, ClockKind.REVIEW).due_at == MONDAY + 2 * DAY + 2 * HOUR
    for day in range(1, 5):
        sweep(MONDAY + day * DAY)
    assert told_of(case, ClockKind.REVIEW) == 1
    review.write_review(
        case=case, actor=firm.specialist.standing, at=MONDAY + 4 * DAY, causes="A lock.", lessons="Rotate safely."
    )
    stored = row(case, ClockKind.REVIEW)
    assert (stored.state, stored.breached_at) == ("met", MONDAY + 2 * DAY + 2 * HOUR)
    is_sound(case)
