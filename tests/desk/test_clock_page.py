"""“Explain” at the desk: one page for every clock, linked from the case, for the staff alone."""

from __future__ import annotations

import re
import tomllib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from customers.models import User
from escalations.actions import handling
from escalations.models import Case
from tests.casefile import easter
from tests.cast import MONDAY, Company
from tests.desk.conftest import NOW, SignIn
from tests.desk.test_query_budgets import busy_case

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
BUDGETS: dict[str, int] = tomllib.loads((Path(__file__).parent.parent / "query_budgets.toml").read_text())["clock"]


def address(case: Case, clock: str = "resolution-1") -> str:
    return f"/desk/cases/{case.reference}/clocks/{clock}/"


def text_of(client: Client, path: str) -> str:
    """What the page says, without its markup."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_the_page_answers_first_when_it_is_due_and_why(company: Company, sign_in: SignIn) -> None:
    page = text_of(sign_in(company.agent.user), address(company.open()))
    assert "Due Mon 2 Mar, 17:00 in Berlin" in page
    assert "Because the target is 8 h of working time on the hours of “Office hours”, version 1" in page
    assert page.index("Because the target is 8 h") < page.index("How it adds up") < page.rindex("09:20–17:00")
    assert "As of Mon 2 Mar, 09:20 in Berlin" in page


def test_every_clock_of_a_case_leads_to_its_explanation_and_each_opens(company: Company, sign_in: SignIn) -> None:
    case = busy_case(company)
    client = sign_in(company.specialist.user)
    pages = (client.get(f"/desk/cases/{case.reference}/{part}") for part in ("", "panels/ended-clocks/"))
    page = "".join(page.content.decode() for page in pages)
    linked = set(re.findall(rf'href="(/desk/cases/{case.reference}/clocks/[^"]+)"', page))
    assert linked == {address(case, f"{row.kind}-{row.start_seq}") for row in case.clocks.all()}
    assert {client.get(path).status_code for path in linked} == {200}


def test_clk_18_the_case_page_shows_a_missed_clock_on_hold_as_missed(company: Company, sign_in: SignIn) -> None:
    case = company.open(at=MONDAY - timedelta(days=3))
    wake = NOW + timedelta(days=1)
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=wake)
    page = text_of(sign_in(company.agent.user), f"/desk/cases/{case.reference}/")
    assert "Resolution ▲ missed, on hold now" in page
    assert "▲ Missed, and on hold now: it was due" in text_of(sign_in(company.agent.user), address(case))


@pytest.mark.parametrize(
    "clock", ["resolution-9", "triage-1", "resolution", "resolution-01", "nonsense-1", "resolution-" + "9" * 5000]
)
def test_a_clock_that_the_case_does_not_have_is_not_found(company: Company, sign_in: SignIn, clock: str) -> None:
    assert sign_in(company.agent.user).get(address(company.open(), clock)).status_code == 404


def test_a_clock_of_a_case_that_does_not_exist_is_not_found(company: Company, sign_in: SignIn) -> None:
    company.open()
    assert sign_in(company.agent.user).get("/desk/cases/B-999999/clocks/resolution-1/").status_code == 404


def test_the_anonymous_are_asked_to_sign_in_and_customers_find_nothing(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    anonymous = Client().get(address(case))
    assert (anonymous.status_code, anonymous.headers["Location"]) == (302, f"/accounts/login/?next={address(case)}")
    for customer in (company.ida, company.vera):
        assert sign_in(customer.user).get(address(case)).status_code == 404


def test_the_page_is_only_looked_at_and_needs_no_inline_style(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    assert client.post(address(case)).status_code == 405
    answer = client.get(address(case))
    page = answer.content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_page_in_another_language_keeps_its_picture_whole(company: Company, sign_in: SignIn) -> None:
    User.objects.filter(pk=company.agent.user.pk).update(language="de")
    company.agent.user.refresh_from_db()
    page = sign_in(company.agent.user).get(address(company.open())).content.decode()
    numbers = re.findall(r'(?:x|x1|x2|width)="([^"]+)%"', page)
    assert len(numbers) > 5
    assert [number for number in numbers if "," in number] == []


def test_the_pages_of_a_clock_stay_within_their_budgets_and_do_not_grow(company: Company, sign_in: SignIn) -> None:
    case = busy_case(company)
    row = case.clocks.get(kind="resolution")
    pages = {
        "desk": (company.agent.user, address(case)),
        "portal": (company.ida.user, f"/portal/cases/{case.reference}/clocks/resolution-1/"),
        "api": (company.agent.user, f"/api/v1/cases/{case.reference}/clocks/resolution-1/"),
        "api_list": (company.agent.user, f"/api/v1/cases/{case.reference}/clocks/"),
        "admin": (company.administrator, f"/admin/escalations/clock/{row.pk}/change/"),
    }
    one = {name: statements(sign_in(user), path) for name, (user, path) in pages.items()}
    for number in range(9):
        at = NOW + timedelta(minutes=number)
        handling.reply(case=case, actor=company.specialist.standing, at=at, text="Still on it.")
    more = {name: statements(sign_in(user), path) for name, (user, path) in pages.items()}
    assert {name: count for name, count in one.items() if count > BUDGETS[name]} == {}
    assert {name: count for name, count in more.items() if count > one[name]} == {}


def statements(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as made:
        assert client.get(path).status_code == 200, path
    return len(made)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_of_a_clock_overflows_or_breaks_a_rule_of_accessibility(
    browser: Browser, live_server: LiveServer, company: Company, scheme: Any, width: int
) -> None:
    with time_machine.travel(easter.NOW, tick=True):
        case = easter.over_easter(company)
        for user, path in (
            (company.agent.user, address(case)),
            (company.ida.user, f"/portal/cases/{case.reference}/clocks/resolution-1/"),
        ):
            client = Client()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            size: Any = {"width": width, "height": 900}
            context = browser.new_context(base_url=live_server.url, color_scheme=scheme, viewport=size, bypass_csp=True)
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
            page = context.new_page()
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
            page.add_script_tag(path=AXE)
            found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
            assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == [], path
