"""What the next look costs that every event writes: a note on a case of a procedure with few and with all conditions.

    DATABASE_URL=postgres://…/bench_looking .venv/bin/python -m bench.looking [notes]

Fills a scratch database with the demonstration company; nothing of it is removed. The same note is written on cases
that follow the demonstration's procedure, one without triggers, and one that watches everything there is to watch, in
turn and in one run. Compare the ratios, not the times.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.cases import conditions, migrate
from customers.models import User
from escalations.actions import handling, moving, policies
from escalations.management.demonstration.loading import load
from escalations.models import Agent, Case, PolicyVersion, Trigger, staff_standing
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Effect, Elapsed

WATCHED: Sequence[tuple[str, dict[str, object]]] = (
    ("hand_offs", {"at_least": 90}),
    ("exchanges", {"at_least": 90}),
    ("days_open", {"days": 3000}),
    ("age", {"hours": 9000}),
    ("reopened", {"at_least": 90}),
    ("repeated_complaint", {"at_least": 90, "days": 30}),
    ("customer_asked", {}),
    ("low_rating", {"at_most": 1}),
    ("silence", {"hours": 9000}),
    ("missing_skill", {}),
    ("missing_authority", {}),
    ("clock_near", {"clock": "resolution", "percent": 99}),
    ("clock_breached", {"clock": "ownership"}),
)
# A procedure has at least one trigger; this one looks at a number that the case keeps anyway.
LEAST = WATCHED[:1]


def version(case: Case, name: str, triggers: Sequence[tuple[str, dict[str, object]]]) -> PolicyVersion:
    """A published version like that of the case, with these triggers alone."""
    administrator = User.objects.filter(is_superuser=True).earliest("pk")
    draft = policies.new_draft(policy=case.policy_version.policy, by=administrator, at=timezone.now())
    draft.triggers.all().delete()
    draft.note = name
    draft.save()
    for position, (condition, parameters) in enumerate(triggers):
        Trigger.objects.create(
            version=draft, position=position, condition=condition, parameters=parameters, effect=Effect.NUDGE
        )
    return policies.publish_written_by_program(version=draft, by=administrator, at=timezone.now())


def note(case: Case, at: datetime, standing: Standing) -> float:
    """Milliseconds for one note."""
    began = time.perf_counter()
    handling.note(case=case, actor=standing, at=at, text="One more.")
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    notes = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    migrate()
    if not Case.objects.exists():
        load(timezone.now())
    standing = staff_standing(Agent.objects.active().select_related("user").earliest("pk").user)
    cases = list(Case.objects.unsolved().filter(is_dormant=False, level=1).order_by("pk")[:3])
    kinds = {"as it is": cases[0]}
    for case, (name, triggers) in zip(
        cases[1:], (("one trigger", LEAST), ("everything watched", WATCHED)), strict=True
    ):
        moving.move(
            case=case,
            actor=standing,
            at=timezone.now(),
            version=version(case, name, triggers),
            elapsed=Elapsed.CARRY,
        )
        kinds[name] = case
    print(conditions())
    took: dict[str, list[float]] = {name: [] for name in kinds}
    for _round in range(notes):
        for name, case in kinds.items():
            took[name].append(note(case, timezone.now(), standing))
    least = statistics.median(took["one trigger"])
    for name, case in kinds.items():
        with CaptureQueriesContext(connection) as asked:
            note(case, timezone.now(), standing)
        median = statistics.median(took[name])
        print(f"{name:20} {median:7.2f} ms  {median / least:5.2f} of one trigger  {len(asked)} statements")


if __name__ == "__main__":
    main()
