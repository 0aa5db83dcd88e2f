"""The life of a version in real Chromium: two people, their days, in light and dark, by the rules of access."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from customers.models import User
from escalations.actions import policies, readings
from escalations.models import PolicyVersion, VersionState
from tests.admin.test_versions_in_the_back_office import act, page
from tests.policies import builders
from tests.policies.builders import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def signed_in(browser: Browser, live_server: LiveServer, user: User, **options: Any) -> Page:
    client = Client()
    client.force_login(user)
    context = browser.new_context(base_url=live_server.url, **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def second() -> User:
    return builders.user("Zoe Second", is_staff=True, is_superuser=True)


def in_review(firm: Company, who: User) -> tuple[PolicyVersion, PolicyVersion]:
    """A version that runs and that one of three has read, and the next one in review."""
    at = timezone.now() - timedelta(days=3)
    first = policies.submit(version=builders.draft(firm), by=firm.admin, at=at)
    policies.publish(version=first, by=who, at=at)
    readings.confirm(version=first, agent=firm.expert, at=at + timedelta(days=1))
    draft = policies.new_draft(policy=first.policy, by=firm.admin, at=at)
    draft.levels.filter(number=2).update(name="Platform specialists", dwell_minutes=240)
    return first, policies.submit(version=draft, by=firm.admin, at=at)


def test_one_hands_in_and_another_publishes_for_a_later_day(browser: Browser, live_server: LiveServer) -> None:
    firm = builders.company()
    version = builders.draft(firm)
    writing = signed_in(browser, live_server, firm.admin)
    writing.goto(page(version))
    writing.get_by_role("link", name="Hand in for review").click()
    writing.get_by_role("button", name="Hand in for review").click()
    writing.get_by_text("Handed in: somebody else looks at this version now").wait_for()
    assert writing.get_by_text("Nobody else may change policies here").is_visible()
    looking = signed_in(browser, live_server, second())
    looking.goto(page(version))
    looking.get_by_role("link", name="Publish").click()
    day = timezone.localdate() + timedelta(days=30)
    looking.get_by_label("In effect from").fill(day.isoformat())
    looking.get_by_role("button", name="Publish").click()
    looking.get_by_text("Published: this version takes the new cases from").wait_for()
    version.refresh_from_db()
    assert version.state == VersionState.SCHEDULED


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_page_of_it_keeps_the_rules_of_access(
    browser: Browser, live_server: LiveServer, scheme: Any, width: int
) -> None:
    firm, who = builders.company(), second()
    first, version = in_review(firm, who)
    view = signed_in(browser, live_server, who, color_scheme=scheme, viewport={"width": width, "height": 900})
    for address in (act(version, "publish"), act(first, "look-again"), act(first, "retire")):
        view.goto(address)
        view.evaluate(AXE.read_text(encoding="utf-8"))
        found = view.evaluate("rules => axe.run('#main', {runOnly: rules})", RULES)
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]] == []
        assert view.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
