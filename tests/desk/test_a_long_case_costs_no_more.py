"""The page of a case makes as many statements at 500 events as at few, none of them per row, and shows the newest."""

import re
from collections import Counter
from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.actions import asks, escalation, handling, links, work
from escalations.actions.attachments import Upload
from escalations.models import Case
from escalations.rules.vocabulary import AskReason, Kind, LinkKind
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn
from tests.desk.test_query_budgets import BUDGETS
from tests.long_case import lengthen

AT = MONDAY + timedelta(minutes=10)
LOG = Upload.of("meter.log", "text/plain", b"03:00 no reading")


def case_with_everything(company: Company) -> Case:
    """Words, files, a decision that is open, findings, a plan, requests, watchers, a wish of the customer, a link."""
    case, mara = company.open(), company.specialist.standing
    handling.reply(case=case, actor=company.agent.standing, at=AT, text="I look at it.", files=[LOG])
    company.escalate(case, AT, kind=Kind.HIERARCHICAL)
    escalation.acknowledge(case=case, actor=mara, at=AT, severity=1, text="Heard.")
    escalation.accept(case=case, actor=mara, at=AT, severity=1)
    work.find(case=case, actor=mara, at=AT, text="The lock again.")
    step = work.PlanLine("Watch the line", company.specialist.agent, date(2026, 3, 4))
    work.plan(case=case, actor=mara, at=AT, steps=[step])
    work.request(case=case, actor=mara, at=AT, text="The certificate", team=company.manager.agent.teams.get())
    handling.watch(case=case, actor=mara, at=AT)
    asks.ask(case=case, actor=company.ida.standing, at=AT, reason=AskReason.NO_NEWS, text="Billing.")
    links.link(case=case, actor=mara, at=AT, other=company.open(), kind=LinkKind.SAME_CAUSE)
    case.refresh_from_db()
    return case


def statements(client: Client, address: str) -> list[str]:
    client.get(address)  # the first look reads the inbox
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in made]


def test_a_case_with_everything_costs_the_same_at_500_events(company: Company, sign_in: SignIn) -> None:
    case = case_with_everything(company)
    client = sign_in(company.specialist.user)
    address = f"/desk/cases/{case.reference}/"
    few = statements(client, address)
    lengthen(company, case, 500)
    many = statements(client, address)
    assert len(many) == len(few) <= BUDGETS["case"]
    shapes = Counter(re.sub(r"'[^']*'|\b\d+\b", "?", sql) for sql in many)
    assert [shape for shape, times in shapes.items() if times > 1] == []


def test_only_the_newest_entries_of_a_long_case_are_shown_and_the_others_are_one_link_away(
    company: Company, sign_in: SignIn
) -> None:
    case = lengthen(company, company.open(), 150)
    client = sign_in(company.agent.user)
    seen: list[int] = []
    address = f"/desk/cases/{case.reference}/"
    while address:
        page = client.get(address).content.decode()
        found = [int(seq) for seq in re.findall(r'id="event-(\d+)"', page)]
        assert len(found) <= 60
        seen = found + seen
        earlier = re.search(r'href="\?(before=\d+)#story"', page)
        address = f"/desk/cases/{case.reference}/?{earlier[1]}" if earlier else ""
    assert seen == list(range(1, 151))
    part = client.get(f"/desk/cases/{case.reference}/entries/?before=91&show=all").content.decode()
    assert "<html" not in part
    assert [int(seq) for seq in re.findall(r'id="event-(\d+)"', part)] == list(range(31, 91))


def test_a_link_to_an_old_entry_shows_it_among_its_neighbours(company: Company, sign_in: SignIn) -> None:
    case = lengthen(company, company.open(), 150)
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/?entry=30").content.decode()
    assert 'id="event-30"' in page
    assert 'id="event-31"' in page
    assert 'id="event-150"' not in page
    assert "Show the newest" in page


def test_one_sort_of_what_happened_is_shown_alone_and_keeps_its_place(company: Company, sign_in: SignIn) -> None:
    case = lengthen(company, company.open(), 300)
    client = sign_in(company.agent.user)
    for show, looks in (("messages", "entry"), ("notes", "entry note"), ("events", "entry event")):
        page = client.get(f"/desk/cases/{case.reference}/?show={show}").content.decode()
        assert set(re.findall(r'<li class="([^"]+)" id="event-', page)) == {looks}
        assert f'href="?show={show}&amp;before=' in page
    assert 'aria-current="true">Events' in page
