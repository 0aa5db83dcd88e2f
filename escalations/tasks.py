"""Celery: two-line shims over the engine, the beat schedule, and the nudge after a request."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from escalations.channels.registry import CHANNELS
from escalations.engine import auditor, delivery, housekeeping, wording
from escalations.engine import sweep as sweeping
from escalations.inbound import fetching, receiving
from escalations.models import Mailbox

SWEEP_SECONDS = 5
DELIVERY_SECONDS = 5
MOVING_SECONDS = 5
EFFECT_SECONDS = 5
PROCEDURES_SECONDS = 300
PULSE_SECONDS = 10
STORMS_SECONDS = 300
WORDS_SECONDS = 300
AUDIT_SECONDS = int(auditor.PERIOD.total_seconds())
MAIL_SECONDS = 30
TRAINING_SECONDS = 3600  # whoever comes to a team is told within the hour
PATHS_SECONDS = 300  # looked at every few minutes, so that a day is not lost when nothing ran at midnight


@shared_task
def sweep() -> None:
    """Acts on what is due."""
    sweeping.sweep(timezone.now())
    housekeeping.pulse(housekeeping.SWEEP, timezone.now())


@shared_task
def deliver(channel: str) -> None:
    """Sends what is waiting by one channel: a slow one holds up no other."""
    delivery.deliver_by(channel, timezone.now())
    for part in (housekeeping.DELIVERY, housekeeping.lane(channel)):
        housekeeping.pulse(part, timezone.now())


@shared_task
def wake_delivery() -> None:
    """Asks for a round of every channel by which something waits; does the last of them itself, which saves a hop."""
    *others, last = delivery.waiting(timezone.now()) or [""]
    for channel in others:
        deliver.apply_async((channel,), retry=False, expires=DELIVERY_SECONDS)
    if last:
        deliver(last)


@shared_task
def move_cases() -> None:
    """Moves the next cases that are to follow another version of their policy."""
    housekeeping.move_cases(timezone.now())


@shared_task
def take_effect() -> None:
    """Has versions that were published for a later day take effect."""
    housekeeping.take_effect(timezone.now())


@shared_task
def keep_procedures() -> None:
    """Asks whoever came later to read the running versions, and reminds owners to look at them again."""
    housekeeping.keep_procedures(timezone.now())


@shared_task
def check_paths() -> None:
    """Once a day, whether those a policy names can be reached."""
    housekeeping.check_paths(timezone.now())


@shared_task
def check_own_words() -> None:
    """Whether the company's own words for letters can be used."""
    wording.check(timezone.now())


@shared_task
def remind_of_storms() -> None:
    """Asks again about a storm that nobody has looked at."""
    housekeeping.remind_of_storms(timezone.now())


@shared_task
def remind_of_training() -> None:
    """Tells whoever has training texts to confirm."""
    housekeeping.remind_of_training(timezone.now())


@shared_task
def take_in_mail() -> None:
    """Has each mailbox looked into, so that a slow one delays no other, and acts on mails that wait here."""
    for mailbox in fetching.due(timezone.now()):
        fetch_mail.apply_async((mailbox.pk,), expires=MAIL_SECONDS)
    receiving.work_off(timezone.now())
    housekeeping.pulse(housekeeping.MAIL, timezone.now())


@shared_task
def fetch_mail(mailbox: int) -> None:
    """Takes in what is new in this mailbox."""
    for row in Mailbox.objects.fetched().filter(pk=mailbox):
        fetching.fetch(row, timezone.now())


@shared_task
def audit() -> None:
    """Proves that nothing went silent."""
    auditor.audit_alone(timezone.now())


@shared_task
def beat_pulse() -> None:
    """Comes from beat and is run by a worker, so it proves both alive."""
    housekeeping.pulse(housekeeping.BEAT, timezone.now())
    housekeeping.pulse(housekeeping.WORKER, timezone.now())


def nudge() -> None:
    """Asks for a delivery round now; the next tick would find the same rows. Raises whatever the broker raises."""
    wake_delivery.apply_async(retry=False, expires=DELIVERY_SECONDS)


def _every(seconds: int, task: str, *args: str) -> dict[str, Any]:
    """A beat entry whose message is worthless once the next one is due."""
    name, options = f"escalations.tasks.{task}", {"expires": float(seconds)}
    return {"task": name, "schedule": float(seconds), "args": args, "options": options}


BEAT_SCHEDULE = {
    "sweep": _every(SWEEP_SECONDS, "sweep"),
    **{f"deliver_{channel}": _every(DELIVERY_SECONDS, "deliver", channel) for channel in CHANNELS},
    "move_cases": _every(MOVING_SECONDS, "move_cases"),
    "take_effect": _every(EFFECT_SECONDS, "take_effect"),
    "keep_procedures": _every(PROCEDURES_SECONDS, "keep_procedures"),
    "check_paths": _every(PATHS_SECONDS, "check_paths"),
    "check_own_words": _every(WORDS_SECONDS, "check_own_words"),
    "remind_of_storms": _every(STORMS_SECONDS, "remind_of_storms"),
    "remind_of_training": _every(TRAINING_SECONDS, "remind_of_training"),
    "take_in_mail": _every(MAIL_SECONDS, "take_in_mail"),
    "audit": _every(AUDIT_SECONDS, "audit"),
    "pulse": _every(PULSE_SECONDS, "beat_pulse"),
}
