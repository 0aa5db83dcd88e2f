"""Writing in real Chromium, by keyboard: canned words, a draft that survives, names, files, and nobody else's words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from escalations.models import CannedReply, Case, Macro, Mention
from tests.cast import Company
from tests.desk.test_in_a_browser import signed_in

pytestmark = pytest.mark.browser
PASTE = """(area) => {
  const carried = new DataTransfer();
  carried.items.add(new File(["x".repeat(2000)], "image.png", { type: "image/png" }));
  area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def case(live_server: LiveServer, company: Company) -> Case:
    CannedReply.objects.create(name="We have it", text="Hello {{ first_name }}, we have it.")
    CannedReply.objects.create(name="The log", text="Please send the log.")
    Macro.objects.create(name="Mine now").steps.create(verb="take")
    return company.open()


def opened(browser: Browser, live_server: LiveServer, company: Company, case: Case) -> Page:
    page = signed_in(browser, live_server, company.agent.user)
    page.goto(f"{live_server.url}/desk/cases/{case.reference}/")
    return page


def test_a_reply_a_note_and_a_macro_by_keyboard(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = opened(browser, live_server, company, case)
    reply, note = page.locator("#id_reply_text"), page.locator("#id_note_text")
    page.keyboard.press("c")
    page.locator("dialog[open] input[type=search]").press_sequentially("have", delay=60)
    expect(page.locator("dialog[open] .offer")).to_have_count(1)
    page.locator("dialog[open] .offer").press("Enter")
    expect(reply).to_have_value("Hello Ida, we have it.")
    page.reload()
    expect(reply).to_have_value("Hello Ida, we have it.")

    reply.evaluate(PASTE)
    expect(page.locator("[data-compose=reply] .chosen-files li")).to_have_count(1)
    page.locator("[data-compose=reply] .chosen-files button").press("Enter")
    expect(page.locator("[data-compose=reply] .chosen-files li")).to_have_count(0)

    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.type(f"Please look, @{company.specialist.user.name[:3]}")
    expect(page.locator("#names [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(note).to_have_value(f"Please look, @{company.specialist.user.name} ")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".timeline")).to_contain_text("Please look")
    assert Mention.objects.get().agent == company.specialist.agent
    expect(reply).to_have_value("Hello Ida, we have it.")

    page.keyboard.press("x")
    page.locator("dialog[open] .offer").press("Enter")
    page.get_by_role("button", name="Do all of it").press("Enter")
    expect(page.locator("body")).to_contain_text("“Mine now” is done")


def test_nobody_finds_what_another_one_was_writing(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = opened(browser, live_server, company, case)
    page.locator("#id_reply_text").fill("Between us")
    kept = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('belay:draft:'))")
    assert kept == [f"belay:draft:{company.agent.user.uid}:{case.reference}-reply-text"]
