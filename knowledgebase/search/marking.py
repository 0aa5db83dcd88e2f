"""Showing where the words are: escaped text with marks around what was looked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from knowledgebase.search.queries import Query
from knowledgebase.search.stems import LONGEST_TEXT, stems_of, words_in

SNIPPET = 160


def marked(text: str, query: Query) -> SafeString:
    """The text, escaped, with `<mark>` around each word of the query."""
    pieces, end = [], 0
    for start, stop in _places(text, query):
        pieces += [escape(text[end:start]), "<mark>", escape(text[start:stop]), "</mark>"]
        end = stop
    return mark_safe("".join([*pieces, escape(text[end:])]))  # noqa: S308 - every piece is escaped


def snippet(text: str, query: Query, length: int = SNIPPET) -> SafeString:
    """Some `length` characters around the first word of the query, on one line and marked; else the beginning."""
    line = " ".join(text[:LONGEST_TEXT].split())
    first = next(_places(line, query), (0, 0))[0]
    start = 0 if first < length // 2 else line.rfind(" ", 0, first - length // 4) + 1
    stop = len(line)
    if start + length < stop:
        stop = max(line.rfind(" ", start, start + length), start + length // 2)
    before, after = "… " if start else "", " …" if stop < len(line) else ""
    return mark_safe(f"{before}{marked(line[start:stop], query)}{after}")  # noqa: S308 - escaped by `marked`


def _places(text: str, query: Query) -> Iterator[tuple[int, int]]:
    """Where the words of the query stand in a text, in any of their forms."""
    stems = query.stems
    for match in _candidates(stems).finditer(text):
        if any(not stems.isdisjoint(stems_of(word)) for word in words_in(match[0])):
            yield match.span()


def _candidates(stems: frozenset[str]) -> re.Pattern[str]:
    """Words that may have one of these stems: a stem begins as its word does, unless that has an accent.

    Only these are stemmed, which takes long.
    """
    first = "".join(sorted({stem[0] for stem in stems if stem.isascii()}))
    return re.compile(rf"(?<![^\W_])(?:[^\W\x00-\x7f]|[{first or '0'}])[^\W_]*", re.IGNORECASE)
