"""Our own files as the rules of the house look at them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("customers", "knowledgebase", "escalations")
CODE = ("config", "tools", *APPS)


@dataclass(frozen=True)
class Source:
    """One file: where it lies in the house (with slashes) and what it says."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")


def files(suffix: str, *folders: str) -> Iterator[Source]:
    """Every file of ours with that suffix in the folders, migrations left out."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if "migrations" not in path.parts and "__pycache__" not in path.parts:
                yield Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


def code() -> list[Source]:
    """What runs in the product."""
    return list(files(".py", *CODE))


def suite() -> list[Source]:
    """What tests it."""
    return list(files(".py", "tests"))


def templates() -> list[Source]:
    """What people read."""
    return [*files(".html", "templates", *APPS), *files(".txt", "templates", *APPS)]
