"""The words of a letter in real Chromium: the frame shows the letter, in light and dark, by the rules of access."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from escalations.admin.letters import words_page
from escalations.models import LetterTemplate
from tests.cast import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def signed_in(browser: Browser, live_server: LiveServer, company: Company, **options: Any) -> Page:
    client = Client()
    client.force_login(company.administrator)
    context = browser.new_context(base_url=live_server.url, **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def test_words_are_written_tried_and_kept(browser: Browser, live_server: LiveServer, company: Company) -> None:
    case = company.open(subject="It hums")
    page = signed_in(browser, live_server, company)
    page.goto(words_page("case.opened", "customer", "en"))
    page.get_by_label("Subject").fill("Welcome: {{ subject }}")
    page.get_by_label("Text", exact=True).fill("Hej {{ name }}!\n\nLook here:\n{{ link }}")
    page.get_by_role("button", name="Preview").click()
    shown = page.frame_locator("iframe.letters-page")
    shown.get_by_text("Hej Ida Holm!").wait_for()
    assert shown.get_by_role("link", name="Open your case").evaluate("link => getComputedStyle(link).color") == (
        "rgb(255, 255, 255)"
    ), "the styles of the letter hold under the policy of the back office"
    assert page.get_by_text(f"[{case.reference}] Welcome: It hums").is_visible()
    assert not LetterTemplate.objects.exists()
    page.get_by_role("button", name="Keep these words").click()
    page.get_by_text("Kept. The next letter").wait_for()
    assert LetterTemplate.objects.get().subject == "Welcome: {{ subject }}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_both_pages_keep_the_rules_of_access(
    browser: Browser, live_server: LiveServer, company: Company, scheme: Any, width: int
) -> None:
    company.open()
    page = signed_in(browser, live_server, company, color_scheme=scheme, viewport={"width": width, "height": 900})
    for address in ("/admin/escalations/lettertemplate/", words_page("case.opened", "customer", "en")):
        page.goto(address)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run('.letters', {runOnly: rules, iframes: false})", RULES)
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
