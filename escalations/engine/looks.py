"""One look of the auditor at everything: its questions, one after the other, and how many statements they took."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import connection

from escalations.actions import set_aside
from escalations.engine import housekeeping, slices, sweep
from escalations.models import Audit, Case, Escalation, Look
from escalations.reports import stuck, violations
from escalations.rules.violations import BY_CASE, Found, ViolationKind

logger = logging.getLogger(__name__)

Question = Callable[[datetime], Sequence[Found]]


def overdue(at: datetime) -> list[Found]:
    """Everything the sweep should have acted on a minute ago, by case; its own statement, and that of the promise.

    Cases that are set aside are told of as such; the promise to look at an open escalation holds for them too.
    """
    unchecked = violations.unchecked(at)
    known = {item.case_id for item in unchecked}
    due = sweep.due(at - stuck.MAY_WAIT)
    stages: dict[int, list[str]] = defaultdict(list)
    for stage in set_aside.Stage:
        for case_id in due[stage]:
            if stage is not set_aside.Stage.LADDER or case_id not in known:
                stages[case_id].append(stage.value)
    uids = Case.objects.filter(pk__in=list(stages)[: violations.MOST]).values_list("pk", "uid")
    unhandled = [Found(ViolationKind.UNHANDLED, uid, pk, {"stages": stages[pk]}) for pk, uid in uids]
    away = [Found(ViolationKind.UNHANDLED, f"absence:{pk}", None, {"absence": pk}) for pk in due[sweep.ABSENCES]]
    return [*unchecked, *unhandled, *away[: violations.MOST]]


QUESTIONS: Sequence[tuple[tuple[ViolationKind, ...], Question]] = (
    ((ViolationKind.UNACCOUNTED,), violations.unaccounted),
    ((ViolationKind.OWNER_LEFT,), violations.owners_left),
    ((ViolationKind.UNTOLD,), violations.untold),
    ((ViolationKind.UNCHECKED, ViolationKind.UNHANDLED), overdue),
    ((ViolationKind.SET_ASIDE,), violations.set_aside),
    ((ViolationKind.LOST, ViolationKind.LATE), violations.waiting),
    ((ViolationKind.UNFOLDED,), violations.unfolded),
    ((ViolationKind.SILENT,), partial(violations.silent, parts=housekeeping.PARTS)),
    ((ViolationKind.PATH,), violations.unreachable),
    ((ViolationKind.DUTY,), violations.off_duty),
)


def look(at: datetime) -> Look:
    """Asks everything; reads only. A question that cannot be answered is a finding itself and keeps no other one."""
    with counted() as asked:
        found: list[Found] = []
        answered = {ViolationKind.UNANSWERED}
        for about, question in QUESTIONS:
            _ask(partial(question, at), about, found, answered)
        part = slices.following(Audit.objects.first())
        looked_at: set[int] = set()
        _ask(partial(slices.prove, part, looked_at), BY_CASE, found, answered)
        open_escalations = Escalation.objects.open().count()
    return Look(
        at=at,
        found=found,
        answered=answered,
        cases=looked_at,
        open_escalations=open_escalations,
        statements=asked.number,
        chain_from=part.chain_from,
        chain_to=part.chain_to,
        escalated_to=part.escalated_to,
    )


def _ask(
    question: Callable[[], Sequence[Found]],
    about: Sequence[ViolationKind],
    found: list[Found],
    answered: set[ViolationKind],
) -> None:
    """Adds the answers; a list that was cut off does not say what is over."""
    try:
        answers = question()
    except Exception as problem:
        logger.exception("the auditor could not ask about %s", about[0].value)
        found.append(Found(ViolationKind.UNANSWERED, about[0].value, None, {"error": set_aside.told(problem)}))
        return
    found += answers
    if len(answers) < violations.MOST:
        answered.update(about)


@dataclass(slots=True)
class Counter:
    """Counts the statements of a connection."""

    number: int = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        self.number += 1
        return execute(sql, params, many, context)


@contextmanager
def counted() -> Iterator[Counter]:
    counter = Counter()
    with connection.execute_wrapper(counter):
        yield counter
