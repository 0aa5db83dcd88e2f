"""The journal: one line per thing that happened, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models.cases import Case
from escalations.models.escalations import Escalation
from escalations.models.immutable import AppendOnlyQuerySet, refuse
from escalations.rules import events, kinds


class Told(NamedTuple):
    """One line of a journal with its typed data, as pages read it."""

    seq: int
    occurred_at: datetime
    kind: str
    actor_kind: str
    actor: str
    on_behalf_of: str
    data: dict[str, Any]
    typed: events.EventData


class EventQuerySet(AppendOnlyQuerySet["Event"]):
    def lines(self) -> list[events.Line]:
        """The events as pure code reads them, in order; one statement."""
        rows = self.order_by("seq").values_list("seq", "occurred_at", "kind", "version", "data")
        return [events.Line(seq, at, kinds.load(kind, version, data)) for seq, at, kind, version, data in rows]

    def told(self) -> list[Told]:
        """The events as pages read them, in order; one statement, and each is understood once."""
        rows = self.order_by("seq").values_list(
            "seq", "occurred_at", "kind", "actor_kind", "actor", "on_behalf_of", "data", "version"
        )
        return [Told(*row[:-1], kinds.load(row[2], row[-1], row[6])) for row in rows]


class Event(models.Model):
    """One line of the journal of a case; order is `seq`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("what happened"), max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    occurred_at = models.DateTimeField(_("happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    actor_kind = models.CharField(max_length=8)
    actor = models.CharField(_("by"), max_length=48)
    on_behalf_of = models.CharField(max_length=48, blank=True)
    escalation = models.ForeignKey(Escalation, null=True, on_delete=models.PROTECT, related_name="events")
    key = models.CharField(max_length=80, null=True, unique=True)  # noqa: DJ001 - most events have none, and it is unique
    data = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("journal")
        ordering = ["case", "seq"]
        base_manager_name = "objects"
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once")]
        indexes = [models.Index(fields=["kind", "occurred_at"], name="event_kind_time")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            refuse()
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse()

    @property
    def typed(self) -> events.EventData:
        return kinds.load(self.kind, self.version, self.data)

    def link(self, previous: str, case_uid: str) -> str:
        """The hash of this line, chained to the one before."""
        line = [
            case_uid,
            self.seq,
            self.kind,
            _iso(self.occurred_at),
            _iso(self.recorded_at),
            self.actor,
            self.version,
            self.data,
        ]
        canonical = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256((previous + canonical).encode()).hexdigest()


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def chain_of(case_uid: str, lines: Iterable[Event]) -> str:
    """The head that the journal of a case must have, computed from its lines in order."""
    head = ""
    for line in lines:
        head = line.link(head, case_uid)
    return head
