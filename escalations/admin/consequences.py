"""What switching something off or deleting it would do, in numbers, before anybody is asked to confirm it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import PROTECT, Model
from django.utils.translation import ngettext

from escalations.models import (
    AllowedHost,
    Case,
    Endpoint,
    HeldClimb,
    Mailbox,
    Notice,
    NoticeState,
    OutsideParty,
    PauseReason,
    Request,
    Script,
    Storm,
    StormBrake,
    Topic,
)
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import RequestState


def _cases() -> Any:
    return Case.objects.visible_to(SYSTEM).unsolved().order_by()


def _of_an_endpoint(row: Endpoint) -> Iterator[str]:
    code = row.agent.code if row.agent else row.code
    waiting = Notice.objects.filter(recipient=code, channel=row.channel, state=NoticeState.WAITING).count()
    yield ngettext(
        "%(number)s notice waits for it now; from now on nothing more is told to it.",
        "%(number)s notices wait for it now; from now on nothing more is told to it.",
        waiting,
    ) % {"number": waiting}


def _of_a_mailbox(row: Mailbox) -> Iterator[str]:
    cases = _cases().filter(mails__mailbox=row).values("pk").distinct().count()
    yield ngettext(
        "%(number)s open case came in by it: answers to its address are not fetched any more.",
        "%(number)s open cases came in by it: answers to its address are not fetched any more.",
        cases,
    ) % {"number": cases}
    others = Mailbox.objects.filter(is_active=True).exclude(pk=row.pk).count()
    yield ngettext("%(number)s other mailbox is active.", "%(number)s other mailboxes are active.", others) % {
        "number": others
    }


def _of_a_topic(row: Topic) -> Iterator[str]:
    cases = _cases().filter(topic=row).count()
    yield ngettext(
        "%(number)s open case is about it and stays so; nobody chooses it for a new one.",
        "%(number)s open cases are about it and stay so; nobody chooses it for a new one.",
        cases,
    ) % {"number": cases}
    below = row.children.filter(is_offered=True).count()
    if below:
        yield ngettext(
            "%(number)s topic below it stays offered.", "%(number)s topics below it stay offered.", below
        ) % {"number": below}


def _of_a_pause_reason(row: PauseReason) -> Iterator[str]:
    cases = _cases().filter(pause_reason=row).count()
    yield ngettext(
        "%(number)s case waits for this reason now and goes on waiting.",
        "%(number)s cases wait for this reason now and go on waiting.",
        cases,
    ) % {"number": cases}


def _of_a_party(row: OutsideParty) -> Iterator[str]:
    asked = Request.objects.filter(party=row, state=RequestState.OPEN.value).count()
    yield ngettext(
        "%(number)s request to it is open and stays so.", "%(number)s requests to it are open and stay so.", asked
    ) % {"number": asked}


def _of_a_script(row: Script) -> Iterator[str]:
    cases = _cases().filter(level=row.level)
    number = (cases.filter(topic=row.topic) if row.topic_id else cases).count()
    yield ngettext(
        "%(number)s open case shows it now and shows it no more.",
        "%(number)s open cases show it now and show it no more.",
        number,
    ) % {"number": number}


def _of_the_brake(row: StormBrake) -> Iterator[str]:
    held, storms = HeldClimb.objects.waiting().count(), Storm.objects.filter(is_open=True).count()
    yield ngettext(
        "%(number)s climb is held back now in an open storm; it waits for an answer at the desk as before.",
        "%(number)s climbs are held back now in an open storm; they wait for an answer at the desk as before.",
        held if storms else 0,
    ) % {"number": held if storms else 0}
    cases = _cases().count()
    yield ngettext(
        "%(number)s open case could climb by itself at once, and everybody around it would be told.",
        "%(number)s open cases could climb by themselves at once, and everybody around them would be told.",
        cases,
    ) % {"number": cases}


SWITCHED_OFF: Mapping[type[Model], Callable[[Any], Iterator[str]]] = {
    Endpoint: _of_an_endpoint,
    Mailbox: _of_a_mailbox,
    Topic: _of_a_topic,
    PauseReason: _of_a_pause_reason,
    OutsideParty: _of_a_party,
    Script: _of_a_script,
    StormBrake: _of_the_brake,
}


def switched_off(row: Model) -> list[str]:
    """What follows from switching this row off; empty for one that has no switch."""
    told = SWITCHED_OFF.get(type(row))
    return list(told(row)) if told else []


def deleted(row: Model) -> list[str]:
    """How many rows of each kind refer to this one; one statement for each kind."""
    found = [said for relation in row._meta.related_objects if (said := _referring(row, relation))]
    if isinstance(row, AllowedHost):
        found += _calling(row)
    return found


def in_the_way(row: Model) -> list[str]:
    """What keeps this row from being deleted: rows that speak of it and stay."""
    kept = (relation for relation in row._meta.related_objects if relation.on_delete is PROTECT)
    return [said for relation in kept if (said := _referring(row, relation))]


def _referring(row: Model, relation: Any) -> str:
    model = relation.related_model
    if model.__name__.startswith("Historical"):
        return ""
    number = model._base_manager.filter(**{relation.field.name: row}).count()
    words = model._meta.verbose_name if number == 1 else model._meta.verbose_name_plural
    return f"{number} {words}" if number else ""


def _calling(row: AllowedHost) -> Iterator[str]:
    rows = Endpoint.objects.filter(url__icontains=f"//{row.host}", is_active=True).count()
    yield ngettext(
        "%(number)s active endpoint is on this host and is called no more.",
        "%(number)s active endpoints are on this host and are called no more.",
        rows,
    ) % {"number": rows}
