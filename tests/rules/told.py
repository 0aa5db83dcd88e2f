"""Small journals to think with: each kind of event at least once, and the clocks after any of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from escalations.rules import effects
from escalations.rules import events as e
from escalations.rules.facts import ClockFact
from escalations.rules.procedure import Procedure
from escalations.rules.tracks import Track
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import Reading
from tests.rules.procedures import MINUTE, START, TARGETS, procedure, target

FIRST, NEXT, NEWS = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY, ClockKind.NEXT_UPDATE
ACK, TRIAGE, LEVEL = ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE, ClockKind.TIME_AT_LEVEL
OWN, SOLVE = ClockKind.OWNERSHIP, ClockKind.RESOLUTION
ASKED_FOR, REVIEW, FOLLOW_UP = ClockKind.REQUEST, ClockKind.REVIEW, ClockKind.FOLLOW_UP
WISH, DECISION = ClockKind.ASK, ClockKind.DECISION

OPENED = e.CaseOpened(
    origin="portal",
    contact="c",
    organization="o",
    topic="",
    impact="high",
    urgency="high",
    tier="vip",
    plan="",
    policy_version="uid",
    matrix_row=1,
    severity=2,
    level=1,
    team="t1",
    message="m1",
)
STEP = e.EscalationRequested("esc", "s1", "climb", "functional", "skill", 1, 2, "t1", "t2", "user:2", "lead")
UPPER = e.EscalationStepped("esc", "s2", "climb", "functional", "clock", 2, 3, "t2", "t3", "user:3", "lead")
REPLY, WORDS, NOTE = e.MessageSent("m2", "desk"), e.MessageReceived("m3", "portal"), e.NoteAdded("m4")
ACKED = e.EscalationAcknowledged("esc", "s1", 2, 2, "m5")
ACCEPTED = e.EscalationAccepted("esc", "s1", 2, 2, "")
DECLINED = e.EscalationDeclined("esc", "s1", 2, 1, "t2", "t1", "m6")
HELD = e.CaseHeld("customer", ["resolution", "first_response", "acknowledgement", "triage", "next_update"], "")
RESUMED = e.CaseResumed("person")
SOLVED = e.CaseResolved("solved", "m7", "esc")
AGAIN = e.CaseReopened("m8", "esc")
CLOSED = e.CaseClosed("silence", "esc")
WRITTEN_UP = e.ReviewWritten("r", "esc")
WARNED, BREACHED = e.ClockWarned("first_response", 1, "", 0), e.ClockBreached("first_response", 1, "", 0)
ASKED, ANSWERED = e.RequestMade("q1", "t4"), e.RequestAnswered("q1")
PLANNED, FOLLOWED_UP = e.FollowUpPlanned("f1"), e.FollowUpDone("f1")
ASKED_ONCE_MORE = e.FollowUpSent("f1", "m13")
MOVED = e.CaseMoved("uid", "newer", "carry")
LENT = e.EscalationStepped("esc", "s2", "lend", "functional", "skill", 2, 2, "t2", "t2", "user:4", "skill")
REMINDED = e.EscalationReminded("esc", "s1", "user:2")
BRIEF_CHASED = e.BriefChased("esc", "s1", "m9", 1)
PASSED_ON = e.EscalationPassedOn("esc", "s1", "user:2", "user:5", "duty")
HANDED_OVER = e.EscalationPassedOn("esc", "s1", "user:2", "user:5", "deputy", "user:2", away=True, anew=True)
FORGOTTEN = e.EscalationForgotten("esc", "s1", "user:2")
RETURNED, COMPLETED = e.EscalationReturned("esc", "s1", "m9"), e.EscalationCompleted("esc", "s1", "b2")
WITHDRAWN = e.EscalationWithdrawn("esc", "s1", 2, 1, "t2", "t1", "")
EASED = e.DeEscalated("esc", "s1", 2, 1, "t2", "t1", "m10")
QUESTION, DECIDED = e.DecisionAsked("esc", "d1", "user:6", "manager"), e.DecisionMade("esc", "d1", "approved")
WISHED, UNWISHED, NOT_GRANTED = e.AskMade("a1", "no_news", "m11"), e.AskWithdrawn("a1"), e.AskDeclined("a1", "m12")
CRITERIA = e.CriteriaMet(["resolution:1"])
STORM, RELEASED = e.ClimbHeld("w1", 2, ["resolution:1"]), e.ClimbReleased("w1", climbs=False, causes=["resolution:1"])
FOUND, PLAN = e.FindingAdded("f2", "esc"), e.PlanMade("p2", "esc", ["ps1", "ps2"])
PLAN_STEP, TICKED = e.PlanStepFinished("p2", "ps1"), e.ScriptTicked("sc1", "l1", helped=False)
CANCELLED, CHASED = e.RequestCancelled("q1"), e.RequestChased("q1", 1)
ASSESSED, WATCHED = e.CaseAssessed("electrics", 500, "EUR"), e.CaseWatched("user:7", watches=True)
RECORDED, BOUNCED = e.MailRecorded("rm1", "auto_reply"), e.MailBounced("rm2", "n1", "user:2", seen=False)
REFERRED, FOLLOWS = e.MailReferred("rm3", "case2"), e.ParticipantJoined("c2", "copied")
LINKED, UNLINKED = e.CaseLinked("k1", "case2", "duplicate"), e.CaseUnlinked("k1", "case2", "duplicate")
MERGED, ABSORBED = e.CaseMerged("case2", "m14", "esc"), e.CaseAbsorbed("case3", ["contact:c2"], owed=True)
JOINED, LEFT = e.CaseJoinedAccount("acc", "user:8", 100), e.CaseLeftAccount("acc")


def instant(after: float) -> datetime:
    """So many minutes after the case was opened."""
    return START + after * MINUTE


def still_owed(found: effects.Tracks, at: datetime) -> list[ClockFact]:
    """The clocks that are over at this instant and still owed."""
    return [fact for fact in effects.clock_facts(found, at) if fact.due_at <= at]


def promised(due: float, *, message: str = "", why: str = "") -> e.PromiseMade:
    """News promised for so many minutes after the case was opened."""
    return e.PromiseMade("p1", instant(due).isoformat(), message, why)


def postponed(before: float, due: float, message: str = "") -> e.PromiseMoved:
    return e.PromiseMoved("p1", instant(before).isoformat(), instant(due).isoformat(), message)


BROKEN = e.PromiseBroken("p1", 2, "", 0)

EVERY_TARGET = (
    *TARGETS,
    target(NEXT, 90),
    target(LEVEL, 300, level=2),
    target(LEVEL, 600),
    target(OWN, 400),
    target(REVIEW, 2880),
    target(ASKED_FOR, 150),
    target(FOLLOW_UP, 1440),
    target(WISH, 120),
    target(DECISION, 200),
)


def everything() -> Procedure:
    """Promises every kind of clock there is."""
    return procedure(targets=EVERY_TARGET)


def story(*told: tuple[float, e.EventData], by: Procedure | Mapping[str, Procedure] | None = None) -> effects.Tracks:
    """The clocks after these events, each so many minutes after the case was opened.

    `by` is what the case follows, or the procedures by the uids that its events name.
    """
    lines = [e.Line(seq, instant(after), data) for seq, (after, data) in enumerate(told, start=1)]
    follows = by or procedure()
    return effects.tracks(lines, follows.__getitem__ if isinstance(follows, Mapping) else lambda _uid: follows)


def clocks(found: effects.Tracks, after: float, *kinds: ClockKind) -> dict[str, str]:
    """`kind:start` → state of every clock (of these kinds), so many minutes after the start."""
    read = effects.readings(found, instant(after))
    return {f"{t.kind}:{t.start_seq}": r.state.value for t, r in read if not kinds or t.kind in kinds}


def both(found: effects.Tracks, kind: ClockKind, after: float) -> list[tuple[Track, Reading]]:
    """Every clock of this kind, in the order they began."""
    return [(track, reading) for track, reading in effects.readings(found, instant(after)) if track.kind == kind]


def one(found: effects.Tracks, kind: ClockKind, after: float) -> Reading:
    """The newest clock of this kind."""
    return both(found, kind, after)[-1][1]


def missed(found: effects.Tracks, after: float) -> list[str]:
    """What conditions are told of: the clocks that were missed and are still owed."""
    return [f"{fact.kind}:{fact.start_seq}" for fact in still_owed(found, instant(after))]
