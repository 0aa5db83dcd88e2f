"""The access matrix as it stands in docs/access.md: read from the tables of the page itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.access.routes import Route

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "access.md"
SHOWN, HIDDEN, REFUSED, SIGN_IN = "●", "–", "✗", "→"
SIGNS = {SHOWN, HIDDEN, REFUSED, SIGN_IN}
_TABLE_ROW = re.compile(r"^\| `(?:(?P<method>[A-Z]+) )?(?P<pattern>/[^`]*)` \|(?P<cells>.*)\|$")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: which addresses it speaks of, and what each role gets, for an own object and for one of others."""

    method: str
    pattern: str
    cells: dict[str, tuple[str, str]]

    def speaks_of(self, route: Route) -> bool:
        return route.method in ("", self.method) and bool(_expression(self.pattern).fullmatch(route.address))


def _expression(pattern: str) -> re.Pattern[str]:
    """`*` stands for one part of an address, `{a,b}` for one of the words."""
    parts = re.split(r"(\*|\{[^}]*\})", pattern)
    return re.compile("".join(_translated(part) for part in parts))


def _translated(part: str) -> str:
    if part == "*":
        return r"[^/<>]+"
    if part.startswith("{"):
        return "(?:" + "|".join(re.escape(word.strip()) for word in part[1:-1].split(",")) + ")"
    return re.escape(part)


def rows(text: str | None = None) -> Iterator[Row]:
    """All lines of all tables. Raises ValueError for one that cannot be read."""
    head: list[str] = []
    for number, line in enumerate((text or DOCUMENT.read_text(encoding="utf-8")).splitlines(), start=1):
        if line.startswith("| address |"):
            head = _cells(line)[1:]
        elif found := _TABLE_ROW.match(line):
            yield _row(found, head, number)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _row(found: re.Match[str], head: list[str], number: int) -> Row:
    cells = [cell.split() for cell in _cells(found["cells"])]
    if len(cells) != len(head) or not all(cell and len(cell) <= 2 and set(cell) <= SIGNS for cell in cells):
        raise ValueError(f"line {number}: {len(head)} cells of one or two signs are needed")
    signs = {role: (cell[0], cell[-1]) for role, cell in zip(head, cells, strict=True)}
    return Row(found["method"] or "GET", found["pattern"], signs)
