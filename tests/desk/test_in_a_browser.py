"""The desk in real Chromium: nothing overflows on a phone, nothing keeps anybody out, and the keys work."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import User
from escalations.actions import promises
from escalations.management.demonstration import papers
from escalations.models import Case
from escalations.rules.vocabulary import Kind
from tests.cast import Company

pytestmark = pytest.mark.browser

AXE = settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


@pytest.fixture
def standing_clock() -> None:
    """Here time goes on: the browser and its cookies live in the present."""


@pytest.fixture
def case(live_server: LiveServer, company: Company) -> Case:
    """A case that the specialists are asked to decide on."""
    now = timezone.now()
    return company.escalate(company.open(at=now - timedelta(minutes=9)), now, kind=Kind.HIERARCHICAL)


@pytest.fixture
def promised(live_server: LiveServer, company: Company) -> Case:
    """A case with an open promise of news that was given with a reason."""
    case, now = company.open(files=[papers.screen(), papers.temperature_log()]), timezone.now()
    said: dict[str, Any] = {"text": "The part is on its way. " * 9, "reason": "The supplier forgot us."}
    promises.make(case=case, actor=company.specialist.standing, at=now, due_at=now + timedelta(days=9), **said)
    return case


def signed_in(browser: Browser, live_server: LiveServer, user: User, **options: Any) -> Page:
    """A page of a browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    context = browser.new_context(base_url=live_server.url, **options)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
    return context.new_page()


def addresses(case: Case, promised: Case) -> Iterator[str]:
    """The pages somebody works with all day."""
    yield from ("/desk/", "/desk/queue/?view=all", "/desk/escalations/", "/desk/inbox/", "/desk/numbers/")
    yield from (f"/desk/cases/{case.reference}/", f"/desk/cases/{case.reference}/climb/", "/desk/cases/new/")
    yield from (f"/desk/cases/{promised.reference}/", f"/desk/cases/{promised.reference}/move-promise/")
    yield from (f"/desk/cases/{case.reference}/promise/", "/desk/styleguide/")
    yield from ("/desk/duty/", "/desk/executive/", "/desk/escalations/?by=stage")
    yield f"/desk/customers/{case.organization.uid if case.organization else ''}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_no_page_overflows_or_breaks_a_rule_of_accessibility(
    browser: Browser, live_server: LiveServer, company: Company, case: Case, promised: Case, scheme: Any, width: int
) -> None:
    page = signed_in(
        browser,
        live_server,
        company.specialist.user,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        bypass_csp=True,  # axe is put into the page from outside
    )
    for address in addresses(case, promised):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        page.add_script_tag(path=AXE)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [(v["id"], v["nodes"][0]["target"]) for v in found["violations"]] == [], address


def test_a_case_is_found_escalated_and_answered_without_a_mouse(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = signed_in(browser, live_server, company.specialist.user)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/desk/queue/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{live_server.url}/desk/cases/{case.reference}/")
    page.keyboard.press("a")
    words = page.locator("#verb-dialog textarea")
    expect(words).to_be_visible()
    words.fill("I have it; news by three.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Acknowledged")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    assert complaints == []


def test_a_picture_is_sent_drawn_and_loaded(
    browser: Browser, live_server: LiveServer, company: Company, case: Case, tmp_path: Path
) -> None:
    picture = papers.screen().read()
    (tmp_path / "panel.png").write_bytes(picture)
    (tmp_path / "page.html").write_text("<script>document.title = 'ran'</script>")
    page = signed_in(browser, live_server, company.specialist.user)
    page.goto(f"/desk/cases/{case.reference}/")
    form = page.locator("[data-compose=reply]")
    form.locator("textarea").fill("See the panel.")
    form.locator("input[type=file]").set_input_files([tmp_path / "panel.png", tmp_path / "page.html"])
    form.locator("[data-plain]").click()
    files = page.locator(".files li")
    expect(files).to_have_count(2)
    drawn = files.first.locator("img")
    drawn.scroll_into_view_if_needed()
    expect(drawn).to_have_js_property("naturalWidth", papers.WIDTH)
    with page.expect_download() as started:
        files.first.locator("a").click()
    assert started.value.suggested_filename == "panel.png"
    assert started.value.path().read_bytes() == picture
    # Typed into the address bar, too, a page of somebody else is saved and never shown.
    with page.expect_download() as saved:
        page.evaluate("location.assign(document.querySelectorAll('.files a')[1].href)")
    assert saved.value.suggested_filename == "page.html"
    assert page.title() != "ran"


def test_news_are_promised_with_the_keyboard_alone(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = signed_in(browser, live_server, company.specialist.user)
    page.goto(f"/desk/cases/{case.reference}/")
    page.keyboard.press("p")
    words = page.locator("#verb-dialog").get_by_label("To the customer")
    expect(words).to_be_visible()
    words.fill("I look into it over noon.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status")).to_contain_text("Promised")
    expect(page.get_by_text("Keeps the promise of news by")).to_be_visible()


def test_half_written_words_survive_leaving_the_page_and_go_when_they_are_sent(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = signed_in(browser, live_server, company.specialist.user)
    page.goto(f"/desk/cases/{case.reference}/")
    reply = page.locator("[data-compose=reply] textarea")
    reply.fill("Half a sent")
    page.goto("/desk/queue/")
    page.goto(f"/desk/cases/{case.reference}/")
    expect(reply).to_have_value("Half a sent")
    reply.fill("A whole sentence.")
    page.locator("[data-compose=reply] [data-plain]").click()
    expect(page.get_by_role("status")).to_contain_text("on its way")
    expect(reply).to_have_value("")


def test_every_act_works_without_any_script(
    browser: Browser, live_server: LiveServer, company: Company, case: Case
) -> None:
    page = signed_in(browser, live_server, company.specialist.user, java_script_enabled=False)
    page.goto(f"/desk/cases/{case.reference}/")
    page.get_by_role("link", name="Decide").click()
    page.get_by_label("approved").check()
    page.get_by_label("In words").fill("Yes, one month.")
    page.get_by_role("button", name="Decide").click()
    expect(page).to_have_url(f"{live_server.url}/desk/cases/{case.reference}/")
    expect(page.get_by_text("Yes, one month.")).to_be_visible()
