"""Whose turn it is in the coming weeks, in the zone of the rota, with what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from escalations.models import Absence, Agent, Rota
from escalations.timing import rotation
from escalations.timing.rotation import Rotation, Turns

AHEAD = timedelta(weeks=4)
SHIFTS_AHEAD = 26
BECAUSE: dict[str, Any] = {Turns.ROTA: _("by the order"), Turns.SWAP: _("swapped"), Turns.OVERRIDE: _("put there")}


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of time: who is on duty and why, or nobody; `tone` is calm, away or gap. Instants as text."""

    begins: str
    ends: str
    person: str
    why: str
    tone: str


def ahead(rota: Rota, *, at: datetime) -> list[Line]:
    """The turns of the next four weeks in order; absences and gaps stand where they fall."""
    whole, end = rota.rotation(), at + AHEAD
    turns = rotation.turns(whole, at, end)
    away: dict[int, list[rotation.Stretch]] = defaultdict(list)
    for row in Absence.objects.filter(starts_at__lt=end, ends_at__gt=at):
        away[row.agent_id].append((row.starts_at, row.ends_at))
    names = {row.pk: str(row) for row in Agent.objects.select_related("user")}
    found = [(turn.start, _there(rota, turn, names)) for turn in rotation.without(turns, away)]
    found += [(start, _absent(rota, turn, names, start, end)) for turn, start, end in _lost(turns, away)]
    nobody = translate("nobody")
    for start, until in rotation.gaps(turns, at, end, whole.hours):
        found.append((start, Line(_wall(rota, start), _wall(rota, until), nobody, translate("a gap"), "gap")))
    return [line for _start, line in sorted(found, key=lambda item: item[0])]


def _there(rota: Rota, turn: rotation.Turn, names: dict[int, str]) -> Line:
    why = str(BECAUSE[turn.because])
    return Line(_wall(rota, turn.start), _wall(rota, turn.end), names[turn.agent], why, "calm")


def _absent(rota: Rota, turn: rotation.Turn, names: dict[int, str], start: datetime, end: datetime) -> Line:
    return Line(_wall(rota, start), _wall(rota, end), names[turn.agent], translate("is away"), "away")


def _lost(
    turns: list[rotation.Turn], away: dict[int, list[rotation.Stretch]]
) -> Iterator[tuple[rotation.Turn, datetime, datetime]]:
    """The parts of turns in which their people are away."""
    for turn in turns:
        there = rotation.without([turn], away)
        for start, end in rotation.gaps(there, turn.start, turn.end):
            yield turn, start, end


def coming_shifts(rota: Rota, *, at: datetime, known: set[int]) -> list[tuple[int, str]]:
    """The present shift and those that follow, by number and with their dates; and the `known` ones."""
    whole = rota.rotation()
    first = max(whole.shift_at(at), 0)
    numbers = sorted({*range(first, first + SHIFTS_AHEAD), *known})
    return [(number, _shift(rota, whole, number)) for number in numbers]


def _shift(rota: Rota, whole: Rotation, number: int) -> str:
    begins, ends = whole.bounds(number)
    return f"{_wall(rota, begins)} – {_wall(rota, ends)}"


def _wall(rota: Rota, instant: datetime) -> str:
    """Day and time as the clocks of the rota show them."""
    pattern = pgettext("a day of any year and a time, in the letters of Django's date filter", "D j M Y, H:i")
    return date_format(instant.astimezone(ZoneInfo(rota.time_zone)).replace(tzinfo=None), pattern)
