"""What one look of the auditor costs with few and with many open escalations.

    DATABASE_URL=postgres://…/bench_audit .venv/bin/python -m bench.audit [1000 100000]

Fills a scratch database on PostgreSQL with copies of an escalated case of the demonstration; nothing of it is removed.
Printed are statements, milliseconds and answers of each question at each size, and what the planner does at the last.
The copies have no whole journal, so the slice of journals is measured on the demonstration alone. Compare the ratios.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.cases import conditions, copied, grow
from escalations.engine import looks, slices
from escalations.models import Case, Escalation, Event, Notice, Step

ROUNDS = 5
PLAN = ("Scan", "Join", "Loop")


def escalate_all() -> None:
    """Every copied case gets an open escalation with a step of an hour ago, and one notice that was accepted."""
    pattern = Step.objects.filter(ended_at=None, escalation__in=Escalation.objects.open()).latest("pk")
    event = Event.objects.filter(escalation=pattern.escalation, kind="escalation.requested").latest("pk")
    notice = Notice.objects.filter(event=event, channel="in_app").latest("pk")
    new = "c.source = 'bench' AND NOT EXISTS (SELECT 1 FROM escalations_escalation e WHERE e.case_id = c.id)"
    uid, recent = "md5(random()::text || c.id)", "now() - interval '1 hour'"
    climbs = copied(
        Escalation, {"uid": uid, "case_id": "c.id", "next_check_at": "now() + interval '40 days'", "started_at": recent}
    )
    steps = copied(Step, {"uid": uid, "escalation_id": "new_e.id", "started_at": recent, "acknowledged_at": "NULL"})
    lines = copied(Event, {"case_id": "c.id", "escalation_id": "new_e.id", "key": "NULL", "seq": "1"})
    notices = copied(Notice, {"uid": uid, "case_id": "c.id", "event_id": "new_l.id", "accepted_at": "now()"})
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE fresh AS SELECT c.id FROM escalations_case c WHERE {new}")  # noqa: S608 - our own words
        for model, columns, around, key in (
            (Escalation, climbs, "", pattern.escalation_id),
            (Step, steps, "JOIN escalations_escalation new_e ON new_e.case_id = c.id", pattern.pk),
            (Event, lines, "JOIN escalations_escalation new_e ON new_e.case_id = c.id", event.pk),
            (Notice, notices, "JOIN escalations_event new_l ON new_l.case_id = c.id", notice.pk),
        ):
            table = model._meta.db_table
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(columns.values())} "  # noqa: S608 - our own words
                f"FROM fresh c {around} CROSS JOIN {table} WHERE {table}.id = %s",
                [key],
            )
        cursor.execute("DROP TABLE fresh")
        cursor.execute("VACUUM ANALYZE")


def measure(question: Callable[[], Any]) -> tuple[float, list[str], int]:
    """The median milliseconds, the statements, and how many answers."""
    took, asked, answers = list[float](), list[str](), 0
    for _round in range(ROUNDS):
        with CaptureQueriesContext(connection) as captured:
            began = time.perf_counter()
            answers = len(question())
            took.append(1000 * (time.perf_counter() - began))
        asked = [query["sql"] for query in captured.captured_queries]
    return statistics.median(took), asked, answers


def questions(at: datetime) -> dict[str, Callable[[], Any]]:
    named = {" ".join(kind.value for kind in about): partial(asked, at) for about, asked in looks.QUESTIONS}
    first = slices.Slice(list(Case.objects.exclude(source="bench").order_by("pk").values_list("pk", flat=True)))
    return {**named, f"journals and clocks of {len(first.case_ids)}": partial(slices.prove, first, set())}


def plan(sql: str) -> list[str]:
    """The lines of the plan that say how rows are found."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return [line for (line,) in cursor.fetchall() if any(word in line for word in PLAN)]


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [1000, 100_000]
    print(conditions())
    found: dict[str, list[tuple[float, list[str], int]]] = {}
    for size in sizes:
        grow(size)
        escalate_all()
        for name, question in questions(timezone.now()).items():
            found.setdefault(name, []).append(measure(question))
    print(f"{'question':34}" + "".join(f"{size:>12,} cases" + " " * 14 for size in sizes))
    for name, measured in found.items():
        told = (f"{took:9.1f} ms {len(asked):3} st. {answers:4} found " for took, asked, answers in measured)
        print(f"{name:34}" + "".join(told))
    for name, measured in found.items():
        for sql in measured[-1][1]:
            print(f"\n{name}", *plan(sql), sep="\n  ")


if __name__ == "__main__":
    main()
