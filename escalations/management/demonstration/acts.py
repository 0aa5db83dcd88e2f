"""What people do in a story, one line each: `reply(2.5, BEN, "…")` is an answer of Ben's after two and a half hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from escalations.actions import escalation, handling, promises, resolution, triage
from escalations.actions.attachments import Upload
from escalations.actions.escalation import BriefText
from escalations.actions.review import write_review
from escalations.management.demonstration.stage import Line, Moment
from escalations.models import PauseReason
from escalations.rules.vocabulary import Cause, Kind, Outcome, Reason, Verdict


def reply(after: float, who: str, text: str, *files: Upload) -> Line:
    return Line(after, who, lambda now: handling.reply(**now.by, text=text, files=files))


def note(after: float, who: str, text: str) -> Line:
    return Line(after, who, lambda now: handling.note(**now.by, text=text))


def take(after: float, who: str) -> Line:
    return Line(after, who, lambda now: triage.take(**now.by))


def triaged(after: float, who: str, severity: int, reason: str) -> Line:
    """Severity corrected at the same level."""
    return Line(after, who, lambda now: triage.triage(**now.by, severity=severity, level=now.case.level, reason=reason))


def hold(after: float, who: str, reason: str, wake_in: float) -> Line:
    """On hold until so many working hours from the present of the demonstration; before it, when negative."""
    return Line(
        after,
        who,
        lambda now: handling.hold(
            **now.by, reason=PauseReason.objects.get(slug=reason), wake_at=now.stage.in_hours(wake_in)
        ),
    )


def promise(after: float, who: str, due_in: float, text: str, reason: str = "") -> Line:
    """News promised for so many working hours from the present of the demonstration; before it, when negative."""
    return Line(
        after,
        who,
        lambda now: promises.make(**now.by, due_at=now.stage.in_hours(due_in), text=text, reason=reason),
    )


def escalate(after: float, who: str, reason: Reason, brief: BriefText, level: int | None = None) -> Line:
    """A brief with a question asks for a decision."""
    return Line(after, who, _upward(escalation.escalate, reason, brief, level))


def climb(after: float, who: str, reason: Reason, brief: BriefText) -> Line:
    return Line(after, who, _upward(escalation.climb, reason, brief, None))


def _upward(verb: Callable[..., Any], reason: Reason, brief: BriefText, level: int | None) -> Callable[[Moment], Any]:
    kind = Kind.HIERARCHICAL if brief.question else Kind.FUNCTIONAL
    return lambda now: verb(**now.by, kind=kind, reason=reason, brief=brief, level=level)


def acknowledge(after: float, who: str, text: str, severity: int | None = None) -> Line:
    return Line(
        after,
        who,
        lambda now: escalation.acknowledge(**now.by, severity=severity or _severity(now), text=text),
    )


def _severity(now: Moment) -> int:
    now.case.refresh_from_db(fields=["severity"])
    return now.case.severity


def accept(after: float, who: str, text: str = "") -> Line:
    return Line(after, who, lambda now: escalation.accept(**now.by, text=text))


def decline(after: float, who: str, reason: str) -> Line:
    return Line(after, who, lambda now: escalation.decline(**now.by, reason=reason))


def hand_back(after: float, who: str, reason: str) -> Line:
    return Line(after, who, lambda now: escalation.hand_back(**now.by, reason=reason))


def decide(after: float, who: str, verdict: Verdict, answer: str) -> Line:
    return Line(after, who, lambda now: escalation.decide(**now.by, verdict=verdict.value, answer=answer))


def resolve(
    after: float,
    who: str,
    text: str,
    outcome: Outcome = Outcome.SOLVED,
    cause: Cause | None = None,
    prevention: str = "",
) -> Line:
    """Of an escalation with what it came from, and what prevents it next time."""
    return Line(
        after,
        who,
        lambda now: resolution.resolve(
            **now.by, outcome=outcome, text=text, cause=cause.value if cause else "", prevention=prevention
        ),
    )


def follow_up(after: float, who: str, text: str) -> Line:
    """Some days after the end, in words for the customer."""
    return Line(after, who, lambda now: resolution.follow_up(**now.by, text=text, public=True))


def confirm(after: float, who: str) -> Line:
    return Line(after, who, lambda now: resolution.confirm(**now.by))


def close(after: float, who: str) -> Line:
    return Line(after, who, lambda now: resolution.close(**now.by))


def reopen(after: float, who: str, text: str) -> Line:
    return Line(after, who, lambda now: resolution.reopen(**now.by, text=text))


def rate(after: float, who: str, score: int, comment: str = "") -> Line:
    return Line(after, who, lambda now: resolution.rate(**now.by, score=score, comment=comment))


def review(after: float, who: str, causes: str, lessons: str) -> Line:
    return Line(after, who, lambda now: write_review(**now.by, causes=causes, lessons=lessons))
