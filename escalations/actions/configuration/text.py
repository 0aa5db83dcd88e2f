"""The file of a configuration: YAML, always written the same way, and read within bounds.

Only mappings, lists, texts, whole numbers, true, false and null are read: no tags, no references within the file, and
no dates or times of YAML's own, so that 09:30 is the text it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LARGEST = 1_000_000  # bytes
MOST_NODES = 40_000
DEEPEST = 24
WIDTH = 110

Place = tuple[str | int, ...]

HEADER = """\
# Configuration of Belay. docs/configuration.md says what every part means.
# Passwords, secrets and tokens are not in this file; an import names those to be entered by hand.
"""


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong at one place of the file; line 0 where there is none to name."""

    line: int
    place: str
    sentence: str

    def __str__(self) -> str:
        said = f"{self.place}: {self.sentence}" if self.place else self.sentence
        return _("%(said)s (line %(line)s)") % {"said": said, "line": self.line} if self.line else said


class Unreadable(Exception):
    """Nothing can be taken from this file; `problems` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("; ".join(map(str, self.problems)))


@dataclass(slots=True)
class Read:
    """What a file says, with the line of each place."""

    said: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def problem(self, place: Place, sentence: str) -> Problem:
        """At this place, or at the nearest one around it that stands in the file."""
        around = place
        while around and around not in self.lines:
            around = around[:-1]
        return Problem(self.lines.get(around, 0), named(place), sentence)


def named(place: Place) -> str:
    """A place as people read it: `policies.standard.levels[2].team`; rows are counted from 1."""
    said = ""
    for step in place:
        said += f"[{step}]" if isinstance(step, int) else f".{step}" if said else step
    return said


# -- writing -----------------------------------------------------------------------------------------------------------


class _Writer(yaml.SafeDumper):
    """Block style throughout, long texts as blocks, no references."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)


_PLAIN_LINE = re.compile(r"[^\s](.*[^\s])?|")


def _text(writer: _Writer, text: str) -> ScalarNode:
    lines = text.removesuffix("\n").split("\n")
    is_block = "\n" in text and bool(lines[0]) and all(map(_PLAIN_LINE.fullmatch, lines))
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style="|" if is_block else None)


_Writer.add_representer(str, _text)


def written(document: Mapping[str, Any]) -> str:
    """The document as a file; equal documents give equal bytes."""
    said = yaml.dump(document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2)
    return HEADER + said


# -- reading -----------------------------------------------------------------------------------------------------------


class _Bounded(yaml.SafeLoader):
    """Builds the nodes of one document and refuses what makes a small file large."""

    yaml_implicit_resolvers: dict[Any, Any] = {}

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.depth = self.number = 0

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event = self.peek_event()
        line = event.start_mark.line + 1
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            sentence = _("References (& and *) and tags (!) are not taken; write the words out.")
            raise Unreadable([Problem(line, "", sentence)])
        self.number += 1
        self.depth += 1
        if self.number > MOST_NODES or self.depth > DEEPEST:
            raise Unreadable([Problem(line, "", _("This file is larger or deeper than any configuration."))])
        found = super().compose_node(parent, index)
        self.depth -= 1
        return found


for _tag, _shape, _first in (
    ("null", r"null|Null|NULL|~|", "nN~"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"-?(0|[1-9][0-9]{0,17})", "-0123456789"),
):
    _characters: list[str] = [*_first, *([""] if _tag == "null" else [])]
    _Bounded.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_shape})$"), _characters)


def read(content: bytes) -> Read:
    """What the file says. Raises Unreadable for anything that is no plain YAML document within the bounds."""
    if len(content) > LARGEST:
        raise Unreadable([Problem(0, "", _("This file is larger than %(most)s kB.") % {"most": LARGEST // 1000})])
    try:
        node = _Bounded(content.decode("utf-8-sig")).get_single_node()
    except UnicodeDecodeError:
        raise Unreadable([Problem(0, "", _("This is no text in UTF-8; save the file as UTF-8."))]) from None
    except yaml.YAMLError as problem:
        raise Unreadable([_not_yaml(problem)]) from None
    found, problems = Read(None), list[Problem]()
    found.said = _plain(node, (), found, problems) if node else None
    if problems:
        raise Unreadable(problems)
    return found


def _not_yaml(problem: yaml.YAMLError) -> Problem:
    mark = getattr(problem, "problem_mark", None)
    why = getattr(problem, "problem", None) or getattr(problem, "reason", None) or ""
    return Problem(mark.line + 1 if mark else 0, "", _("This is not readable as YAML: %(why)s.") % {"why": why})


def _plain(node: Node, place: Place, found: Read, problems: list[Problem]) -> Any:
    found.lines[place] = node.start_mark.line + 1
    if isinstance(node, MappingNode):
        return _mapping(node, place, found, problems)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*place, row), found, problems) for row, item in enumerate(node.value, start=1)]
    return _scalar(node, place, found, problems)


def _mapping(node: MappingNode, place: Place, found: Read, problems: list[Problem]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for key, value in node.value:
        name = str(key.value) if isinstance(key, ScalarNode) else ""
        line = key.start_mark.line + 1
        if not name or "\0" in name:
            problems.append(Problem(line, named(place), _("A name is missing here, or is no plain text.")))
        elif name in said:
            problems.append(Problem(line, named((*place, name)), _("This stands here twice; keep one of the two.")))
        else:
            said[name] = _plain(value, (*place, name), found, problems)
            found.lines[*place, name] = line
    return said


def _scalar(node: Node, place: Place, found: Read, problems: list[Problem]) -> Any:
    kind, value = node.tag.removeprefix("tag:yaml.org,2002:"), node.value
    if kind == "null":
        return None
    if kind == "bool":
        return value.lower() == "true"
    if kind == "int":
        return int(value)
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in value):
        problems.append(found.problem(place, _("This holds a character that no text has; remove it.")))
    return value
