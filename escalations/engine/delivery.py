"""Delivery: leases waiting notices in one transaction, sends outside of any, records in a second.

Each channel is a lane of its own, run by a task of its own: what one of them waits for, no other does.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalations.actions import deliveries, lanes
from escalations.channels.registry import CHANNELS, channel_for
from escalations.engine.batch import Batch

BATCH = 20
ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Watch:
    """The instant a round began, moved on by what has passed since: a slow server takes its time."""

    at: datetime
    began: float = field(default_factory=lambda: time.monotonic())

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self.began)


def waiting(at: datetime) -> list[str]:
    """The channels by which something waits now; one statement."""
    return [channel for channel in deliveries.waiting_channels(at=at) if channel in CHANNELS]


def deliver(at: datetime) -> int:
    """Sends what is waiting, by one channel after the other; gives how many notices were accepted."""
    return sum(deliver_by(channel, at) for channel in CHANNELS)


def deliver_by(channel: str, at: datetime) -> int:
    """Sends what is waiting by this channel, in bounded rounds; gives how many were accepted by the next server.

    When nothing waits, one statement is all it asks.
    """
    watch = Watch(at)
    if not deliveries.waits(channel=channel, at=at):
        return 0
    lane = lanes.state(channel=channel)
    if lane.rests_until and lane.rests_until > at:
        return 0
    accepted = 0
    with channel_for(channel).open() as outlet:
        for _round in range(ROUNDS):
            if trouble := outlet.ready():
                lanes.failed(channel=channel, error=trouble.answer, code=trouble.code, at=watch.now())
                break
            batch = Batch(channel, outlet, watch.now, ails=lane.failures > 0)
            leased = batch.lease(BATCH)
            accepted += batch.send()
            if not leased or batch.is_stopped:
                break
    return accepted
