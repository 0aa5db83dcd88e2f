"""Celery as a process whose clock may run ahead: `python -m bench.soak.worker worker …` or `… beat …`.

SOAK_AHEAD is by how many minutes, so that what waits for the end of an hour need not be waited for.
"""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta

from django.utils import timezone

AHEAD = timedelta(minutes=int(os.environ.get("SOAK_AHEAD", "0")))
_real_now = timezone.now


def now() -> datetime:
    """Now, in the time of this process."""
    return _real_now() + AHEAD


if __name__ == "__main__":
    timezone.now = now
    from celery.bin.celery import main  # only now: everything it imports asks for the time

    sys.argv = ["celery", "-A", "config", *sys.argv[1:]]
    main()
