"""The help center shows each reader what they may read, and nobody what they may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from knowledgebase import actions
from knowledgebase.models import Audience
from tests.cast import Company
from tests.knowledgebase.shelf import WRITTEN, category, draft, published

pytestmark = pytest.mark.django_db

SECRETS = {
    "draft-words": "nobody",
    "retired-words": "nobody",
    "inner-words": "staff",
    "shelved-inner-words": "staff",
    "signed-words": "customers",
    "shelved-signed-words": "customers",
    "open-words": "everybody",
}
MAY_READ = {
    "anonymous": {"everybody"},
    "customer": {"everybody", "customers"},
    "agent": {"everybody", "customers", "staff"},
}


@pytest.fixture
def shelves(db: None) -> dict[str, str]:
    """One article for each audience and state, as slug -> address; each title is the word to look for."""
    shelf = category("billing")
    inner, signed = category("cellar", Audience.INTERNAL), category("members", Audience.CUSTOMERS)
    made = [
        draft(shelf, "draft-words"),
        actions.retire(article=published(shelf, "retired-words"), at=WRITTEN),
        published(shelf, "inner-words", visibility=Audience.INTERNAL.value),
        published(inner, "shelved-inner-words"),
        published(shelf, "signed-words", visibility=Audience.CUSTOMERS.value),
        published(signed, "shelved-signed-words"),
        published(shelf, "open-words"),
    ]
    return {article.slug: reverse("help:article", args=[article.category.slug, article.slug]) for article in made}


@pytest.fixture
def reader(company: Company) -> Callable[[str], Client]:
    """A browser of this kind of person."""

    def of(kind: str) -> Client:
        client = Client()
        if kind != "anonymous":
            client.force_login(company.vera.user if kind == "customer" else company.agent.user)
        return client

    return of


@pytest.mark.parametrize("kind", MAY_READ)
def test_no_route_shows_a_reader_what_is_not_theirs(
    kind: str, shelves: dict[str, str], reader: Callable[[str], Client]
) -> None:
    client = reader(kind)
    lists = [reverse("help:home"), reverse("help:search") + "?q=words"]
    lists += [reverse("help:category", args=[slug]) for slug in ("billing", "members", "cellar")]
    answers = [client.get(address) for address in lists]
    told = " ".join(answer.content.decode() for answer in answers if answer.status_code == 200)
    for slug, audience in SECRETS.items():
        readable = audience in MAY_READ[kind]
        assert client.get(shelves[slug]).status_code == (200 if readable else 404), slug
        assert (f"/{slug}/" in told) is readable, slug


@pytest.mark.parametrize(
    ("kind", "members", "cellar"), [("anonymous", 404, 404), ("customer", 200, 404), ("agent", 200, 200)]
)
def test_a_category_of_others_does_not_exist(
    kind: str, members: int, cellar: int, shelves: dict[str, str], reader: Callable[[str], Client]
) -> None:
    client = reader(kind)
    assert client.get(reverse("help:category", args=["members"])).status_code == members
    assert client.get(reverse("help:category", args=["cellar"])).status_code == cellar


def test_the_name_of_a_hidden_category_is_not_shown_above_an_open_one(client: Client) -> None:
    top = category("quiet-corner")
    published(category("billing", parent=top), "open-words")
    type(top).objects.filter(pk=top.pk).update(visibility=Audience.INTERNAL.value)
    assert b"quiet-corner" not in client.get(reverse("help:category", args=["billing"])).content


def test_an_old_address_leads_to_a_readable_article_and_to_no_other(client: Client, shelves: dict[str, str]) -> None:
    moved = client.get(reverse("help:article", args=["members", "open-words"]))
    assert (moved.status_code, moved["Location"]) == (302, shelves["open-words"])
    assert client.get(reverse("help:article", args=["cellar", "inner-words"])).status_code == 404


def test_a_retired_article_is_gone_at_once(client: Client) -> None:
    article = published(category("billing"), "open-words")
    address = reverse("help:article", args=["billing", "open-words"])
    assert client.get(address).status_code == 200
    actions.retire(article=article, at=WRITTEN)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("page", ["home", "search", "category", "article"])
def test_anonymous_pages_may_be_copied_because_they_hold_nothing_of_anybody(page: str, client: Client) -> None:
    published(category("billing"), "open-words")
    arguments = {"category": ["billing"], "article": ["billing", "open-words"]}.get(page, [])
    answer = client.get(reverse(f"help:{page}", args=arguments))
    assert "public" in answer["Cache-Control"]
    assert {"cookie", "hx-request"} <= {name.strip().lower() for name in answer["Vary"].split(",")}
    assert not answer.cookies
    assert "nonce-" not in answer["Content-Security-Policy"]
    assert b"csrf" not in answer.content


def test_pages_of_a_signed_in_reader_are_kept_by_nobody(
    shelves: dict[str, str], reader: Callable[[str], Client]
) -> None:
    answer = reader("customer").get(shelves["signed-words"])
    assert "private" in answer["Cache-Control"]
    assert "public" not in answer["Cache-Control"]


def test_scripts_in_an_article_do_not_reach_the_reader(client: Client) -> None:
    published(
        category("billing"),
        "bad",
        title="<script>alert('title')</script>",
        body="<script>alert('body')</script>\n\n[x](javascript:alert(1))",
        summary="<img src=x onerror=alert(1)>",
    )
    for address in (reverse("help:article", args=["billing", "bad"]), reverse("help:search") + "?q=script"):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page


@pytest.mark.parametrize(
    "query", ["%3Cscript%3Ealert(1)%3C/script%3E", "%22%20onfocus=alert(1)%20x=%22", "%00", "a" * 5000]
)
def test_a_query_is_only_words(client: Client, query: str) -> None:
    answer = client.get(reverse("help:search") + f"?q={query}")
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert b'" onfocus=' not in answer.content


def test_htmx_gets_the_results_alone(client: Client) -> None:
    published(category("billing"), "open-words")
    answer = client.get(reverse("help:search") + "?q=words", headers={"HX-Request": "true"})
    assert b"Open words" in answer.content
    assert b"<html" not in answer.content


def test_nothing_changes_by_posting(client: Client) -> None:
    assert client.post(reverse("help:home")).status_code == 405


@pytest.mark.parametrize("page", ["home", "category", "search", "article"])
def test_a_page_needs_as_many_statements_for_many_articles_as_for_few(page: str, client: Client) -> None:
    def statements() -> int:
        arguments = {"category": ["shelf-0"], "article": ["shelf-0", "words-0-0"]}.get(page, [])
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(reverse(f"help:{page}", args=arguments), {"q": "words"}).status_code == 200
        return len(seen)

    published(category("shelf-0"), "words-0-0")
    few = statements()
    for number in range(1, 8):
        shelf = category(f"shelf-{number}")
        for article in range(8):
            published(shelf, f"words-{number}-{article}")
    assert statements() == few <= 6
