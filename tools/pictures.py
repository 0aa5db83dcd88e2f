"""Pictures of pages, for people to look at. No behaviour is tested by them, so none fails for want of one."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

TRIES = 3
PAUSE = 250  # ms
PATIENCE = 10_000  # ms, for one try

# Quiet about everything outside.
FLAGS = (
    "no-sandbox",
    "disable-gpu",
    "disable-quic",
    "no-first-run",
    "disable-background-networking",
    "disable-component-update",
    "disable-sync",
)


def launching() -> dict[str, Any] | None:
    """How the machine's own Chromium is started; None when it has none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return {"executable_path": chromium, "args": [f"--{flag}" for flag in FLAGS]} if chromium else None


def take(page: Page, path: Path, *, is_whole: bool = False) -> bool:
    """Writes the page as it looks now; whether there is a picture.

    Chromium now and then cannot draw while a machine is busy, long pages first of all: it is asked again, at last only
    for what is in view. Then a warning says what is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in reversed(range(TRIES)):
        try:
            page.screenshot(path=path, full_page=is_whole and left > 0, animations="disabled", timeout=PATIENCE)
        except Error as problem:
            if left == 0:
                warnings.warn(f"no picture {path.name}: {problem.message.splitlines()[0]}", stacklevel=2)
            else:
                page.wait_for_timeout(PAUSE)
        else:
            return True
    return False
