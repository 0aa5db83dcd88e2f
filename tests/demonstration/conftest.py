"""The demonstration company, loaded once for the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from escalations.management.demonstration.loading import load
from escalations.models.calendars import published_schedule
from escalations.models.policies import published_procedure

# Shortly before closing time, with two full working days to come: the most that can fall due within two days.
WEDNESDAY = datetime(2026, 3, 4, 15, 41, 33, tzinfo=UTC)


@pytest.fixture(autouse=True, scope="module")
def nothing_remembered() -> Iterator[None]:
    """Rolled back rows leave their keys to others; what was kept of them must go, too."""
    forget()
    yield
    forget()


def forget() -> None:
    published_procedure.cache_clear()
    published_schedule.cache_clear()


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, nothing_remembered: None) -> Iterator[datetime]:
    """The company as it was loaded at this instant; whatever a test changes is undone by its own `db`."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(WEDNESDAY)
        yield WEDNESDAY
        transaction.set_rollback(True)
