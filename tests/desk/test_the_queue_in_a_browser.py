"""The queue in real Chromium: chosen by keys, refreshed without losing one's place, and open to everybody."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from escalations.actions import triage
from escalations.models import Case, SavedView
from tests.cast import Company
from tests.desk.test_in_a_browser import AXE, RULES, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def standing_clock() -> None:
    """Here time goes on: the browser and its cookies live in the present."""


@pytest.fixture
def cases(live_server: LiveServer, company: Company) -> list[Case]:
    now = timezone.now()
    return [company.open(at=now - timedelta(minutes=9 - number), subject=f"Case {number}") for number in range(3)]


def test_several_cases_are_taken_by_keys(
    browser: Browser, live_server: LiveServer, company: Company, cases: list[Case]
) -> None:
    page = signed_in(browser, live_server, company.agent.user)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/desk/queue/?view=all")
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("[data-picked]")).to_have_text("3 cases chosen")
    page.keyboard.press("f")
    expect(page.locator("#verb-dialog")).to_contain_text("Filter and arrange")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Take or give").press("Enter")
    page.get_by_role("button", name="Take or give: 3 cases").press("Enter")
    expect(page.get_by_text("What was done")).to_be_visible()
    assert not Case.objects.filter(owner=None).exists()
    assert complaints == []


def test_lines_become_new_where_they_stand_and_nobody_loses_their_place(
    browser: Browser, live_server: LiveServer, company: Company, cases: list[Case]
) -> None:
    page = signed_in(browser, live_server, company.agent.user, viewport={"width": 1000, "height": 500})
    page.goto("/desk/queue/?view=all")
    for key in ("j", "x"):
        page.keyboard.press(key)
    before = page.evaluate("document.querySelector('.chosen').getBoundingClientRect().top")
    triage.take(case=cases[0], actor=company.specialist.standing, at=timezone.now())
    company.open(at=timezone.now() - timedelta(minutes=30), subject="One more")
    page.evaluate("document.dispatchEvent(new Event('belay:look'))")
    expect(page.locator("#live")).to_contain_text("1 case has come, gone or moved. Show")
    place = page.locator(f"#case-{cases[0].reference}")
    expect(place.locator(".owner")).to_have_text(str(company.specialist.agent))
    expect(place.locator(".pick input")).to_be_checked()
    expect(place.locator(".subject")).to_be_focused()
    expect(place).to_have_class("row chosen")
    assert page.evaluate("document.querySelector('.chosen').getBoundingClientRect().top") == before
    page.get_by_role("link", name="Show").click()
    expect(page.locator(".subject", has_text="One more")).to_have_count(1)


def test_its_pages_fit_a_phone_and_break_no_rule_of_accessibility(
    browser: Browser, live_server: LiveServer, company: Company, cases: list[Case]
) -> None:
    view = SavedView.objects.create(agent=company.agent.agent, name="Mine today", question={"view": ["all"]})
    size = {"width": 360, "height": 800}
    page = signed_in(browser, live_server, company.agent.user, viewport=size, bypass_csp=True)  # axe comes from outside
    chosen = "&".join(f"case={case.reference}" for case in cases)
    every = "&".join(f"column={name}" for name in ("due", "level", "what", "severity", "state", "team", "owner"))
    for address in (
        f"?view=all&severity=2&group=customer&{every}",
        "?q=nothing",
        "filter/?view=all",
        f"several/?verb=hold&{chosen}",
        "views/?view=all&severity=1",
        f"views/{view.uid}/?view=all",
    ):
        page.goto(f"/desk/queue/{address}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        page.add_script_tag(path=AXE)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == [], address
