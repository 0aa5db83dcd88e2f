"""What a person may do with a case now, and the code of the reason why not. Doors show it, actions enforce it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CLIMBING, UNSOLVED, CaseState, EscalationState, Verb


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as `permits` sees it. The escalation fields are those of the open escalation, else None."""

    state: CaseState
    dormant: bool
    owner_id: int | None
    team_id: int
    has_level_above: bool
    escalation_state: EscalationState | None = None
    accountable_id: int | None = None
    acknowledged: bool = False
    decision_open: bool = False
    from_team_differs: bool = False
    promised: bool = False
    rated: bool = False
    reviewed: bool = False
    was_escalated: bool = False


Check = Callable[[Situation, Standing], str]


def _unsolved(case: Situation, _who: Standing) -> str:
    return "" if case.state in UNSOLVED else "case_not_open"


def _staff(_case: Situation, who: Standing) -> str:
    return "" if who.is_staff else "staff_only"


def _person(_case: Situation, who: Standing) -> str:
    return "" if who.is_staff or who.is_customer else "staff_only"


def _customer(_case: Situation, who: Standing) -> str:
    return "" if who.is_customer else "customer_only"


def _awake(case: Situation, who: Standing) -> str:
    return "take_first" if case.dormant and who.is_staff else ""


def _climbing(case: Situation, _who: Standing) -> str:
    return "" if case.escalation_state in CLIMBING else "not_escalated"


def _level_above(case: Situation, _who: Standing) -> str:
    return "" if case.has_level_above else "top_level"


def _answers_for_it(case: Situation, who: Standing) -> str:
    """The level's team and the accountable person."""
    if who.agent_id == case.accountable_id or case.team_id in who.team_ids:
        return ""
    return "other_team"


def _has_a_part(case: Situation, who: Standing) -> str:
    return "" if who.agent_id == case.owner_id else _answers_for_it(case, who)


def _reply(case: Situation, who: Standing) -> str:
    if who.is_customer and case.state in (CaseState.RESOLVED, CaseState.CLOSED):
        return "reopen_instead"
    return "case_closed" if case.state is CaseState.CLOSED else ""


def _hold(case: Situation, _who: Standing) -> str:
    return "already_pending" if case.state is CaseState.PENDING else ""


def _pending(case: Situation, _who: Standing) -> str:
    return "" if case.state is CaseState.PENDING else "not_pending"


def _not_promised(case: Situation, _who: Standing) -> str:
    return "already_promised" if case.promised else ""


def _promised(case: Situation, _who: Standing) -> str:
    return "" if case.promised else "nothing_promised"


def _no_escalation(case: Situation, _who: Standing) -> str:
    return "already_escalated" if case.escalation_state else ""


def _not_acknowledged(case: Situation, _who: Standing) -> str:
    return "already_acknowledged" if case.acknowledged else ""


def _requested(case: Situation, _who: Standing) -> str:
    return "" if case.escalation_state is EscalationState.REQUESTED else "not_requested"


def _came_from_elsewhere(case: Situation, _who: Standing) -> str:
    return "" if case.from_team_differs else "nowhere_to_hand_back"


def _decision(case: Situation, _who: Standing) -> str:
    return "" if case.decision_open else "no_decision_asked"


def _resolved(case: Situation, _who: Standing) -> str:
    return "" if case.state is CaseState.RESOLVED else "not_resolved"


def _solved(case: Situation, _who: Standing) -> str:
    return "" if case.state in (CaseState.RESOLVED, CaseState.CLOSED) else "not_resolved"


def _not_rated(case: Situation, _who: Standing) -> str:
    return "already_rated" if case.rated else ""


def _review(case: Situation, _who: Standing) -> str:
    if not case.was_escalated or case.escalation_state in CLIMBING:
        return "nothing_to_review"
    return "already_reviewed" if case.reviewed else ""


CHECKS: Mapping[Verb, tuple[Check, ...]] = {
    Verb.REPLY: (_person, _reply, _awake),
    Verb.NOTE: (_staff,),
    Verb.TRIAGE: (_staff, _unsolved, _awake, _no_escalation),
    Verb.TAKE: (_staff, _unsolved),
    Verb.HOLD: (_staff, _unsolved, _awake, _hold),
    Verb.RESUME: (_staff, _pending),
    Verb.PROMISE: (_staff, _unsolved, _awake, _not_promised),
    Verb.MOVE_PROMISE: (_staff, _unsolved, _awake, _promised),
    Verb.ESCALATE: (_staff, _unsolved, _awake, _no_escalation, _level_above),
    Verb.CLIMB: (_staff, _unsolved, _climbing, _level_above, _has_a_part),
    Verb.ACKNOWLEDGE: (_staff, _climbing, _answers_for_it, _not_acknowledged),
    Verb.ACCEPT: (_staff, _requested, _answers_for_it),
    Verb.DECLINE: (_staff, _requested, _answers_for_it),
    Verb.HAND_BACK: (_staff, _unsolved, _climbing, _answers_for_it, _came_from_elsewhere),
    Verb.DECIDE: (_staff, _climbing, _decision, _answers_for_it),
    Verb.RESOLVE: (_staff, _unsolved, _awake),
    Verb.CONFIRM: (_customer, _resolved),
    Verb.REOPEN: (_person, _solved),
    Verb.CLOSE: (_staff, _resolved),
    Verb.RATE: (_customer, _solved, _not_rated),
    Verb.REVIEW: (_staff, _review),
}


def refusal(verb: Verb, case: Situation, who: Standing) -> str:
    """The code of the first reason against it; empty when it is allowed."""
    for check in CHECKS[verb]:
        if code := check(case, who):
            return code
    return ""


def offers(case: Situation, who: Standing) -> dict[Verb, str]:
    """Every verb with the reason against it, empty for those that can be done now."""
    return {verb: refusal(verb, case, who) for verb in Verb}
