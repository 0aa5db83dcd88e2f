"""Absences, paths and duty in real Chromium: on a phone, in both colours, by the rules of accessibility."""

from __future__ import annotations

import os
from datetime import time, timedelta
from typing import Any, Literal

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from customers.models import User
from escalations.actions import paths, policies, triage
from escalations.models import Absence, Rota, RotaMember, Team
from tests.browser.people import Visitor
from tests.cast import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
PHONE = {"width": 390, "height": 844}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def pages(live_server: LiveServer, company: Company) -> list[str]:
    """The specialist is away, the executive stands in for him and owns the policy; a check has found things."""
    at = timezone.now()
    triage.take(case=company.open(at=at), actor=company.specialist.standing, at=at)
    Absence.objects.create(
        agent=company.specialist.agent,
        deputy=company.executive.agent,
        starts_at=at - timedelta(hours=1),
        ends_at=at + timedelta(days=9),
    )
    for who in (company.manager, company.executive):
        Absence.objects.create(agent=who.agent, starts_at=at + timedelta(days=10), ends_at=at + timedelta(days=13))
    team = Team.objects.get(slug="specialists")
    rota = Rota.objects.create(team=team, anchor=at.date() - timedelta(days=3), hands_over=time(9))
    RotaMember.objects.create(rota=rota, agent=company.specialist.agent)
    company.policy.owner = company.executive.agent
    company.policy.save()
    User.objects.filter(pk=company.executive.user.pk).update(is_staff=True, is_superuser=True)
    check = paths.check(policy=company.policy, on=at.date(), at=at)
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=at)
    return [
        "/desk/",
        "/desk/absence/",
        "/desk/paths/",
        f"/desk/paths/{check.uid}/",
        f"/admin/escalations/rota/{rota.pk}/change/",
        f"/admin/escalations/policyversion/{draft.pk}/change/",
    ]


def shot(page: Page, name: str) -> None:
    """Kept only where somebody wants to look."""
    if folder := os.environ.get("BELAY_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def offences(page: Page) -> list[Any]:
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {{runOnly: {RULES}}})")
    return [(rule["id"], [node["html"][:160] for node in rule["nodes"]]) for rule in found["violations"]]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_of_the_desk_are_readable_and_fit_on_a_phone(
    browser: Browser, live_server: LiveServer, company: Company, pages: list[str], scheme: Literal["light", "dark"]
) -> None:
    for width, options in {"phone": {"viewport": PHONE}, "desktop": {}}.items():
        visitor = Visitor.signed_in(browser, live_server, company.executive.user, color_scheme=scheme, **options)
        for address in pages[:4]:
            page = visitor.visit(address)
            shot(page, f"{scheme}-{width}{address.replace('/', '-')}"[:60])
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
            assert offences(page) == [], address
        assert visitor.complaints == []


def test_somebody_says_when_he_is_away_and_the_owner_confirms(
    browser: Browser, live_server: LiveServer, company: Company, pages: list[str]
) -> None:
    visitor = Visitor.signed_in(browser, live_server, company.agent.user)
    page = visitor.visit("/desk/absence/")
    first = timezone.localtime() + timedelta(days=20)
    page.get_by_label("Away from").fill(first.strftime("%Y-%m-%dT09:00"))
    page.get_by_label("Back on").fill((first + timedelta(days=2)).strftime("%Y-%m-%dT09:00"))
    page.get_by_label("Who stands in").select_option(label="Eva Roth")
    page.get_by_role("button", name="Write it down").click()
    assert page.get_by_text("Eva Roth stands in").is_visible()
    page.get_by_role("button", name="Take it away").click()
    assert page.get_by_text("You count as there again.").is_visible()
    owner = Visitor.signed_in(browser, live_server, company.executive.user)
    page = owner.visit(pages[3])
    page.get_by_role("button", name="Confirm", exact=True).click()
    assert page.get_by_text("Confirmed by Eva Roth").is_visible()
    assert [*visitor.complaints, *owner.complaints] == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pages_of_the_back_office_open_without_complaints(
    browser: Browser, live_server: LiveServer, company: Company, pages: list[str], scheme: Literal["light", "dark"]
) -> None:
    visitor = Visitor.signed_in(browser, live_server, company.executive.user, color_scheme=scheme)
    for address in pages[4:]:
        page = visitor.visit(address)
        shot(page, f"{scheme}{address.replace('/', '-')}"[:60])
    page = visitor.visit(pages[4])
    assert page.get_by_role("heading", name="The next four weeks").is_visible()
    page = visitor.visit(pages[5])
    page.get_by_text("The conditions of triggers and their parameters").click()
    assert page.get_by_text("a percentage from 1 to 99").is_visible()
    assert visitor.complaints == []
