"""Words and their stems in English and German; plain text in, plain text out, no database.

Nobody says in which language a case is written, and many hold both. So every word is kept as what either language makes
of it, and a word that is looked for is found by either.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

# A longer word is no word of a language; it is found by its beginning.
LONGEST_WORD = 40
# Of one text; what comes after it is a log that somebody pasted.
LONGEST_TEXT = 50_000
# Stands between texts and between languages, so that no words are neighbours across it. It is in no word.
BREAK = "/"

_WORD = re.compile(r"[^\W_]+")


class _Stemmers(threading.local):
    """One pair per thread: a stemmer remembers where it is in a word."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")
        self.german = snowballstemmer.stemmer("german")


_stemmers = _Stemmers()


def plain(text: str) -> str:
    """One spelling for what looks the same: full width and ligatures resolved, no upper case, ß as ss."""
    return unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).casefold()


def words_in(text: str) -> list[str]:
    """The words of a text in their order: letters and digits only."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(plain(text))]


@lru_cache(maxsize=65_536)
def stems_of(word: str) -> tuple[str, str]:
    """What English and what German make of a word that `words_in` gave."""
    return _stemmers.english.stemWord(word) or word, _stemmers.german.stemWord(word) or word


def stemmed(text: str) -> str:
    """A text as it is kept: its English stems, a break, its German stems; empty for a text without words."""
    pairs = [stems_of(word) for word in words_in(text)]
    if not pairs:
        return ""
    english, german = zip(*pairs, strict=True)
    return " ".join([*english, BREAK, *german])
