"""A storm as somebody sees it who is to decide about it: which climbs wait, how urgent they are, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from escalations.models import Case, Event, HeldClimb, Storm, words
from escalations.rules import events as e
from escalations.rules.standing import Standing

LISTED = 200

# The first part of a cause is a clock, or what it is called here.
_CAUSES = {
    "skill": "missing_skill",
    "authority": "missing_authority",
    "asked": "customer_asked",
    "rated": "low_rating",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case whose climb waits: to which level it wants, and why, in words."""

    case: Case
    to_level: int
    why: str


@dataclass(frozen=True, slots=True)
class StormFace:
    """The first cases of a storm, the most severe first; how many there are of each severity, and how many wait."""

    storm: Storm
    cases: list[Waiting]
    severities: list[tuple[int, int]]
    held: int
    waiting: int


def newest() -> Storm | None:
    """The storm that waits for somebody; None when there is none."""
    return Storm.objects.filter(is_open=True).first()


def face(storm: Storm, standing: Standing) -> StormFace:
    """A storm for one reader; a number of statements that does not depend on how many cases there are."""
    held = HeldClimb.objects.filter(storm=storm)
    severities = held.order_by("case__severity").values_list("case__severity").annotate(number=Count("pk"))
    counted = [(severity, number) for severity, number in severities]
    return StormFace(
        storm=storm,
        cases=_cases(held, standing),
        severities=counted,
        held=sum(number for _severity, number in counted),
        waiting=held.waiting().count(),
    )


def _cases(held: QuerySet[HeldClimb], standing: Standing) -> list[Waiting]:
    visible = held.filter(case__in=Case.objects.visible_to(standing))
    found = list(visible.select_related("case__organization").order_by("case__severity", "pk")[:LISTED])
    told = Event.objects.filter(kind=e.ClimbHeld.kind, case__in=[row.case_id for row in found]).order_by("pk")
    causes = {event.case_id: event.data["causes"] for event in told}
    return [Waiting(row.case, row.to_level, reasons(causes.get(row.case_id, ()))) for row in found]


def reasons(causes: Any) -> str:
    """What called for the climb, once each."""
    said = dict.fromkeys(_reason(part) for cause in causes for part in cause.split("+"))
    return ", ".join(said)


def _reason(cause: str) -> str:
    name = cause.partition(":")[0]
    if name in words.CLOCKS:
        return _("missed: %(clock)s") % {"clock": words.CLOCKS[name]}
    return str(words.CONDITIONS.get(_CAUSES.get(name, name), name))
