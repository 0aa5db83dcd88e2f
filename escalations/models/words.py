"""The words people read for the codes of `rules/vocabulary`; one phrase per code, used by every door."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from escalations.rules.routing import Because
from escalations.rules.vocabulary import (
    CaseState,
    Channel,
    ClockKind,
    Effect,
    Elapsed,
    EscalationState,
    Impact,
    Kind,
    Move,
    Origin,
    Outcome,
    Reason,
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
}
SOURCES: dict[str, Any] = {
    Source.AGENT: _("an agent"),
    Source.MANAGER: _("a manager"),
    Source.CUSTOMER: _("the customer"),
    Source.CLOCK: _("a missed clock"),
    Source.IMPORT: _("an import"),
}
REASONS: dict[str, Any] = {
    Reason.UNRESOLVED: _("It cannot be solved at this level"),
    Reason.REPEATED: _("The complaint came back"),
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
    Outcome.SPAM: _("spam"),
    Outcome.NO_ANSWER: _("no answer from the customer"),
    Outcome.WITHDRAWN: _("withdrawn by the customer"),
}
VERDICTS: dict[str, Any] = {Verdict.APPROVED: _("approved"), Verdict.REFUSED: _("refused")}
EFFECTS: dict[str, Any] = {Effect.NUDGE: _("remind people"), Effect.ACT: _("climb by itself")}
CHANNELS: dict[str, Any] = {Channel.IN_APP: _("in Belay"), Channel.MAIL: _("e-mail")}
ORIGINS: dict[str, Any] = {
    Origin.PORTAL: _("portal"),
    Origin.DESK: _("desk"),
    Origin.API: _("API"),
    Origin.MAIL: _("mail"),
    Origin.IMPORT: _("import"),
}
BECAUSE: dict[str, Any] = {
    Because.LEAD: _("leads the team of this level"),
    Because.MEMBER: _("is the least loaded member of the team of this level"),
    Because.LAST_RESORT: _("is the last resort of this level: nobody of its team is active"),
}
VERBS: dict[str, Any] = {
    Verb.REPLY: _("Reply"),
    Verb.NOTE: _("Note"),
    Verb.TRIAGE: _("Triage"),
    Verb.TAKE: _("Take or hand over"),
    Verb.HOLD: _("Put on hold"),
    Verb.RESUME: _("Resume"),
    Verb.PROMISE: _("Promise news"),
    Verb.MOVE_PROMISE: _("Move the promise"),
    Verb.ESCALATE: _("Escalate"),
    Verb.CLIMB: _("Climb further"),
    Verb.ACKNOWLEDGE: _("Acknowledge"),
    Verb.ACCEPT: _("Accept"),
    Verb.DECLINE: _("Decline"),
    Verb.HAND_BACK: _("Hand back"),
    Verb.DECIDE: _("Decide"),
    Verb.RESOLVE: _("Resolve"),
    Verb.CONFIRM: _("Yes, it is solved"),
    Verb.REOPEN: _("Not solved"),
    Verb.CLOSE: _("Close"),
    Verb.RATE: _("Rate"),
    Verb.REVIEW: _("Write the review"),
}
REFUSALS: dict[str, Any] = {
    "case_not_open": _("This case is already resolved or closed; reopen it first."),
    "staff_only": _("Only the support team can do this; write a reply instead."),
    "customer_only": _("Only the customer can say this; close the case instead."),
    "take_first": _("This case was imported and nobody works on it; take it first."),
    "not_escalated": _("This case is not escalated; escalate it first."),
    "top_level": _("This case is at the top level; there is no level above."),
    "other_team": _("Another team has this case now; ask its accountable person."),
    "reopen_instead": _("This case is resolved; say “Not solved” to open it again."),
    "case_closed": _("This case is closed; reopen it first."),
    "already_pending": _("This case is already on hold; resume it first."),
    "not_pending": _("This case is not on hold."),
    "already_escalated": _("This case is already escalated; let it climb further instead."),
    "already_acknowledged": _("This escalation is already acknowledged."),
    "not_requested": _("This escalation was already taken up or has ended."),
    "nowhere_to_hand_back": _("This step came from the same team; decline it or climb further."),
    "no_decision_asked": _("Nobody asked for a decision here."),
    "not_resolved": _("This is possible once the case is resolved."),
    "already_rated": _("You have already rated this solution."),
    "nothing_to_review": _("There is no ended escalation to review."),
    "already_reviewed": _("This escalation has its review already."),
    "already_promised": _("There is an open promise already; keep it, or move it."),
    "nothing_promised": _("Nothing is promised here at the moment."),
    "unknown_verb": _("Belay does not know this act."),
}
REMEDIES: dict[str, Any] = {
    "text_missing": _("Write at least one sentence."),
    "subject_missing": _("Say in a few words what it is about."),
    "no_policy": _("No published policy applies; publish one for everybody in the administration."),
    "organization_needed": _("This person belongs to several organizations; choose one of them."),
    "not_a_member": _("This person does not belong to that organization; choose one of theirs."),
    "unknown_level": _("The procedure of this case has no such level; choose one of its levels."),
    "unknown_severity": _("Choose a severity from 1 (critical) to 4 (low)."),
    "unknown_choice": _("Choose one of the offered values."),
    "wake_in_the_past": _("Choose a moment in the future at which this case comes back."),
    "wake_missing": _("Say when this case comes back by itself."),
    "wake_too_far": _("Nobody waits longer than a year; choose an earlier moment."),
    "reason_retired": _("This reason is no longer offered; choose another one."),
    "nobody_there": _("Nobody at that level is active, not even its last resort; ask an administrator."),
    "brief_missing": _("The next level needs this, so that the customer need not say it again."),
    "question_missing": _("Say what has to be decided; a hierarchical escalation asks for a decision."),
    "tell_customer": _("Tell the customer who has it now and when the next news comes."),
    "already_theirs": _("This person owns the case already; choose somebody else."),
    "inactive_agent": _("This person no longer works here; choose somebody else."),
    "promise_in_the_past": _("Promise news for a moment in the future."),
    "promise_too_far": _("Nobody waits longer than a year for news; choose an earlier moment."),
    "promise_unchanged": _("This is what is promised already; choose another moment."),
    "promise_passed": _("This promise was due already; write to the customer now."),
    "promise_needs_reason": _("This is later than the policy wants news; say why, for your colleagues."),
    "moved_already": _("This case is on that version already."),
    "other_policy": _("A case moves to a newer version of its own policy only; choose one of those."),
    "older_version": _("A case moves to a newer version only; choose one that was published later."),
    "version_not_running": _("Only a published version takes cases; choose that one."),
    "level_not_there": _("That version lacks the level of this case, or the one it came from; change its level first."),
    "being_moved": _("Cases of this policy are being moved already; wait until that is done."),
    "move_failed": _("Something is wrong with this case; see the log, and move it by itself once that is mended."),
    "clocks_ended": _("This case is solved and its clocks have ended; what was promised stays as it was."),
    "key_in_use": _("This form was sent by somebody else; open it again."),
    "score_range": _("Choose a score from 1 to 5."),
}
