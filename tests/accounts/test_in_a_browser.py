"""The pages of account escalations in real Chromium: on a phone and a wide screen, in both themes, for everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from escalations.models import Message
from tests.accounts.test_account_escalations import WORDS, opened
from tests.cast import Company
from tests.portal.asking import ask, promising
from tests.portal.rooms import HOUR

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
LAWS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1440, "light")])
def test_the_manager_sees_all_of_it_and_speaks_once(
    company: Company, browser: Browser, live_server: Any, width: int, theme: Any
) -> None:
    promising(company)
    now = timezone.now()
    first, second = company.open(at=now - HOUR), company.open(at=now - HOUR, subject="Invoices are late " * 6)
    ask(first, company.ida, now)
    company.open(company.vera, at=now)
    account = opened(company, first, second, at=now)
    client = Client()
    client.force_login(company.manager.user)
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, base_url=live_server.url, bypass_csp=True
    )
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    screen = context.new_page()
    new = f"/desk/accounts/new/?organization={company.vera.organization.uid}"
    here = f"/desk/accounts/{account.uid}/"
    for address in ("/desk/accounts/", new, f"/desk/cases/{first.reference}/", here):
        screen.goto(address)
        assert screen.evaluate("document.documentElement.scrollWidth") <= width, address
        screen.evaluate(AXE.read_text(encoding="utf-8"))
        found = screen.evaluate("laws => axe.run(document, {runOnly: laws})", LAWS)
        assert [wrong["id"] for wrong in found["violations"]] == [], address
    screen.fill("#tell_text", WORDS)
    screen.click("text=Say it on every open case")
    screen.wait_for_selector("text=Said on every open case of this customer.")
    assert Message.objects.filter(body=WORDS).count() == 2
    context.close()
