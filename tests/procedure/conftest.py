"""A Monday morning on which the clock stands still, and a procedure that says everything."""

from collections.abc import Iterator

import pytest
import time_machine

from escalations.models import PolicyVersion
from tests.cast import MONDAY, Company
from tests.desk.conftest import sign_in
from tests.procedure.ground import in_force

__all__ = ["sign_in"]


@pytest.fixture
def standing_clock() -> Iterator[time_machine.Traveller]:
    """Nine in Berlin."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def version(company: Company) -> PolicyVersion:
    """In force since a week."""
    return in_force(company)
