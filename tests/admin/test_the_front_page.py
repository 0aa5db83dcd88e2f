"""The first page of the back office leads a new company through its setting up, and says later how the house stands."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from customers.models import User
from escalations.actions import paths, policies, pulses, roles, set_aside
from escalations.engine.housekeeping import PARTS
from escalations.models import (
    Audit,
    Case,
    Lane,
    Mailbox,
    Notice,
    NoticeState,
    Rota,
    RotaMember,
    SpecialDay,
    Storm,
    Team,
    Violation,
)
from escalations.rules.roles import StaffRole
from tests.cast import Company
from tests.policies import builders

pytestmark = pytest.mark.django_db
INDEX = "/admin/"
CALENDAR, TEAMS, PUBLISHERS, MAILBOX, POLICY, DUTY, CUSTOMER, ROLES, AUDITOR = range(9)
SENDS = override_settings(
    EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", AUDITOR_MAILS=["watch@ops.example"]
)
STATEMENTS = 12


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def front(client: Client) -> dict[str, Any]:
    answer = client.get(INDEX)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.context["front"]
    return found


def missing(client: Client) -> list[int]:
    return [number for number, step in enumerate(front(client)["steps"]) if not step.is_done]


def numbers(client: Client) -> dict[str, Any]:
    return {figure.words: figure for figure in front(client)["figures"]}


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_superuser("ada@belay.example", "correct-horse", name="Ada Admin")


def test_an_empty_company_lacks_everything_and_is_led_to_the_calendar_first(ada: User) -> None:
    found = front(signed_in(ada))
    assert [step.is_done for step in found["steps"]] == [False] * 9
    assert found["next_step"].link == reverse("admin:escalations_calendar_add")
    assert found["steps"][TEAMS].link == reverse("admin:escalations_team_add")
    assert found["steps"][POLICY].link == reverse("admin:escalations_policy_from_template")
    assert found["steps"][CUSTOMER].link == reverse("admin:customers_organization_add")
    assert not found["is_set_up"]


def test_each_link_of_the_list_and_of_the_state_opens(company: Company) -> None:
    client = signed_in(company.administrator)
    for ada in (client, signed_in(User.objects.create_superuser("eve@belay.example", "correct-horse", name="Eve"))):
        found = front(ada)
        links = [step.link for step in found["steps"]] + [figure.link for figure in found["figures"]]
        assert [link for link in links if ada.get(link).status_code != 200] == []


@SENDS
def test_every_step_is_ticked_off_when_its_rows_are_there(company: Company) -> None:
    client = signed_in(company.administrator)
    roles.assign(company.agent.user, [])
    company.agent.user.groups.add(Group.objects.create(name="Everybody"))  # gives nobody a role
    assert missing(client) == [CALENDAR, PUBLISHERS, MAILBOX, DUTY, ROLES]
    draft = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=timezone.now())
    SpecialDay.objects.create(version=draft, date=date(2027, 1, 1), name="New year")
    assert CALENDAR in missing(client)
    policies.publish_calendar(version=draft, by=company.administrator, at=timezone.now())
    assert CALENDAR not in missing(client)
    second = builders.user("Paul Publisher", is_staff=True)
    assert PUBLISHERS in missing(client)
    second.user_permissions.add(Permission.objects.get(codename="change_policyversion"))
    assert PUBLISHERS not in missing(client)
    Mailbox.objects.create(slug="support", address="support@belay.example")
    assert MAILBOX not in missing(client)
    for team in Team.objects.all():
        rota = Rota.objects.create(team=team, anchor=date(2026, 3, 2), hands_over=time(9))
        assert DUTY in missing(client)
        RotaMember.objects.create(rota=rota, agent=team.memberships.all()[0].agent)
    assert DUTY not in missing(client)
    roles.assign(company.agent.user, [StaffRole.AGENT])
    found = front(client)
    assert found["next_step"] is None
    assert found["is_set_up"]
    page = client.get(INDEX).content.decode()
    assert "Set up Belay" not in page
    assert "How it stands" in page


@SENDS
def test_a_team_that_loses_its_lead_is_missing_again(company: Company) -> None:
    client = signed_in(company.administrator)
    company.specialist.agent.memberships.update(is_lead=False)
    assert front(client)["steps"][TEAMS].missing == "1 team has no lead."
    company.specialist.agent.memberships.all().delete()
    assert front(client)["steps"][TEAMS].missing == "1 team has nobody in it."


def test_letters_that_are_written_to_files_and_an_auditor_who_tells_nobody_are_said_so(company: Company) -> None:
    client = signed_in(company.administrator)
    Mailbox.objects.create(slug="support", address="support@belay.example")
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend", AUDITOR_MAILS=[]):
        found = front(client)["steps"]
    assert "EMAIL_URL" in found[MAILBOX].missing
    assert "AUDITOR_MAILS" in found[AUDITOR].missing


def test_the_state_counts_what_needs_somebody(company: Company) -> None:
    client = signed_in(company.administrator)
    at = timezone.now()
    quiet = numbers(client)
    assert {figure.tone for words, figure in quiet.items() if words != "the auditor has not looked yet"} == {"good"}
    case = company.escalate(company.open(at=at), at)
    set_aside.put(case_id=case.pk, stage=set_aside.Stage.WAKE, problem=ValueError("no"), at=at)
    Violation.objects.create(kind="journal", about=case.uid, case=case, found_at=at, last_found_at=at)
    Notice.objects.filter(pk=Notice.objects.all()[0].pk).update(state=NoticeState.FAILED, next_try_at=None)
    Mailbox.objects.create(slug="support", address="support@belay.example", failures=3)
    Lane.objects.create(channel="mail", failures=1, down_since=at)
    Storm.objects.create(began_at=at)
    paths.check(policy=company.policy, on=at.date(), at=at)
    found = numbers(client)
    for words in (
        "open escalations",
        "violations that are not over",
        "dead letters",
        "cases set aside with an error",
        "mailboxes that fail",
        "ways out that are down",
        "storms that wait for somebody",
    ):
        assert found[words].number == 1, words
        assert found[words].tone != "good", words


def test_the_auditor_s_verdict_stands_first(company: Company) -> None:
    client = signed_in(company.administrator)
    at = timezone.now()
    Audit.objects.create(at=at, milliseconds=9, open_escalations=0, statements=20, findings=0)
    first = front(client)["figures"][0]
    assert (first.number, first.tone) == ("✓", "good")
    Audit.objects.create(at=at + timedelta(seconds=1), milliseconds=9, open_escalations=0, statements=20, findings=2)
    first = front(client)["figures"][0]
    assert (first.number, first.tone) == ("!", "bad")


def test_whoever_may_see_nothing_is_led_nowhere(company: Company) -> None:
    visitor = builders.user("Vic Visitor", is_staff=True)
    found = front(signed_in(visitor))
    assert found["steps"] == []
    assert found["figures"] == []
    visitor.user_permissions.add(Permission.objects.get(codename="view_notice"))
    found = front(signed_in(visitor))
    assert [figure.words for figure in found["figures"]] == ["dead letters"]
    visitor.user_permissions.add(Permission.objects.get(codename="view_calendarversion"))
    assert [step.link for step in front(signed_in(visitor))["steps"]] == [
        reverse("admin:escalations_calendarversion_changelist")
    ]


def test_the_front_page_takes_few_statements_however_many_rows_there_are(company: Company) -> None:
    client = signed_in(company.administrator)
    first = company.open()
    for number in range(50):
        first.pk, first.uid, first._state.adding = None, f"case{number}", True
        first.save(force_insert=True)
    assert Case.objects.count() > 50
    with CaptureQueriesContext(connection) as counted:
        client.get(INDEX)
    assert len(counted) <= STATEMENTS


# -- health, dead letters, imports ---------------------------------------------------------------------


def test_the_page_of_health_says_who_is_silent_and_what_does_not_work_outside(company: Company) -> None:
    client = signed_in(company.administrator)
    address = reverse("admin:escalations_pulse_health")
    page = client.get(address).content.decode()
    assert "give no sign of life" in page
    for part in PARTS:
        pulses.beat(component=part, at=timezone.now())
    Lane.objects.create(channel="mail", failures=1, down_since=timezone.now(), error="nobody listens")
    Mailbox.objects.create(slug="support", address="support@belay.example", failures=3, last_error="wrong password")
    page = client.get(address).content.decode()
    assert "Every part lives, and nothing that is due waits." in page
    assert "nobody listens" in page
    assert "wrong password" in page
    assert "Open escalations." in page


def test_health_says_when_the_auditor_looked_last_and_what_it_found(company: Company) -> None:
    address, at = reverse("admin:escalations_pulse_health"), timezone.now() - timedelta(minutes=3)
    Audit.objects.create(at=at, milliseconds=9, open_escalations=4, statements=20, findings=2)
    said = " ".join(signed_in(company.administrator).get(address).content.decode().split())
    assert "looked 3 minutes ago at 4 open escalations and found 2 violations" in said


def test_health_tells_no_more_than_its_reader_may_see(company: Company) -> None:
    visitor = builders.user("Vic Visitor", is_staff=True)
    address = reverse("admin:escalations_pulse_health")
    assert signed_in(visitor).get(address).status_code == 403
    visitor.user_permissions.add(Permission.objects.get(codename="view_pulse"))
    Lane.objects.create(channel="mail", failures=1, down_since=timezone.now(), error="nobody listens")
    with override_settings(METRICS_TOKEN="shown-to-nobody", HEARTBEAT_URL="https://watch.example/secret"):
        page = signed_in(visitor).get(address).content.decode()
    assert "nobody listens" not in page
    assert "shown-to-nobody" not in page
    assert "watch.example/secret" not in page


def test_the_list_of_dead_letters_says_what_to_do_and_tries_them_again(company: Company) -> None:
    client = signed_in(company.administrator)
    company.open()
    dead = Notice.objects.all()[0]
    Notice.objects.filter(pk=dead.pk).update(state=NoticeState.FAILED, next_try_at=None)
    address = reverse("admin:escalations_notice_changelist") + "?state__exact=failed"
    page = client.get(address)
    assert [row.pk for row in page.context["cl"].result_list] == [dead.pk]
    assert "Nothing more is tried by itself." in page.content.decode()
    client.post(address, {"action": "try_again", "_selected_action": [dead.pk]})
    assert Notice.objects.get(pk=dead.pk).state == NoticeState.WAITING


def test_imports_are_listed_by_their_source(company: Company) -> None:
    client = signed_in(company.administrator)
    address = reverse("admin:escalations_case_imports")
    assert "Nothing was imported yet." in client.get(address).content.decode()
    case = company.open()
    Case.objects.filter(pk=case.pk).update(source="oldtool", external_id="7")
    [row] = client.get(address).context["sources"]
    assert (row["source"], row["number"], row["unsolved"]) == ("oldtool", 1, 1)
    assert [found.pk for found in client.get(row["list"]).context["cl"].result_list] == [case.pk]
    visitor = builders.user("Vic Visitor", is_staff=True)
    assert signed_in(visitor).get(address).status_code == 403
