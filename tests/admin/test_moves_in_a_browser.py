"""Moving cases in real Chromium: from the list, without scripts, on a phone, by the rules of accessibility."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from escalations.actions import handling, moving, triage
from escalations.engine import housekeeping
from escalations.models import Case, PolicyVersion, VersionMove
from escalations.rules.vocabulary import ClockKind, Elapsed
from tests.cast import Company
from tests.policies.newer import minutes, newer, promised

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
BEGIN = "/admin/escalations/versionmove/begin/"


@pytest.fixture
def version(live_server: LiveServer, company: Company) -> PolicyVersion:
    """A newer version that changes something of every kind, above cases of every kind."""
    at = timezone.now() - timedelta(days=21)
    newer(company, minutes(ClockKind.RESOLUTION, 100_000), at=at)
    late, _fresh, waiting = company.open(at=at), company.open(), company.open(at=at)
    handling.reply(case=late, actor=company.agent.standing, at=at, text="We look at it.")
    handling.reply(case=waiting, actor=company.agent.standing, at=at, text="Which version?")
    wake_at = timezone.now() + timedelta(days=2)
    handling.hold(case=waiting, actor=company.agent.standing, at=at, reason=company.waiting, wake_at=wake_at)
    high = company.open(at=at)
    triage.triage(case=high, actor=company.agent.standing, at=at, severity=2, level=4, reason="Billing stands.")
    changes = (minutes(ClockKind.RESOLUTION, 60), promised(ClockKind.OWNERSHIP, 300))
    return newer(company, *changes, lambda draft: draft.levels.filter(number=4).delete(), at=timezone.now())


def signed_in(browser: Browser, live_server: LiveServer, company: Company, **options: Any) -> Page:
    client = Client()
    client.force_login(company.administrator)
    context = browser.new_context(base_url=live_server.url, **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def test_without_scripts_the_whole_way_from_the_version_to_the_finished_order(
    browser: Browser, live_server: LiveServer, company: Company, version: PolicyVersion
) -> None:
    page = signed_in(browser, live_server, company, java_script_enabled=False)
    page.goto(reverse("admin:escalations_policyversion_change", args=[version.pk]))
    page.locator("#content-main").get_by_role("link", name="Move cases here").click()
    page.get_by_role("button", name="Show what would change").click()
    assert page.get_by_role("alert").inner_text() == "Choose what becomes of the time that has passed."
    page.get_by_label("Begin again").check()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("link", name="Compare with: carry the time over").click()
    page.get_by_role("button", name="Move all open cases to Standard 3").click()
    page.get_by_text("Waiting for the engine").wait_for()
    housekeeping.move_cases(timezone.now())
    page.get_by_role("link", name="Look again").click()
    page.get_by_text("3 cases follow Standard 3 now.").wait_for()
    assert VersionMove.objects.get().elapsed == Elapsed.CARRY


def test_chosen_in_the_list_and_moved_at_once(
    browser: Browser, live_server: LiveServer, company: Company, version: PolicyVersion
) -> None:
    page = signed_in(browser, live_server, company, viewport={"width": 1280, "height": 800})
    page.goto(reverse("admin:escalations_case_changelist"))
    for box in page.locator("input[name=_selected_action]").all()[:2]:
        box.check()
    page.locator("select[name=action]").select_option(label="Move to a newer version…")
    page.locator("#changelist-actions button[type=submit]").click()
    page.get_by_label("Carry the time over").check()
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("button", name="Move 1 case now").click()
    page.get_by_text("follows Standard 3 now.").wait_for()
    assert Case.objects.filter(policy_version=version).count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_overflows_or_breaks_a_rule_of_accessibility(
    browser: Browser, live_server: LiveServer, company: Company, version: PolicyVersion, scheme: Any, width: int
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
    given = moving.order(version=version, elapsed=Elapsed.CARRY, by=company.administrator, at=timezone.now())
    of_order = reverse("admin:escalations_versionmove_change", args=[given.pk])
    one = Case.objects.order_by("pk")[0].pk
    which = f"{BEGIN}?version={version.pk}"
    for step in ("", f"?version={version.pk}&look=1", f"?case={one}&look=1&elapsed=restart"):
        look(page, BEGIN + step)
    look(page, f"{which}&look=1&elapsed=carry")
    look(page, of_order)
    housekeeping.move_cases(timezone.now())
    look(page, of_order)


def look(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function("!document.documentElement.hasAttribute('x-cloak')")
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
    page.add_script_tag(path=str(AXE))
    found = page.evaluate("options => axe.run('.moves', options)", {"runOnly": RULES})
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == [], address
