"""The ten commonest tasks without a mouse, with as many key presses as docs/desk.md says and no more.

A key with Ctrl is one press; words that are typed count as one, however long they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from escalations.models import Case
from tests.browser.people import Visitor
from tests.cast import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROW = re.compile(r"^\| (?P<task>[^|`]+) \| (?P<keys>[^|]+) \| (?P<presses>\d+) \|$", re.MULTILINE)


@dataclass
class Hands:
    """Somebody at a keyboard, who counts."""

    page: Page
    presses: int = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.presses += 1

    def write(self, words: str) -> None:
        self.page.keyboard.insert_text(words)
        self.presses += 1

    def until(self, selector: str) -> None:
        """Goes on with Tab until this has the focus."""
        for _ in range(60):
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            self.press("Tab")
        pytest.fail(f"no way by Tab to {selector}")

    def ready(self) -> None:
        """The dialog has come, with the focus in its form."""
        expect(self.page.locator("#verb-dialog form :focus")).to_have_count(1)

    def said(self, words: str) -> None:
        expect(self.page.get_by_role("status").filter(has_text=words).first).to_be_visible()


def find(hands: Hands) -> None:
    hands.press("g", "q")
    expect(hands.page).to_have_url(re.compile("/desk/queue/"))
    hands.page.wait_for_load_state("load")
    hands.press("j")
    expect(hands.page.locator("[data-row].chosen")).to_contain_text("The most urgent")
    hands.press("Enter")
    expect(hands.page.locator("main h1")).to_contain_text("The most urgent")


def reply(hands: Hands) -> None:
    hands.press("r")
    hands.write("I have it; news by noon.")
    hands.press("Control+Enter")
    hands.said("Your reply is on its way.")


def note(hands: Hands) -> None:
    hands.press("m")
    hands.write("The collector is full.")
    hands.press("Control+Enter")
    hands.said("Your note is kept.")


def take(hands: Hands) -> None:
    hands.press("t")
    hands.ready()
    hands.press("Control+Enter")
    hands.said("The case has its owner.")


def promise(hands: Hands) -> None:
    hands.press("p")
    hands.ready()
    hands.press("Control+Enter")
    hands.said("Promised")


def hold(hands: Hands) -> None:
    hands.press("h")
    hands.ready()
    hands.press("ArrowDown")
    hands.press("Control+Enter")
    hands.said("The case is on hold.")


def escalate(hands: Hands) -> None:
    hands.press("e")
    hands.ready()
    hands.until("[name=tried]")
    hands.write("Restarted the collector twice.")
    hands.until("[name=impact]")
    hands.write("No billing on Thursday.")
    hands.press("Control+Enter")
    hands.said("The case is escalated")


def acknowledge(hands: Hands) -> None:
    hands.press("a")
    hands.ready()
    hands.until("[name=text]")
    hands.write("I have it; news by three.")
    hands.press("Control+Enter")
    hands.said("Acknowledged")


def accept(hands: Hands) -> None:
    hands.press("y")
    hands.ready()
    hands.press("Control+Enter")
    hands.said("You have it now.")


def resolve(hands: Hands) -> None:
    hands.press("s")
    hands.ready()
    hands.until("[name=text]")
    hands.write("It reads again.")
    hands.press("Control+Enter")
    hands.said("Resolved")


Task = tuple[str, Callable[[Hands], None]]
BY_THE_AGENT: tuple[Task, ...] = (
    ("find the most urgent case", find),
    ("take", take),
    ("reply", reply),
    ("note", note),
    ("promise news", promise),
    ("escalate with a full brief", escalate),
)
BY_THE_SPECIALIST: tuple[Task, ...] = (("acknowledge", acknowledge), ("accept", accept))
TO_THE_END: tuple[Task, ...] = (("resolve", resolve),)
ON_THE_OTHER: tuple[Task, ...] = (("put on hold", hold),)


def told() -> dict[str, int]:
    """The presses of each task as the document has them."""
    document = (settings.BASE_DIR / "docs" / "desk.md").read_text(encoding="utf-8")
    return {row["task"]: int(row["presses"]) for row in ROW.finditer(document)}


def counted(page: Page, tasks: tuple[Task, ...]) -> dict[str, int]:
    """Carries the tasks out, each from the page where the one before ended."""
    found = {}
    for name, task in tasks:
        hands = Hands(page)
        task(hands)
        found[name] = hands.presses
    return found


def test_the_ten_commonest_tasks_take_as_many_presses_as_the_document_says(
    browser: Browser, live_server: LiveServer, company: Company
) -> None:
    now = timezone.now()
    company.open(at=now - timedelta(minutes=9))
    urgent = company.open(at=now - timedelta(days=9), subject="The most urgent")
    agent = Visitor.signed_in(browser, live_server, company.agent.user)
    presses = counted(agent.visit("/desk/"), BY_THE_AGENT)
    mara = Visitor.signed_in(browser, live_server, company.specialist.user)
    presses |= counted(mara.visit(f"/desk/cases/{urgent.reference}/"), BY_THE_SPECIALIST + TO_THE_END)
    other = Case.objects.exclude(pk=urgent.pk).get()
    presses |= counted(agent.visit(f"/desk/cases/{other.reference}/"), ON_THE_OTHER)
    assert presses == told()
    assert [agent.complaints, mara.complaints] == [[], []]
