"""The desk on a Monday morning: the clock stands still, and somebody signs in."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from customers.models import User
from tests.cast import MONDAY

NOW = MONDAY + timedelta(minutes=20)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[time_machine.Traveller]:
    """Twenty past nine in Berlin."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """A browser in which this person is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
