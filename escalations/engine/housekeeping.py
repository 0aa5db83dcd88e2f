"""What else the engine keeps going: signs of life of all its parts, cases that are to move, procedures that go on."""

from __future__ import annotations

from datetime import datetime, timedelta

from escalations.actions import moving, paths, policies, pulses, readings, review_reminders, storms, trainings
from escalations.channels.registry import CHANNELS

WORKER, BEAT, SWEEP, DELIVERY = "worker", "beat", "sweep", "delivery"
AUDITOR, MAIL = "auditor", "mail"
STALE = timedelta(seconds=60)
MAIL_STALE = timedelta(seconds=150)  # looked for twice a minute, and one of these may be lost
LANE_STALE = timedelta(minutes=10)  # a round with a slow server may take so long


def lane(channel: str) -> str:
    """The part of the engine that delivers by this channel."""
    return f"{DELIVERY}_{channel}"


# How long each part may give no sign of life.
PARTS = {
    WORKER: STALE,
    BEAT: STALE,
    SWEEP: STALE,
    DELIVERY: STALE,
    MAIL: MAIL_STALE,
    **{lane(channel): LANE_STALE for channel in CHANNELS},
}
MOVING_ROUNDS = 2  # two hundred cases a tick, so that a large order leaves the workers to the sweep


def pulse(component: str, at: datetime) -> None:
    """Leaves a sign of life; `/healthz` reads them, never the broker."""
    pulses.beat(component=component, at=at)


def move_cases(at: datetime) -> int:
    """Carries out the orders to move all open cases of a policy, in bounded rounds; gives how many were looked at."""
    total = 0
    for _round in range(MOVING_ROUNDS):
        done = moving.carry_out(at=at)
        total += done
        if done < moving.BATCH:
            break
    return total


def check_paths(at: datetime) -> int:
    """Once a day, whether those a policy names can be reached; gives how many policies were looked at."""
    return paths.check_all(at=at)


def remind_of_storms(at: datetime) -> bool:
    """Asks again about a storm that nobody has looked at; gives whether one is open."""
    return storms.remind(at=at)


def take_effect(at: datetime) -> int:
    """Versions that were published for a later day take the new cases from their instant on; gives how many did."""
    return policies.take_effect_all(at=at)


def keep_procedures(at: datetime) -> int:
    """Asks whoever came later to read the running versions, and reminds owners to look at them again."""
    return readings.ask_all(at=at) + review_reminders.remind_all(at=at)


def remind_of_training(at: datetime) -> int:
    """Tells whoever lacks a confirmation of a training text, once for each; gives how many people were told."""
    return trainings.remind(at=at)
