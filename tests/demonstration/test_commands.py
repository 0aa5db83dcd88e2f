"""Loading happens once, into an empty installation, never where strangers could use the known passwords."""

from __future__ import annotations

from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from customers.models import User
from escalations.management.commands import load_demonstration
from escalations.management.demonstration.loading import Loaded
from escalations.management.demonstration.procedure import easter, german_holidays
from escalations.management.demonstration.stage import Line, Story, post, uneven
from escalations.models import Case, Notice, NoticeState
from escalations.rules.vocabulary import Impact, Urgency
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db


def said(name: str, **options: Any) -> str:
    out = StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When the command loaded, without the time it takes."""
    calls: list[datetime] = []

    def load(now: datetime) -> Loaded:
        calls.append(now)
        return Loaded(30, 14)

    monkeypatch.setattr(load_demonstration, "load", load)
    return calls


def test_an_empty_installation_is_filled_and_told_of_in_one_line(loads: list[datetime]) -> None:
    assert said("load_demonstration") == "The demonstration company is loaded: 30 cases, 14 articles.\n"
    assert len(loads) == 1


def test_where_anybody_is_known_nothing_is_loaded(loads: list[datetime]) -> None:
    User.objects.create_superuser("root@belay.example", "a long enough word", name="Root")
    said("load_demonstration")
    assert loads == []


def test_known_passwords_stay_away_from_an_https_address_unless_forced(loads: list[datetime], settings: Any) -> None:
    settings.HTTPS = True
    with pytest.raises(CommandError, match="passwords that everybody knows") as refused:
        said("load_demonstration")
    assert "\n" not in str(refused.value)
    assert loads == []
    said("load_demonstration", force=True)
    assert len(loads) == 1


def test_what_breaks_while_loading_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def half(now: datetime) -> Loaded:
        User.objects.create_superuser("ada@belay.example", "a long enough word", name="Ada")
        raise LookupError("the rest is missing")

    monkeypatch.setattr(load_demonstration, "load", half)
    with pytest.raises(LookupError):
        said("load_demonstration")
    assert not User.objects.exists()


def test_without_the_company_there_is_no_live_case_and_no_error() -> None:
    assert len(said("open_live_demonstration").splitlines()) == 1
    assert not Case.objects.exists()


def test_mail_of_the_past_becomes_files_dated_as_it_was_written(
    company: Company, settings: Any, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    company.open()
    post(MONDAY)
    assert not Notice.objects.exclude(state=NoticeState.ACCEPTED).exists()
    written = "".join(file.read_text() for file in tmp_path.glob("*.log"))  # two of one second may share a file
    assert written.count("\nMessage-ID: ") == written.count("\nDate: Mon, 02 Mar 2026 08:00:00 +0000\n") == 2


def test_where_a_mail_server_is_set_up_nothing_of_the_past_is_sent(company: Company, settings: Any) -> None:
    settings.EMAIL_BACKEND = "tests.notices.servers.NeverUsed"
    company.open()
    post(MONDAY)
    assert not Notice.objects.exclude(state=NoticeState.ACCEPTED).exists()


def test_a_story_longer_than_the_time_since_is_refused() -> None:
    def story(*afters: float) -> Story:
        lines = tuple(Line(after, "", lambda now: None) for after in afters)
        return Story(3, "", "", Impact.LOW, Urgency.LOW, "Too long", "", lines)

    assert len(list(uneven(story(1, 2, 3)))) == 4
    for afters in [(4,), (2, 1)]:
        with pytest.raises(ValueError, match="Too long"):
            list(uneven(story(*afters)))


def test_holidays_are_those_of_germany() -> None:
    days = {day.isoformat() for day in german_holidays(2027)}
    assert {"2027-03-26", "2027-03-29", "2027-05-06", "2027-05-17", "2027-10-03", "2027-12-25"} <= days
    assert len(days) == 9
    assert easter(2026) == date(2026, 4, 5)
