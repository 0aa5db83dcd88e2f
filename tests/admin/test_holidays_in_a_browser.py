"""Copying holidays in real Chromium: without scripts, on a phone, in both themes, by the rules of accessibility."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from escalations.actions import policies
from escalations.models import CalendarVersion
from tests.cast import MONDAY, Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
STEPS = (
    "",
    "?country=CH",
    "?country=DE&categories=public&first_year=2026&last_year=2050",
    "?country=GR&categories=public&categories=half_day&first_year=2026&last_year=2026",
)


@pytest.fixture
def draft(live_server: LiveServer, company: Company) -> CalendarVersion:
    return policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=MONDAY)


def address(version: CalendarVersion) -> str:
    return reverse("admin:escalations_calendarversion_copy_holidays", args=[version.pk])


def signed_in(browser: Browser, live_server: LiveServer, company: Company, **options: Any) -> Page:
    client = Client()
    client.force_login(company.administrator)
    context = browser.new_context(base_url=live_server.url, **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def test_without_scripts_the_whole_way_from_the_draft_to_copied_days(
    browser: Browser, live_server: LiveServer, company: Company, draft: CalendarVersion
) -> None:
    page = signed_in(browser, live_server, company, java_script_enabled=False)
    page.goto(reverse("admin:escalations_calendarversion_change", args=[draft.pk]))
    page.get_by_role("link", name="Copy the holidays of a country").click()
    page.get_by_label("Country").select_option("DE")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("State or region").select_option("BY")
    page.get_by_label("First year").fill("2026")
    page.get_by_label("Last year").fill("2026")
    page.get_by_role("button", name="Show the days").click()
    page.get_by_label("Epiphany").uncheck()
    page.get_by_role("button", name="Copy into the draft").click()
    assert page.get_by_text("12 days were copied, 1 of them switched off.").is_visible()
    off = draft.special_days.filter(is_observed=False).values_list("date", flat=True)
    assert list(off) == [date(2026, 1, 6)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_step_overflows_or_breaks_a_rule_of_accessibility(
    browser: Browser, live_server: LiveServer, company: Company, draft: CalendarVersion, scheme: Any, width: int
) -> None:
    page = signed_in(
        browser,
        live_server,
        company,
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
        bypass_csp=True,
        reduced_motion="reduce",
    )
    for step in STEPS:
        page.goto(address(draft) + step)
        page.wait_for_function("!document.documentElement.hasAttribute('x-cloak')")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, step
        page.add_script_tag(path=str(AXE))
        options = {"runOnly": RULES}
        found = page.evaluate("options => axe.run('.holidays', options)", options)
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == [], step
