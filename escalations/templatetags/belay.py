"""The words and signs of Belay for templates: badges, rungs, times, faces, clock lines, ladders, form fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from customers.models import Tier
from escalations.models import words
from escalations.rules.vocabulary import CaseState, EscalationState, Severity
from escalations.templatetags import moments

register = template.Library()

TOP_LEVEL = 4

SEVERITY_LOOKS: Mapping[int, tuple[str, str]] = {
    Severity.CRITICAL: ("▲", "late"),
    Severity.HIGH: ("◆", "warn"),
    Severity.MEDIUM: ("●", ""),
    Severity.LOW: ("○", ""),
}
CASE_LOOKS: Mapping[str, tuple[str, str]] = {
    CaseState.NEW: ("○", "warn"),
    CaseState.OPEN: ("◐", "rope"),
    CaseState.PENDING: ("‖", "quiet"),
    CaseState.RESOLVED: ("✓", "calm"),
    CaseState.CLOSED: ("■", "quiet"),
}
ESCALATION_LOOKS: Mapping[str, tuple[str, str]] = {
    EscalationState.REQUESTED: ("○", "warn"),
    EscalationState.INCOMPLETE: ("↩", "warn"),
    EscalationState.INVESTIGATING: ("◐", "rope"),
    EscalationState.RESOLVING: ("◕", "rope"),
    EscalationState.RESOLVED: ("✓", "calm"),
    EscalationState.CLOSED: ("■", "quiet"),
    EscalationState.DECLINED: ("✕", "quiet"),
    EscalationState.WITHDRAWN: ("✕", "quiet"),
}


def _now(context: Context) -> datetime:
    """The instant of the page: one for all its relative times."""
    at = context.get("at")
    return at if isinstance(at, datetime) else timezone.now()


# -- badges and rungs --------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/badge.html")
def severity(value: int, length: str = "long") -> dict[str, Any]:
    """“▲ Severity 1 · critical”, or “▲ 1” in tables (`length` short)."""
    sign, tone = SEVERITY_LOOKS[value]
    word = words.SEVERITIES[value]
    full = _("Severity %(number)s · %(word)s") % {"number": value, "word": word}
    if length == "short":
        return {"sign": sign, "tone": tone, "words": value, "unseen": _("Severity"), "title": full}
    return {"sign": sign, "tone": tone, "words": full}


@register.inclusion_tag("components/badge.html")
def case_state(value: str) -> dict[str, Any]:
    sign, tone = CASE_LOOKS[value]
    return {"sign": sign, "tone": tone, "words": words.CASE_STATES[value]}


@register.inclusion_tag("components/badge.html")
def escalation_state(value: str) -> dict[str, Any]:
    sign, tone = ESCALATION_LOOKS[value]
    return {"sign": sign, "tone": tone, "words": words.ESCALATION_STATES[value]}


@register.inclusion_tag("components/badge.html")
def tier(value: str) -> dict[str, Any]:
    vip = value == Tier.VIP
    return {"words": Tier(value).label, "sign": "★" if vip else "", "tone": "" if vip else "quiet"}


@register.inclusion_tag("components/badge.html")
def badge(text: Any, tone: str = "", sign: str = "") -> dict[str, Any]:
    """A badge of free words; `tone` is late, warn, rope, calm, quiet or nothing."""
    return {"words": text, "tone": tone, "sign": sign}


@register.inclusion_tag("components/badge.html")
def level_badge(number: int, name: Any = "") -> dict[str, Any]:
    """“Level 2 · Specialists”."""
    text = _("Level %(number)s") % {"number": number}
    return {"words": f"{text} · {name}" if name else text, "tone": "rope"}


@register.inclusion_tag("components/rungs.html")
def rungs(level: int, top: int = TOP_LEVEL) -> dict[str, Any]:
    """The level as small bars, `top` of them."""
    return {
        "rungs": [number <= level for number in range(1, max(level, top) + 1)],
        "words": _("Level %(level)s of %(top)s") % {"level": level, "top": max(level, top)},
    }


@register.inclusion_tag("components/face.html")
def face(name: Any, ours: bool = False) -> dict[str, Any]:
    """A person as initials; `ours` for people who work here."""
    parts = [part for part in str(name or "").split() if part[0].isalnum()]
    letters = parts[0][0] + parts[-1][0] if len(parts) > 1 else "".join(parts)[:2]
    return {"initials": letters.upper() or "·", "ours": ours}


@register.simple_tag
def word(table: str, code: Any) -> Any:
    """The words for a code of the vocabulary: `{% word "REASONS" step.reason %}`; nothing for an empty code."""
    return getattr(words, table)[code] if code else ""


# -- time --------------------------------------------------------------------------------------------------------------


@register.inclusion_tag("components/when.html", takes_context=True)
def when(context: Context, instant: datetime | None, tone: str = "") -> dict[str, Any]:
    """An instant in relative words, exact with its zone in the title."""
    if instant is None:
        return {"instant": None}
    return {
        "instant": instant,
        "iso": moments.iso(instant),
        "exact": moments.exact(instant),
        "words": moments.moment(instant, _now(context)),
        "tone": tone,
    }


def _due(
    context: Context, instant: datetime | None, warn_at: datetime | None, tone: str | None, big: bool
) -> dict[str, Any]:
    told = moments.deadline(instant, _now(context), warn_at, tone)
    shown = {"first": told.first, "second": told.second, "tone": told.tone, "sign": told.sign, "big": big}
    if told.instant:
        shown |= {"iso": moments.iso(told.instant), "exact": moments.exact(told.instant)}
    return shown


@register.inclusion_tag("components/due.html", takes_context=True)
def due(
    context: Context, instant: datetime | None, warn_at: datetime | None = None, tone: str | None = None
) -> dict[str, Any]:
    """A deadline in two lines: how far, and when; late and soon by word, sign and colour.

    `tone` (late, soon, calm) is what a casefile already knows; without it soon is an hour, or past `warn_at`.
    """
    return _due(context, instant, warn_at, tone, big=False)


@register.inclusion_tag("components/due.html", takes_context=True)
def due_big(
    context: Context, instant: datetime | None, warn_at: datetime | None = None, tone: str | None = None
) -> dict[str, Any]:
    """The same as the largest type of a page."""
    return _due(context, instant, warn_at, tone, big=True)


@register.filter
def stretch(minutes: float | None) -> str:
    """Minutes in words: “3 h 36 min”; nothing for None."""
    return "" if minutes is None else moments.stretch(minutes)


# -- pictures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One rectangle of a clock line, in percent of its length."""

    why: str
    x: float
    width: float
    words: str


def clock_parts(stretches: Iterable[Any], due_at: datetime | None) -> Iterator[Part]:
    """The rectangles for stretches (start, end, why, words, percent); working time after `due_at` is drawn as late."""
    x = 0.0
    for piece in stretches:
        share = 1.0
        if due_at and piece.why == "open" and piece.end > due_at:
            share = max((due_at - piece.start) / (piece.end - piece.start), 0.0)
        if share:
            yield Part(piece.why, round(x, 2), round(piece.percent * share, 2), piece.words)
        if share < 1:
            rest = piece.percent * (1 - share)
            yield Part("over", round(x + piece.percent * share, 2), round(rest, 2), _("late"))
        x += piece.percent


@register.inclusion_tag("components/clockline.html")
def clock_line(stretches: Iterable[Any], due_at: datetime | None = None, size: str = "") -> dict[str, Any]:
    """A clock as a line: counted, closed, holiday, paused, to run, late; `size` is tall or nothing."""
    parts = list(clock_parts(stretches, due_at))
    told = ", ".join(f"{part.words} {part.width:.0f} %" for part in parts)
    return {
        "parts": parts,
        "uid": f"c{uuid4().hex[:8]}",
        "tall": size == "tall",
        "words": _("Time line: %(parts)s") % {"parts": told},
    }


def _rope(upper: str, lower: str) -> str:
    """The rope between two rungs: dotted where it will climb by itself, solid where it did, else none."""
    if upper == "next":
        return "coming"
    return "solid" if lower in ("passed", "skipped") and upper in ("here", "passed", "skipped") else ""


def _place(rung: Any) -> str:
    """How a rung is drawn: passed, skipped, here, next (it will climb there by itself) or later."""
    if rung.place == "next" and rung.joins_at:
        return "next"
    if rung.skipped_by:
        return "skipped"
    if rung.place == "below" and rung.was_visited:
        return "passed"
    return "here" if rung.place == "here" else "later"


def _detail(rung: Any, who: Any, since: datetime | None, at: datetime) -> str:
    """The small line beside a rung."""
    if rung.place == "here" and who:
        told = {"who": who, "since": moments.moment(since, at) if since else ""}
        return _("%(who)s, since %(since)s") % told if since else str(who)
    if rung.joins_at:
        return _("by itself %(moment)s if it is not solved") % {"moment": moments.moment(rung.joins_at, at)}
    if rung.skipped_by:
        told = {"who": rung.skipped_by, "moment": moments.moment(rung.skipped_at, at)}
        return _("skipped by %(who)s, %(moment)s") % told
    if rung.left_at:
        return _("left %(moment)s") % {"moment": moments.moment(rung.left_at, at)}
    return str(rung.meaning or rung.team)


@register.inclusion_tag("components/ladder.html", takes_context=True)
def ladder(context: Context, rungs: Iterable[Any], who: Any = "", since: datetime | None = None) -> dict[str, Any]:
    """The ladder as a picture: `rungs` of a casefile, top first; `who` has the case at the rung where it is."""
    steps = list(rungs)
    places = ["", *(_place(rung) for rung in steps), ""]
    drawn = [
        {
            "number": rung.number,
            "name": rung.name,
            "detail": _detail(rung, who, since, _now(context)),
            "place": places[index],
            "above": _rope(places[index - 1], places[index]),
            "below": _rope(places[index], places[index + 1]),
        }
        for index, rung in enumerate(steps, start=1)
    ]
    return {"rungs": drawn, "words": _("The ladder, top level first")}


EVENT_TONES: Mapping[str, str] = {
    "clock.breached": "late",
    "clock.warned": "soon",
    "promise.broken": "late",
    "criteria.met": "soon",
    "case.held": "quiet",
    "escalation.declined": "quiet",
    "case.resolved": "done",
    "case.closed": "done",
    "survey.answered": "done",
    "review.written": "done",
}


@register.filter
def event_tone(kind: str) -> str:
    """How the dot of an event looks: late, soon, done, quiet or plain."""
    return EVENT_TONES.get(kind, "")


# -- forms -------------------------------------------------------------------------------------------------------------


def _described_by(bound: BoundField) -> str:
    names = [f"{bound.auto_id}_help"] if bound.help_text else []
    return " ".join([*names, f"{bound.auto_id}_error"] if bound.errors else names)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field with its label, help and error, tied together for screen readers."""
    widget = bound.field.widget
    attributes: dict[str, str | bool] = {}
    if described := _described_by(bound):
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    rendered: SafeString = bound.as_widget(attrs=attributes)
    return {
        "field": bound,
        "widget": rendered,
        "described": described,
        "choices": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "check": isinstance(widget, CheckboxInput),
        "again": isinstance(widget, FileInput) and bound.form.is_bound and bool(bound.data),
        "wanted": getattr(bound.form, "wanted", {}).get(bound.name, ""),
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What was refused as a whole, above the form, with the remedy."""
    return {"form": form}


@register.inclusion_tag("components/age.html", takes_context=True)
def age(context: Context, since: datetime) -> dict[str, Any]:
    """For how long something has been so: “open 3 days 4 h”, the exact beginning in the title."""
    passed = (_now(context) - since) / timedelta(minutes=1)
    return {"iso": moments.iso(since), "exact": moments.exact(since), "words": moments.stretch(max(passed, 0))}


@register.simple_tag(takes_context=True)
def ago(context: Context, instant: datetime | None) -> str:
    """How long ago, in words: “4 min ago”; nothing for None."""
    if instant is None:
        return ""
    passed = (_now(context) - instant) / timedelta(minutes=1)
    return _("just now") if passed < 1 else _("%(time)s ago") % {"time": moments.stretch(passed)}
