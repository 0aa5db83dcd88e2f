"""The style guide: each component in all its states, for people who build pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django import forms
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Tier
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.models import words
from escalations.rules.vocabulary import CaseState, EscalationState, Severity

DISTANCES = (-1700, -200, -12, 18, 216, 400, 1300, 9000)


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


class SampleForm(forms.Form):
    """One field of each sort, filled in wrongly on purpose."""

    subject = forms.CharField(label=_("Subject"), help_text=_("One sentence, as the customer would say it."))
    impact = forms.ChoiceField(label=_("Impact"), choices=list(words.IMPACTS.items()))
    urgency = forms.ChoiceField(label=_("Urgency"), choices=list(words.URGENCIES.items()), widget=forms.RadioSelect)
    body = forms.CharField(label=_("Message"), widget=forms.Textarea)
    phone = forms.CharField(label=_("Telephone"), required=False)
    told = forms.BooleanField(label=_("The customer knows"), required=False)


LENGTHS = (
    (58, "open"),
    (960, "closed"),
    (180, "holiday"),
    (300, "open"),
    (130, "paused"),
    (132, "open"),
    (160, "todo"),
)


def _stretches(start: datetime) -> Iterator[SampleStretch]:
    total = sum(minutes for minutes, _why in LENGTHS)
    for minutes, why in LENGTHS:
        end = start + timedelta(minutes=minutes)
        yield SampleStretch(start, end, why, why, 100 * minutes / total)
        start = end


NAMES = ("Executives", "Department managers", "Specialists", "Front line")
PLACES = (
    ("above", "next", "here", "below"),
    ("here", "below", "below", "below"),
    ("above", "above", "next", "here"),
    ("above", "here", "skipped", "below"),
)


def _ladders(at: datetime) -> Iterator[list[SampleRung]]:
    """It will climb by itself; it is at the top; nothing pulls it up; it jumped."""
    for index, row in enumerate(PLACES):
        joins = at + timedelta(hours=9) if index == 0 else None
        rungs = [
            SampleRung(4 - i, name, place, place == "below", joins if place == "next" else None, "takes what is hard")
            for i, (name, place) in enumerate(zip(NAMES, row, strict=True))
        ]
        yield [replace(r, skipped_at=at, skipped_by="Ben Okafor") if r.place == "skipped" else r for r in rungs]


@staff_only
def styleguide(request: StaffRequest) -> HttpResponse:
    """Every component once."""
    at = timezone.now()
    form = SampleForm({"subject": "", "impact": "major", "urgency": "high", "body": ""})
    context = {
        "at": at,
        "severities": list(Severity),
        "tiers": Tier.values,
        "case_states": list(CaseState),
        "escalation_states": list(EscalationState),
        "instants": [at + timedelta(minutes=minutes, seconds=20) for minutes in DISTANCES],
        "stretches": list(_stretches(at - timedelta(minutes=1760))),
        "due": at + timedelta(minutes=160),
        "missed": at - timedelta(minutes=60),
        "ladders": list(_ladders(at)),
        "since": at - timedelta(hours=20),
        "form": form,
    }
    return show(request, "desk/styleguide.html", context)
