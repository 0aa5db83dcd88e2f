"""The page of one's own wishes in real Chromium: on narrow and wide screens, in both colours, and without scripts."""

from __future__ import annotations

import os
from datetime import time
from typing import Literal

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from escalations.models import NoticeChoice, NoticeWishes
from tests.browser.people import Visitor
from tests.cast import Company
from tests.people.test_pages_in_a_browser import SCHEMES, offences

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = (360, 390, 1440)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_is_readable_and_fits_on_any_screen(
    browser: Browser, live_server: LiveServer, company: Company, scheme: Literal["light", "dark"]
) -> None:
    for width in WIDTHS:
        size = {"width": width, "height": 900}
        visitor = Visitor.signed_in(browser, live_server, company.agent.user, color_scheme=scheme, viewport=size)
        page = visitor.visit("/desk/me/")
        if folder := os.environ.get("BELAY_SHOTS"):
            page.screenshot(path=f"{folder}/{scheme}-{width}-me.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
        assert offences(page) == []
        assert visitor.complaints == []


def test_wishes_are_written_down_without_any_script(
    browser: Browser, live_server: LiveServer, company: Company
) -> None:
    visitor = Visitor.signed_in(browser, live_server, company.agent.user, java_script_enabled=False)
    page = visitor.visit("/desk/me/")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("06:30")
    page.get_by_label("one digest a day").check()
    page.get_by_label("what customers say: e-mail").uncheck()
    page.get_by_role("button", name="Write it down").click()
    assert page.get_by_text("It is written down").is_visible()
    row = NoticeWishes.objects.get(user=company.agent.user)
    assert (row.quiet_from, row.quiet_until, row.rhythm) == (time(22), time(6, 30), "daily")
    assert [choice.group for choice in NoticeChoice.objects.all()] == ["customer"]
