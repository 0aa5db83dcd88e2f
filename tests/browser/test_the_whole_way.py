"""The whole way of one case in a real browser, with the pictures kept for people to look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from escalations.engine.delivery import deliver
from escalations.models import Case, Event, Notice, Review, Survey
from tests.browser.people import Visitor
from tests.cast import Company
from tools.pictures import take

pytestmark = pytest.mark.browser

PICTURES = Path(settings.BELAY_HOME) / "shots"
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


def keep(page: Page, name: str) -> None:
    """The page as it looks now, at the width of a desk and of a phone; nothing may overflow either."""
    for size, viewport in SIZES.items():
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"{name} overflows on a {size}"
        take(page, PICTURES / f"{name}-{size}.png", is_whole=True)
    page.set_viewport_size(SIZES["desktop"])  # type: ignore[arg-type]


def raise_case(customer: Visitor) -> str:
    """The customer raises a case; gives its reference."""
    page = customer.visit("/portal/cases/new/")
    page.locator("#id_subject").fill("Invoices go to the wrong address")
    page.locator("#id_text").fill("Since Monday every invoice goes to our old address. The bank returns them.")
    choose(page, "impact", "high")
    choose(page, "urgency", "high")
    keep(page, "1-customer-raises")
    page.get_by_role("button", name="Raise the case").click()
    page.wait_for_url("**/portal/cases/B-*/**")
    keep(page, "2-customer-receipt")
    return Case.objects.get().reference


def choose(page: Page, name: str, value: str) -> None:
    """Picks a value of a list or of a row of buttons."""
    box = page.locator(f"select[name={name}]")
    if box.count():
        box.select_option(value)
    else:
        # By itself, not by the mouse: articles that are offered meanwhile move everything below them.
        page.locator(f"input[name={name}][value='{value}']").evaluate("radio => radio.click()")


def answer_and_escalate(agent: Visitor, reference: str) -> None:
    page = agent.visit("/desk/queue/")
    keep(page, "3-agent-queue")
    page.get_by_text("Invoices go to the wrong address").first.click()
    page.locator("[data-compose=reply] textarea").fill("I have it. I check where the address comes from; news by noon.")
    page.locator("[data-compose=reply] [data-plain]").click()
    expect(page.locator(".timeline")).to_contain_text("news by noon")
    page = agent.visit(f"/desk/cases/{reference}/escalate/")
    choose(page, "kind", "hierarchical")
    choose(page, "reason", "authority")
    choose(page, "level", "3")
    page.locator("[name=tried]").fill("Corrected the address by hand; it comes back every night.")
    page.locator("[name=asked]").fill("Decide about the fees of the bank.")
    page.locator("[name=question]").fill("May we take over the fees of the returned payments?")
    keep(page, "4-agent-escalates")
    page.locator("form.act-escalate button").first.click()
    expect(page.locator(".timeline")).to_contain_text("Escalated from level 1 to 3")


def accept_and_decide(manager: Visitor, reference: str) -> None:
    page = manager.visit("/desk/")
    expect(page.locator("main")).to_contain_text("May we take over the fees")
    keep(page, "5-manager-home")
    page = manager.visit(f"/desk/cases/{reference}/accept/")
    page.locator("[name=text]").fill("I am Jan, the department manager. I have your case and you hear from me today.")
    page.locator("form.act-accept button").first.click()
    page = manager.visit(f"/desk/cases/{reference}/decide/")
    choose(page, "verdict", "approved")
    page.locator("[name=answer]").fill("Yes, all of this week.")
    page.locator("form.act-decide button").first.click()
    expect(page.locator("main")).to_contain_text("Yes, all of this week.")
    keep(page, "6-manager-decided")


def test_a_case_goes_from_the_customer_up_the_ladder_and_back_solved_rated_and_reviewed(
    browser: Browser, live_server: LiveServer, company: Company
) -> None:
    ida, ben, jan = (
        Visitor.signed_in(browser, live_server, user)
        for user in (company.ida.user, company.agent.user, company.manager.user)
    )
    reference = raise_case(ida)
    answer_and_escalate(ben, reference)
    accept_and_decide(jan, reference)

    page = ida.visit(f"/portal/cases/{reference}/")
    expect(page.locator("main")).to_contain_text("Department manager")
    expect(page.locator("main")).to_contain_text("Next news by")
    expect(page.locator("body")).not_to_contain_text("Yes, all of this week.")
    keep(page, "7-customer-sees")

    page = jan.visit(f"/desk/cases/{reference}/resolve/")
    page.locator("[name=text]").fill("The address is right for good, and we take over the fees.")
    page.locator("form.act-resolve button").first.click()

    page = ida.visit(f"/portal/cases/{reference}/")
    keep(page, "8-customer-is-asked")
    page.get_by_role("button", name="Yes, it is solved").click()
    choose(page, "score", "5")
    keep(page, "9-customer-rates")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.locator("main")).to_contain_text("5 of 5")

    page = jan.visit(f"/desk/cases/{reference}/review/")
    page.locator("[name=causes]").fill("Two systems kept the address.")
    page.locator("[name=lessons]").fill("One of them asks the other.")
    page.locator("form.act-review button").first.click()
    expect(page.locator("main")).to_contain_text("One of them asks the other.")
    keep(page, "10-review")

    case = Case.objects.get()
    assert (case.state, case.level, Survey.objects.get().score) == ("closed", 3, 5)
    assert Review.objects.get().causes == "Two systems kept the address."
    told = Notice.objects.filter(recipient=company.ida.contact.code, channel="mail")
    last = Event.objects.filter(case=case).latest("seq").recorded_at
    assert deliver(last) >= told.count() > 0
    assert [ida.complaints, ben.complaints, jan.complaints] == [[], [], []]
