"""The auditor: proves every few minutes that nothing went silent; if something did, mends it and tells somebody."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from customers.models import new_uid
from escalations.actions import audits, leases
from escalations.engine import housekeeping, looks, mending, outside
from escalations.models import Audit

PERIOD = timedelta(minutes=2)
LEASE = timedelta(minutes=10)  # a look takes seconds; after this another worker takes over


def audit_alone(at: datetime) -> Audit | None:
    """One look by one worker at a time, and a sign of life; None while another one is at it."""
    holder = new_uid()
    if not leases.take(name=housekeeping.AUDITOR, holder=holder, at=at, seconds=LEASE.total_seconds()):
        return None
    try:
        made = audit(at)
    finally:
        leases.give_back(name=housekeeping.AUDITOR, holder=holder, at=at)
    housekeeping.pulse(housekeeping.AUDITOR, at)
    return made


def audit(at: datetime) -> Audit:
    """One look, and all that follows from it: written down, mended, told, and the heartbeat when all is well.

    What was mended counts until the next look has seen that it is over.
    """
    began = time.monotonic()
    seen = looks.look(at)
    made = audits.keep(look=seen, milliseconds=round(1000 * (time.monotonic() - began)))
    if made.is_clean:
        outside.ping()
    else:
        mending.mend(at)
        if told := audits.tell(audit=made):
            outside.tell(told)
    audits.prune(at=at)
    return made
