"""Two weeks of duty as the style guide shows them: made up, and free of any database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from escalations.casefile.duty_weeks import DAYS, Span, midnight
from escalations.timing.rotation import Turns


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A colleague as far as a picture needs one."""

    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


ME, TOMAS, LENA = (SamplePerson(pk, name) for pk, name in enumerate(("Mara Lindt", "Tomás Vega", "Lena Vogt")))
# Days, who, why, who stands in; somebody who is away has nobody there, or a deputy.
STRETCHES: tuple[tuple[int, Any, Turns | None, bool, Any], ...] = (
    (3, ME, Turns.ROTA, False, None),
    (2, TOMAS, Turns.OVERRIDE, False, None),
    (2, None, None, False, None),
    (3, TOMAS, Turns.ROTA, False, None),
    (2, LENA, Turns.ROTA, True, TOMAS),
    (2, LENA, Turns.ROTA, True, None),
)


@dataclass(frozen=True, slots=True)
class SampleDuty:
    """What the picture of duty is drawn from."""

    begins: datetime
    ends: datetime
    spans: list[Span]
    me: int = ME.pk


def duty(at: datetime) -> SampleDuty:
    """Every sort of a stretch once, from today on."""
    begins = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    spans, here = [], begins
    for days, person, because, is_away, stands_in in STRETCHES:
        ends = here + timedelta(days=days)
        spans.append(Span(here, ends, person, because, is_away=is_away, stands_in=stands_in))
        here = ends
    return SampleDuty(begins, midnight(begins, DAYS), spans)
