"""Who stands before the door of the back office."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.policies import builders
from tests.policies.builders import Company


@pytest.fixture
def firm(db: None) -> Company:
    return builders.company()


@pytest.fixture
def administrator(firm: Company) -> Client:
    """Signed in, with every right."""
    client = Client()
    client.force_login(firm.admin)
    return client


@pytest.fixture
def visitor(db: None) -> Client:
    """May enter the administration and has no right there."""
    client = Client()
    client.force_login(builders.user("Vic Visitor", is_staff=True))
    return client
