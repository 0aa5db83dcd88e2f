"""Every page of the desk in real Chromium, in both languages: on a desk in light, and on the smallest phone in dark.

The addresses come from the list of addresses itself, and what stands in their open places from tests/access/objects.py:
a new page is looked at by itself, and fails here when nobody has said what to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib
import pytest
import time_machine
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from customers.models import Organization, User
from escalations.desk.acts import ACTS
from escalations.desk.verbs import path_of
from tests.access import house as building
from tests.access.house import House
from tests.access.objects import address_of
from tests.access.routes import routes
from tests.access.table import SHOWN, rows
from tests.browser.people import Visitor
from tools.messages import LOCALE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = (settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
SMALLEST, TALL = 360, 900
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("en", {"viewport": {"width": 1440, "height": TALL}, "color_scheme": "light"}),
    ("de", {"viewport": {"width": SMALLEST, "height": TALL}, "color_scheme": "dark"}),
)
# Who is asked first; what none of them sees is for a superuser.
ROLES = ("specialist", "lead", "manager", "executive", "agent", "administrator")
# What is no page of ours, and why.
NO_PAGES = {
    "/desk/absence/<pk>/": "over by now: the house stands in March; its form is that of /desk/absence/",
    "/desk/accounts/new/": "not for a customer who has one; asked for below for one who has none",
    "/desk/files/<uid>/<name>": "a file that is saved",
    "/desk/cases/<reference>/changes/": "a part of the page of a case, empty when nothing has changed",
    "/desk/mails/<uid>/original/": "a file that is saved",
    "/desk/mails/<uid>/page/": "a page that somebody sent us, shut off from everything",
}
OWN_NAMES = {"English"}  # whoever looks for a language knows it by its own name
SAID = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), said = [];
  while (walk.nextNode()) {
    const inside = walk.currentNode.parentElement;
    if (inside && !inside.closest('script, style, template')) said.push(walk.currentNode.textContent);
  }
  for (const one of document.querySelectorAll('[title], [aria-label], [placeholder], [alt]'))
    for (const name of ['title', 'aria-label', 'placeholder', 'alt'])
      if (one.hasAttribute(name)) said.push(one.getAttribute(name));
  return [...said, document.title.split(' · ')[0]].map(words => words.trim().replace(/\\s+/g, ' '));
}"""
# Asked for when the page stands: what follows a new width takes two frames.
OVER = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
  () => done(document.documentElement.scrollWidth - innerWidth))))"""
LETTER = "20260302-080000-1.log"


@dataclass
class Look:
    """One language on one screen: a browser for everybody who is needed, and what went wrong."""

    browser: Browser
    server: LiveServer
    language: str
    options: dict[str, Any]
    faults: list[str] = field(default_factory=list)
    visitors: dict[str, Visitor] = field(default_factory=dict)

    def at(self, user: User, address: str) -> None:
        """Opens the page as this person and writes down every fault."""
        visitor = self.visitors.get(user.email) or Visitor.signed_in(
            self.browser, self.server, user, locale=self.language, **self.options
        )
        self.visitors[user.email] = visitor
        visitor.complaints.clear()
        visitor.visit(address)
        if visitor.page.locator("html[lang]").count():
            found = [*visitor.complaints, *too_wide(visitor.page), *offences(visitor.page)]
            found += untranslated(visitor.page) if self.language == "de" else []
            self.faults += [f"{self.language} {address}: {fault}" for fault in found]


def too_wide(page: Page) -> Iterator[str]:
    """Whether somebody with the smallest phone has to move the page sideways."""
    size = page.viewport_size
    page.set_viewport_size({"width": SMALLEST, "height": TALL})
    if (over := page.evaluate(OVER)) > 0:
        yield f"{over} px too wide at {SMALLEST} px"
    if size:
        page.set_viewport_size(size)


def offences(page: Page) -> Iterator[str]:
    """The rules of accessibility that the page breaks, with the first place of each."""
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    yield from (f"{rule['id']} at {rule['nodes'][0]['target']}" for rule in found["violations"])


def untranslated(page: Page) -> Iterator[str]:
    """What stands on a German page as the English page would say it."""
    yield from (f"says “{words}”" for words in sorted(set(page.evaluate(SAID)) & english() - names()))


def english() -> set[str]:
    """Everything that reads otherwise in German, as it is in English."""
    catalogue = polib.pofile(str(LOCALE / "de" / "LC_MESSAGES" / "django.po"))
    return {entry.msgid for entry in catalogue if entry.msgstr and entry.msgstr != entry.msgid} - OWN_NAMES


def names() -> set[str]:
    return set(User.objects.values_list("name", flat=True))


def pages(house: House) -> Iterator[tuple[str, str]]:
    """Who looks, and at which address; the page of every act besides."""
    table = list(rows())
    for route in routes():
        if not route.address.startswith("/desk/") or route.address in NO_PAGES:
            continue
        row = next(row for row in table if row.speaks_of(route))
        if row.method == "GET":
            who = next((role for role in ROLES if row.cells[role][0] == SHOWN), "administrator")
            yield who, address_of(route, house.own)
    free = Organization.objects.filter(account_escalations=None).latest("pk")
    yield "manager", f"{reverse('desk:account_new')}?organization={free.uid}"
    for verb in ACTS:
        yield "specialist", reverse("desk:act", args=[house.own.reference, path_of(verb)])


def test_every_page_is_sound_accessible_narrow_and_in_the_language_of_its_reader(
    browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    (tmp_path / LETTER).write_text("Subject: News\nFrom: a@b.example\nTo: c@d.example\n\nHello\n", encoding="utf-8")
    with time_machine.travel(building.NOW, tick=False):
        house = building.build()
        users = {role: User.objects.get(pk=house.people[role].session["_auth_user_id"]) for role in ROLES}
    User.objects.filter(pk=users["administrator"].pk).update(is_superuser=True, is_staff=True)
    faults: list[str] = []
    with override_settings(EMAIL_FILE_PATH=str(tmp_path)):
        for language, options in LOOKS:
            User.objects.update(language=language)
            look = Look(browser, live_server, language, options)
            for who, address in pages(house):
                look.at(users[who], address)
            for visitor in look.visitors.values():
                visitor.page.context.close()
            faults += look.faults
    assert "\n".join(faults) == ""
