"""Signs of life: every part of the engine leaves one when it has done its round."""

from __future__ import annotations

from datetime import datetime

from escalations.actions import pulses

WORKER, BEAT, SWEEP, DELIVERY = "worker", "beat", "sweep", "delivery"


def pulse(component: str, at: datetime) -> None:
    """Leaves a sign of life; `/healthz` reads them, never the broker."""
    pulses.beat(component=component, at=at)
