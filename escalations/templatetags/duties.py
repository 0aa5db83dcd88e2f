"""Duty as a picture: two weeks of a team as bars over the days, with holes that cannot be overlooked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from escalations.casefile.duty import BECAUSE
from escalations.templatetags import moments
from escalations.timing.rotation import Turns

register = template.Library()

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One column of the picture; the place is in percent, as text that no language writes differently."""

    x: str
    width: str
    weekday: str
    number: int
    is_weekend: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of duty; `words` is short and stands in it, `told` says all of it."""

    x: str
    width: str
    tone: str
    words: str
    told: str


@dataclass(frozen=True, slots=True)
class Window:
    """The time that is drawn."""

    begins: datetime
    ends: datetime

    def share(self, begins: datetime, ends: datetime) -> tuple[str, str]:
        """Where a stretch lies and how wide it is; in UTC: times of one zone subtract as the wall says."""
        first, last, low, high = (instant.astimezone(UTC) for instant in (self.begins, self.ends, begins, ends))
        low, high, whole = max(low, first), min(high, last), last - first
        return f"{100 * ((low - first) / whole):.2f}%", f"{100 * ((high - low) / whole):.2f}%"


@register.inclusion_tag("components/dutyline.html")
def duty_line(spans: Any, begins: datetime, ends: datetime, at: datetime, me: int | None = None) -> dict[str, Any]:
    """The spans of one team between two midnights; those of agent `me` are drawn as ours."""
    window = Window(begins, ends)
    bars = [_bar(span, window, me) for span in spans]
    told = "; ".join(bar.told for bar in bars)
    return {
        "days": list(_days(window)),
        "bars": bars,
        "now": window.share(at, at)[0],
        "words": _("Duty: %(spans)s") % {"spans": told or _("nobody takes turns")},
    }


def _days(window: Window) -> Iterator[Day]:
    here = window.begins
    while here < window.ends:
        morrow = datetime.combine(here.date() + timedelta(days=1), here.time(), tzinfo=here.tzinfo)
        yield Day(*window.share(here, morrow), date_format(here, "D"), here.day, here.weekday() >= SATURDAY)
        here = morrow


def _bar(span: Any, window: Window, me: int | None) -> Bar:
    told = _("%(who)s, %(begins)s – %(ends)s") % {
        "who": duty_words(span),
        "begins": moments.exact(span.begins),
        "ends": moments.exact(span.ends),
    }
    return Bar(*window.share(span.begins, span.ends), duty_tone(span, me), _short(span), told)


def duty_tone(span: Any, me: int | None) -> str:
    """How a span looks: hole, mine, away (somebody stands in), moved (exchanged, or put there) or turn."""
    if span.is_hole:
        return "hole"
    if span.there.pk == me:
        return "mine"
    if span.is_away:
        return "away"
    return "turn" if span.because is Turns.ROTA else "moved"


def _short(span: Any) -> str:
    if span.person is None:
        return _("nobody")
    if span.is_hole:
        return _("%(person)s away") % {"person": span.person}
    sign = "" if span.because is Turns.ROTA and not span.is_away else "⇄ "
    return f"{sign}{span.there}"


@register.filter
def duty_words(span: Any) -> str:
    """Who is on duty in a span and why, in one sentence."""
    if span.person is None:
        return _("nobody: a hole")
    if span.is_hole:
        return _("%(person)s is away, and nobody stands in") % {"person": span.person}
    if span.is_away:
        return _("%(there)s, standing in for %(person)s") % {"there": span.there, "person": span.person}
    return _("%(person)s, %(why)s") % {"person": span.person, "why": BECAUSE[span.because]}
