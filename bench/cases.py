"""What the benchmarks of the engine stand on: a scratch database on PostgreSQL with any number of open cases.

The cases are copies of one of the demonstration, each with one running clock that is due far in the future. Their
journal begins in the middle: what is measured reads only its head.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "WARNING")
os.environ.setdefault("DATABASE_POOL", "0")  # one connection a process, which can be closed before it forks
django.setup()

from django.core.management import call_command  # noqa: E402 - only after django.setup()
from django.db import connection, models  # noqa: E402
from django.db.models import Exists, OuterRef  # noqa: E402
from django.utils import timezone  # noqa: E402

from escalations.management.demonstration.loading import load  # noqa: E402
from escalations.models import Case, Clock, TeamMembership  # noqa: E402

FAR = timedelta(days=40)
SHOWN = ("server_version", "shared_buffers", "max_wal_size", "synchronous_commit", "random_page_cost")


def grow(number: int, apart: Mapping[str, str] | None = None) -> None:
    """Migrates and fills an empty database, and adds copies until there are so many.

    `apart` says in SQL what is different in each of them, where `n` is its number.
    """
    migrate()
    if not Case.objects.exists():
        load(timezone.now())
    have = Case.objects.filter(source="bench").count()
    leading = TeamMembership.objects.filter(agent=OuterRef("owner"), team=OuterRef("team"), is_lead=True)
    candidates = Case.objects.filter(state="open", owner__isnull=False, source="", escalations=None)
    pattern = candidates.exclude(Exists(leading)).latest("pk")  # of a breach, owner and lead are told
    clock = Clock.objects.filter(case=pattern, kind="resolution", state="running").latest("pk")
    own = {"uid": "md5(random()::text || n)", "external_id": "n::text", "source": "'bench'"}
    case_columns = copied(Case, own | {column: sql.replace("%", "%%") for column, sql in (apart or {}).items()})
    far = dict.fromkeys(("warn_at", "due_at", "next_at"), f"now() + interval '{FAR.days} days'")
    never = dict.fromkeys(("warned_at", "breached_at", "met_at", "ended_at"), "NULL")
    clock_columns = copied(Clock, {"case_id": "added.id", "state": "'running'", **far, **never})
    statement = f"""
        WITH added AS (
            INSERT INTO escalations_case ({", ".join(case_columns)})
            SELECT {", ".join(case_columns.values())} FROM escalations_case, generate_series(%s::int, %s::int) AS n
            WHERE escalations_case.id = %s RETURNING id)
        INSERT INTO escalations_clock ({", ".join(clock_columns)})
        SELECT {", ".join(clock_columns.values())} FROM escalations_clock, added WHERE escalations_clock.id = %s
    """  # noqa: S608 - columns of our own models
    with connection.cursor() as cursor:
        cursor.execute(statement, [have + 1, number, pattern.pk, clock.pk])
    settle()


def migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)


def copied(model: type[models.Model], changed: Mapping[str, str]) -> dict[str, str]:
    """Every column of a row but its key, with what a copy says there: the same, or something else."""
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    return {column: changed.get(column, f"{model._meta.db_table}.{column}") for column in columns}


def fall_due(number: int, *, breached: bool) -> datetime:
    """So many clocks, anywhere in the table, are near their end or over it at the instant returned; no others are.

    Notices of earlier rounds go, as the yardstick does with its rows to send: each round finds the same tables.
    """
    now = timezone.now()
    ours = Clock.objects.filter(case__source="bench")
    far, past = now + FAR, now - timedelta(minutes=1)
    ours.filter(warned_at__isnull=False).update(warn_at=far, due_at=far, next_at=far, warned_at=None, breached_at=None)
    Case.objects.filter(check_at__isnull=False).update(check_at=None)
    chosen = list(ours.order_by("?").values_list("pk", flat=True)[:number])
    Clock.objects.filter(pk__in=chosen).update(warn_at=past, due_at=past if breached else far, next_at=past)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE escalations_notice")
    settle()
    return now


def settle() -> None:
    """What the database would do in a quiet minute."""
    with connection.cursor() as cursor:
        for work in ("VACUUM ANALYZE escalations_clock", "VACUUM ANALYZE escalations_case", "CHECKPOINT"):
            cursor.execute(work)


def backend() -> int:
    """The process that serves this connection, for counting its CPU time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found: int = cursor.fetchone()[0]
    return found


def cpu_of(process: int) -> float:
    """The CPU seconds that a process of this machine has used so far."""
    used = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()[11:13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def conditions() -> str:
    """Where and when this was measured."""
    shown = connection.vendor
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)", [list(SHOWN)])
            shown = ", ".join(f"{name} {value}" for name, value in cursor.fetchall())
    return (
        f"{timezone.now():%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, Django {django.get_version()}; {shown}"
    )
