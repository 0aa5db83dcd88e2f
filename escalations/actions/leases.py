"""Leases: a part of the engine that one worker at a time does; whoever dies with one loses it when it runs out."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from escalations.models import Lease


def take(*, name: str, holder: str, at: datetime, seconds: float) -> bool:
    """Takes or renews the lease until `seconds` from now; False while another holder's has not run out.

    One conditional UPDATE decides, so that of two workers at the same instant one gets it.
    """
    Lease.objects.get_or_create(name=name, defaults={"holder": "", "until": at})
    mine = Lease.objects.filter(Q(until__lte=at) | Q(holder=holder), name=name)
    return bool(mine.update(holder=holder, until=at + timedelta(seconds=seconds)))


def give_back(*, name: str, holder: str, at: datetime) -> None:
    """Lets the next one begin at once; nothing where it is another's by now."""
    Lease.objects.filter(name=name, holder=holder).update(until=at)
