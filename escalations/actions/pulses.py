"""Signs of life are written here."""

from __future__ import annotations

from datetime import datetime

from escalations.models import Pulse


def beat(*, component: str, at: datetime) -> None:
    """This part of the engine was alive at this instant."""
    Pulse.objects.update_or_create(component=component, defaults={"at": at})
