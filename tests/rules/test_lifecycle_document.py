"""The page about both machines says what the code says."""

from __future__ import annotations

import pytest

from escalations.models import Case, Escalation
from escalations.models.machine import MachineModel
from escalations.rules.vocabulary import OPEN_ESCALATION, CaseState, EscalationState
from tests.rules import lifecycle


def test_the_page_about_the_life_cycle_is_what_the_code_draws() -> None:
    written = lifecycle.DOCUMENT.read_text(encoding="utf-8")
    assert written == lifecycle.document(), "run: .venv/bin/python -m tests.rules.lifecycle"


@pytest.mark.parametrize(("model", "states"), [(Case, CaseState), (Escalation, EscalationState)])
def test_the_machines_know_every_state_and_no_other(
    model: type[MachineModel], states: type[CaseState] | type[EscalationState]
) -> None:
    choices = lifecycle.states(model)
    assert choices == [state.value for state in states]
    assert {end for source, _act, target in lifecycle.arrows(model) for end in (source, target)} <= set(choices)


def test_an_escalation_that_is_over_never_comes_back() -> None:
    over = {state.value for state in EscalationState if state not in OPEN_ESCALATION}
    assert [arrow for arrow in lifecycle.arrows(Escalation) if arrow[0] in over] == []


def test_no_act_waits_for_ever_every_state_that_is_not_over_leads_on() -> None:
    for model, over in ((Case, set[str]()), (Escalation, {"closed", "declined", "withdrawn"})):
        assert {source for source, _act, _target in lifecycle.arrows(model)} == set(lifecycle.states(model)) - over
