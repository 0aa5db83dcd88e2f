"""The address of the queue is a question: filters that go together, chips to take them away, order, groups, columns."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.actions import handling, promises, triage
from escalations.models import Case
from escalations.rules.vocabulary import Impact, Origin, Urgency
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn

AT = MONDAY + timedelta(minutes=10)
QUEUE = "/desk/queue/"


def shown(client: Client, asked: str) -> list[str]:
    """The subjects of the answer, in their order."""
    answer = client.get(f"{QUEUE}?{asked}")
    assert answer.status_code == 200
    return re.findall(r'class="subject" href="[^"]+">([^<]+)<', answer.content.decode())


@pytest.fixture
def client(company: Company, sign_in: SignIn) -> Client:
    """Ben before six cases, each unlike the others in what its subject says."""
    company.open(subject="Plain", at=MONDAY - timedelta(days=3), impact=Impact.MEDIUM, urgency=Urgency.MEDIUM)
    company.open(company.vera, subject="Halden")
    taken = company.open(subject="Taken", topic=company.topic)
    triage.take(case=taken, actor=company.agent.standing, at=AT)
    company.escalate(company.open(subject="Climbed"), AT)
    waits = company.open(subject="Waits", impact=Impact.MAJOR)
    handling.reply(case=waits, actor=company.agent.standing, at=AT, text="Which version?")
    wakes = AT + timedelta(days=1)
    handling.hold(case=waits, actor=company.agent.standing, at=AT, reason=company.waiting, wake_at=wakes)
    promised = company.open(subject="Promised", origin=Origin.PORTAL)
    handling.reply(case=promised, actor=company.agent.standing, at=AT, text="I look.")
    promises.make(case=promised, actor=company.agent.standing, at=AT, due_at=AT + timedelta(hours=2))
    return sign_in(company.agent.user)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("state=pending", {"Waits"}),
        ("hold=yes", {"Waits"}),
        ("hold=no&severity=1", set()),
        ("severity=1&severity=3", {"Plain", "Waits"}),
        ("level=2", {"Climbed", "Waits"}),
        ("stage=any", {"Climbed"}),
        ("stage=investigating", set()),
        ("team=specialists", {"Climbed", "Waits"}),
        ("team=front&team=specialists&level=2", {"Climbed", "Waits"}),
        ("owner=me&hold=no", {"Taken", "Promised", "Climbed"}),
        ("owner=nobody", {"Plain", "Halden", "Waits"}),
        ("owner=nobody&customer=norl", {"Plain", "Waits"}),
        ("customer=halden", {"Halden"}),
        ("topic=metering", {"Taken"}),
        ("tier=standard", {"Halden"}),
        ("promised=today", {"Promised"}),
        ("due=late", {"Plain"}),
        ("state=closed", set()),
    ],
)
def test_filters_narrow_and_go_together(client: Client, asked: str, expected: set[str]) -> None:
    assert set(shown(client, f"view=all&{asked}")) == expected


def test_a_view_is_narrowed_like_everything_else(client: Client) -> None:
    assert set(shown(client, "view=mine&hold=no&severity=2")) <= {"Taken", "Promised", "Climbed"}
    assert "Halden" not in shown(client, "view=mine")
    assert set(shown(client, "view=team&level=2")) == set()


def test_what_is_no_filter_or_no_value_of_one_changes_nothing(client: Client) -> None:
    every = shown(client, "view=all")
    asked = "view=all&severity=9&state=asleep&tier=&level=x&team=a+b&due=never&sort=alphabet&group=x&column=secret&z=1"
    assert shown(client, asked) == every


def test_each_chip_leads_to_the_list_without_it(client: Client) -> None:
    page = client.get(f"{QUEUE}?view=all&severity=2&owner=nobody&customer=halden&q=").content.decode()
    chips = [unescape(found) for found in re.findall(r'class="chip" href="\?([^"]+)"', page)]
    assert chips == [
        "view=all&owner=nobody&customer=halden",
        "view=all&severity=2&customer=halden",
        "view=all&severity=2&owner=nobody",
    ]
    assert "Front line" in client.get(f"{QUEUE}?view=all&team=front").content.decode().partition("chips")[2]


def test_words_and_filters_narrow_together_and_the_words_are_marked(client: Client) -> None:
    page = client.get(f"{QUEUE}?q=version&severity=1").content.decode()
    assert re.findall(r"/desk/cases/(B-\d+)/\"", page) == [Case.objects.get(subject="Waits").reference]
    assert "Which <mark>version</mark>?" in page
    assert "No case says that" in client.get(f"{QUEUE}?q=version&severity=4").content.decode()


def test_the_order_can_be_chosen(client: Client) -> None:
    assert shown(client, "view=all")[0] == "Plain"
    assert shown(client, "view=all&sort=newest")[-1] == "Plain"
    assert shown(client, "view=all&sort=oldest")[0] == "Plain"
    assert shown(client, "view=all&sort=severity")[0] == "Waits"


def test_groups_have_headings(client: Client) -> None:
    page = client.get(f"{QUEUE}?view=all&group=level").content.decode()
    assert re.findall(r'class="group"><h2>([^<]+)', page) == ["Level 2", "Level 1"]
    page = client.get(f"{QUEUE}?view=all&group=customer").content.decode()
    assert re.findall(r'class="group"><h2>([^<]+)', page) == ["Norlight Energy", "Halden Foods"]


def test_columns_are_those_that_were_chosen(client: Client) -> None:
    page = client.get(f"{QUEUE}?view=all&column=team&column=opened").content.decode()
    assert "Front line" in page.partition("<ol")[2]
    assert 'class="due ' not in page
    assert 'class="sev"' not in page


def test_the_form_holds_the_question_and_is_a_page_of_its_own_without_scripts(client: Client) -> None:
    asked = "?view=all&severity=2&due=today&customer=nor&sort=newest&column=due"
    page = client.get(f"{QUEUE}filter/{asked}").content.decode()
    assert "<html" in page
    for part in (
        'value="2" id="filter_severity_1" checked',
        'value="nor"',
        '"newest" selected',
        'value="today" selected',
    ):
        assert part in page
    part = client.get(f"{QUEUE}filter/{asked}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'action="/desk/queue/"' in part


def test_nothing_is_counted_without_an_end(client: Client) -> None:
    with CaptureQueriesContext(connection) as made:
        client.get(f"{QUEUE}?view=all&group=level&owner=me")
    counting = [query["sql"] for query in made if "COUNT(" in query["sql"]]
    assert [sql for sql in counting if " LIMIT " not in sql] == []
