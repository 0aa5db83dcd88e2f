"""The work on a case in real Chromium: nothing overflows on a phone, nothing keeps anybody out, no script is needed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from escalations.actions import escalation, handling, work
from escalations.actions.work import PlanLine
from escalations.models import Case, PlanStep, Request, Skill, Team
from tests.cast import Company
from tests.desk.test_in_a_browser import AXE, RULES, signed_in
from tests.work.ground import carrier, script, strict

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)


@pytest.fixture
def case(live_server: LiveServer, company: Company) -> Case:
    """A case in the middle of its work: tried, found, planned, asked of others."""
    strict(company)
    now = timezone.now()
    row = company.open(at=now - DAY)
    for place, line in enumerate(script(company)):
        handling.tick(case=row, actor=company.agent.standing, at=now - DAY, line=line, helped=bool(place))
    company.escalate(row, now - DAY)
    standing = company.specialist.standing
    escalation.accept(case=row, actor=standing, at=now - DAY, text="I have it; news by the evening.")
    skill = Skill.objects.create(slug="firmware", name="Firmware")
    handling.assess(case=row, actor=standing, at=now, skill=skill, amount=48000)
    for words in ("The collector loses its lock when the log turns at two.", "The modem drops its line then, too."):
        work.find(case=row, actor=standing, at=now, text=words)
    asked_of_others(row, company, now)
    planned(row, company, now)
    handling.watch(case=row, actor=company.executive.standing, at=now)
    row.refresh_from_db()
    return row


def asked_of_others(case: Case, company: Company, now: datetime) -> None:
    standing = company.specialist.standing
    work.request(
        case=case,
        actor=standing,
        at=now - timedelta(hours=20),
        party=carrier(),
        text="Why does the line drop at two? We need the log of the line card.",
        contact="Ove, service desk",
        their_reference="NC-77-2026",
    )
    managers = Team.objects.get(slug="managers")
    work.request(case=case, actor=standing, at=now, team=managers, text="May we send a technician at night?")
    work.request(case=case, actor=standing, at=now, team=managers, text="Who pays for the modems?")
    paid = Request.objects.latest("pk")
    work.answer_request(case=case, actor=company.manager.standing, at=now, request=paid, text="The carrier does.")


def planned(case: Case, company: Company, now: datetime) -> None:
    today = timezone.localdate(now) + DAY
    bodies = (
        "Watch the line for a night with the log of the collector beside it",
        "Change the modem",
        "Tell the plant",
    )
    steps = [PlanLine(body, company.specialist.agent, today) for body in bodies]
    work.plan(case=case, actor=company.specialist.standing, at=now, steps=steps, target_at=now + 2 * DAY)
    done = PlanStep.objects.get(position=1)
    work.finish(case=case, actor=company.specialist.standing, at=now, step=done)


def addresses(case: Case) -> Iterator[str]:
    yield from (f"/desk/cases/{case.reference}/", "/desk/")
    for verb in ("plan", "find", "request", "answer-request", "assess", "watch", "resolve"):
        yield f"/desk/cases/{case.reference}/{verb}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_work_overflows_nowhere_and_breaks_no_rule_of_accessibility(
    browser: Browser, live_server: LiveServer, company: Company, case: Case, scheme: Any, width: int
) -> None:
    page = signed_in(
        browser,
        live_server,
        company.specialist.user,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        bypass_csp=True,  # axe is put into the page from outside
    )
    for address in addresses(case):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        page.add_script_tag(path=AXE)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == [], address


def test_a_plan_is_made_and_worked_off_without_any_script(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = signed_in(browser, live_server, company.specialist.user, java_script_enabled=False)
    page.goto(f"/desk/cases/{case.reference}/")
    page.get_by_role("link", name="Plan anew").click()
    first = page.get_by_role("group", name="Step 3")
    first.get_by_label("What to do").fill("Drive there")
    first.get_by_label("By whom").select_option(label=str(company.specialist.agent))
    first.get_by_label("By when").fill((timezone.localdate() + DAY).isoformat())
    page.get_by_role("button", name="Plan", exact=True).click()
    expect(page.get_by_text("0 of 3 done")).to_be_visible()
    page.get_by_role("button", name="Done Drive there").click()
    expect(page.get_by_text("1 of 3 done")).to_be_visible()


def test_the_answer_to_a_request_is_noted_in_a_dialog(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = signed_in(browser, live_server, company.specialist.user)
    page.goto(f"/desk/cases/{case.reference}/")
    page.locator(".critical").get_by_role("link", name="Note the answer").click()
    dialog = page.locator("#verb-dialog")
    expect(dialog.get_by_label("Which request")).to_have_value(Request.objects.get(party__isnull=False).uid)
    dialog.get_by_label("The answer").fill("They had works on the line.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("The answer is kept")
