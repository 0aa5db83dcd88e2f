"""A case is worked on with JavaScript off: every act is a link to a page with a plain form."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.people import Visitor
from tests.cast import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Walk:
    """One act: what is written, what is chosen, and what the page says afterwards."""

    verb: str
    said: str
    written: dict[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()


WALKS = (
    Walk("take", "The case has its owner."),
    Walk("reply", "Your reply is on its way.", {"text": "I have it; news by noon."}),
    Walk("note", "Your note is kept.", {"text": "The collector is full."}),
    Walk("promise", "Promised"),
    Walk("hold", "The case is on hold.", chosen=("reason",)),
    Walk("resume", "The case goes on."),
    Walk("escalate", "The case is escalated", {"tried": "Restarted it twice.", "impact": "No billing."}),
)


def carry_out(page: Page, reference: str, walk: Walk) -> None:
    """From the page of the case by the link, or by the address where the form stands on that page already."""
    page.goto(f"/desk/cases/{reference}/")
    link = page.locator(f"main a[href$='/{walk.verb}/']")
    if link.count():
        link.first.click()
    else:
        page.goto(f"/desk/cases/{reference}/{walk.verb}/")
    form = page.locator(f"form.act-{walk.verb}")
    for name, words in walk.written.items():
        form.locator(f"[name={name}]").fill(words)
    for name in walk.chosen:
        form.locator(f"select[name={name}]").select_option(index=1)
    form.locator(".actions button").first.click()
    expect(page.get_by_role("status").filter(has_text=walk.said).first).to_be_visible()


def test_a_case_is_taken_answered_held_and_escalated_without_any_script(
    browser: Browser, live_server: LiveServer, company: Company
) -> None:
    case = company.open(at=timezone.now())
    page = Visitor.signed_in(browser, live_server, company.agent.user, java_script_enabled=False).page
    for walk in WALKS:
        carry_out(page, case.reference, walk)
    expect(page.locator("main")).to_contain_text("No billing.")
    case.refresh_from_db()
    assert (case.level, case.owner) == (2, company.agent.agent)
