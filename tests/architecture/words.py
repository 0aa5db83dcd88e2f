"""Finds words in templates that no translator will ever see."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, TokenType

from tests.architecture.sources import Source

NAMES = {"Belay"}
SPOKEN = {"placeholder", "title", "alt", "aria-label", "aria-description"}
SILENT = {"script", "style", "code", "kbd", "svg", "template"}
UNTRANSLATED = {
    "comment": "endcomment",
    "verbatim": "endverbatim",
    "blocktranslate": "endblocktranslate",
    "blocktrans": "endblocktrans",
}
IN_A_TAG = re.compile(r"<[^<>]*\{%\s*block\s+(\w+)")
WORD = re.compile(r"[^\W\d_]{2,}")


class Visible(HTMLParser):
    """Collects what a person reads or hears: text, and attributes that are spoken or shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.silent: list[str] = []
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self.silent.append(tag)
        values = dict(attrs)
        spoken = {name for name in values if name in SPOKEN}
        if tag == "input" and values.get("type") in {"submit", "button", "reset"}:
            spoken.add("value")
        self.found += [(self.getpos()[0], values[name] or "") for name in sorted(spoken)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            line = self.getpos()[0]
            self.found += [(line + offset, text) for offset, text in enumerate(data.split("\n"))]


def markup_blocks(sources: Iterable[Source]) -> frozenset[str]:
    """The template blocks that fill in an attribute: what overrides them is markup, not words."""
    return frozenset(name for source in sources for name in IN_A_TAG.findall(source.text))


def literal(source: Source, markup: frozenset[str]) -> str:
    """The template with its tags, its translated blocks and its markup blocks taken out, line for line."""
    kept: list[str] = []
    closing: list[str] = []
    for token in Lexer(source.text).tokenize():
        words = token.contents.split() if token.token_type == TokenType.BLOCK else []
        if words and closing and words[0] == closing[-1]:
            closing.pop()
        elif words and (closes := closed_by(words, markup, bool(closing))):
            closing.append(closes)
        elif token.token_type == TokenType.TEXT:
            kept.append("\n" * token.contents.count("\n") if closing else token.contents)
    return "".join(kept)


def closed_by(words: list[str], markup: frozenset[str], inside: bool) -> str:
    """The tag that ends what this tag begins, when nobody needs to translate what stands between."""
    if words[0] == "block" and (inside or words[1] in markup):
        return "endblock"
    return UNTRANSLATED.get(words[0], "")


def untranslated(source: Source, markup: frozenset[str] = frozenset()) -> Iterator[str]:
    """Every piece of text outside gettext that has a word in it."""
    text = literal(source, markup)
    if source.path.endswith(".txt"):
        pieces = list(enumerate(text.split("\n"), start=1))
    else:
        parser = Visible()
        parser.feed(text)
        parser.close()
        pieces = parser.found
    for line, piece in pieces:
        if set(WORD.findall(piece)) - NAMES:
            yield f"{source.path}:{line} says {piece.strip()[:60]!r} outside gettext"
