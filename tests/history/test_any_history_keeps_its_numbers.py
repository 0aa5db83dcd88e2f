"""Whatever happened elsewhere: the clocks are the journal's, the journal is whole, the counts are those of the log."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from escalations import reports
from escalations.actions import clocks, history, imports
from escalations.actions.imports import Known
from escalations.actions.telling import Entry, Status
from escalations.management.commands.check_real import CLOCKS, Clocks
from escalations.models import Case, Clock, Escalation
from escalations.reports.integrity import fault
from escalations.rules.vocabulary import CaseState, EscalationState
from tests.cast import Company
from tests.history.generator import AGENTS, IMPORT, NAMES, REASONS, START, TEAMS, Clocked, Counted, count, log, record

_sources = (f"log {number}" for number in itertools.count())


@pytest.fixture
def known(company: Company) -> Known:
    return imports.prepare(source="log", names=NAMES, at=IMPORT)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Any row of the log after any other, also at the same instant."""
    found, at = [], START
    for _ in range(draw(st.integers(1, 9))):
        at += timedelta(minutes=draw(st.sampled_from([0, 1, 90, 1_440, 20_000])))
        status, level = draw(st.sampled_from(Status)), draw(st.integers(1, 3))
        team, agent = draw(st.sampled_from(TEAMS[level])), draw(st.sampled_from(AGENTS))
        found.append(Entry(at, status, level, team, agent, REASONS[0] if status is Status.WAITING else ""))
    return found


def counted(source: str) -> Counted:
    """The same figures, by Belay's own queries."""
    return Counted(
        reports.highest_levels(source),
        reports.steps_up(source),
        reports.steps_down(source),
        reports.reopened_cases(source),
        reports.paused_cases(source),
        reports.solved_cases(source),
        clocked(source),
    )


def clocked(source: str) -> Clocked:
    found, cases = Clocks(), Case.objects.filter(source=source)
    for case in cases:
        found.take(case)
    stored = Counter(Clock.objects.filter(case__in=cases).values_list("kind", flat=True))
    assert stored == found.of
    return Clocked(*(figure.ask(found) for figure in list(CLOCKS.values())[:4]))


def all_is_well(case: Case) -> None:
    """The rows are what the journal says, and the case can be worked on by the engine's rules."""
    stored = Case.objects.select_related("policy_version").get(pk=case.pk)
    assert clocks.differences(stored) == []
    assert fault(stored, list(stored.events.order_by("seq"))) is None
    assert stored.is_dormant == (stored.state in (CaseState.NEW, CaseState.OPEN, CaseState.PENDING))
    climb = Escalation.objects.open().filter(case=stored).first()
    assert climb is None or stored.state != CaseState.CLOSED
    assert (climb is not None and climb.state == EscalationState.RESOLVED) <= (stored.state == CaseState.RESOLVED)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=entries())
@example(steps=[Entry(START, Status.CLOSED, 1, "V30"), Entry(START, Status.NOTED, 3, "V5 3rd", "agent-0001")])
@example(steps=[Entry(START, Status.RESOLVED, 2, "V5 2nd"), Entry(START, Status.WITHDRAWN, 1, "V30")])
def test_any_history_gives_clocks_journal_and_counts_that_agree(known: Known, steps: list[Entry]) -> None:
    source, told = next(_sources), record(1, random.Random(0), steps)
    case = history.import_case(source=source, record=told, known=known, at=IMPORT)
    assert case is not None
    all_is_well(case)
    assert counted(source) == count([told])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_whole_log_gives_the_counts_of_its_rows(known: Known, seed: int) -> None:
    records = log(40, seed)
    for told in records:
        case = history.import_case(source="log", record=told, known=known, at=IMPORT)
        assert case is not None
        all_is_well(case)
    found = counted("log")
    assert found == count(records)
    assert min(found.clocks.waited, found.clocks.level) > 0
    assert found.clocks.resolution > len(records) < found.clocks.ownership
    assert min(found.up, found.down, found.reopened, found.paused, found.solved, len(found.highest)) > 0
