"""Pictures of the screens below, from the demonstration company: `python -m tools.shots FOLDER`, or `make shots`.

Each is taken on a desk and on a phone, in light and in dark. They are for looking at, not for
the repository.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tools.messages import ROOT
from tools.pictures import launching, take

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
SCHEMES = ("light", "dark")
PATIENCE = 30.0  # seconds until the server has to answer

AGENT, SPECIALIST, MANAGER, EXECUTIVE = (f"{name}@harbour.example" for name in ("ben", "mara", "brandt", "eva"))
CUSTOMER = "ida@norlight.example"
PASSWORD = "hold-the-rope"  # noqa: S105 – of the demonstration company, known to everybody


@dataclass(frozen=True, slots=True)
class Screen:
    """One picture: who looks, at which address, and the links to follow from there, each the first of its selector."""

    name: str
    who: str
    path: str
    follow: tuple[str, ...] = ()


ROW = "main a.subject"
SCREENS = (
    Screen("landing", "", "/"),
    Screen("sign-in", "", "/accounts/login/"),
    Screen("help", "", "/help/"),
    Screen("home-agent", AGENT, "/desk/"),
    Screen("queue", AGENT, "/desk/queue/?view=all"),
    Screen("case-mine", AGENT, "/desk/queue/", (ROW,)),
    Screen("escalate", AGENT, "/desk/queue/", (ROW, "main a[href$='/escalate/'], main a[href$='/climb/']")),
    Screen("new-case", AGENT, "/desk/cases/new/"),
    Screen("numbers", AGENT, "/desk/numbers/"),
    Screen("inbox", AGENT, "/desk/inbox/"),
    Screen("me", AGENT, "/desk/me/"),
    Screen("absence", AGENT, "/desk/absence/"),
    Screen("style-guide", AGENT, "/desk/styleguide/"),
    Screen("home-specialist", SPECIALIST, "/desk/"),
    Screen("board", SPECIALIST, "/desk/escalations/"),
    Screen("case-escalated", SPECIALIST, "/desk/escalations/", (ROW,)),
    Screen("clock-explained", SPECIALIST, "/desk/escalations/", (ROW, "main a[href*='/clocks/']")),
    Screen("accounts", SPECIALIST, "/desk/accounts/"),
    Screen("account", SPECIALIST, "/desk/accounts/", (ROW,)),
    Screen("paths", SPECIALIST, "/desk/paths/"),
    Screen("procedure", SPECIALIST, "/desk/procedure/standard/"),
    Screen("training", SPECIALIST, "/desk/training/"),
    Screen("triage", SPECIALIST, "/desk/triage/"),
    Screen("duty", SPECIALIST, "/desk/duty/"),
    Screen("decisions", MANAGER, "/desk/decisions/"),
    Screen("customer", MANAGER, "/desk/executive/", ("main a[href*='/desk/customers/']",)),
    Screen("home-manager", MANAGER, "/desk/"),
    Screen("home-executive", EXECUTIVE, "/desk/"),
    Screen("executive", EXECUTIVE, "/desk/executive/"),
    Screen("portal-cases", CUSTOMER, "/portal/"),
    Screen("portal-case", CUSTOMER, "/portal/", ("main a[href*='/portal/cases/B-']",)),
    Screen("portal-raise", CUSTOMER, "/portal/cases/new/"),
)


@contextmanager
def demonstration() -> Iterator[str]:
    """The demonstration company behind a server of its own, in a folder that goes away with it; gives its address."""
    with tempfile.TemporaryDirectory(prefix="belay-shots-") as home, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        around = {**os.environ, "BELAY_HOME": home, "DEBUG": "1", "LOG_LEVEL": "ERROR", "PYTHONPATH": str(ROOT)}
        around.pop("DATABASE_URL", None)
        manage = [sys.executable, str(ROOT / "manage.py")]
        for command in (("migrate", "-v0"), ("load_demonstration",)):
            subprocess.run([*manage, *command], env=around, check=True, stdout=subprocess.DEVNULL)
        serve = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        server = subprocess.Popen(serve, env=around, **quiet)  # type: ignore[call-overload]
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()


def wait_for(port: int) -> None:
    """Until something listens there. Raises TimeoutError when nothing does."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"Nothing listens on port {port}.")


def entered(browser: Browser, address: str, who: str, scheme: str) -> Page:
    """A page in which this person is signed in."""
    context = browser.new_context(base_url=address, color_scheme=scheme, locale="en", reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    if who:
        page.goto("/accounts/login/")
        page.locator("[name=login]").fill(who)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url(lambda url: "/accounts/login/" not in url)
    return page


def shoot(page: Page, screen: Screen, folder: Path, scheme: str) -> None:
    """The screen at each size; a link that is not there is an error that names the screen."""
    page.set_viewport_size({"width": SIZES["desktop"][0], "height": SIZES["desktop"][1]})
    page.goto(screen.path)
    for selector in screen.follow:
        found = page.locator(selector).first.get_attribute("href", timeout=5_000)
        page.goto(str(found))
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        take(page, folder / f"{screen.name}-{size}-{scheme}.png", is_whole=True)


def main(folder: Path, wanted: list[str]) -> int:
    """Takes every picture, or those of the screens that are named; says how many there are."""
    started = launching()
    if started is None:
        print("Chromium is missing: install it (on Debian and Ubuntu `apt-get install chromium`).", file=sys.stderr)
        return 1
    screens = [screen for screen in SCREENS if not wanted or screen.name in wanted]
    with demonstration() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**started)
        for who, mine in groupby(screens, key=lambda screen: screen.who):
            shown = list(mine)
            for scheme in SCHEMES:
                page = entered(browser, address, who, scheme)
                for screen in shown:
                    shoot(page, screen, folder, scheme)
                page.context.close()
        browser.close()
    print(f"{len(screens) * len(SIZES) * len(SCHEMES)} pictures in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
