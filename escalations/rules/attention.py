"""Whether somebody looks after a step: told again, passed on, and acknowledged anew when it was forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from escalations.rules import events as e
from escalations.rules.procedure import Rung

# Working minutes between two reminders at most: where nobody is left to ask, nothing stays silent longer than a day.
LONGEST_SILENCE = 480


class Care(StrEnum):
    """What the engine does when nobody acts."""

    REMIND = "remind"
    PASS_ON = "pass_on"  # noqa: S105 - an act, no secret
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Watchfulness:
    """What has been done so far to get the current step looked after.

    `since` is when it last had to be acknowledged anew, `heard` the last act of our staff since it was acknowledged
    (None while it is not; what is on hold is not forgotten, its time counts from the end of the hold), `asked` are the
    codes of those who had it. Whoever got it later was asked at `asked_at`, and has the whole time from there.
    `reminders` were sent so far, the last of them at `reminded_at`. Of a brief that was returned `missing` is the uid
    of the note that says what it lacks, and it is whoever sent it who has to act. Since `unreached_at` it is known that
    mail does not reach whoever has it, who has not read of it in Belay either.
    """

    since: datetime
    heard: datetime | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    on_hold: bool = False
    missing: str = ""
    asked: tuple[str, ...] = ()
    asked_at: datetime | None = None
    unreached_at: datetime | None = None

    @property
    def is_owed(self) -> bool:
        """Whether a brief is waited for, and no acknowledgement."""
        return bool(self.missing)


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be done, and from when on."""

    care: Care
    at: datetime


# What our people do with a case, so that nobody can say it was forgotten.
SIGNS_OF_LIFE = (
    e.AskDeclined,
    e.CaseAssessed,
    e.CaseHeld,
    e.CaseReopened,
    e.CaseResumed,
    e.CaseTaken,
    e.DecisionAsked,
    e.DecisionMade,
    e.EscalationAcknowledged,
    e.EscalationAccepted,
    e.FindingAdded,
    e.MessageSent,
    e.NoteAdded,
    e.PlanMade,
    e.PlanStepFinished,
    e.PromiseMade,
    e.PromiseMoved,
    e.RequestMade,
    e.RequestAnswered,
    e.RequestCancelled,
    e.ScriptTicked,
)
ENDS_HOLD = (e.CaseResumed, e.MessageReceived, e.AskMade)
HEARD = (e.EscalationAcknowledged, e.EscalationAccepted)


def watchfulness(lines: Sequence[e.Line], step: str) -> Watchfulness:
    """From the journal; `step` is the uid of the current step. Raises LookupError for a step it does not know."""
    places = (i for i, line in enumerate(lines) if isinstance(line.data, e.StepTaken) and line.data.step == step)
    begins = next(places, None)
    if begins is None:
        raise LookupError("this journal does not know the step")
    taken = lines[begins]
    found = Watchfulness(taken.at, asked=(taken.data.person,) if isinstance(taken.data, e.StepTaken) else ())
    for line in lines[begins + 1 :]:
        found = _after(found, line)
    return found


def owed_brief(lines: Sequence[e.Line]) -> Watchfulness:
    """What was done to get the brief that was returned last. Raises LookupError where none ever was."""
    found = None
    for line in lines:
        match line.data:
            case e.EscalationReturned(message=missing):
                found = Watchfulness(line.at, missing=missing)
            case e.BriefChased() if found:
                found = replace(found, reminders=found.reminders + 1, reminded_at=line.at)
    if found is None:
        raise LookupError("this journal knows of no brief that was returned")
    return found


def _after(now: Watchfulness, line: e.Line) -> Watchfulness:
    """What one more event changes."""
    match line.data:
        case e.EscalationForgotten() | e.EscalationCompleted():
            return Watchfulness(line.at, asked=now.asked[-1:])
        case e.EscalationReminded():
            return replace(now, reminders=now.reminders + 1, reminded_at=line.at)
        case e.EscalationPassedOn(person=person, anew=True):
            return Watchfulness(line.at, on_hold=now.on_hold, asked=(*now.asked, person))
        case e.EscalationPassedOn(person=person):
            return replace(now, asked=(*now.asked, person), asked_at=line.at, unreached_at=None)
        case e.MailBounced(person=person, seen=False) if person == now.asked[-1]:
            return replace(now, unreached_at=now.unreached_at or line.at)
    ends_hold = now.on_hold and isinstance(line.data, ENDS_HOLD)
    if isinstance(line.data, HEARD) or (now.heard and (ends_hold or isinstance(line.data, SIGNS_OF_LIFE))):
        now = replace(now, heard=line.at)
    if isinstance(line.data, e.CaseHeld):
        return replace(now, on_hold=True)
    return replace(now, on_hold=False) if ends_hold else now


def next_care(rung: Rung, now: Watchfulness, *, others: bool, is_last: bool = False) -> Due | None:
    """What comes next if nobody acts, in the working time of the level.

    `others`: is anybody left to ask? While there is, it is told again once and then passed on; after that it is told
    again for ever, ever more rarely. `is_last`: no level follows, so that it is told again even where none is set.
    Whoever mail does not reach is not waited for: it is passed on at once.
    A brief that is owed is asked for again in the same way; nobody else can write it.
    """
    if now.is_owed:
        return _reminder(rung, now, now.since, is_last=True)
    if now.heard:
        return _due(Care.FORGOTTEN, rung, now.heard, rung.forget_minutes)
    if others and now.unreached_at:
        return Due(Care.PASS_ON, now.unreached_at)
    asked_at = now.asked_at or now.since
    following = _due(Care.PASS_ON, rung, asked_at, rung.pass_on_minutes) if others else None
    told_once = following is not None and now.reminders > 0
    reminder = None if told_once else _reminder(rung, now, asked_at, is_last=is_last and not following)
    found = [due for due in (reminder, following) if due]
    return min(found, key=lambda due: due.at, default=None)


def _reminder(rung: Rung, now: Watchfulness, asked_at: datetime, *, is_last: bool) -> Due | None:
    """The next one: each wait is twice the one before it, and never longer than a working day once it was told."""
    usual = rung.remind_minutes or (LONGEST_SILENCE if is_last else 0)
    if now.reminded_at is None:
        return _due(Care.REMIND, rung, asked_at, usual)
    wait = min(usual * 2 ** min(now.reminders, LONGEST_SILENCE.bit_length()), LONGEST_SILENCE)
    return _due(Care.REMIND, rung, max(asked_at, now.reminded_at), wait)


def _due(care: Care, rung: Rung, since: datetime, minutes: int) -> Due | None:
    return Due(care, rung.schedule.add_working_time(since, minutes)) if minutes else None
