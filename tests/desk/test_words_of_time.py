"""Instants as people say them, seen from a moment and in the viewer's zone."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from escalations.models import NEVER
from escalations.templatetags import moments

AT = datetime(2026, 3, 2, 10, 24, tzinfo=UTC)  # a Monday, 11:24 in Berlin


@pytest.fixture(autouse=True)
def berlin() -> Iterator[None]:
    with timezone.override(ZoneInfo("Europe/Berlin")), translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "less than a minute"),
        (0.9, "less than a minute"),
        (18, "18 min"),
        (60, "1 h"),
        (216, "3 h 36 min"),
        (1440, "1 day"),
        (2 * 1440 + 240, "2 days 4 h"),
        (-12, "12 min"),
    ],
)
def test_a_stretch_of_time_is_said_with_its_two_largest_units(minutes: float, words: str) -> None:
    assert moments.stretch(minutes) == words


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "today 11:24"),
        (24, "tomorrow 11:24"),
        (-24, "yesterday 11:24"),
        (13, "tomorrow 00:24"),
        (72, "Thu 11:24"),
        (-72, "Fri 11:24"),
        (24 * 10, "12 Mar 11:24"),
        (-24 * 90, "2 Dec 2025 11:24"),
    ],
)
def test_a_moment_is_said_by_its_day_as_seen_from_now(hours: int, words: str) -> None:
    assert moments.moment(AT + timedelta(hours=hours), AT) == words


def test_the_exact_instant_names_the_zone_and_its_offset_also_in_summer() -> None:
    assert moments.exact(AT) == "Monday, 2 March 2026, 11:24 CET (+0100)"
    assert moments.exact(datetime(2026, 7, 1, 9, 0, tzinfo=UTC)) == "Wednesday, 1 July 2026, 11:00 CEST (+0200)"


@pytest.mark.parametrize(
    ("minutes", "first", "second", "tone"),
    [
        (-12, "12 min late", "since 11:12", "late"),
        (0, "less than a minute late", "since 11:24", "late"),
        (-1440, "1 day late", "since yesterday 11:24", "late"),
        (18, "in 18 min", "today 11:42", "soon"),
        (216, "in 3 h 36 min", "today 15:00", ""),
        (296, "today 16:20", "in 4 h 56 min", ""),
    ],
)
def test_a_deadline_says_how_far_and_when(minutes: int, first: str, second: str, tone: str) -> None:
    told = moments.deadline(AT + timedelta(minutes=minutes), AT)
    assert (told.first, told.second, told.tone) == (first, second, tone)


def test_late_and_soon_have_a_sign_beside_their_colour() -> None:
    signs = [moments.deadline(AT + timedelta(minutes=minutes), AT).sign for minutes in (-5, 5, 500)]
    assert signs == ["▲", "◆", ""]


def test_a_deadline_is_soon_once_it_has_warned() -> None:
    due = AT + timedelta(hours=5)
    assert moments.deadline(due, AT, warn_at=AT - timedelta(minutes=1)).tone == "soon"
    assert moments.deadline(due, AT, tone="soon").tone == "soon"
    assert moments.deadline(AT + timedelta(minutes=5), AT, tone="calm").tone == ""


def test_nothing_due_is_said_plainly() -> None:
    assert moments.deadline(None, AT).first == moments.deadline(NEVER, AT).first == "nothing due"
