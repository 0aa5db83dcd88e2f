"""Triage, decisions and joined cases in real Chromium: by keyboard alone, at every width, for everybody."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from escalations.actions import links, merging
from escalations.models import Case, Decision, Escalation
from escalations.rules.vocabulary import Kind, LinkKind
from tests.cast import Company
from tests.desk.test_in_a_browser import AXE, RULES, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def standing_clock() -> None:
    """Here time goes on: the browser and its cookies live in the present."""


@pytest.fixture
def asked(live_server: LiveServer, company: Company) -> list[Case]:
    """Two cases of which the managers are asked something."""
    now = timezone.now()
    opened = [company.open(at=now - timedelta(minutes=9), subject=subject) for subject in ("The meter", "The invoice")]
    return [company.escalate(case, now, kind=Kind.HIERARCHICAL, level=3) for case in opened]


@pytest.fixture
def joined(live_server: LiveServer, company: Company, asked: list[Case]) -> dict[str, Case]:
    """A case with links of each kind, and one that went on in another."""
    ben, now = company.agent.standing, timezone.now()
    whole, part, gone, other = (company.open(at=now) for _number in range(4))
    links.link(case=part, actor=ben, at=now, other=whole, kind=LinkKind.PARENT)
    links.link(case=whole, actor=ben, at=now, other=asked[0], kind=LinkKind.SAME_CAUSE)
    merging.merge(case=gone, into=whole, actor=ben, at=now, text="Both are one matter.")
    return {"whole": whole, "part": part, "gone": gone, "other": other}


def addresses(joined: dict[str, Case]) -> Iterator[str]:
    whole, gone = (f"/desk/cases/{joined[name].reference}" for name in ("whole", "gone"))
    yield from ("/desk/triage/", "/desk/decisions/", f"{whole}/", f"{gone}/", f"{gone}/reply/", f"{whole}/link/")
    yield from (f"{whole}/split/", f"{whole}/merge/?into={joined['other'].reference}", f"{whole}/unlink/")


def looked_at(page: Page) -> list[str]:
    """What breaks a rule of accessibility here, or is wider than the window."""
    page.add_script_tag(path=AXE)
    found = page.evaluate("tags => axe.run({runOnly: tags})", RULES)
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [f"{page.url} {each['id']}" for each in found["violations"]] + [f"{page.url} is wide"] * wide


@pytest.mark.parametrize(("scheme", "width"), [("dark", 360), ("light", 1440)])
def test_no_page_overflows_or_breaks_a_rule_of_accessibility(
    browser: Browser, live_server: LiveServer, company: Company, joined: dict[str, Case], scheme: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    options = {"color_scheme": scheme, "viewport": size, "bypass_csp": True}
    page = signed_in(browser, live_server, company.manager.user, **options)
    found: list[str] = []
    for number, address in enumerate(addresses(joined)):
        page.goto(address)
        if folder := os.environ.get("LOOK"):
            page.screenshot(path=Path(folder) / f"{number}-{width}-{scheme}.png", full_page=True)
        found += looked_at(page)
    assert found == []


def test_a_question_is_decided_by_keys_alone_and_the_next_one_comes(
    browser: Browser, live_server: LiveServer, company: Company, asked: list[Case]
) -> None:
    page = signed_in(browser, live_server, company.manager.user)
    page.goto("/desk/decisions/")
    first = page.locator(".waiting .subject a").inner_text()
    page.keyboard.press("j")
    expect(page.locator(".waiting .subject a")).not_to_have_text(first)
    page.keyboard.press("k")
    expect(page.locator(".waiting .subject a")).to_have_text(first)
    page.keyboard.press("y")
    page.keyboard.type("Refund it, once.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".waiting .subject a")).not_to_have_text(first)
    assert Decision.objects.get(decided_at__isnull=False).verdict == "approved"


def test_an_escalation_is_taken_up_by_keys_alone(
    browser: Browser, live_server: LiveServer, company: Company, asked: list[Case]
) -> None:
    errors: list[str] = []
    page = signed_in(browser, live_server, company.manager.user)
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto("/desk/triage/")
    expect(page.locator("#waits-triage")).to_contain_text("2")
    page.keyboard.press("t")
    expect(page.locator("#verb-dialog textarea")).to_be_visible()
    page.locator("#verb-dialog textarea").focus()
    page.keyboard.type("I have it; news by noon.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".titlebar .num")).to_have_text("1 of 1")
    assert Escalation.objects.filter(state="investigating").count() == 1
    assert errors == []
