"""Every test that docs/security.md names exists, and every row of its table names one."""

from __future__ import annotations

import re

from tests.architecture.sources import ROOT

DOCUMENT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
ROW = re.compile(r"^\| (?!what could happen|---)(?P<threat>[A-Z].*?) \|.*\| (?P<tests>[^|]*) \|$", re.MULTILINE)


def missing(text: str) -> list[str]:
    """The named tests that are not there."""
    return [f"{path}::{name}" for path, name in NAMED.findall(text) if not is_there(path, name)]


def is_there(path: str, name: str) -> bool:
    file = ROOT / path
    return file.is_file() and (not name or f"def {name}(" in file.read_text(encoding="utf-8"))


def test_every_test_it_names_is_there() -> None:
    assert len(NAMED.findall(DOCUMENT)) > 20
    assert missing(DOCUMENT) == []


def test_every_threat_has_a_test() -> None:
    rows = list(ROW.finditer(DOCUMENT))
    assert len(rows) > 15
    assert [row["threat"] for row in rows if not NAMED.search(row["tests"])] == []


def test_a_test_that_is_not_there_is_found() -> None:
    assert missing(
        "`tests/security/test_what_the_document_says.py::test_nothing_of_the_kind`, `tests/no/where.py`"
    ) == [
        "tests/security/test_what_the_document_says.py::test_nothing_of_the_kind",
        "tests/no/where.py::",
    ]
