"""How the sweep grows: an idle round with few and with many open cases, and what a due clock costs.

    DATABASE_URL=postgres://…/scratch .venv/bin/python -m bench.sweep [cases ...]

Needs PostgreSQL and an empty database, which it migrates and fills; nothing of it is removed. Prints ratios of one run:
compare those, not the times.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - only after django.setup()
from django.db import connection, reset_queries  # noqa: E402
from django.utils import timezone  # noqa: E402

from escalations.engine.sweep import announce, sweep  # noqa: E402
from escalations.management.demonstration.loading import load  # noqa: E402
from escalations.models import Case, Clock  # noqa: E402

ROUNDS = 30
DUE = 1000

COPY = """
WITH pattern AS (SELECT * FROM escalations_case WHERE id = %(pattern)s),
added AS (
    INSERT INTO escalations_case ({columns}, uid, external_id, source)
    SELECT {columns}, md5(random()::text || n), n::text, 'bench' FROM pattern, generate_series(%(first)s, %(last)s) AS n
    RETURNING id)
INSERT INTO escalations_clock (case_id, kind, start_seq, state, started_at, target_minutes, warn_percent,
    calendar_version_id, warn_at, due_at, next_at)
SELECT added.id, 'resolution', 1, 'running', now(), 60000, 75, %(calendar)s,
    now() + interval '30 days', now() + interval '40 days', now() + interval '30 days' FROM added
"""


def grow(first: int, last: int) -> None:
    """Copies one case with one running clock, so that there are `last` of them."""
    pattern = Case.objects.filter(state="open", owner__isnull=False, source="").latest("pk")
    clock = Clock.objects.filter(case=pattern).first()
    calendar = clock.calendar_version_id if clock else None
    own = ("id", "uid", "external_id", "source")
    columns = ", ".join(str(f.column) for f in Case._meta.concrete_fields if f.column not in own)
    values = {"pattern": pattern.pk, "first": first, "last": last, "calendar": calendar}
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(columns=columns), values)
        cursor.execute("ANALYZE escalations_case, escalations_clock")


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median of several runs."""
    times = []
    for _round in range(rounds):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def idle() -> tuple[float, int]:
    """An idle round in ms, and its statements."""
    at = timezone.now()
    sweep(at)
    connection.force_debug_cursor = True
    reset_queries()
    sweep(at)
    statements = len(connection.queries)
    connection.force_debug_cursor = False
    return milliseconds(lambda: sweep(at)), statements


def due() -> float:
    """Clocks announced a second when many fall due at once."""
    at = timezone.now()
    ids = list(Clock.objects.filter(case__source="bench").order_by("?").values_list("pk", flat=True)[:DUE])
    Clock.objects.filter(pk__in=ids).update(warn_at=at - timedelta(minutes=1), next_at=at - timedelta(minutes=1))
    began = time.perf_counter()
    told = announce(at)
    return told / (time.perf_counter() - began)


def main(sizes: list[int]) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    if not Case.objects.exists():
        load(timezone.now())
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    have, first = 0, 0.0
    for size in sizes:
        grow(have + 1, size)
        have = size
        took, statements = idle()
        first = first or took
        growth = took / first
        print(f"{size:>9,} open cases: idle round {took:6.2f} ms ({growth:.2f} of the first), {statements} statements")
        print(f"{'':>9}  {DUE} due clocks announced: {due():,.0f} a second")


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000])
