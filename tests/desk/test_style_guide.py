"""The style guide shows every component and every class they are made of, and nothing is styled outside of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Company
from tests.desk.conftest import SignIn

TEMPLATES = settings.BASE_DIR / "templates"
STYLES = settings.BASE_DIR / "static" / "css"
# Whole pages are built on these two; the guide itself stands in a frame of its own.
FRAMES = {"components/customer_base.html", "components/middle.html"}
SHEETS = ("components.css", "timeline.css")
# Where components stand, or what pages around them add; not of the components themselves.
AROUND = {
    "back-office": "the frame of the back office",
    "dark": "a mark of the back office's own theme",
    "desk": "the frame of the desk",
    "sidebar": "part of the frame of the desk",
    "keysitem": "part of the frame of the desk",
    "keys": "the line of keys below the queue",
    "clock-head": "the head of the page of a clock",
    "clock-name": "the head of the page of a clock",
    "headline": "the head of the page of a clock",
    "owed": "the head of the page of a clock",
}
INLINE = re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE)


@pytest.fixture
def client(company: Company, sign_in: SignIn) -> Client:
    return sign_in(company.agent.user)


def classes(path: Path) -> set[str]:
    """Every class that a sheet of styles names."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", text)))


def test_every_component_is_shown(client: Client) -> None:
    answer = client.get("/desk/styleguide/")
    there = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    assert there - {template.name for template in answer.templates} == FRAMES


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_class_of_a_component_is_shown(client: Client, sheet: str) -> None:
    page = client.get("/desk/styleguide/").content.decode()
    shown = {word for found in re.findall(r'\bclass="([^"]*)"', page) for word in found.split()}
    assert classes(STYLES / sheet) - shown - AROUND.keys() == set()


def test_nothing_is_styled_outside_of_the_style_sheets() -> None:
    # Letters travel without style sheets; the back office is Django's own.
    pages = [path for path in TEMPLATES.rglob("*.html") if path.parts[len(TEMPLATES.parts)] not in ("notices", "admin")]
    assert len(pages) > 100
    assert [path.name for path in pages if INLINE.search(path.read_text(encoding="utf-8"))] == []
    scripts = (settings.BASE_DIR / "static" / "js").glob("*.js")
    assert [path.name for path in scripts if 'setAttribute("style"' in path.read_text(encoding="utf-8")] == []
