"""The whole configuration as one file: written from the rows, checked, and read back in.

`parts` says what a configuration consists of; `reading` makes a document of the rows and `text` a file of it;
`checking` names everything that is wrong with a file; `writing` makes rows of it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import transaction

from customers.models import User
from escalations.actions.configuration import rules
from escalations.actions.configuration.checking import checked
from escalations.actions.configuration.outcome import Change, Did, Outcome
from escalations.actions.configuration.parts import new_keys
from escalations.actions.configuration.reading import document
from escalations.actions.configuration.rules import Outside
from escalations.actions.configuration.text import LARGEST, Problem, Unreadable, read, written
from escalations.actions.configuration.writing import Work

__all__ = ["LARGEST", "Change", "Did", "Outcome", "Outside", "Problem", "Unreadable", "exported", "imported"]

logger = logging.getLogger(__name__)


class _Undo(Exception):
    """Everything that was written goes back."""


def exported() -> str:
    """The configuration as a file; the same configuration gives the same bytes."""
    return written(document())


def imported(
    content: bytes,
    *,
    by: User | None,
    outside: Outside,
    dry_run: bool,
    agree: Callable[[Outcome], None] = lambda _outcome: None,
) -> Outcome:
    """Makes the configuration what the file says, all of it or nothing; nothing is deleted or published.

    A dry run does the same and takes all of it back, so what it tells is what a run would do. `by` is None for a
    program; `agree` is told what was done before it counts, and may raise to take it back. Raises Unreadable with
    everything that is wrong; then nothing has changed.
    """
    found = read(content)
    keys = new_keys()
    work = Work(found, keys, by)
    try:
        with transaction.atomic():
            for part, entries in checked(found, keys):
                for entry, row in list(work.part(part, entries)):
                    rules.check(work, part, entry, row, outside)
            if work.problems or dry_run:
                raise _Undo
            agree(work.outcome)
    except _Undo:
        if work.problems:
            raise Unreadable(work.problems) from None
    else:
        logger.info("%s imported a configuration: %s", by.code if by else "a program", work.outcome.counted())
    return work.outcome
