"""Finds words in templates that no translator will ever see."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from django.template.base import Lexer, Token, TokenType

from tests.architecture.sources import Source

NAMES = {"Belay"}
SPOKEN = {"placeholder", "title", "alt", "aria-label", "aria-description"}
SILENT = {"script", "style", "code", "kbd", "svg", "template"}
UNTRANSLATED = {"comment": "endcomment", "verbatim": "endverbatim"}
TRANSLATED = {"blocktranslate": "endblocktranslate", "blocktrans": "endblocktrans"}
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


def literal(source: Source) -> str:
    """The template with its tags and translated blocks taken out, line for line."""
    kept: list[str] = []
    until = ""
    for token in Lexer(source.text).tokenize():
        name = token.contents.split()[0] if token.token_type == TokenType.BLOCK and token.contents else ""
        if until:
            until = "" if name == until else until
            kept.append(newlines(token))
        elif name in TRANSLATED | UNTRANSLATED:
            until = (TRANSLATED | UNTRANSLATED)[name]
        else:
            kept.append(token.contents if token.token_type == TokenType.TEXT else "")
    return "".join(kept)


def newlines(token: Token) -> str:
    return "\n" * token.contents.count("\n") if token.token_type == TokenType.TEXT else ""


def untranslated(source: Source) -> Iterator[str]:
    """Every piece of text outside gettext that has a word in it."""
    text = literal(source)
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
