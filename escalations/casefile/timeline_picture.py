"""The time line of a clock as a picture to scale: rectangles, marks above, days below, in percent of its width."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from escalations.casefile.explanation_moments import Moments, length
from escalations.casefile.timeline import COUNTS, Piece, Sort, by_days, merged
from escalations.casefile.timeline_days import midnights
from escalations.timing.axis import MINUTE, WallClock, instant, ticks

PIECES_DRAWN = 80
DAYS_DRAWN = 100
LABELS = 8
DAYS_NAMED = 14
# A label takes up to so much of the width of a phone; further right than EDGE it stands before its mark.
LABEL, EDGE = 17.0, 84.0
# A letter inside a rectangle takes so much of the width of a desk.
LETTER = 0.72
LANE, ROOM, BAR, FOOT = 17, 6, 40, 26

DAY = timedelta(days=1)
_STEPS_OF_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_STEPS_OF_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class Part:
    """One rectangle; `words` are read when it is pointed at, `label` stands in it where a screen is wide enough."""

    sort: str
    x: float
    width: float
    words: str
    label: str

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 3)


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant on the line with a short word; `tone` is late, soon, met, now or nothing.

    `lane` counts upwards from the bar; `before` puts the word left of its mark.
    """

    at: datetime
    words: str
    tone: str = ""
    x: float = 0
    lane: int = 0
    before: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a day, hour, month or year begins; `words` may be empty; those of `extra` ones are left out on a phone."""

    x: float
    words: str
    extra: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything a template draws, in percent across and in pixels down; `folded` says that days are drawn whole."""

    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    folded: bool
    words: str

    @property
    def top(self) -> int:
        """Where the bar begins, below the lanes of the marks."""
        return ROOM + LANE * (1 + max((mark.lane for mark in self.marks), default=-1))

    @property
    def bottom(self) -> int:
        return self.top + BAR

    @property
    def height(self) -> int:
        return self.bottom + FOOT

    @property
    def flags(self) -> list[tuple[Mark, int]]:
        """The marks with the base line of their words."""
        return [(mark, self.top - ROOM - LANE * mark.lane) for mark in self.marks]


def picture(
    pieces: Sequence[Piece], marks: Sequence[Mark], moments: Moments, name: Callable[[Piece], str], words: str
) -> Picture:
    """The picture of these pieces; `name` gives the words of one, `words` those of the whole."""
    if not pieces:
        return Picture((), (), (), folded=False, words=words)
    start, end = pieces[0].start, pieces[-1].end
    drawn, is_folded = folded(pieces, moments)
    scale = _Scale(start, end)
    return Picture(
        parts=tuple(_part(piece, scale, moments, name, lengths=not is_folded) for piece in drawn),
        marks=tuple(_placed([replace(m, x=scale.x(m.at)) for m in marks if start <= m.at <= end])),
        ticks=tuple(_ticks(scale, moments)),
        folded=is_folded,
        words=words,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """Real time across the width."""

    start: datetime
    end: datetime

    @property
    def span(self) -> timedelta:
        return self.end - self.start

    def x(self, at: datetime) -> float:
        return round(100 * ((at - self.start) / self.span), 3)

    def width(self, start: datetime, end: datetime) -> float:
        return round(self.x(end) - self.x(start), 3)


def _part(piece: Piece, scale: _Scale, moments: Moments, name: Callable[[Piece], str], *, lengths: bool) -> Part:
    width = scale.width(piece.start, piece.end)
    label = _label(piece, lengths=lengths)
    fits = len(label) * LETTER + 1 < width
    return Part(piece.sort.value, scale.x(piece.start), width, _told(piece, moments, name), label if fits else "")


def _label(piece: Piece, *, lengths: bool) -> str:
    """What stands in a rectangle; folded days do not say how much of them was worked."""
    if piece.sort in (Sort.HOLIDAY, Sort.PAUSED):
        return piece.label if piece.sort is Sort.HOLIDAY else _("paused")
    return length(piece.start, piece.end) if lengths and piece.sort in COUNTS else ""


def _told(piece: Piece, moments: Moments, name: Callable[[Piece], str]) -> str:
    told = {"day": moments.day(piece.start), "when": moments.stretch(piece.start, piece.end), "words": name(piece)}
    return _("%(day)s, %(when)s: %(words)s") % told


def folded(pieces: Sequence[Piece], moments: Moments) -> tuple[list[Piece], bool]:
    """The pieces as they are, or folded to days when they are many; of a very long line to equal parts of it."""
    whole = merged(pieces)
    if len(whole) <= PIECES_DRAWN:
        return whole, False
    start, end = whole[0].start, whole[-1].end
    if end - start <= DAYS_DRAWN * DAY:
        edges = [start, *(day for day in midnights(moments.zone, start, end) if day > start), end]
    else:
        step = (end - start) / DAYS_DRAWN
        edges = [start + number * step for number in range(DAYS_DRAWN)] + [end]
    return by_days(whole, edges), True


# -- marks ---------------------------------------------------------------------------------------------


def _placed(marks: Sequence[Mark]) -> Iterator[Mark]:
    """Words beside their marks, in as many lanes as it takes for none to lie over another on a phone."""
    ordered = sorted(marks, key=lambda mark: mark.x)
    turn = _first_before(ordered)
    left = [replace(mark, before=False) for mark in ordered[:turn]]
    right = [replace(mark, before=True) for mark in ordered[turn:]]
    lane, beyond = -1, 200.0
    for index in reversed(range(len(left))):
        lane = lane + 1 if left[index].x + LABEL > beyond else 0
        beyond = left[index].x
        left[index] = replace(left[index], lane=lane)
    yield from left
    lane, beyond = -1, -100.0
    for mark in right:
        lane = lane + 1 if mark.x - LABEL < beyond else 0
        beyond = mark.x
        yield replace(mark, lane=lane)


def _first_before(marks: Sequence[Mark]) -> int:
    """From which mark on words stand before their marks: those near the right edge, and what would run into them."""
    turn = next((index for index, mark in enumerate(marks) if mark.x > EDGE), len(marks))
    while 0 < turn < len(marks) and marks[turn].x - marks[turn - 1].x < 2 * LABEL and marks[turn - 1].x > LABEL:
        turn -= 1
    return turn


# -- days, hours, months -----------------------------------------------------------------------------------


def _ticks(scale: _Scale, moments: Moments) -> Iterator[Tick]:
    """Where days begin, with as many names as there is room for; of short lines hours, of long ones months."""
    days = midnights(moments.zone, scale.start, scale.end)
    if scale.span <= 1.5 * DAY:
        yield from _named(scale, list(_hours(scale, moments)), lambda at: _hour_words(at, moments))
    elif len(days) <= DAYS_NAMED:
        yield from _named(scale, days, lambda at: _day_words(at, moments))
    elif len(days) <= LABELS * 7:
        weeks = [day for day in days if not timezone.localtime(day).weekday()]
        yield from (Tick(scale.x(day), "", extra=True) for day in days if day not in weeks)
        yield from _named(scale, weeks, lambda at: _week_words(at, moments))
    else:
        yield from _named(scale, _months(days), lambda at: _month_words(at, moments))


def _named(scale: _Scale, instants: Sequence[datetime], words: Callable[[datetime], str]) -> Iterator[Tick]:
    """Ticks with names, four of them at most on a phone. None at the very edge."""
    step = -(-len(instants) // (LABELS // 2)) or 1
    for number, at in enumerate(instants):
        x = scale.x(at)
        yield Tick(x, words(at) if x < 100 - LABEL / 3 else "", extra=number % step != 0)


def _hours(scale: _Scale, moments: Moments) -> Iterator[datetime]:
    """Round clock times of the reader, so far apart that their names have room."""
    room = scale.span / timedelta(minutes=LABELS)
    step = next((step for step in _STEPS_OF_MINUTES if step >= room), _STEPS_OF_MINUTES[-1]) * MINUTE
    clock = WallClock(moments.zone)
    for since, until, offset in clock.steady(ticks(scale.start), ticks(scale.end)):
        first = -(-(since + offset) // step) * step - offset
        yield from (instant(tick) for tick in range(first, until, step))


def _months(days: Sequence[datetime]) -> list[datetime]:
    """The first days of so many months that their names have room."""
    firsts = [day for day in days if timezone.localtime(day).day == 1]
    step = next((step for step in _STEPS_OF_MONTHS if len(firsts) / step <= LABELS), _STEPS_OF_MONTHS[-1])
    return [day for day in firsts if not (timezone.localtime(day).year * 12 + timezone.localtime(day).month - 1) % step]


def _hour_words(at: datetime, moments: Moments) -> str:
    local = timezone.localtime(at)
    return moments.day(at) if local.hour == local.minute == 0 else moments.time(at)


def _day_words(at: datetime, moments: Moments) -> str:
    if moments.same_year(at):
        return _pattern(at, pgettext("weekday and day, Django's letters", "D j"))
    return _pattern(at, pgettext("day, month and year in short, Django's letters", "j M y"))


def _week_words(at: datetime, moments: Moments) -> str:
    if moments.same_year(at):
        return _pattern(at, pgettext("day and month, Django's letters", "j M"))
    return _pattern(at, pgettext("day, month and year in short, Django's letters", "j M y"))


def _month_words(at: datetime, moments: Moments) -> str:
    if timezone.localtime(at).month == 1:
        return _pattern(at, pgettext("a year, Django's letters", "Y"))
    if moments.same_year(at):
        return _pattern(at, pgettext("a month", "M"))
    return _pattern(at, pgettext("a month and a year in short, Django's letters", "M y"))


def _pattern(at: datetime, letters: str) -> str:
    return date_format(timezone.localtime(at), letters)
