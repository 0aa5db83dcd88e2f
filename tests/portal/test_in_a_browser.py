"""The portal and the help center in real Chromium: with and without scripts, on a phone, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page

from escalations.actions import asks, handling, promises
from escalations.management.demonstration import papers
from escalations.models import Case
from tests.cast import Company
from tests.knowledgebase.shelf import category, published
from tests.portal.asking import ask
from tests.portal.rooms import HOUR, page, resolved

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
LAWS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
PHONE: Any = {"width": 360, "height": 740}
ANSWER = "Reset it.\n\n| wide | table |\n|---|---|\n| of | words |\n\n```\n" + "long " * 40 + "\n```"


@pytest.fixture
def phone(company: Company, browser: Browser, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Ida's phone; the theme is the parameter of the test."""
    client = Client()
    client.force_login(company.ida.user)
    theme: Any = getattr(request, "param", "light")
    context = browser.new_context(viewport=PHONE, color_scheme=theme, base_url=live_server.url, bypass_csp=True)
    let_in(context, client, live_server.url)
    yield context.new_page()
    context.close()


def let_in(context: BrowserContext, client: Client, url: str) -> None:
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


def listen(screen: Page) -> list[str]:
    """Whatever the browser complains about from now on."""
    heard: list[str] = []
    screen.on("console", lambda said: heard.append(said.text) if said.type in ("error", "warning") else None)
    screen.on("pageerror", lambda said: heard.append(str(said)))
    return heard


def test_answers_come_while_one_types_and_nothing_typed_is_lost(company: Company, phone: Page) -> None:
    published(category("signing-in"), "reset", "Reset a forgotten password")
    heard = listen(phone)
    phone.goto(page("new"))
    phone.type("#id_subject", "I have forgotten my password")
    phone.wait_for_selector("#suggestions a")
    phone.fill("#id_text", "It does not let me in.")
    phone.reload()
    assert phone.input_value("#id_text") == "It does not let me in."
    phone.fill("#id_subject", "I have forgotten my password")
    phone.click("text=Raise the case")
    phone.wait_for_url("**/received/")
    assert Case.objects.get().subject == "I have forgotten my password"
    assert phone.evaluate("localStorage.length") == 0
    assert heard == []


@pytest.mark.parametrize("phone", ["light", "dark"], indirect=True)
def test_every_page_fits_a_phone_and_can_be_used_by_everybody(company: Company, phone: Page) -> None:
    published(category("signing-in"), "reset", "Reset a forgotten password", body=ANSWER)
    heard = listen(phone)
    running = company.escalate(company.open(at=timezone.now() - HOUR), timezone.now())
    asked = resolved(company)
    now, staff = timezone.now(), company.agent.standing
    promised, broken = company.open(at=now - 9 * HOUR), company.open(at=now - 9 * HOUR)
    long_name = replace(papers.temperature_log(), name=f"{'a_name_without_any_end_' * 9}.csv")
    handling.reply(case=promised, actor=staff, at=now, text="See.", files=[papers.screen(), long_name])
    promises.make(case=promised, actor=staff, at=now, due_at=now + HOUR, text="The part is on its way. " * 9)
    promises.make(case=broken, actor=staff, at=now - 9 * HOUR, due_at=now - HOUR)
    wanted, answered = company.open(at=now - 9 * HOUR), company.open(at=now - 9 * HOUR)
    ask(wanted, company.ida, now)
    ask(answered, company.ida, now - HOUR)
    asks.decline_ask(case=answered, actor=staff, at=now, text="The part is on its way. " * 9)
    cases = [running, asked, promised, broken, wanted, answered]
    addresses = [page("cases"), page("new"), *(page("case", case.reference) for case in cases)]
    addresses += [page("ask", running.reference), page("ask", answered.reference)]
    addresses += [page("received", running.reference), "/help/", "/help/signing-in/reset/", "/help/search/?q=reset"]
    for address in addresses:
        phone.goto(address)
        phone.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true; })")
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address
        phone.evaluate(AXE.read_text(encoding="utf-8"))
        found = phone.evaluate("laws => axe.run(document, {runOnly: laws})", LAWS)
        assert [wrong["id"] for wrong in found["violations"]] == [], address
    assert heard == []


def test_files_are_sent_and_loaded_without_scripts(
    company: Company, browser: Browser, live_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "Zählerstände.csv").write_bytes(b"time;store\n")
    (tmp_path / "panel.png").write_bytes(papers.screen().read())
    client = Client()
    client.force_login(company.ida.user)
    context = browser.new_context(viewport=PHONE, base_url=live_server.url, java_script_enabled=False)
    let_in(context, client, live_server.url)
    phone = context.new_page()
    phone.goto(page("new"))
    phone.fill("#id_subject", "Readings stop")
    phone.fill("#id_text", "Since midnight.")
    phone.set_input_files("#id_files", [tmp_path / "Zählerstände.csv", tmp_path / "panel.png"])
    phone.click("text=Raise the case")
    phone.goto(page("case", Case.objects.get().reference))
    with phone.expect_download() as started:
        phone.click("text=Zählerstände.csv")
    assert started.value.suggested_filename == "Zählerstände.csv"
    assert started.value.path().read_bytes() == b"time;store\n"


def test_a_refused_file_costs_no_words(
    company: Company, browser: Browser, live_server: Any, tmp_path: Path, settings: Any
) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    (tmp_path / "dump.bin").write_bytes(b"x" * 3_000_000)
    case, client = company.open(), Client()
    client.force_login(company.ida.user)
    context = browser.new_context(viewport=PHONE, base_url=live_server.url)
    let_in(context, client, live_server.url)
    phone = context.new_page()
    phone.goto(page("case", case.reference))
    phone.click("details.reply > summary")
    phone.fill("#reply_text", "It stopped again.")
    phone.set_input_files("#reply_files", tmp_path / "dump.bin")
    phone.click("text=Send reply")
    phone.wait_for_selector("text=“dump.bin” is larger than 1 MB")
    assert phone.input_value("#reply_text") == "It stopped again."
    assert case.messages.count() == 1
