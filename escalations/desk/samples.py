"""What the style guide shows its components with: made up, and free of any database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.casefile.timeline import Sort
from escalations.casefile.timeline_days import Day, Row, Table
from escalations.casefile.timeline_picture import Mark, Part, Picture, Tick
from escalations.models import words

DISTANCES = (-1700, -200, -12, 18, 216, 400, 1300, 9000)  # minutes from now
HOUR = timedelta(hours=1)
# What people write is in their own language.
WRITTEN = {
    "person": "Ben Okafor",
    "before": "Readings come in once an hour,",
    "link": "as the collector sends them.",
    "quote": "Lock lost at 02:00.",
    "command": "collector --resume",
}


@dataclass(frozen=True, slots=True)
class SampleRung:
    """A rung as a casefile gives it."""

    number: int
    name: str
    place: str
    was_visited: bool
    joins_at: datetime | None
    meaning: str = ""
    team: str = ""
    left_at: datetime | None = None
    skipped_at: datetime | None = None
    skipped_by: str = ""


@dataclass(frozen=True, slots=True)
class SampleStretch:
    """A piece of a clock line as a casefile gives it."""

    start: datetime
    end: datetime
    why: str
    words: str
    percent: float


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file that came with words; `drawing` is where its picture is found, because no such file was ever sent."""

    name: str
    extension: str
    size: int
    is_drawn: bool = False
    drawing: str = ""
    uid: str = "sample"


@dataclass(frozen=True, slots=True)
class SampleShare:
    """A sort of pieces with its sum."""

    sort: str
    words: str
    time: str


@dataclass(frozen=True, slots=True)
class SampleChange:
    """What was promised from an instant on, or what would change it."""

    words: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class SampleExplanation:
    """As much of the explanation of a clock as its components draw."""

    because: str
    sums: str
    seen: str
    place: str
    story: str
    picture: Picture
    table: Table
    shares: tuple[SampleShare, ...]
    facts: tuple[tuple[str, str], ...]
    changes: tuple[SampleChange, ...]
    levers: tuple[SampleChange, ...]


@dataclass(frozen=True, slots=True)
class SampleMessage:
    """What a page says after a form was carried out."""

    words: str
    level_tag: str
    extra_tags: str = ""

    def __str__(self) -> str:
        return self.words


class SampleForm(forms.Form):
    """One field of each sort, filled in wrongly on purpose."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"), help_text=gettext_lazy("One sentence, as the customer would say it.")
    )
    impact = forms.ChoiceField(label=gettext_lazy("Impact"), choices=list(words.IMPACTS.items()))
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=list(words.URGENCIES.items()), widget=forms.RadioSelect
    )
    body = forms.CharField(label=gettext_lazy("Message"), widget=forms.Textarea)
    phone = forms.CharField(label=gettext_lazy("Telephone"), required=False)
    proof = forms.FileField(label=gettext_lazy("Files"), required=False)
    told = forms.BooleanField(label=gettext_lazy("The customer knows"), required=False)

    def __init__(self) -> None:
        super().__init__({"subject": "", "impact": "major", "urgency": "high", "body": ""})
        self.wanted = {"phone": gettext_lazy("wanted by the procedure")}


LENGTHS = (
    (58, "open"),
    (960, "closed"),
    (180, "holiday"),
    (300, "open"),
    (130, "paused"),
    (132, "open"),
    (160, "todo"),
)


WHY = {
    "open": gettext_lazy("counted"),
    "closed": gettext_lazy("closed"),
    "holiday": gettext_lazy("holiday"),
    "paused": gettext_lazy("paused"),
    "todo": gettext_lazy("still to run"),
}


def stretches(start: datetime) -> Iterator[SampleStretch]:
    """A clock line with a piece of every sort."""
    total = sum(minutes for minutes, _why in LENGTHS)
    for minutes, why in LENGTHS:
        end = start + timedelta(minutes=minutes)
        yield SampleStretch(start, end, why, str(WHY[why]), 100 * minutes / total)
        start = end


NAMES = ("Executives", "Department managers", "Specialists", "Front line")
PLACES = (
    ("above", "next", "here", "below"),
    ("here", "below", "below", "below"),
    ("above", "above", "next", "here"),
    ("above", "here", "skipped", "below"),
)


def ladders(at: datetime) -> Iterator[list[SampleRung]]:
    """It will climb by itself; it is at the top; nothing pulls it up; it jumped."""
    for index, row in enumerate(PLACES):
        joins = at + timedelta(hours=9) if index == 0 else None
        rungs = [
            SampleRung(4 - i, name, place, place == "below", joins if place == "next" else None)
            for i, (name, place) in enumerate(zip(NAMES, row, strict=True))
        ]
        yield [replace(r, skipped_at=at, skipped_by="Ben Okafor") if r.place == "skipped" else r for r in rungs]


def files() -> list[SampleFile]:
    """A sheet and a picture."""
    drawn = SampleFile("panel.svg", "svg", 210_400, is_drawn=True, drawing=reverse("favicon"))
    return [SampleFile("meter-readings-2026-03.csv", "csv", 48_200), drawn]


def notices() -> list[SampleMessage]:
    """One of each tone."""
    return [
        SampleMessage(_("Your reply is on its way."), "success"),
        SampleMessage(_("Somebody was quicker: see below what came of it."), "warning"),
        SampleMessage(_("This is not possible now."), "error"),
    ]


# What a time line is made of, each with its share of the width and in words.
SPANS = (
    (Sort.OPEN, 22, gettext_lazy("counted")),
    (Sort.CLOSED, 12, gettext_lazy("closed")),
    (Sort.HOLIDAY, 16, gettext_lazy("holiday")),
    (Sort.PAUSED, 16, gettext_lazy("paused")),
    (Sort.OVER, 20, gettext_lazy("counted, too late")),
    (Sort.TODO, 14, gettext_lazy("still to run")),
)


def explanation(at: datetime) -> SampleExplanation:
    """A clock that was held, met a holiday and is late."""
    begun = at - 30 * HOUR
    parts, x = [], 0.0
    for sort, width, name in SPANS:
        parts.append(Part(sort, x, width, str(name), "2 h" if width > 15 else ""))
        x += width
    marks = (
        Mark(begun, _("start"), x=0),
        Mark(at, _("warning"), "soon", 22, lane=1),
        Mark(at, _("due – missed"), "late", 66),
        Mark(at, _("now"), "now", 86, before=True),
    )
    ticks = (Tick(0, "2 Mar", extra=False), Tick(22, "", extra=True), Tick(50, "3 Mar", extra=False))
    picture = Picture(tuple(parts), marks, ticks, folded=True, words=_("Clock line"))
    rows = tuple(
        Row(begun, at, sort, "09:00–11:00", "08:00–10:00", str(name), "2 h", 120) for sort, _width, name in SPANS
    )
    note = Row(begun, begun, "note", "09:00", "08:00", _("start"), tone="due")
    late = Row(at, at, "note", "11:00", "10:00", _("due – missed"), tone="late")
    met = Row(at, at, "note", "11:00", "10:00", _("met"), tone="met")
    days = (Day("2 Mar", "4 h", 240, (note, *rows, late, met)),)
    around = (Day("1 Mar", "", 0, rows[1:2]),)
    return SampleExplanation(
        because=_("Resolution"),
        sums=_("%(counted)s of working time counted so far, %(left)s left; %(waited)s %(passed)s.")
        % {"counted": "4 h", "left": "2 h", "waited": _("the customer has really waited"), "passed": "30 h"},
        seen="3 Mar, 11:00",
        place="Berlin",
        story=_("It ended with %(what)s.") % {"what": _("the decision")},
        picture=picture,
        table=Table("28 Feb", around, days, around, "4 Mar", "London"),
        shares=tuple(SampleShare(sort, str(name), "2 h") for sort, _width, name in SPANS),
        facts=((_("Target"), "8 h"), (_("Counted"), "4 h"), (_("Left"), "2 h")),
        changes=(SampleChange(_("Begun with a target of %(target)s") % {"target": "8 h"}, "2 Mar, 09:00"),),
        levers=(SampleChange(_("Moving the promise changes it; the customer sees that.")),),
    )


def duty() -> dict[str, Any]:
    """A week of a team: a turn, one's own, one that was exchanged, one with a deputy, and a hole."""
    tones = ("turn", "mine", "moved", "away", "hole")
    people = ("Mara Lindt", "Ben Okafor", "⇄ Tomás Vega", "⇄ Lena Vogt", _("nobody"))
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    width = f"{100 / len(days):.2f}%"
    return {
        "words": _("Duty: %(spans)s") % {"spans": "; ".join(people)},
        "now": "31%",
        "days": [
            {
                "x": f"{100 * at / len(days):.2f}%",
                "width": width,
                "weekday": day,
                "number": at + 2,
                "is_weekend": at > 4,
            }
            for at, day in enumerate(days)
        ],
        "bars": [
            {"x": f"{20 * at}%", "width": "19.5%", "tone": tone, "words": who, "told": who}
            for at, (tone, who) in enumerate(zip(tones, people, strict=True))
        ],
    }
