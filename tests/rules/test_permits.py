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
from escalations.rules.standing import NOBODY, SYSTEM, Door, Standing
from escalations.rules.vocabulary import CaseState, EscalationState, Verb

TEAM = 7
PEOPLE = {
    "A": Standing(Door.STAFF, "user:a", user_id=1, agent_id=1, team_ids=frozenset({TEAM})),
    "B": Standing(Door.STAFF, "user:b", user_id=2, agent_id=2),
    "W": Standing(Door.STAFF, "user:w", user_id=3, agent_id=3),
    "O": Standing(Door.STAFF, "user:o", user_id=4, agent_id=4, team_ids=frozenset({TEAM + 1})),
    "C": Standing(Door.CUSTOMER, "contact:c", user_id=5, contact_id=5),
}
PLAIN = Situation(CaseState.OPEN, dormant=False, owner_id=3, team_id=TEAM, has_level_above=True)
CLIMBING = replace(PLAIN, escalation_state=EscalationState.REQUESTED, accountable_id=2, was_escalated=True)

# A case that was never escalated, by its state.
UNESCALATED = """
verb         new    open   pending  resolved  closed
reply        ABWOC  ABWOC  ABWOC    ABWO      -
note         ABWO   ABWO   ABWO     ABWO      ABWO
triage       ABWO   ABWO   ABWO     -         -
take         ABWO    ABWO    ABWO      -         -
hold         ABWO   ABWO   -        -         -
resume       -      -      ABWO     -         -
promise      ABWO   ABWO   ABWO     -         -
move_promise -      -      -        -         -
escalate     ABWO   ABWO   ABWO     -         -
climb        -      -      -        -         -
acknowledge  -      -      -        -         -
accept       -      -      -        -         -
decline      -      -      -        -         -
hand_back    -      -      -        -         -
decide       -      -      -        -         -
resolve      ABWO   ABWO   ABWO     -         -
confirm      -      -      -        C         -
reopen       -      -      -        ABWOC     ABWOC
close        -      -      -        ABWO      -
rate         -      -      -        C         C
review       -      -      -        -         -
"""

# An open case, by the state of its escalation; it came from another team and asks for a decision.
ESCALATED = """
verb         requested  incomplete  investigating  resolving  resolved
triage       -          -           -              -          -
escalate     -          -           -              -          -
climb        ABW        ABW         ABW            ABW        -
acknowledge  AB         AB          AB             AB         -
accept       AB         -           -              -          -
decline      AB         -           -              -          -
hand_back    AB         AB          AB             AB         -
decide       AB         AB          AB             AB         -
resolve      ABWO       ABWO        ABWO           ABWO       ABWO
review       -          -           -              -          ABWO
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
    case = replace(CLIMBING, escalation_state=EscalationState(state), from_team_differs=True, decision_open=True)
    assert those_who_may(verb, case) == who


def test_the_first_table_leaves_out_no_verb_and_no_state() -> None:
    assert {verb for verb, _state, _who in rows(UNESCALATED)} == set(Verb)
    assert {state for _verb, state, _who in rows(UNESCALATED)} == {state.value for state in CaseState}


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


@pytest.mark.parametrize(
    ("verb", "changes", "code"),
    [
        (Verb.ESCALATE, {"has_level_above": False}, "top_level"),
        (Verb.CLIMB, {"has_level_above": False}, "top_level"),
        (Verb.ACKNOWLEDGE, {"acknowledged": True}, "already_acknowledged"),
        (Verb.HAND_BACK, {"from_team_differs": False}, "nowhere_to_hand_back"),
        (Verb.DECIDE, {"decision_open": False}, "no_decision_asked"),
    ],
)
def test_what_is_refused_is_refused_for_its_own_reason(verb: Verb, changes: dict[str, object], code: str) -> None:
    case = replace(PLAIN if verb in (Verb.ESCALATE, Verb.TAKE) else CLIMBING, **changes)  # type: ignore[arg-type]
    assert permits.refusal(verb, case, PEOPLE["A"]) == code


def test_a_dormant_case_is_taken_before_anything_that_customers_would_notice() -> None:
    case = replace(PLAIN, dormant=True)
    for verb in (Verb.REPLY, Verb.TRIAGE, Verb.HOLD, Verb.ESCALATE, Verb.RESOLVE):
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
            case = replace(CLIMBING, state=state, escalation_state=escalation)
            for standing in (*PEOPLE.values(), SYSTEM, NOBODY):
                offered = permits.offers(case, standing)
                assert set(offered) == set(Verb)
                assert offered == {verb: permits.refusal(verb, case, standing) for verb in Verb}
                seen |= set(offered.values())
    assert seen - {""} <= set(words.REFUSALS)
