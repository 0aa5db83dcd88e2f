"""Promises of news as people read them: the words that kept one, and those that somebody has still to keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from escalations.casefile.explanation_moments import Moments
from escalations.casefile.reading import CaseReading
from escalations.models import Case, Escalation, Event, Message
from escalations.models.events import Told
from escalations.rules import events as e
from escalations.rules.standing import Standing
from escalations.timing.stopwatch import ClockState

# After these nobody waits for the news of a promise that was broken before.
TAKE_ITS_PLACE = (e.PromiseMade, e.CaseResolved, e.CaseMerged)


@dataclass(frozen=True, slots=True)
class Kept:
    """A promise by its instant, that words of `at` kept; `late` when they came after it."""

    due_at: datetime
    at: datetime
    late: bool

    @property
    def _told(self) -> dict[str, str]:
        return {"due": Moments.of_reader(self.at).full(self.due_at)}

    def for_staff(self) -> str:
        if self.late:
            return _("Kept the promise of news by %(due)s, too late") % self._told
        return _("Kept the promise of news by %(due)s") % self._told

    def for_customer(self) -> str:
        if self.late:
            return _("The news we promised by %(due)s; they came late") % self._told
        return _("The news we promised by %(due)s") % self._told


def kept(reading: CaseReading) -> dict[int, Kept]:
    """The promises that were kept, by the number of the event whose words did it."""
    given = {event.seq: event.typed for event in reading.events}
    found = {}
    for track, clock in reading.readings:
        promise = given.get(track.start_seq)
        if clock.state is not ClockState.MET or not isinstance(promise, (e.PromiseMade, e.PromiseMoved)):
            continue
        if keeper := _keeper(reading, track.start_seq, clock.met_at):
            due_at, late = datetime.fromisoformat(promise.due_at), clock.breached_at is not None
            found[keeper.seq] = Kept(due_at, keeper.occurred_at, late)
    return found


def _keeper(reading: CaseReading, since: int, met_at: datetime | None) -> Told | None:
    """The event that ended the clock begun by event `since`: the first news of that very instant."""
    news = (event for event in reading.events if event.occurred_at == met_at and _is_news(reading, event))
    return next((event for event in news if event.seq > since), None)


def owed_since(reading: CaseReading) -> datetime | None:
    """The instant of a promise that is over without any public words of ours since; None when no news are owed."""
    if (promised_at := reading.case.promised_at) and promised_at <= reading.at:
        return promised_at
    for event in reversed(reading.events):
        if isinstance(event.typed, e.PromiseBroken):
            return datetime.fromisoformat(event.typed.due_at)
        if isinstance(event.typed, TAKE_ITS_PLACE) or _is_news(reading, event):
            return None
    return None


def nobody_kept() -> Q:
    """Which clocks are of broken promises whose news are still owed: `owed_since`, for the cases of a list at once.

    What is said at the very instant of breaking came after it: words before it would have kept the promise.
    """
    of_case = {"case": OuterRef("case")}
    news = Message.objects.filter(**of_case, is_public=True, user__isnull=False, written_at__gte=OuterRef("ended_at"))
    kinds = [kind.kind for kind in TAKE_ITS_PLACE]
    instead = Event.objects.filter(**of_case, kind__in=kinds, occurred_at__gte=OuterRef("ended_at"))
    broken = Q(state=ClockState.VOID.value, breached_at__isnull=False) & ~Q(promise="")
    return broken & ~Q(Exists(news)) & ~Q(Exists(instead))


def _is_news(reading: CaseReading, event: Told) -> bool:
    """Whether this event brought public words of ours."""
    message = reading.messages.get(str(event.data.get("message", "")))
    return bool(event.actor_kind == "staff" and message and message.is_public)


def to_keep(standing: Standing) -> QuerySet[Case]:
    """Cases with an open promise of news that this person owns or answers for, the first to keep first."""
    climbs = Escalation.objects.open().filter(accountable_id=standing.agent_id).values("case_id")
    mine = Q(owner_id=standing.agent_id) | Q(pk__in=climbs)
    open_ones = Case.objects.visible_to(standing).filter(mine, promised_at__isnull=False)
    return open_ones.select_related("organization").order_by("promised_at", "pk")
