"""The words and signs of Belay for templates: badges, rungs, times, faces, clock lines, ladders, form fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.models import Tier
from escalations.models import words
from escalations.rules.vocabulary import CaseState, EscalationState, Severity
from escalations.templatetags import moments

register = template.Library()

WIDTH = 1000
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


def _due(context: Context, instant: datetime | None, warn_at: datetime | None, big: bool) -> dict[str, Any]:
    told = moments.deadline(instant, _now(context), warn_at)
    shown = {"first": told.first, "second": told.second, "tone": told.tone, "sign": told.sign, "big": big}
    if told.instant:
        shown |= {"iso": moments.iso(told.instant), "exact": moments.exact(told.instant)}
    return shown


@register.inclusion_tag("components/due.html", takes_context=True)
def due(context: Context, instant: datetime | None, warn_at: datetime | None = None) -> dict[str, Any]:
    """A deadline in two lines: how far, and when; late and soon by word, sign and colour."""
    return _due(context, instant, warn_at, big=False)


@register.inclusion_tag("components/due.html", takes_context=True)
def due_big(context: Context, instant: datetime | None, warn_at: datetime | None = None) -> dict[str, Any]:
    """The same as the largest type of a page."""
    return _due(context, instant, warn_at, big=True)


@register.filter
def stretch(minutes: float | None) -> str:
    """Minutes in words: “3 h 36 min”; nothing for None."""
    return "" if minutes is None else moments.stretch(minutes)


@register.filter
def seconds_stretch(seconds: float | None) -> str:
    """Seconds in words, to the minute; nothing for None."""
    return "" if seconds is None else moments.stretch(seconds / 60)


# -- pictures ----------------------------------------------------------------------------------------------------------

WHY_WORDS: Mapping[str, Any] = {
    "open": gettext_lazy("counted"),
    "closed": gettext_lazy("closed"),
    "holiday": gettext_lazy("holiday"),
    "paused": gettext_lazy("paused"),
    "todo": gettext_lazy("still to run"),
    "over": gettext_lazy("late"),
}


def _part(why: str, start: datetime, end: datetime, origin: datetime, total: float, label: str = "") -> dict[str, Any]:
    """One rectangle of a clock line; `origin` and `total` seconds are the scale."""
    length = (end - start).total_seconds()
    told = f"{WHY_WORDS[why]}{f' ({label})' if label else ''}: {moments.stretch(length / 60)}"
    return {
        "why": why,
        "x": round((start - origin).total_seconds() / total * WIDTH, 1),
        "width": round(max(length / total * WIDTH, 0), 1),
        "words": told,
    }


def clock_parts(spans: Sequence[Any], due_at: datetime | None) -> list[dict[str, Any]]:
    """The rectangles of a clock: its spans (start, end, why, label) and what is still to run until `due_at`.

    Working time after `due_at` is drawn as late.
    """
    if not spans:
        return []
    origin, last = spans[0].start, spans[-1].end
    finish = max(last, due_at) if due_at else last
    total = max((finish - origin).total_seconds(), 1.0)
    parts = []
    for span in spans:
        why = "over" if due_at and span.start >= due_at and str(span.why) == "open" else str(span.why)
        parts.append(_part(why, span.start, span.end, origin, total, span.label))
    if due_at and due_at > last:
        parts.append(_part("todo", last, due_at, origin, total))
    return parts


@register.inclusion_tag("components/clockline.html")
def clock_line(spans: Iterable[Any], due_at: datetime | None = None, size: str = "") -> dict[str, Any]:
    """A clock as a line: counted, closed, holiday, paused, to run, late. `spans` are those of `stopwatch.Reading`."""
    parts = clock_parts(list(spans), due_at)
    return {
        "parts": parts,
        "uid": f"c{uuid4().hex[:8]}",
        "tall": size == "tall",
        "words": _("Time line: %(parts)s") % {"parts": ", ".join(str(part["words"]) for part in parts)},
    }


def _rope(upper: str, lower: str) -> str:
    """The rope between two rungs: dotted where it will climb by itself, solid where it did, else none."""
    if upper == "next":
        return "coming"
    return "solid" if lower == "passed" and upper in ("here", "passed") else ""


@register.inclusion_tag("components/ladder.html")
def ladder(rungs: Iterable[Any], caption: str = "") -> dict[str, Any]:
    """The ladder as a picture: `rungs` top first, each with number, name, detail and place (passed, here, next, later)."""
    steps = list(rungs)
    places = ["", *(str(rung.place) for rung in steps), ""]
    drawn = [
        {
            "number": rung.number,
            "name": rung.name,
            "detail": rung.detail,
            "place": places[index],
            "above": _rope(places[index - 1], places[index]),
            "below": _rope(places[index], places[index + 1]) if index < len(steps) else "",
        }
        for index, rung in enumerate(steps, start=1)
    ]
    return {"rungs": drawn, "words": caption or _("The ladder, top level first")}


# -- forms -------------------------------------------------------------------------------------------------------------


def _described_by(bound: BoundField) -> str:
    names = [f"{bound.auto_id}_help"] if bound.help_text else []
    return " ".join([*names, f"{bound.auto_id}_error"] if bound.errors else names)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A form field with its label, help and error, tied together for screen readers."""
    widget = bound.field.widget
    attributes = {}
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
    }


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What was refused as a whole, above the form, with the remedy."""
    return {"form": form}


@register.simple_tag(takes_context=True)
def ago(context: Context, instant: datetime | None) -> str:
    """How long ago, in words: “4 min ago”; nothing for None."""
    if instant is None:
        return ""
    passed = (_now(context) - instant) / timedelta(minutes=1)
    return _("just now") if passed < 1 else _("%(time)s ago") % {"time": moments.stretch(passed)}
