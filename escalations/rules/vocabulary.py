"""The fixed words of the product, as code and journal write them."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class CaseState(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"


UNSOLVED = (CaseState.NEW, CaseState.OPEN, CaseState.PENDING)


class EscalationState(StrEnum):
    REQUESTED = "requested"
    INCOMPLETE = "incomplete"
    INVESTIGATING = "investigating"
    RESOLVING = "resolving"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OPEN_ESCALATION = (
    EscalationState.REQUESTED,
    EscalationState.INCOMPLETE,
    EscalationState.INVESTIGATING,
    EscalationState.RESOLVING,
    EscalationState.RESOLVED,
)
CLIMBING = OPEN_ESCALATION[:-1]


class Severity(IntEnum):
    CRITICAL = 1
    HIGH = 2
    MEDIUM = 3
    LOW = 4


class Impact(StrEnum):
    MAJOR = "major"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Urgency(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Kind(StrEnum):
    """Functional asks for expertise, hierarchical for authority."""

    FUNCTIONAL = "functional"
    HIERARCHICAL = "hierarchical"


class Move(StrEnum):
    """What one step of an escalation did."""

    CLIMB = "climb"
    JUMP = "jump"
    STEP_BACK = "step_back"
    HAND_BACK = "hand_back"


class Source(StrEnum):
    """Who or what began an escalation."""

    AGENT = "agent"
    MANAGER = "manager"
    CUSTOMER = "customer"
    CLOCK = "clock"
    IMPORT = "import"


class Reason(StrEnum):
    """Why a case climbs."""

    UNRESOLVED = "unresolved"
    REPEATED = "repeated"
    IMPACT = "impact"
    SKILL = "skill"
    AUTHORITY = "authority"
    CLOCK = "clock"
    CUSTOMER_ASKED = "customer_asked"
    IMPORTED = "imported"


MANUAL_REASONS = (
    Reason.UNRESOLVED,
    Reason.REPEATED,
    Reason.IMPACT,
    Reason.SKILL,
    Reason.AUTHORITY,
    Reason.CUSTOMER_ASKED,
)


class ClockKind(StrEnum):
    FIRST_RESPONSE = "first_response"
    ACKNOWLEDGEMENT = "acknowledgement"
    TRIAGE = "triage"
    NEXT_UPDATE = "next_update"
    RESOLUTION = "resolution"


NEVER_PAUSED = (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE, ClockKind.NEXT_UPDATE)


class Outcome(StrEnum):
    """How a case ended."""

    SOLVED = "solved"
    WORKAROUND = "workaround"
    DUPLICATE = "duplicate"
    SPAM = "spam"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """The answer to a decision that was asked for."""

    APPROVED = "approved"
    REFUSED = "refused"


class Effect(StrEnum):
    """What a trigger does when its condition holds: remind people, or climb by itself."""

    NUDGE = "nudge"
    ACT = "act"


class Channel(StrEnum):
    IN_APP = "in_app"
    MAIL = "mail"


class Origin(StrEnum):
    """By which door a case or message came."""

    PORTAL = "portal"
    DESK = "desk"
    API = "api"
    MAIL = "mail"
    IMPORT = "import"


class Verb(StrEnum):
    """Everything a person can do with a case; desk, portal and API offer exactly what `permits` allows."""

    REPLY = "reply"
    NOTE = "note"
    TRIAGE = "triage"
    TAKE = "take"
    HOLD = "hold"
    RESUME = "resume"
    ESCALATE = "escalate"
    CLIMB = "climb"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    DECLINE = "decline"
    HAND_BACK = "hand_back"
    DECIDE = "decide"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSE = "close"
    RATE = "rate"
    REVIEW = "review"
