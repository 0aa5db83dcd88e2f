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
    REDIRECT = "redirect"
    LEND = "lend"


class Source(StrEnum):
    """Who or what began an escalation."""

    AGENT = "agent"
    MANAGER = "manager"
    CUSTOMER = "customer"
    RULE = "rule"
    CLOCK = "clock"
    IMPORT = "import"


class Reason(StrEnum):
    """Why a case climbs."""

    UNRESOLVED = "unresolved"
    REPEATED = "repeated"
    COMPLEXITY = "complexity"
    SILENCE = "silence"
    DISSATISFIED = "dissatisfied"
    IMPACT = "impact"
    SKILL = "skill"
    AUTHORITY = "authority"
    CLOCK = "clock"
    CUSTOMER_ASKED = "customer_asked"
    IMPORTED = "imported"


MANUAL_REASONS = (
    Reason.UNRESOLVED,
    Reason.REPEATED,
    Reason.COMPLEXITY,
    Reason.SILENCE,
    Reason.DISSATISFIED,
    Reason.IMPACT,
    Reason.SKILL,
    Reason.AUTHORITY,
    Reason.CUSTOMER_ASKED,
)


class ClockKind(StrEnum):
    """What a clock promises.

    Next reply counts from the first unanswered message of the customer; next update is the cadence of an escalation or
    an open promise; ownership is how long one team has a case, time at level how long an escalation stays at a level;
    ask is how long a customer waits who asked for escalation.
    """

    FIRST_RESPONSE = "first_response"
    NEXT_REPLY = "next_reply"
    NEXT_UPDATE = "next_update"
    ACKNOWLEDGEMENT = "acknowledgement"
    TRIAGE = "triage"
    TIME_AT_LEVEL = "time_at_level"
    OWNERSHIP = "ownership"
    REQUEST = "request"
    DECISION = "decision"
    ASK = "ask"
    RESOLUTION = "resolution"
    REVIEW = "review"
    FOLLOW_UP = "follow_up"


NEVER_PAUSED = (
    ClockKind.ACKNOWLEDGEMENT,
    ClockKind.TRIAGE,
    ClockKind.NEXT_UPDATE,
    ClockKind.DECISION,
    ClockKind.ASK,
)
PAUSED_BY_DEFAULT = (ClockKind.RESOLUTION, ClockKind.NEXT_REPLY, ClockKind.TIME_AT_LEVEL)


class Elapsed(StrEnum):
    """What becomes of the time a clock has counted when it gets another target."""

    CARRY = "carry"
    RESTART = "restart"


class Outcome(StrEnum):
    """How a case ended."""

    SOLVED = "solved"
    WORKAROUND = "workaround"
    DUPLICATE = "duplicate"
    MERGED = "merged"
    SPAM = "spam"
    NO_ANSWER = "no_answer"
    WITHDRAWN = "withdrawn"


# What ended so never should have been owed: its clocks are void, and it leaves every list of what burns.
VOIDING = (Outcome.SPAM, Outcome.DUPLICATE, Outcome.MERGED, Outcome.WITHDRAWN)


class LinkKind(StrEnum):
    """How one case is related to another, read from the one that has the link."""

    DUPLICATE = "duplicate"
    PARENT = "parent"
    SAME_CAUSE = "same_cause"
    SPLIT = "split"


class Verdict(StrEnum):
    """The answer to a decision that was asked for."""

    APPROVED = "approved"
    REFUSED = "refused"


class Cause(StrEnum):
    """What an escalation came from, as whoever solves it says."""

    PEOPLE = "people"
    PROCESS = "process"
    PRODUCT = "product"
    KNOWLEDGE = "knowledge"
    OUTSIDE = "outside"


class AskReason(StrEnum):
    """Why a customer asks for escalation."""

    NO_NEWS = "no_news"
    NOT_SOLVED = "not_solved"
    AGAIN = "again"
    GROWING = "growing"
    DECISION = "decision"


class AskState(StrEnum):
    """What became of a customer's wish for escalation."""

    OPEN = "open"
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class RequestState(StrEnum):
    """What became of a request to another team or an outside party."""

    OPEN = "open"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class Document(StrEnum):
    """What a procedure may require in writing: some before a climb, some before resolving, some before the end.

    What was tried, what it means for the customer and what is asked of the next level is always required to climb.
    """

    EVIDENCE = "evidence"
    ARTICLES = "articles"
    SCRIPT = "script"
    JUSTIFICATION = "justification"
    FINDING = "finding"
    PLAN = "plan"
    CAUSE = "cause"
    PREVENTION = "prevention"


TO_CLIMB = (Document.EVIDENCE, Document.ARTICLES, Document.SCRIPT, Document.JUSTIFICATION)
TO_RESOLVE = (Document.FINDING, Document.PLAN, Document.CAUSE, Document.PREVENTION)


class Effect(StrEnum):
    """What a trigger does when its condition holds: remind people, or climb by itself."""

    NUDGE = "nudge"
    ACT = "act"


class Channel(StrEnum):
    IN_APP = "in_app"
    MAIL = "mail"
    WEBHOOK = "webhook"
    CHAT = "chat"


class NoticeGroup(StrEnum):
    """What a notice is about, as people choose what reaches them by which channel.

    Asked is what somebody must act on, daily what happens to cases, follow what happens to an escalation that somebody
    else works on.
    """

    ASKED = "asked"
    CUSTOMER = "customer"
    DEADLINE = "deadline"
    FOLLOW = "follow"
    WORK = "work"
    DAILY = "daily"
    SYSTEM = "system"


class Rhythm(StrEnum):
    """How often somebody gets what is not urgent: each notice by itself, or one digest an hour or a day."""

    AT_ONCE = "at_once"
    HOURLY = "hourly"
    DAILY = "daily"


class Closed(StrEnum):
    """What becomes of a customer's mail to a case that is closed."""

    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"


class MailKind(StrEnum):
    """What a mail is: only a message speaks for whoever sent it."""

    MESSAGE = "message"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    LOOP = "loop"
    COMPLAINT = "complaint"


class MailState(StrEnum):
    """How far a received mail has come: kept, understood and acted on, or kept because it could not be."""

    KEPT = "kept"
    DONE = "done"
    FAILED = "failed"


class MailResult(StrEnum):
    """What a received mail led to."""

    OPENED = "opened"
    REPLIED = "replied"
    REOPENED = "reopened"
    FOLLOWED_UP = "followed_up"
    NOTED = "noted"
    RECORDED = "recorded"
    DUPLICATE = "duplicate"
    SET_ASIDE = "set_aside"


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
    ASSESS = "assess"
    TAKE = "take"
    HOLD = "hold"
    RESUME = "resume"
    PROMISE = "promise"
    MOVE_PROMISE = "move_promise"
    TICK = "tick"
    WATCH = "watch"
    ESCALATE = "escalate"
    PULL_UP = "pull_up"
    CLIMB = "climb"
    ACKNOWLEDGE = "acknowledge"
    ACCEPT = "accept"
    DECLINE = "decline"
    RETURN = "return"
    COMPLETE = "complete"
    REDIRECT = "redirect"
    HAND_BACK = "hand_back"
    STEP_BACK = "step_back"
    LEND = "lend"
    ASK_DECISION = "ask_decision"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    DE_ESCALATE = "de_escalate"
    FIND = "find"
    PLAN = "plan"
    FINISH = "finish"
    REQUEST = "request"
    ANSWER_REQUEST = "answer_request"
    CANCEL_REQUEST = "cancel_request"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CLOSE = "close"
    FOLLOW_UP = "follow_up"
    RATE = "rate"
    REVIEW = "review"
    ASK = "ask"
    WITHDRAW_ASK = "withdraw_ask"
    DECLINE_ASK = "decline_ask"
    LINK = "link"
    UNLINK = "unlink"
    MERGE = "merge"
    SPLIT = "split"
