"""Published versions are cached by key, and keys come back when a test's rows are rolled back."""

from collections.abc import Iterator

import pytest

from escalations.models.calendars import published_schedule
from escalations.models.policies import published_procedure


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    yield
    published_procedure.cache_clear()
    published_schedule.cache_clear()
