"""The lines of a queue say what is due, or why nothing is."""

from datetime import timedelta

from escalations.actions import handling, resolution
from escalations.casefile import queues
from escalations.casefile.board import board
from escalations.models import Clock
from escalations.rules.vocabulary import ClockKind, Impact, Outcome, Urgency
from tests.cast import MONDAY, Company

MINUTE = timedelta(minutes=1)


def test_a_line_says_why_nothing_runs(company: Company) -> None:
    held, solved = company.escalate(company.open(), MONDAY), company.escalate(company.open(), MONDAY)
    resolution.resolve(case=solved, actor=company.specialist.standing, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    solved.refresh_from_db()
    lines = {line.case.pk: line for line in queues.rows([held, solved], MONDAY)}
    assert not lines[held.pk].rests
    assert (lines[solved.pk].rests, lines[solved.pk].due_at) == ("with the customer", solved.wake_at)


def test_clk_18_a_missed_clock_on_hold_is_missed_in_lists_too(company: Company) -> None:
    case = company.open(impact=Impact.MEDIUM, urgency=Urgency.MEDIUM)
    staff = company.agent.standing
    handling.reply(case=case, actor=staff, at=MONDAY + MINUTE, text="We look into it.")
    clock = Clock.objects.get(case=case, kind=ClockKind.RESOLUTION)
    assert clock.due_at is not None
    late = clock.due_at + 5 * MINUTE
    handling.hold(case=case, actor=staff, at=late, reason=company.waiting, wake_at=late + timedelta(days=7))
    case.refresh_from_db()
    (line,) = queues.rows([case], late + MINUTE)
    assert (line.tone, line.due_at, line.what) == ("late", clock.due_at, "Resolution")
    assert (line.rests, line.clock) == ("on hold now", "resolution-1")


def test_clk_09_a_case_that_was_spam_leaves_the_board_at_once(company: Company) -> None:
    case, solved = company.escalate(company.open(), MONDAY), company.escalate(company.open(), MONDAY)
    staff = company.specialist.standing
    resolution.resolve(case=case, actor=staff, at=MONDAY, outcome=Outcome.SPAM, text="This is no case of yours.")
    resolution.resolve(case=solved, actor=staff, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    shown = [card.row.case.pk for column in board(staff, at=MONDAY) for card in column.cards]
    assert shown == [solved.pk]
