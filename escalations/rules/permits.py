"""What a person may do with a case now, and the code of the reason why not. Doors show it, actions enforce it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from escalations.rules.roles import ACTING, needs
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CLIMBING, UNSOLVED, CaseState, EscalationState, Verb


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as `permits` sees it. The escalation fields are those of the open escalation, else None.

    `away` are the agents who are absent now, `deputies` says who stands in for whom (deputy, absent) today.
    `decides_here` says that the open question is asked of whoever got the case at this level.
    `asked_by_id` began the escalation, `sender_id` brought the case to where it is now.
    `person_id` is who must acknowledge the current step, `helpers` are experts lent and people asked to decide,
    `teams_above` the teams of the levels above. `must_know` are the digests of the training texts without which nobody
    accepts at this level; empty where the level does not ask for them. A `merged` case goes on in another one.
    """

    state: CaseState
    dormant: bool
    owner_id: int | None
    team_id: int
    has_level_above: bool
    has_level_below: bool = False
    escalation_state: EscalationState | None = None
    accountable_id: int | None = None
    person_id: int | None = None
    asked_by_id: int | None = None
    sender_id: int | None = None
    manager_id: int | None = None
    helpers: frozenset[int] = frozenset()
    deciders: frozenset[int] = frozenset()
    teams_above: frozenset[int] = frozenset()
    away: frozenset[int] = frozenset()
    deputies: frozenset[tuple[int, int]] = frozenset()
    acknowledged: bool = False
    decision_open: bool = False
    decides_here: bool = True
    from_team_differs: bool = False
    promised: bool = False
    ask_open: bool = False
    has_requests: bool = False
    has_plan_steps: bool = False
    has_script: bool = False
    follow_up_open: bool = False
    rated: bool = False
    reviewed: bool = False
    was_escalated: bool = False
    linked: bool = False
    merged: bool = False
    must_know: frozenset[str] = frozenset()

    def stands_in(self, agent_id: int | None) -> frozenset[int]:
        """Those who are away and have this person as their deputy."""
        return frozenset(absent for deputy, absent in self.deputies if deputy == agent_id)


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


def _is(case: Situation, who: Standing, agents: Iterable[int | None]) -> bool:
    """Whether this is one of them, or stands in for one of them."""
    wanted = {agent for agent in agents if agent}
    return who.agent_id in wanted or bool(case.stands_in(who.agent_id) & wanted)


def _answers_for_it(case: Situation, who: Standing) -> str:
    """The level's team, the accountable person, whoever the step asks, the account manager, and their deputies."""
    answering = (case.accountable_id, case.person_id, case.manager_id)
    return "" if case.team_id in who.team_ids or _is(case, who, answering) else "other_team"


def _has_a_part(case: Situation, who: Standing) -> str:
    """Also the owner and the experts who help."""
    return "" if _is(case, who, (case.owner_id, *case.helpers)) else _answers_for_it(case, who)


def _may_decide(case: Situation, who: Standing) -> str:
    """Whoever was asked; of what this level was asked, also those who have it; an account in hand gives no say."""
    if _is(case, who, case.deciders):
        return ""
    if not case.decides_here:
        return "not_asked_to_decide"
    has_it = case.team_id in who.team_ids or _is(case, who, (case.accountable_id, case.person_id))
    return "" if has_it else "other_team"


def _began_it(case: Situation, who: Standing) -> str:
    """Whoever asked for the escalation or sent it here, the owner, and those who answer for it."""
    return "" if _is(case, who, (case.asked_by_id, case.sender_id)) else _has_a_part(case, who)


def _may_withdraw(case: Situation, who: Standing) -> str:
    """Whoever began it, as long as nobody has taken it up; then those who answer for it."""
    if case.escalation_state in (EscalationState.INVESTIGATING, EscalationState.RESOLVING):
        return "taken_up_already" if _answers_for_it(case, who) else ""
    return _began_it(case, who)


def _somebody_asked(case: Situation, _who: Standing) -> str:
    """A brief is returned to somebody; what came by itself from nobody cannot be."""
    return "" if case.sender_id or case.asked_by_id or case.owner_id else "nobody_asked"


def _present(case: Situation, who: Standing) -> str:
    return "you_are_away" if who.agent_id in case.away else ""


def _from_above(case: Situation, who: Standing) -> str:
    return "" if case.teams_above & who.team_ids else "not_above"


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


def _trained(case: Situation, who: Standing) -> str:
    return "" if case.must_know <= who.trained else "training_missing"


def _came_from_elsewhere(case: Situation, _who: Standing) -> str:
    return "" if case.from_team_differs else "nowhere_to_hand_back"


def _incomplete(case: Situation, _who: Standing) -> str:
    return "" if case.escalation_state is EscalationState.INCOMPLETE else "not_incomplete"


def _taken_up(case: Situation, _who: Standing) -> str:
    return "" if case.escalation_state in (EscalationState.INVESTIGATING, EscalationState.RESOLVING) else "accept_first"


def _looked_after(case: Situation, _who: Standing) -> str:
    """An expert who helps takes no watch over: whoever has to act says first that they have it."""
    return "acknowledge_first" if case.escalation_state in CLIMBING and not case.acknowledged else ""


def _level_below(case: Situation, _who: Standing) -> str:
    return "" if case.has_level_below else "bottom_level"


def _plan_steps(case: Situation, _who: Standing) -> str:
    return "" if case.has_plan_steps else "no_plan_step"


def _requests(case: Situation, _who: Standing) -> str:
    return "" if case.has_requests else "no_request"


def _script(case: Situation, _who: Standing) -> str:
    return "" if case.has_script else "no_script"


def _linked(case: Situation, _who: Standing) -> str:
    return "" if case.linked else "not_linked"


def _answered(case: Situation, _who: Standing) -> str:
    """A wish for escalation is answered, and not lost in another case."""
    return "answer_ask_first" if case.ask_open else ""


def _no_ask(case: Situation, _who: Standing) -> str:
    return "already_asked" if case.ask_open else ""


def _ask(case: Situation, _who: Standing) -> str:
    return "" if case.ask_open else "not_asked"


def _follow_up(case: Situation, _who: Standing) -> str:
    return "" if case.follow_up_open else "no_follow_up"


def _no_decision(case: Situation, _who: Standing) -> str:
    return "decision_open" if case.decision_open else ""


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


def lacks_right(verb: Verb, case: Situation, who: Standing) -> bool:
    """Whether this is a member of the staff, standing in or not, whose roles do not give the right that this needs."""
    needed = needs(verb, lowest=not case.has_level_below)
    return needed is not None and who.is_staff and not who.may(needed)


CHECKS: Mapping[Verb, tuple[Check, ...]] = {
    Verb.REPLY: (_person, _reply, _awake),
    Verb.NOTE: (_staff,),
    Verb.TRIAGE: (_staff, _unsolved, _awake, _no_escalation),
    Verb.ASSESS: (_staff, _unsolved, _awake),
    Verb.TAKE: (_staff, _unsolved, _present),
    Verb.HOLD: (_staff, _unsolved, _awake, _hold),
    Verb.RESUME: (_staff, _pending),
    Verb.PROMISE: (_staff, _unsolved, _awake, _not_promised),
    Verb.MOVE_PROMISE: (_staff, _unsolved, _awake, _promised),
    Verb.TICK: (_staff, _unsolved, _awake, _script),
    Verb.WATCH: (_staff,),
    Verb.ESCALATE: (_staff, _unsolved, _awake, _no_escalation, _level_above),
    Verb.PULL_UP: (_staff, _unsolved, _awake, _present, _level_above, _from_above),
    Verb.CLIMB: (_staff, _unsolved, _climbing, _level_above, _has_a_part),
    Verb.ACKNOWLEDGE: (_staff, _climbing, _present, _answers_for_it, _not_acknowledged),
    Verb.ACCEPT: (_staff, _requested, _present, _answers_for_it, _trained),
    Verb.DECLINE: (_staff, _requested, _answers_for_it),
    Verb.RETURN: (_staff, _requested, _answers_for_it, _somebody_asked),
    Verb.COMPLETE: (_staff, _incomplete, _began_it),
    Verb.REDIRECT: (_staff, _unsolved, _climbing, _answers_for_it),
    Verb.HAND_BACK: (_staff, _unsolved, _climbing, _answers_for_it, _came_from_elsewhere),
    Verb.STEP_BACK: (_staff, _unsolved, _climbing, _answers_for_it, _level_below),
    Verb.LEND: (_staff, _unsolved, _awake, _has_a_part, _looked_after),
    Verb.ASK_DECISION: (_staff, _unsolved, _climbing, _has_a_part, _no_decision),
    Verb.DECIDE: (_staff, _climbing, _decision, _present, _may_decide),
    Verb.WITHDRAW: (_staff, _unsolved, _climbing, _may_withdraw),
    Verb.DE_ESCALATE: (_staff, _unsolved, _climbing, _taken_up, _answers_for_it),
    Verb.FIND: (_staff, _unsolved, _climbing),
    Verb.PLAN: (_staff, _unsolved, _climbing, _taken_up, _has_a_part),
    Verb.FINISH: (_staff, _unsolved, _climbing, _plan_steps),
    Verb.REQUEST: (_staff, _unsolved, _awake),
    Verb.ANSWER_REQUEST: (_staff, _unsolved, _requests),
    Verb.CANCEL_REQUEST: (_staff, _unsolved, _requests),
    Verb.RESOLVE: (_staff, _unsolved, _awake),
    Verb.CONFIRM: (_customer, _resolved),
    Verb.REOPEN: (_person, _solved),
    Verb.CLOSE: (_staff, _resolved),
    Verb.FOLLOW_UP: (_staff, _follow_up),
    Verb.RATE: (_customer, _solved, _not_rated),
    Verb.REVIEW: (_staff, _review),
    Verb.ASK: (_customer, _unsolved, _no_ask, _level_above),
    Verb.WITHDRAW_ASK: (_customer, _ask),
    Verb.DECLINE_ASK: (_staff, _ask),
    Verb.LINK: (_staff,),
    Verb.UNLINK: (_staff, _linked),
    Verb.MERGE: (_staff, _unsolved, _awake, _answered),
    Verb.SPLIT: (_staff, _awake),
}


def refusal(verb: Verb, case: Situation, who: Standing) -> str:
    """The code of the first reason against it; empty when it is allowed."""
    lacks = lacks_right(verb, case, who)
    if lacks and not who.may(*ACTING):
        return "role"  # whoever only reads need not hear what else stands in the way
    if case.merged:  # what its customer still writes arrives where it goes on
        return "" if verb is Verb.REPLY and who.is_customer else "merged"
    for check in CHECKS[verb]:
        if code := check(case, who):
            return code
    return "role" if lacks else ""


def offers(case: Situation, who: Standing) -> dict[Verb, str]:
    """Every verb with the reason against it, empty for those that can be done now."""
    return {verb: refusal(verb, case, who) for verb in Verb}
