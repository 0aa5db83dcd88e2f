"""Who may do what when: the whole table, to be read.

A is an agent of the team that has the case now, B the accountable person from elsewhere, W the owner from elsewhere,
O any other colleague, C the customer. Belay itself and nobody at all may do nothing: the engine's acts are no verbs.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.models import words
from escalations.rules import permits
from escalations.rules.permits import Situation
from escalations.rules.standing import NOBODY, SYSTEM, Door, Right, Standing
from escalations.rules.vocabulary import CaseState, EscalationState, Verb

TEAM = 7
ALL = frozenset(Right)
PEOPLE = {
    "A": Standing(Door.STAFF, "user:a", user_id=1, agent_id=1, rights=ALL, team_ids=frozenset({TEAM})),
    "B": Standing(Door.STAFF, "user:b", user_id=2, agent_id=2, rights=ALL),
    "W": Standing(Door.STAFF, "user:w", user_id=3, agent_id=3, rights=ALL),
    "O": Standing(Door.STAFF, "user:o", user_id=4, agent_id=4, rights=ALL, team_ids=frozenset({TEAM + 1})),
    "C": Standing(Door.CUSTOMER, "contact:c", user_id=5, contact_id=5),
}
PLAIN = Situation(CaseState.OPEN, dormant=False, owner_id=3, team_id=TEAM, has_level_above=True)
CLIMBING = replace(PLAIN, escalation_state=EscalationState.REQUESTED, accountable_id=2, was_escalated=True)
# Everything there is beside the states: O works above, something is asked, planned, promised and requested.
FULL = replace(
    CLIMBING,
    has_level_below=True,
    from_team_differs=True,
    teams_above=frozenset({TEAM + 1}),
    decision_open=True,
    promised=True,
    ask_open=True,
    has_requests=True,
    has_plan_steps=True,
    has_script=True,
    linked=True,
)

# A case that was never escalated, by its state.
UNESCALATED = """
verb           new    open   pending  resolved  closed
reply          ABWOC  ABWOC  ABWOC    ABWO      -
note           ABWO   ABWO   ABWO     ABWO      ABWO
triage         ABWO   ABWO   ABWO     -         -
assess         ABWO   ABWO   ABWO     -         -
take           ABWO   ABWO   ABWO     -         -
hold           ABWO   ABWO   -        -         -
resume         -      -      ABWO     -         -
promise        ABWO   ABWO   ABWO     -         -
move_promise   -      -      -        -         -
tick           -      -      -        -         -
watch          ABWO   ABWO   ABWO     ABWO      ABWO
escalate       ABWO   ABWO   ABWO     -         -
pull_up        -      -      -        -         -
climb          -      -      -        -         -
acknowledge    -      -      -        -         -
accept         -      -      -        -         -
decline        -      -      -        -         -
return         -      -      -        -         -
complete       -      -      -        -         -
redirect       -      -      -        -         -
hand_back      -      -      -        -         -
step_back      -      -      -        -         -
lend           AW     AW     AW       -         -
ask_decision   -      -      -        -         -
decide         -      -      -        -         -
withdraw       -      -      -        -         -
de_escalate    -      -      -        -         -
find           -      -      -        -         -
plan           -      -      -        -         -
finish         -      -      -        -         -
request        ABWO   ABWO   ABWO     -         -
answer_request -      -      -        -         -
cancel_request -      -      -        -         -
resolve        ABWO   ABWO   ABWO     -         -
confirm        -      -      -        C         -
reopen         -      -      -        ABWOC     ABWOC
close          -      -      -        ABWO      -
follow_up      -      -      -        -         -
rate           -      -      -        C         C
review         -      -      -        -         -
ask            C      C      C        -         -
withdraw_ask   -      -      -        -         -
decline_ask    -      -      -        -         -
link           ABWO   ABWO   ABWO     ABWO      ABWO
unlink         -      -      -        -         -
merge          ABWO   ABWO   ABWO     -         -
split          ABWO   ABWO   ABWO     ABWO      ABWO
"""

# An open case with all that can be beside it (see FULL), by the state of its escalation.
ESCALATED = """
verb           requested  incomplete  investigating  resolving
reply          ABWOC      ABWOC       ABWOC          ABWOC
triage         -          -           -              -
assess         ABWO       ABWO        ABWO           ABWO
promise        -          -           -              -
move_promise   ABWO       ABWO        ABWO           ABWO
tick           ABWO       ABWO        ABWO           ABWO
escalate       -          -           -              -
pull_up        O          O           O              O
climb          ABW        ABW         ABW            ABW
acknowledge    AB         AB          AB             AB
accept         AB         -           -              -
decline        AB         -           -              -
return         AB         -           -              -
complete       -          ABW         -              -
redirect       AB         AB          AB             AB
hand_back      AB         AB          AB             AB
step_back      AB         AB          AB             AB
lend           -          -           -              -
ask_decision   -          -           -              -
decide         AB         AB          AB             AB
withdraw       ABW        ABW         AB             AB
de_escalate    -          -           AB             AB
find           ABWO       ABWO        ABWO           ABWO
plan           -          -           ABW            ABW
finish         ABWO       ABWO        ABWO           ABWO
request        ABWO       ABWO        ABWO           ABWO
answer_request ABWO       ABWO        ABWO           ABWO
cancel_request ABWO       ABWO        ABWO           ABWO
resolve        ABWO       ABWO        ABWO           ABWO
review         -          -           -              -
ask            -          -           -              -
withdraw_ask   C          C           C              C
decline_ask    ABWO       ABWO        ABWO           ABWO
unlink         ABWO       ABWO        ABWO           ABWO
merge          -          -           -              -
"""


def rows(table: str) -> list[tuple[Verb, str, str]]:
    """Every verb of a table with one column and who may."""
    head, *lines = (line.split() for line in table.strip().splitlines())
    return [
        (Verb(line[0]), column, who.replace("-", ""))
        for line in lines
        for column, who in zip(head[1:], line[1:], strict=True)
    ]


def those_who_may(verb: Verb, case: Situation) -> str:
    return "".join(name for name, standing in PEOPLE.items() if not permits.refusal(verb, case, standing))


@pytest.mark.parametrize(("verb", "state", "who"), rows(UNESCALATED))
def test_with_a_case_that_is_not_escalated(verb: Verb, state: str, who: str) -> None:
    assert those_who_may(verb, replace(PLAIN, state=CaseState(state))) == who


@pytest.mark.parametrize(("verb", "state", "who"), rows(ESCALATED))
def test_with_a_case_that_is_escalated(verb: Verb, state: str, who: str) -> None:
    assert those_who_may(verb, replace(FULL, escalation_state=EscalationState(state))) == who


def test_after_the_end_an_escalation_is_only_reviewed_and_followed_up() -> None:
    solved = replace(FULL, state=CaseState.RESOLVED, escalation_state=EscalationState.RESOLVED, ask_open=False)
    may = {verb.value: who for verb in Verb if (who := those_who_may(verb, solved))}
    told = {"reply": "ABWO", "note": "ABWO", "watch": "ABWO", "reopen": "ABWOC", "close": "ABWO"}
    joining = {"link": "ABWO", "unlink": "ABWO", "split": "ABWO"}
    assert may == {**told, **joining, "confirm": "C", "rate": "C", "review": "ABWO"}
    closed = replace(solved, state=CaseState.CLOSED, escalation_state=None, follow_up_open=True)
    assert those_who_may(Verb.FOLLOW_UP, closed) == "ABWO"


def test_the_first_table_leaves_out_no_verb_and_no_state() -> None:
    assert {verb for verb, _state, _who in rows(UNESCALATED)} == set(Verb)
    assert {state for _verb, state, _who in rows(UNESCALATED)} == {state.value for state in CaseState}


def test_at_a_case_that_was_merged_only_its_customer_still_writes() -> None:
    over = replace(FULL, state=CaseState.CLOSED, escalation_state=None, merged=True)
    assert {verb: who for verb in Verb if (who := those_who_may(verb, over))} == {Verb.REPLY: "C"}
    assert permits.refusal(Verb.NOTE, over, PEOPLE["A"]) == "merged"


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("verb", Verb)
def test_neither_belay_itself_nor_nobody_does_what_people_do(verb: Verb, state: CaseState) -> None:
    for case in (
        replace(PLAIN, state=state),
        replace(CLIMBING, state=state),
        replace(PLAIN, state=state, owner_id=None),
    ):
        assert permits.refusal(verb, case, NOBODY)
        assert permits.refusal(verb, case, SYSTEM)


HIGHER = replace(PEOPLE["A"], team_ids=frozenset({TEAM, TEAM + 1}))


@pytest.mark.parametrize(
    ("verb", "changes", "code"),
    [
        (Verb.ESCALATE, {"has_level_above": False, "escalation_state": None}, "top_level"),
        (Verb.ESCALATE, {}, "already_escalated"),
        (Verb.PULL_UP, {"has_level_above": False}, "top_level"),
        (Verb.PULL_UP, {"teams_above": frozenset()}, "not_above"),
        (Verb.CLIMB, {"has_level_above": False}, "top_level"),
        (Verb.CLIMB, {"escalation_state": None}, "not_escalated"),
        (Verb.ACKNOWLEDGE, {"acknowledged": True}, "already_acknowledged"),
        (Verb.LEND, {}, "acknowledge_first"),
        (Verb.HAND_BACK, {"from_team_differs": False}, "nowhere_to_hand_back"),
        (Verb.STEP_BACK, {"has_level_below": False}, "bottom_level"),
        (Verb.RETURN, {"escalation_state": EscalationState.INVESTIGATING}, "not_requested"),
        (Verb.COMPLETE, {}, "not_incomplete"),
        (Verb.DE_ESCALATE, {}, "accept_first"),
        (Verb.PLAN, {}, "accept_first"),
        (Verb.FINISH, {"has_plan_steps": False}, "no_plan_step"),
        (Verb.ASK_DECISION, {}, "decision_open"),
        (Verb.DECIDE, {"decision_open": False}, "no_decision_asked"),
        (Verb.ANSWER_REQUEST, {"has_requests": False}, "no_request"),
        (Verb.CANCEL_REQUEST, {"has_requests": False}, "no_request"),
        (Verb.TICK, {"has_script": False}, "no_script"),
        (Verb.FOLLOW_UP, {}, "no_follow_up"),
        (Verb.DECLINE_ASK, {"ask_open": False}, "not_asked"),
        (Verb.ASK, {}, "customer_only"),
        (Verb.PROMISE, {}, "already_promised"),
        (Verb.MOVE_PROMISE, {"promised": False}, "nothing_promised"),
    ],
)
def test_what_is_refused_is_refused_for_its_own_reason(verb: Verb, changes: dict[str, object], code: str) -> None:
    assert permits.refusal(verb, replace(FULL, **changes), HIGHER) == code  # type: ignore[arg-type]


def test_a_customer_asks_once_at_a_time_and_takes_back_only_what_was_asked() -> None:
    assert permits.refusal(Verb.ASK, FULL, PEOPLE["C"]) == "already_asked"
    assert permits.refusal(Verb.WITHDRAW_ASK, replace(FULL, ask_open=False), PEOPLE["C"]) == "not_asked"
    assert permits.refusal(Verb.ASK, replace(FULL, ask_open=False, has_level_above=False), PEOPLE["C"]) == "top_level"


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.ACCEPT, Verb.DECIDE, Verb.PULL_UP, Verb.TAKE])
def test_whoever_is_away_today_takes_nothing_on(verb: Verb) -> None:
    assert permits.refusal(verb, FULL, HIGHER) == ""
    assert permits.refusal(verb, replace(FULL, away=frozenset({1})), HIGHER) == "you_are_away"


@pytest.mark.parametrize("verb", [Verb.ACKNOWLEDGE, Verb.ACCEPT, Verb.DECLINE, Verb.RETURN, Verb.CLIMB, Verb.REDIRECT])
def test_onc_01_the_deputy_of_somebody_away_may_do_what_they_may(verb: Verb) -> None:
    """Of the accountable person, of whoever the step asks, of the manager of the account; of nobody else."""
    stranger = Standing(Door.STAFF, "user:d", user_id=9, agent_id=9, rights=ALL)
    assert permits.refusal(verb, FULL, stranger) == "other_team"
    for who in ({"accountable_id": 2}, {"person_id": 2}, {"manager_id": 2}):
        case = replace(FULL, accountable_id=None, deputies=frozenset({(9, 2)}))
        assert permits.refusal(verb, case, stranger) == "other_team"
        assert permits.refusal(verb, replace(case, **who), stranger) == ""  # type: ignore[arg-type]


def test_the_manager_of_an_account_answers_for_its_cases_and_decides_nothing_by_it() -> None:
    managing = Standing(Door.STAFF, "user:d", user_id=9, agent_id=9, rights=ALL)
    case = replace(FULL, manager_id=9)
    assert permits.refusal(Verb.CLIMB, case, managing) == ""
    assert permits.refusal(Verb.DECIDE, case, managing) == "other_team"
    assert permits.refusal(Verb.DECIDE, replace(case, deciders=frozenset({9})), managing) == ""


def test_an_expert_who_was_lent_and_whoever_is_asked_to_decide_have_their_part_and_no_more() -> None:
    expert = Standing(Door.STAFF, "user:d", user_id=9, agent_id=9, rights=ALL)
    lent, asked = replace(FULL, helpers=frozenset({9})), replace(FULL, deciders=frozenset({9}))
    assert permits.refusal(Verb.CLIMB, lent, expert) == ""
    assert permits.refusal(Verb.ACCEPT, lent, expert) == "other_team"
    assert permits.refusal(Verb.DECIDE, lent, expert) == "other_team"
    assert permits.refusal(Verb.DECIDE, asked, expert) == ""
    assert permits.refusal(Verb.CLIMB, asked, expert) == "other_team"


@pytest.mark.parametrize("state", [EscalationState.REQUESTED, EscalationState.INVESTIGATING])
def test_once_it_is_acknowledged_an_expert_may_be_asked_by_those_who_have_a_part(state: EscalationState) -> None:
    assert those_who_may(Verb.LEND, replace(FULL, escalation_state=state, acknowledged=True)) == "ABW"


def test_whoever_asked_for_an_escalation_may_complete_and_withdraw_it() -> None:
    case = replace(FULL, asked_by_id=4, escalation_state=EscalationState.INCOMPLETE)
    assert permits.refusal(Verb.COMPLETE, case, PEOPLE["O"]) == ""
    assert permits.refusal(Verb.WITHDRAW, case, PEOPLE["O"]) == ""
    assert permits.refusal(Verb.WITHDRAW, replace(case, asked_by_id=None), PEOPLE["O"]) == "other_team"


def test_a_dormant_case_is_taken_before_anything_that_customers_would_notice() -> None:
    case = replace(PLAIN, dormant=True)
    for verb in (Verb.REPLY, Verb.TRIAGE, Verb.HOLD, Verb.ESCALATE, Verb.LEND, Verb.REQUEST, Verb.RESOLVE):
        assert permits.refusal(verb, case, PEOPLE["A"]) == "take_first"
    assert not permits.refusal(Verb.TAKE, replace(case, owner_id=1), PEOPLE["A"])
    assert not permits.refusal(Verb.NOTE, case, PEOPLE["A"])
    assert not permits.refusal(Verb.REPLY, case, PEOPLE["C"])


def test_a_resolution_is_rated_once_and_an_escalation_reviewed_once() -> None:
    resolved = replace(PLAIN, state=CaseState.RESOLVED, was_escalated=True)
    assert permits.refusal(Verb.RATE, replace(resolved, rated=True), PEOPLE["C"]) == "already_rated"
    assert permits.refusal(Verb.REVIEW, resolved, PEOPLE["O"]) == ""
    assert permits.refusal(Verb.REVIEW, replace(resolved, reviewed=True), PEOPLE["O"]) == "already_reviewed"


def test_what_is_offered_is_what_is_not_refused_and_every_reason_has_words() -> None:
    seen = set()
    for state in CaseState:
        for escalation in (None, *EscalationState):
            case = replace(FULL, state=state, escalation_state=escalation, away=frozenset({2}))
            for standing in (*PEOPLE.values(), SYSTEM, NOBODY):
                offered = permits.offers(case, standing)
                assert set(offered) == set(Verb)
                assert offered == {verb: permits.refusal(verb, case, standing) for verb in Verb}
                seen |= set(offered.values())
    assert seen - {""} <= set(words.REFUSALS)


@pytest.mark.parametrize("state", [EscalationState.INVESTIGATING, EscalationState.RESOLVING])
def test_what_somebody_has_taken_up_is_not_withdrawn_by_whoever_began_it(state: EscalationState) -> None:
    case = replace(FULL, asked_by_id=4, escalation_state=state)
    assert permits.refusal(Verb.WITHDRAW, case, PEOPLE["O"]) == "taken_up_already"
