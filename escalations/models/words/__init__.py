"""The words people read for the codes of `rules/vocabulary`; one phrase per code, used by every door."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from escalations.models.words.audits import REPAIRS, VIOLATIONS
from escalations.models.words.mails import (
    CHANNELS,
    CLOSED,
    MAIL_KINDS,
    MAIL_RESULTS,
    MAIL_STATES,
    NOTICE_GROUPS,
    RHYTHMS,
)
from escalations.models.words.procedure import INVOLVEMENTS, PARTIES, RIGHTS, ROLES, STAGES
from escalations.models.words.refusals import REFUSALS, REMEDIES, against
from escalations.rules.routing import Because, Over
from escalations.rules.vocabulary import (
    AskReason,
    AskState,
    CaseState,
    Cause,
    ClockKind,
    Document,
    Effect,
    Elapsed,
    EscalationState,
    Impact,
    Kind,
    LinkKind,
    Move,
    Origin,
    Outcome,
    Reason,
    RequestState,
    Severity,
    Source,
    Urgency,
    Verb,
    Verdict,
)
from escalations.timing.stopwatch import ClockState

CASE_STATES: dict[str, Any] = {
    CaseState.NEW: _("new"),
    CaseState.OPEN: _("open"),
    CaseState.PENDING: _("on hold"),
    CaseState.RESOLVED: _("resolved"),
    CaseState.CLOSED: _("closed"),
}
ESCALATION_STATES: dict[str, Any] = {
    EscalationState.REQUESTED: _("waiting for triage"),
    EscalationState.INCOMPLETE: _("returned as incomplete"),
    EscalationState.INVESTIGATING: _("investigating"),
    EscalationState.RESOLVING: _("resolving"),
    EscalationState.RESOLVED: _("resolved"),
    EscalationState.CLOSED: _("closed"),
    EscalationState.DECLINED: _("declined"),
    EscalationState.WITHDRAWN: _("withdrawn"),
}
SEVERITIES: dict[int, Any] = {
    Severity.CRITICAL: _("critical"),
    Severity.HIGH: _("high"),
    Severity.MEDIUM: _("medium"),
    Severity.LOW: _("low"),
}
IMPACTS: dict[str, Any] = {
    Impact.MAJOR: _("Our business stands still"),
    Impact.HIGH: _("An important part does not work"),
    Impact.MEDIUM: _("We can work, with difficulty"),
    Impact.LOW: _("A question or a wish"),
}
URGENCIES: dict[str, Any] = {
    Urgency.HIGH: _("It cannot wait"),
    Urgency.MEDIUM: _("Soon"),
    Urgency.LOW: _("When there is time"),
}
KINDS: dict[str, Any] = {
    Kind.FUNCTIONAL: _("functional – needs expertise"),
    Kind.HIERARCHICAL: _("hierarchical – needs a decision"),
}
MOVES: dict[str, Any] = {
    Move.CLIMB: _("climbed"),
    Move.JUMP: _("jumped"),
    Move.STEP_BACK: _("stepped back"),
    Move.HAND_BACK: _("handed back"),
    Move.REDIRECT: _("redirected"),
    Move.LEND: _("an expert lent"),
}
SOURCES: dict[str, Any] = {
    Source.AGENT: _("an agent"),
    Source.MANAGER: _("a manager"),
    Source.CUSTOMER: _("the customer"),
    Source.RULE: _("a rule"),
    Source.CLOCK: _("a missed clock"),
    Source.IMPORT: _("an import"),
}
REASONS: dict[str, Any] = {
    Reason.UNRESOLVED: _("It cannot be solved at this level"),
    Reason.REPEATED: _("The complaint came back"),
    Reason.COMPLEXITY: _("Too complicated for this level"),
    Reason.SILENCE: _("The customer has heard nothing for too long"),
    Reason.DISSATISFIED: _("The customer is not satisfied"),
    Reason.IMPACT: _("Severe business impact"),
    Reason.SKILL: _("Needs expertise we do not have here"),
    Reason.AUTHORITY: _("Needs a decision we may not take here"),
    Reason.CUSTOMER_ASKED: _("The customer asks for it"),
    Reason.CLOCK: _("A clock ran out"),
    Reason.IMPORTED: _("Imported"),
}
CLOCKS: dict[str, Any] = {
    ClockKind.FIRST_RESPONSE: _("First response"),
    ClockKind.NEXT_REPLY: _("Next reply"),
    ClockKind.NEXT_UPDATE: _("News for the customer"),
    ClockKind.ACKNOWLEDGEMENT: _("Acknowledge the escalation"),
    ClockKind.TRIAGE: _("Triage the escalation"),
    ClockKind.TIME_AT_LEVEL: _("Time at this level"),
    ClockKind.OWNERSHIP: _("Time with one team"),
    ClockKind.REQUEST: _("Answer a request"),
    ClockKind.DECISION: _("Decide what was asked"),
    ClockKind.ASK: _("Answer the customer who asks for escalation"),
    ClockKind.RESOLUTION: _("Resolution"),
    ClockKind.REVIEW: _("Review the escalation"),
    ClockKind.FOLLOW_UP: _("Follow up"),
}
ELAPSED: dict[str, Any] = {
    Elapsed.CARRY: _("carry the time over"),
    Elapsed.RESTART: _("begin again"),
}
CLOCK_STATES: dict[str, Any] = {
    ClockState.RUNNING: _("running"),
    ClockState.PAUSED: _("paused"),
    ClockState.MET: _("met"),
    ClockState.VOID: _("void"),
}
OUTCOMES: dict[str, Any] = {
    Outcome.SOLVED: _("solved"),
    Outcome.WORKAROUND: _("solved by a way around"),
    Outcome.DUPLICATE: _("a duplicate"),
    Outcome.MERGED: _("merged into another case"),
    Outcome.SPAM: _("spam"),
    Outcome.NO_ANSWER: _("no answer from the customer"),
    Outcome.WITHDRAWN: _("withdrawn by the customer"),
}
# Merging ends a case in its own way; nobody resolves one so.
ENDINGS: dict[str, Any] = {outcome: name for outcome, name in OUTCOMES.items() if outcome != Outcome.MERGED}
LINKS: dict[str, Any] = {
    LinkKind.DUPLICATE: _("duplicate of"),
    LinkKind.PARENT: _("part of"),
    LinkKind.SAME_CAUSE: _("same cause as"),
    LinkKind.SPLIT: _("split from"),
}
LINKS_BACK: dict[str, Any] = {
    LinkKind.DUPLICATE: _("has the duplicate"),
    LinkKind.PARENT: _("has the part"),
    LinkKind.SAME_CAUSE: _("same cause as"),
    LinkKind.SPLIT: _("was split into"),
}
VERDICTS: dict[str, Any] = {Verdict.APPROVED: _("approved"), Verdict.REFUSED: _("refused")}
EFFECTS: dict[str, Any] = {Effect.NUDGE: _("remind people"), Effect.ACT: _("climb by itself")}
ORIGINS: dict[str, Any] = {
    Origin.PORTAL: _("portal"),
    Origin.DESK: _("desk"),
    Origin.API: _("API"),
    Origin.MAIL: _("mail"),
    Origin.IMPORT: _("import"),
}
BECAUSE: dict[str, Any] = {
    Because.MANAGER: _("is next in the manager chain and may decide it"),
    Because.SKILL: _("has the skill that is asked for"),
    Because.DUTY: _("is on duty for the team of this level"),
    Because.LEAD: _("leads the team of this level"),
    Because.MEMBER: _("is the least loaded member of the team of this level"),
    Because.DEPUTY: _("stands in for somebody who is away"),
    Because.OWNER: _("owns the case"),
    Because.CHOSEN: _("was chosen by whoever sent it"),
    Because.LAST_RESORT: _("is the last resort of this level: nobody of its team can be reached"),
}
OVER: dict[str, Any] = {
    Over.LEFT: _("no longer works here"),
    Over.AWAY: _("is away and has no deputy who is there"),
    Over.ASKED: _("was asked already"),
    Over.LIMIT: _("may not decide so much"),
    Over.ROLE: _("has a role that does not include this"),
}
CAUSES: dict[str, Any] = {
    Cause.PEOPLE: _("people: training, workload, a mistake"),
    Cause.PROCESS: _("process: how we work together"),
    Cause.PRODUCT: _("product: a fault or a limit of it"),
    Cause.KNOWLEDGE: _("knowledge: nobody had written it down"),
    Cause.OUTSIDE: _("outside: a vendor or another third party"),
}
DOCUMENTS: dict[str, Any] = {
    Document.EVIDENCE: _("evidence: logs, pictures, numbers"),
    Document.ARTICLES: _("the articles that were tried"),
    Document.SCRIPT: _("the script of the topic, done"),
    Document.JUSTIFICATION: _("a justification of the climb"),
    Document.FINDING: _("at least one finding"),
    Document.PLAN: _("a plan"),
    Document.CAUSE: _("the cause"),
    Document.PREVENTION: _("what prevents it next time"),
}
ASK_REASONS: dict[str, Any] = {
    AskReason.NO_NEWS: _("I hear nothing, or not often enough"),
    AskReason.NOT_SOLVED: _("It takes too long"),
    AskReason.AGAIN: _("It happened again"),
    AskReason.GROWING: _("It has become worse for us"),
    AskReason.DECISION: _("It needs somebody who may decide"),
}
ASK_STATES: dict[str, Any] = {
    AskState.OPEN: _("waiting for an answer"),
    AskState.GRANTED: _("granted"),
    AskState.DECLINED: _("declined"),
    AskState.WITHDRAWN: _("withdrawn"),
}
REQUEST_STATES: dict[str, Any] = {
    RequestState.OPEN: _("open"),
    RequestState.ANSWERED: _("answered"),
    RequestState.CANCELLED: _("no longer needed"),
}
BULLETINS: dict[str, Any] = {
    "storm": _("climbs stopped by the storm brake"),
    "paths": _("paths to confirm"),
    "nobody": _("nobody could be reached"),
    "absence": _("somebody is away and you stand in"),
    "undelivered": _("notices that could not be delivered"),
    "lane": _("a way out that does not work"),
    "endpoint": _("an endpoint that was switched off"),
    "ping": _("a try whether an endpoint answers"),
    "mailbox": _("a mailbox that cannot be read"),
    "mail": _("a mail that somebody should look at"),
    "auditor": _("what the auditor found"),
    "words": _("own words of a letter that cannot be used"),
    "procedure": _("a procedure to read and confirm"),
    "procedure_review": _("a procedure that is to be looked at again"),
    "procedure_question": _("a question about a procedure"),
    "duty": _("turns of duty that changed hands"),
    "training": _("a training text to confirm"),
}
CONDITIONS: dict[str, Any] = {
    "clock_breached": _("a clock was missed"),
    "clock_near": _("a clock has used so many percent"),
    "hand_offs": _("handed on so many times"),
    "exchanges": _("the customer had to answer so many times"),
    "days_open": _("open for so many days"),
    "age": _("open for so many working hours"),
    "reopened": _("opened again so many times"),
    "repeated_complaint": _("the same customer and topic so many times within days"),
    "customer_asked": _("the customer asks for escalation"),
    "low_rating": _("a low rating of the solution"),
    "silence": _("the customer has heard nothing for so many working hours"),
    "impact": _("the impact is"),
    "tier": _("the tier of the customer is"),
    "missing_skill": _("nobody who has it can do what it takes"),
    "missing_authority": _("nobody who has it may decide the amount"),
    "all": _("all of these hold"),
    "any": _("any of these holds"),
}
VERBS: dict[str, Any] = {
    Verb.REPLY: _("Reply"),
    Verb.NOTE: _("Note"),
    Verb.TRIAGE: _("Triage"),
    Verb.ASSESS: _("Say what it takes"),
    Verb.TAKE: _("Take or hand over"),
    Verb.HOLD: _("Put on hold"),
    Verb.RESUME: _("Resume"),
    Verb.PROMISE: _("Promise news"),
    Verb.MOVE_PROMISE: _("Move the promise"),
    Verb.TICK: _("Tick the script"),
    Verb.WATCH: _("Watch"),
    Verb.ESCALATE: _("Escalate"),
    Verb.PULL_UP: _("Pull up"),
    Verb.CLIMB: _("Climb further"),
    Verb.ACKNOWLEDGE: _("Acknowledge"),
    Verb.ACCEPT: _("Accept"),
    Verb.DECLINE: _("Decline"),
    Verb.RETURN: _("Return as incomplete"),
    Verb.COMPLETE: _("Complete the brief"),
    Verb.REDIRECT: _("Redirect"),
    Verb.HAND_BACK: _("Hand back"),
    Verb.STEP_BACK: _("Step back"),
    Verb.LEND: _("Ask an expert to help"),
    Verb.ASK_DECISION: _("Ask for a decision"),
    Verb.DECIDE: _("Decide"),
    Verb.WITHDRAW: _("Withdraw the escalation"),
    Verb.DE_ESCALATE: _("De-escalate"),
    Verb.FIND: _("Add a finding"),
    Verb.PLAN: _("Plan"),
    Verb.FINISH: _("Finish a step of the plan"),
    Verb.REQUEST: _("Ask somebody else"),
    Verb.ANSWER_REQUEST: _("Note the answer to a request"),
    Verb.CANCEL_REQUEST: _("Cancel a request"),
    Verb.RESOLVE: _("Resolve"),
    Verb.CONFIRM: _("Yes, it is solved"),
    Verb.REOPEN: _("Not solved"),
    Verb.CLOSE: _("Close"),
    Verb.FOLLOW_UP: _("Follow up"),
    Verb.RATE: _("Rate"),
    Verb.REVIEW: _("Write the review"),
    Verb.ASK: _("Ask for escalation"),
    Verb.WITHDRAW_ASK: _("I no longer need it"),
    Verb.DECLINE_ASK: _("Decline the escalation the customer asks for"),
    Verb.LINK: _("Link to another case"),
    Verb.UNLINK: _("Take a link away"),
    Verb.MERGE: _("Merge into another case"),
    Verb.SPLIT: _("Split off a new case"),
}

__all__ = [
    "ASK_REASONS",
    "ASK_STATES",
    "BECAUSE",
    "BULLETINS",
    "CASE_STATES",
    "CAUSES",
    "CHANNELS",
    "CLOCKS",
    "CLOCK_STATES",
    "CLOSED",
    "CONDITIONS",
    "DOCUMENTS",
    "EFFECTS",
    "ELAPSED",
    "ENDINGS",
    "ESCALATION_STATES",
    "IMPACTS",
    "INVOLVEMENTS",
    "KINDS",
    "LINKS",
    "LINKS_BACK",
    "MAIL_KINDS",
    "MAIL_RESULTS",
    "MAIL_STATES",
    "MOVES",
    "NOTICE_GROUPS",
    "ORIGINS",
    "OUTCOMES",
    "OVER",
    "PARTIES",
    "REASONS",
    "REFUSALS",
    "REMEDIES",
    "REPAIRS",
    "REQUEST_STATES",
    "RHYTHMS",
    "RIGHTS",
    "ROLES",
    "SEVERITIES",
    "SOURCES",
    "STAGES",
    "URGENCIES",
    "VERBS",
    "VERDICTS",
    "VIOLATIONS",
    "against",
]
