"""What went wrong lately, and how many escalations are open against how many were: from journal and steps alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from escalations.models import Case, Escalation, Event, Step
from escalations.rules import events as e
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import VOIDING, Move

LISTED = 100


@dataclass(frozen=True, slots=True)
class LevelCount:
    """The open escalations at one level, now and then."""

    level: int
    now: int
    then: int

    @property
    def more(self) -> int:
        """How many more there are now; negative for fewer."""
        return self.now - self.then

    @property
    def fewer(self) -> int:
        return -self.more


@dataclass(frozen=True, slots=True)
class Lapse:
    """A clock that was missed, or a promise of news that was broken, as the journal says it; `clock` is its kind."""

    case: Case
    at: datetime
    clock: str


@dataclass(frozen=True, slots=True)
class Lapses:
    """The newest of them; `more` says that these are not all."""

    rows: list[Lapse]
    more: bool


def open_by_level(standing: Standing, *, at: datetime, then: datetime) -> list[LevelCount]:
    """How many escalations were open at each level at both instants, the highest level first; two statements."""
    now, before = _levels(standing, at), _levels(standing, then)
    levels = sorted({*now, *before}, reverse=True)
    return [LevelCount(level, now.get(level, 0), before.get(level, 0)) for level in levels]


def _levels(standing: Standing, at: datetime) -> dict[int, int]:
    """By level, the escalations that were open at this instant; where each was says its last step until then.

    An expert who is lent moves nothing.
    """
    steps = Step.objects.filter(escalation=OuterRef("pk"), started_at__lte=at).exclude(move=Move.LEND.value)
    found = Escalation.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), _of(standing), started_at__lte=at)
    found = found.exclude(case__outcome__in=[outcome.value for outcome in VOIDING], case__resolved_at__lte=at)
    last = Subquery(steps.order_by("-number").values("to_level")[:1])
    placed = found.annotate(stood=Coalesce(last, "from_level", output_field=IntegerField()))
    counted = placed.order_by().values("stood").annotate(number=Count("pk"))
    return dict(counted.values_list("stood", "number"))


def missed(standing: Standing, *, since: datetime, until: datetime) -> Lapses:
    """The clocks that were missed in this time, the newest first; one statement."""
    return _lapses(standing, e.ClockBreached.kind, since, until)


def broken(standing: Standing, *, since: datetime, until: datetime) -> Lapses:
    """The promises of news that were broken in this time, the newest first; one statement."""
    return _lapses(standing, e.PromiseBroken.kind, since, until)


def _lapses(standing: Standing, kind: str, since: datetime, until: datetime) -> Lapses:
    found: QuerySet[Event] = Event.objects.filter(
        _of(standing), kind=kind, occurred_at__gte=since, occurred_at__lte=until
    )
    newest = found.select_related("case__organization").order_by("-occurred_at", "-pk")[: LISTED + 1]
    rows = [Lapse(event.case, event.occurred_at, event.data.get("clock", "")) for event in newest]
    return Lapses(rows[:LISTED], len(rows) > LISTED)


def _of(standing: Standing) -> Q:
    """Of the cases this person may see; all of them need no looking up."""
    if not standing.by_team:
        return Q()
    return Q(case__in=Case.objects.visible_to(standing).order_by().values("pk"))
