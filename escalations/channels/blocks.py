"""A plain letter as blocks – words, labels, facts, quotes, lists, links – so that its HTML says the very same.

The marks are those of plain mail: `> ` quotes, `– ` lists, a link of ours alone on its line is pressed, and the line
above it says what it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings

DEEPEST = 4  # quotes in quotes beyond this are shown as words
LONGEST_LABEL = 70

_LINK = re.compile(r"https?://[^\s<>\"]+")
_AFTER_A_LINK = ".,;:!?)]}'’”"
_FACT = re.compile(r"([^:\n]{1,30}): (.+)")
_ITEM = re.compile(r"[–•-] (.*)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words within a line; with `url` they are a link."""

    text: str
    url: str = ""


Line = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """`kind` says what it is: words, label, facts, quote, list or link; a link may have a `text` of its own."""

    kind: str
    lines: tuple[Line, ...] = ()
    inner: tuple[Block, ...] = ()
    facts: tuple[tuple[str, Line], ...] = ()
    text: str = ""
    url: str = ""


def blocks(text: str, depth: int = 0) -> list[Block]:
    """The blocks of a text, in order."""
    groups = [(kind, list(lines)) for kind, lines in groupby(text.splitlines(), lambda line: _kind(line, depth))]
    found: list[Block] = []
    for number, (kind, lines) in enumerate(groups):
        following = groups[number + 1][0] if number + 1 < len(groups) else "gap"
        found += _MADE[kind](lines, following, depth)
    return list(_joined(found))


def _kind(line: str, depth: int) -> str:
    if not line.strip():
        return "gap"
    if line.startswith(">") and depth < DEEPEST:
        return "quote"
    if _ITEM.fullmatch(line):
        return "list"
    return "link" if is_ours(line) and not depth else "words"


def is_ours(line: str) -> bool:
    """Whether a line is a link into this very installation and nothing else."""
    return line.startswith(f"{settings.BELAY_URL}/") and _LINK.fullmatch(line) is not None


def pieces(line: str) -> Line:
    """The line with its links apart; what stands after a link as punctuation is not part of it."""
    found, end = [], 0
    for match in _LINK.finditer(line):
        url = match[0].rstrip(_AFTER_A_LINK)
        if match.start() > end:
            found.append(Piece(line[end : match.start()]))
        found.append(Piece(url, url))
        end = match.start() + len(url)
    return (*found, Piece(line[end:])) if end < len(line) else tuple(found)


GAP = Block("gap")


# -- what each stretch of lines becomes ------------------------------------------------------------------


def _gap(lines: Sequence[str], following: str, depth: int) -> Iterator[Block]:
    yield GAP


def _quote(lines: Sequence[str], following: str, depth: int) -> Iterator[Block]:
    inner = "\n".join(line[1:].removeprefix(" ") for line in lines)
    yield Block("quote", inner=tuple(blocks(inner, depth + 1)))


def _list(lines: Sequence[str], following: str, depth: int) -> Iterator[Block]:
    yield Block("list", lines=tuple(pieces(line[2:]) for line in lines))


def _links(lines: Sequence[str], following: str, depth: int) -> Iterator[Block]:
    return (Block("link", url=line) for line in lines)


def _words(lines: Sequence[str], following: str, depth: int) -> Iterator[Block]:
    """Facts, a label with what it is about, or plain words."""
    facts = [match.groups() for match in map(_FACT.fullmatch, lines) if match]
    if len(facts) == len(lines) > 1:
        yield Block("facts", facts=tuple((name, pieces(value)) for name, value in facts))
        return
    is_label = lines[0].endswith(":") and len(lines[0]) <= LONGEST_LABEL
    if is_label and (len(lines) > 1 or following in ("quote", "list")):
        yield Block("label", text=lines[0])
        lines = lines[1:]
    if lines:
        yield Block("words", lines=tuple(map(pieces, lines)))


_MADE = {"gap": _gap, "quote": _quote, "list": _list, "link": _links, "words": _words}


def _joined(found: Sequence[Block]) -> Iterator[Block]:
    """Without the gaps; a link takes the line of words right above it as its own, unless that leads on with a colon."""
    for before, block, after in zip((GAP, *found), found, (*found[1:], GAP), strict=False):
        if block.kind == "link" and _names(before):
            yield Block("link", text=before.lines[0][0].text, url=block.url)
        elif block.kind != "gap" and not (after.kind == "link" and _names(block)):
            yield block


def _names(words: Block) -> bool:
    """Whether these words can stand on a button."""
    is_plain = words.kind == "words" and len(words.lines) == 1 and len(words.lines[0]) == 1
    return is_plain and not words.lines[0][0].url and not words.lines[0][0].text.endswith(":")
