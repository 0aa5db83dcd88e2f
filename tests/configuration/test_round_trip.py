"""Written down, read into an empty installation, and written down again: the same bytes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml
from django.contrib.auth import authenticate

from customers.models import User
from escalations.actions import configuration
from escalations.actions.configuration.parts import PARTS
from escalations.models import Endpoint, Mailbox, PolicyVersion, VersionState
from tests.configuration.grounds import demonstration, elsewhere, everything, full_house, imported

pytestmark = pytest.mark.django_db
HOUSES = pytest.mark.parametrize("build", [demonstration, full_house], ids=["demonstration", "full house"])


@HOUSES
def test_what_is_read_in_is_written_down_as_the_same_bytes(build: Callable[[], None]) -> None:
    text = elsewhere(build)
    assert imported(text).anything
    assert configuration.exported() == text


@HOUSES
def test_reading_it_in_again_changes_nothing(build: Callable[[], None]) -> None:
    text = elsewhere(build)
    imported(text)
    before = everything()
    again = imported(text)
    assert not again.anything
    assert again.by_hand == []
    assert everything() == before


@HOUSES
def test_reading_it_in_where_it_comes_from_changes_nothing(build: Callable[[], None]) -> None:
    build()
    before = everything()
    assert not imported(configuration.exported()).anything
    assert everything() == before


@HOUSES
def test_a_dry_run_tells_what_a_run_does_and_writes_nothing(build: Callable[[], None]) -> None:
    text = elsewhere(build)
    before = everything()
    foreseen = imported(text, dry_run=True)
    assert everything() == before
    done = imported(text)
    assert [*foreseen.told(), foreseen.counted()] == [*done.told(), done.counted()]


def test_the_full_house_has_something_of_every_part() -> None:
    said = yaml.safe_load(elsewhere(full_house))
    assert [part.name for part in PARTS if not said[part.name]] == []
    assert list(said) == ["belay_configuration", *(part.name for part in PARTS)]


def test_no_secret_is_written_down() -> None:
    text = elsewhere(full_house)
    assert "hush" not in text
    assert "https://r.example/in" in text
    assert "http://10.0.0.5/" in text
    full_house()
    assert not any(hashed in text for hashed in User.objects.values_list("password", flat=True))


def test_what_needs_a_secret_is_switched_off_and_people_have_no_password() -> None:
    outcome = imported(elsewhere(full_house))
    assert list(Mailbox.objects.values_list("is_active", "password")) == [(False, "")]
    assert set(Endpoint.objects.values_list("is_active", "secret")) == {(False, "")}
    assert User.objects.exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert authenticate(username="ben@belay.example", password="correct-horse") is None
    by_hand = "\n".join(outcome.by_hand)
    for place in ("agents.ben@belay.example", "mailboxes.support", "endpoints.Reports", "endpoints.Room"):
        assert f"{place}: " in by_hand


def test_nothing_is_published_by_a_file() -> None:
    imported(elsewhere(full_house))
    assert set(PolicyVersion.objects.values_list("state", flat=True)) == {VersionState.DRAFT}


def test_long_texts_stand_as_blocks_and_nothing_differs_from_run_to_run() -> None:
    text = elsewhere(full_house)
    assert "text: |\n" in text
    assert text == elsewhere(full_house)
