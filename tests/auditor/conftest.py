"""A company with an administrator who works here and one who does not, and somebody outside who is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test.utils import override_settings

from escalations.models import Case
from tests.auditor.ground import MINUTE, NOW, WATCH, running
from tests.cast import MONDAY, Company


@pytest.fixture
def watched(company: Company) -> Iterator[Company]:
    """The manager is an administrator too, so there is an inbox to tell; somebody outside gets mail."""
    company.manager.user.is_staff = True
    company.manager.user.save(update_fields=["is_staff"])
    with override_settings(AUDITOR_MAILS=WATCH):
        yield company


@pytest.fixture
def case(watched: Company) -> Case:
    """Escalated to the specialist, and everything has run since."""
    case = watched.escalate(watched.open(), MONDAY + 10 * MINUTE)
    running(NOW)
    return case
