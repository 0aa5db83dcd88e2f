"""What somebody looks for, understood: pure, and never refused, whatever was typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from knowledgebase.search.stems import stems_of, words_in

LONGEST_QUERY = 200
MOST_TERMS = 8
# They say nothing about a case, and half of all texts hold them.
STOP_WORDS = frozenset(
    words_in(
        "a an and are as at be but by for from has have i in is it my not of on or our that the this to was "
        "we with you your aber als am an auf aus bei bin bis das dass dem den der des die ein eine einem "
        "einen einer er es für hat haben ich ihr im in ist kann mein mit nach nicht noch oder sich sie sind "
        "so um und uns unser von war was wenn wie wir wird zu zum zur"
    )
)
_CUT_WORD = re.compile(r"(?<=\s)\S+$")
_PHRASE = re.compile(r'"([^"]*)"|(\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """A word, or words that follow each other, by their stems in each language; `also` are close spellings."""

    english: tuple[str, ...]
    german: tuple[str, ...]
    also: tuple[str, ...] = ()

    @property
    def is_phrase(self) -> bool:
        return len(self.english) > 1

    @property
    def ways(self) -> tuple[tuple[str, ...], ...]:
        """The different rows of stems any of which is a match."""
        return tuple(dict.fromkeys([self.english, self.german, *((word,) for word in self.also)]))

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for way in self.ways for stem in way)


@dataclass(frozen=True, slots=True)
class Query:
    """All of these terms have to be there."""

    terms: tuple[Term, ...]

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(stem for term in self.terms for stem in term.stems)

    def corrected(self, close: dict[str, tuple[str, ...]]) -> Query:
        """The same with other spellings for the stems that have some."""
        terms = []
        for term in self.terms:
            others = [] if term.is_phrase else [word for stem in sorted(term.stems) for word in close.get(stem, ())]
            terms.append(replace(term, also=tuple(dict.fromkeys([*term.also, *others]))))
        return Query(tuple(terms))


def understood(text: str) -> Query:
    """The terms of what was typed: words, "words in quotes" as a phrase, and what is joined by signs (a-b) as one too.

    Stop words are left out unless there is nothing else. What is too long or too much is cut.
    """
    kept = text if len(text) <= LONGEST_QUERY else _CUT_WORD.sub("", text[:LONGEST_QUERY])
    groups = [words_in(quoted or single) for quoted, single in _PHRASE.findall(kept)]
    groups = [group for group in groups if group]
    telling = [group for group in groups if len(group) > 1 or group[0] not in STOP_WORDS]
    chosen = dict.fromkeys(_term(group) for group in telling or groups)
    return Query(tuple(chosen)[:MOST_TERMS])


def _term(words: list[str]) -> Term:
    english, german = zip(*(stems_of(word) for word in words[:MOST_TERMS]), strict=True)
    return Term(english, german)
