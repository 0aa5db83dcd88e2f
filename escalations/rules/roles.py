"""Who a colleague can be: each role, with the rights it gives and how far into the back office it leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from escalations.rules.standing import Right
from escalations.rules.vocabulary import Verb


class StaffRole(StrEnum):
    """The roles; also the names of the groups that stand for them."""

    AGENT = "agent"
    SPECIALIST = "specialist"
    LEAD = "lead"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Office(StrEnum):
    """How far the back office is open."""

    CLOSED = "closed"
    READ = "read"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a role gives."""

    rights: frozenset[Right]
    office: Office = Office.CLOSED


_LEADING = frozenset({Right.WORK, Right.RECEIVE, Right.DECIDE, Right.LEAD})

GRANTS: Mapping[StaffRole, Grant] = {
    StaffRole.AGENT: Grant(frozenset({Right.WORK})),
    StaffRole.SPECIALIST: Grant(frozenset({Right.WORK, Right.RECEIVE})),
    StaffRole.LEAD: Grant(_LEADING),
    StaffRole.MANAGER: Grant(_LEADING | {Right.SEE_ALL}),
    StaffRole.EXECUTIVE: Grant(_LEADING | {Right.SEE_ALL}),
    StaffRole.ADMINISTRATOR: Grant(frozenset({Right.WORK, Right.LEAD, Right.SEE_ALL, Right.SEE_AS}), Office.ALL),
    StaffRole.AUDITOR: Grant(frozenset({Right.SEE_ALL}), Office.READ),
}

# Whoever has none of these only reads.
ACTING = frozenset({Right.WORK, Right.RECEIVE, Right.DECIDE, Right.LEAD})


def fitting(level: int, *, leads: bool) -> StaffRole:
    """The role of somebody whose teams work at this level at most; 0 is no level at all."""
    if level > 3:
        return StaffRole.EXECUTIVE
    if level == 3:
        return StaffRole.MANAGER
    if leads:
        return StaffRole.LEAD
    return StaffRole.SPECIALIST if level == 2 else StaffRole.AGENT


# The right that a member of the staff needs for each verb; RECEIVE at the lowest level is WORK, see `needs`. What
# only customers do needs none.
NEEDS: Mapping[Verb, Right] = {
    Verb.REPLY: Right.WORK,
    Verb.NOTE: Right.WORK,
    Verb.TRIAGE: Right.WORK,
    Verb.ASSESS: Right.WORK,
    Verb.TAKE: Right.WORK,
    Verb.HOLD: Right.WORK,
    Verb.RESUME: Right.WORK,
    Verb.PROMISE: Right.WORK,
    Verb.MOVE_PROMISE: Right.WORK,
    Verb.TICK: Right.WORK,
    Verb.WATCH: Right.WORK,
    Verb.ESCALATE: Right.WORK,
    Verb.PULL_UP: Right.RECEIVE,
    Verb.CLIMB: Right.WORK,
    Verb.ACKNOWLEDGE: Right.RECEIVE,
    Verb.ACCEPT: Right.RECEIVE,
    Verb.DECLINE: Right.RECEIVE,
    Verb.RETURN: Right.RECEIVE,
    Verb.COMPLETE: Right.WORK,
    Verb.REDIRECT: Right.RECEIVE,
    Verb.HAND_BACK: Right.RECEIVE,
    Verb.STEP_BACK: Right.RECEIVE,
    Verb.LEND: Right.WORK,
    Verb.ASK_DECISION: Right.WORK,
    Verb.DECIDE: Right.DECIDE,
    Verb.WITHDRAW: Right.WORK,
    Verb.DE_ESCALATE: Right.LEAD,
    Verb.FIND: Right.WORK,
    Verb.PLAN: Right.RECEIVE,
    Verb.FINISH: Right.WORK,
    Verb.REQUEST: Right.WORK,
    Verb.ANSWER_REQUEST: Right.WORK,
    Verb.CANCEL_REQUEST: Right.WORK,
    Verb.RESOLVE: Right.WORK,
    Verb.REOPEN: Right.WORK,
    Verb.CLOSE: Right.WORK,
    Verb.FOLLOW_UP: Right.WORK,
    Verb.REVIEW: Right.WORK,
    Verb.DECLINE_ASK: Right.WORK,
    Verb.LINK: Right.WORK,
    Verb.UNLINK: Right.WORK,
    Verb.MERGE: Right.WORK,
    Verb.SPLIT: Right.WORK,
}


def enough(right: Right, *, lowest: bool) -> Right:
    """The right that is enough for this at a level: what comes down to the lowest one is daily work there."""
    return Right.WORK if right is Right.RECEIVE and lowest else right


def needs(verb: Verb, *, lowest: bool) -> Right | None:
    """What a member of the staff needs for this verb on a case at the lowest level, or above; None for no right.

    Pulling up leads above the lowest level, wherever the case is.
    """
    right = NEEDS.get(verb)
    return enough(right, lowest=lowest and verb is not Verb.PULL_UP) if right else None
