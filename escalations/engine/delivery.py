"""Delivery: leases waiting notices in one transaction, sends outside of any, records in a second."""

from __future__ import annotations

import logging
import random
import time
from datetime import datetime, timedelta

from escalations.actions import deliveries
from escalations.channels.base import Outcome, Result
from escalations.channels.registry import channel_for
from escalations.models import Notice

logger = logging.getLogger(__name__)

# A batch that runs into time-outs (EMAIL_TIMEOUT each) must end before its lease does, or it would be sent twice.
BATCH = 20
ROUNDS = 50
LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 12


def deliver(at: datetime) -> int:
    """Sends what is waiting, in bounded rounds; gives how many notices were accepted by the next server."""
    accepted, began = 0, time.monotonic()
    for _round in range(ROUNDS):
        now = at + timedelta(seconds=time.monotonic() - began)  # earlier rounds may have waited for a slow server
        leased = deliveries.lease(at=now, until=now + LEASE, limit=BATCH)
        accepted += sum(_send(notice, at) for notice in leased)
        if len(leased) < BATCH:
            break
    return accepted


def _send(notice: Notice, at: datetime) -> bool:
    """One notice by its channel; what fails is tried again later, with growing waits, a bounded number of times."""
    try:
        result = channel_for(notice.channel).send(notice)
    except Exception as problem:  # a notice that cannot even be written must never hold the others
        logger.exception("notice %s could not be sent", notice.uid)
        result = Result(Outcome.FAILED, f"{type(problem).__name__}: {problem}")
    if result.outcome is Outcome.ACCEPTED:
        deliveries.accepted(notice=notice, at=at)
        return True
    final = result.outcome is Outcome.REFUSED or notice.tries >= MOST_TRIES
    deliveries.failed(notice=notice, error=result.error, again_at=None if final else at + wait(notice.tries))
    logger.warning("notice %s was not accepted (try %s): %s", notice.uid, notice.tries, result.error)
    return False


def wait(tries: int) -> timedelta:
    """How long until the next try: doubling, with jitter so that a recovered server is not hit all at once."""
    doubled = min(FIRST_WAIT * 2 ** max(tries - 1, 0), LONGEST_WAIT)
    return doubled * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, hides nothing
