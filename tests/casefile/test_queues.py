"""The lines of a queue say what is due, or why nothing is."""

from escalations.actions import resolution
from escalations.casefile import queues
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company


def test_a_line_says_why_nothing_runs(company: Company) -> None:
    held, solved = company.escalate(company.open(), MONDAY), company.escalate(company.open(), MONDAY)
    resolution.resolve(case=solved, actor=company.specialist.standing, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    solved.refresh_from_db()
    lines = {line.case.pk: line for line in queues.rows([held, solved], MONDAY)}
    assert not lines[held.pk].rests
    assert (lines[solved.pk].rests, lines[solved.pk].due_at) == ("with the customer", solved.wake_at)
