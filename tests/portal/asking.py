"""What the tests of asking for escalation share: a procedure that promises an answer, and asks made at an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from escalations.actions import asks
from escalations.models import Ask, Case, Event, Notice, PolicyVersion
from escalations.rules.vocabulary import AskReason, ClockKind
from tests.actions.soundness import Rows, everything
from tests.cast import MONDAY, Company, Customer
from tests.policies.newer import Change, newer, promised
from tests.portal.rooms import HOUR

STAKE = "We cannot bill 48,000 households on Thursday."


def from_level(number: int) -> Change:
    """Only leads of the organization ask for this level and those above it."""
    return lambda draft: PolicyVersion.objects.filter(pk=draft.pk).update(leads_ask_from=number)


def promising(company: Company, *changes: Change) -> None:
    """Whoever asks for escalation has an answer within two working hours."""
    newer(company, promised(ClockKind.ASK, 120), *changes)


def ask(case: Case, who: Customer, at: datetime = MONDAY + HOUR, **fields: Any) -> Event:
    values: dict[str, Any] = {"reason": AskReason.NO_NEWS, "text": STAKE, "reach": "+49 30 1234", **fields}
    return asks.ask(case=case, actor=who.standing, at=at, **values)


def ledger() -> tuple[Rows, list[Any]]:
    """Every operational row, asks among them."""
    return everything(), list(Ask.objects.order_by("pk").values_list())


def told(event: Event) -> set[tuple[str, str]]:
    """Who was told of this, by which channel."""
    return set(Notice.objects.filter(event=event).values_list("recipient", "channel"))


def last(case: Case) -> Event:
    return Event.objects.filter(case=case).order_by("-seq")[0]
