"""An administrator in front of the back office: forms are filled in by their labels, as people do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tools.pictures import take

PICTURES = Path(settings.BELAY_HOME) / "shots" / "setup"
SIZE = {"width": 1280, "height": 900}


@dataclass
class Office:
    """The pages of the back office in one browser."""

    page: Page

    def list_of(self, model: str) -> Page:
        self.page.goto(f"/admin/{model.replace('.', '/')}/")
        return self.page

    def add(
        self, model: str, fields: Mapping[str, Any], rows: Mapping[str, list[Mapping[str, Any]]] | None = None
    ) -> None:
        """Fills in the form of a new row with its inlines and saves it."""
        self.page.goto(f"/admin/{model.replace('.', '/')}/add/")
        self.fill(fields)
        for prefix, lines in (rows or {}).items():
            for line in lines:
                self.add_row(prefix, line)
        self.save()

    def fill(self, fields: Mapping[str, Any], prefix: str = "") -> None:
        for name, value in fields.items():
            self.put(self.page.locator(f"[name='{prefix}{name}']").first, value)

    def put(self, field: Locator, value: Any) -> None:
        """Writes, chooses or ticks, as the field wants it."""
        tag = field.evaluate("element => element.tagName + ':' + (element.type || '')")
        if tag.startswith("SELECT"):
            found = field.locator("option", has_text=str(value)).first.get_attribute("value")
            field.select_option(found)
        elif tag.endswith(":checkbox"):
            field.set_checked(bool(value))
        else:
            field.fill(str(value))

    def add_row(self, prefix: str, fields: Mapping[str, Any]) -> int:
        """One more row of an inline; gives its number in the form."""
        total = self.page.locator(f"[name={prefix}-TOTAL_FORMS]")
        number = int(total.input_value())
        self.page.locator(f"#{prefix}-group .add-row a, #{prefix}-group a.add-row").last.click()
        expect(total).to_have_value(str(number + 1))
        self.fill(fields, f"{prefix}-{number}-")
        return number

    def save(self) -> None:
        self.page.locator("[name=_save]").click()

    def press(self, name: str) -> None:
        """One of the acts on top of the page."""
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=re.compile(rf"{re.escape(name)}$")).first.click()

    def confirm(self) -> None:
        """Yes, on the page that asks."""
        with self.page.expect_navigation():
            self.page.locator("form button[type=submit]").last.click()

    def keep(self, name: str) -> None:
        """A picture of the page for docs/setup.md."""
        self.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
        take(self.page, PICTURES / f"{name}.png")
