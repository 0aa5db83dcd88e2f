"""One worker at a time has a lease; a dead one loses it when it runs out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from escalations.actions import leases
from escalations.models import Lease
from tests.cast import MONDAY
from tests.engine.together import together

SOON, LATER = MONDAY + timedelta(seconds=29), MONDAY + timedelta(seconds=30)


def take(holder: str, at: object = MONDAY) -> bool:
    return leases.take(name="audit", holder=holder, at=at, seconds=30)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_lease_is_one_workers_until_it_runs_out_or_is_given_back() -> None:
    assert take("first")
    assert not take("second", SOON)
    assert take("first", SOON)  # renewed
    assert not take("second", LATER)
    leases.give_back(name="audit", holder="second", at=LATER)  # not theirs to give
    assert not take("second", LATER)
    leases.give_back(name="audit", holder="first", at=LATER)
    assert take("second", LATER)
    assert take("third", LATER + timedelta(seconds=30))  # the second died with it
    assert Lease.objects.get().holder == "third"


@pytest.mark.django_db
def test_leases_of_other_names_are_free() -> None:
    assert take("first")
    assert leases.take(name="mailbox:support", holder="second", at=MONDAY, seconds=30)


@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_at_the_same_instant_one_gets_it() -> None:
    got = together(*(lambda holder=str(number): take(holder) for number in range(8)))
    assert sorted(got) == [False] * 7 + [True]
