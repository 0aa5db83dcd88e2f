"""Finding articles: every word, any case, title first, only what the audience may read."""

from __future__ import annotations

import pytest

from knowledgebase.models import Article, Audience
from knowledgebase.search import MOST_RESULTS, MOST_WORDS, search, suggest, words_of
from tests.knowledgebase.shelf import category, draft, published

pytestmark = pytest.mark.django_db


def titles(found: list[Article]) -> list[str]:
    return [article.title for article in found]


def test_every_word_must_occur_somewhere_in_upper_or_lower_case() -> None:
    shelf = category("billing")
    published(shelf, "export", "Export invoices", body="As CSV or PDF.")
    published(shelf, "import", "Import invoices", body="From CSV.")
    assert titles(search("INVOICES pdf", Audience.PUBLIC)) == ["Export invoices"]
    assert titles(search("invoices xml", Audience.PUBLIC)) == []


def test_articles_with_the_words_in_their_title_come_first() -> None:
    shelf = category("billing")
    published(shelf, "a", "A page about printing", body="Paper size and tray.")
    published(shelf, "b", "Another page", body="The paper tray is empty.")
    published(shelf, "c", "Paper tray")
    published(shelf, "d", "Paper", body="In the tray.")
    assert titles(search("paper tray", Audience.PUBLIC)) == [
        "Paper tray",
        "Paper",
        "A page about printing",
        "Another page",
    ]


@pytest.mark.parametrize("query", ["überweisung", "ÜBERWEISUNG", "Überweisung", "straße"])
def test_letters_beyond_ascii_are_found_in_any_case(query: str) -> None:
    published(category("billing"), "a", "Überweisung an die Hauptstraße", body="Text")
    assert len(search(query, Audience.PUBLIC)) == 1


def test_signs_of_the_database_and_of_punctuation_are_ordinary_text() -> None:
    shelf = category("billing")
    published(shelf, "a", "Save 100 percent", body="Text")
    assert search("%", Audience.PUBLIC) == search("_", Audience.PUBLIC) == []
    assert search("1_0", Audience.PUBLIC) == []
    assert titles(search("save?", Audience.PUBLIC)) == ["Save 100 percent"]
    assert titles(search("percent\x00", Audience.PUBLIC)) == ["Save 100 percent"]
    assert search("'; drop table knowledgebase_article; --", Audience.PUBLIC) == []


def test_an_endless_query_and_an_endless_wish_are_cut() -> None:
    shelf = category("billing")
    for number in range(MOST_RESULTS + 5):
        published(shelf, f"a{number}", "Same words")
    assert len(words_of("word" * 5000 + " " + " ".join(map(str, range(1000))))) <= MOST_WORDS
    assert len(search("same", Audience.PUBLIC, 10_000)) == MOST_RESULTS
    assert search("same", Audience.PUBLIC, -1) == []


def test_nothing_is_found_without_words() -> None:
    published(category("billing"), "a", "Anything")
    assert search("  ?! ", Audience.PUBLIC) == suggest("", Audience.PUBLIC) == []


@pytest.mark.parametrize("find", [search, suggest], ids=["search", "suggest"])
@pytest.mark.parametrize(
    ("audience", "found"),
    [
        (Audience.PUBLIC, {"open"}),
        (Audience.CUSTOMERS, {"open", "signed", "shelved"}),
        (Audience.INTERNAL, {"open", "signed", "shelved", "inner", "hidden"}),
    ],
)
def test_nobody_finds_more_than_they_may_read(find: object, audience: Audience, found: set[str]) -> None:
    shelf = category("billing")
    published(shelf, "open", "Secret handshake")
    published(shelf, "signed", "Secret handshake", visibility=Audience.CUSTOMERS.value)
    published(shelf, "inner", "Secret handshake", visibility=Audience.INTERNAL.value)
    published(category("members", Audience.CUSTOMERS), "shelved", "Secret handshake")
    published(category("cellar", Audience.INTERNAL), "hidden", "Secret handshake")
    draft(shelf, "draft", "Secret handshake")
    assert {article.slug for article in find("secret handshake", audience, 20)} == found  # type: ignore[operator]


def test_a_sentence_suggests_the_articles_closest_to_it() -> None:
    shelf = category("billing")
    published(shelf, "reset", "Reset a forgotten password", body="Text")
    published(shelf, "rules", "What a good password looks like", body="Forgotten ones are replaced.")
    published(shelf, "far", "Printing", body="You need no password for it.")
    assert titles(suggest("I have forgotten my password, what now?", Audience.PUBLIC)) == [
        "Reset a forgotten password",
        "What a good password looks like",
    ]


def test_a_search_is_one_statement_however_much_there_is(django_assert_num_queries: object) -> None:
    shelf = category("billing")
    for number in range(30):
        published(shelf, f"a{number}", f"Same words {number}")
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert {article.category.slug for article in search("same words", Audience.PUBLIC, 30)} == {"billing"}
