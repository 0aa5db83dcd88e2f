"""Words, stems, questions and marks: pure, whatever is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.search import marking, spelling
from knowledgebase.search.queries import LONGEST_QUERY, MOST_TERMS, understood
from knowledgebase.search.stems import BREAK, stems_of, words_in


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rechnungen", "rechnung"),
        ("Häuser", "Haus"),
        ("STRASSE", "Straße"),
        ("readings", "reading"),
        ("stopped", "stops"),
        ("ﬁles", "file"),
    ],
)
def test_two_forms_of_a_word_share_a_stem(one: str, other: str) -> None:
    first, second = (set(stems_of(words_in(word)[0])) for word in (one, other))
    assert first & second


def test_a_compound_is_one_word_and_not_its_parts() -> None:
    assert set(stems_of("fehlermeldungen")) & set(stems_of("fehlermeldung"))
    assert not set(stems_of("fehlermeldung")) & set(stems_of("meldung"))


def test_quotes_and_what_is_joined_by_signs_are_phrases_and_stop_words_are_left_out() -> None:
    query = understood('the "meter readings" of 10.0.0.1 stopped')
    assert [term.english for term in query.terms] == [("meter", "read"), ("10", "0", "0", "1"), ("stop",)]
    assert [term.english for term in understood("to be").terms] == [("to",), ("be",)], "unless there is nothing else"


def test_a_long_question_is_cut() -> None:
    assert len(understood(" ".join(f"w{n}" for n in range(99))).terms) == MOST_TERMS
    assert understood("x" * 10_000) == understood("x" * LONGEST_QUERY)


@given(st.text(max_size=300))
def test_whatever_is_typed_a_stem_is_letters_and_digits(text: str) -> None:
    for stem in understood(text).stems:
        assert stem.isalnum()
        assert BREAK not in stem


@pytest.mark.parametrize("typed", ["lgoin", "logn", "loginn", "lagin", "logi"])
def test_a_slip_or_a_beginning_is_close(typed: str) -> None:
    assert (
        spelling.closest(typed, {"login", "billing", "logic"} - ({"logic"} if typed == "logi" else set()))[0] == "login"
    )


@given(st.text(alphabet=spelling.LETTERS, min_size=4, max_size=7))
def test_every_neighbour_is_one_slip_away(word: str) -> None:
    assert {spelling.slips(word, other) for other in spelling.neighbours(word)} == {1}


def test_long_words_forgive_two_slips_and_short_ones_do_not() -> None:
    assert spelling.closest("metrinng", ["metering"]) == ("metering",)
    assert spelling.closest("bils", ["bill", "balls"]) == ("bill",)


def test_what_is_shown_is_escaped_and_marked() -> None:
    query = understood("script rechnung")
    assert marking.marked('<script>"Rechnungen"', query) == (
        "&lt;<mark>script</mark>&gt;&quot;<mark>Rechnungen</mark>&quot;"
    )


@given(st.text(max_size=400), st.text(max_size=20))
def test_a_snippet_never_lets_a_tag_through(text: str, words: str) -> None:
    shown = marking.snippet(text, understood(words)).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in shown


def test_a_snippet_is_short_and_holds_the_word() -> None:
    shown = marking.snippet("word " * 500 + "meter " + "word " * 500, understood("meter"))
    assert "<mark>meter</mark>" in shown
    assert len(shown) < marking.SNIPPET + 30
    assert shown.startswith("… ")
    assert shown.endswith(" …")
