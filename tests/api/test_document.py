"""The API describes itself: an OpenAPI document without a warning, with every address, its problems and examples."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from escalations.api.acts import ACTS
from escalations.api.problems import MEDIA_TYPE
from escalations.api.urls import urlpatterns
from escalations.rules.vocabulary import Verb
from tests.api.calls import Api
from tests.architecture.sources import ROOT

BESIDE_VERBS = {"messages", "notes", "clocks", "{clock}", "canned", "macros", "{uid}", "{reference}"}


@pytest.fixture
def paths(db: None) -> dict[str, Any]:
    return dict(Api().get("schema/").data["paths"])


def operations(paths: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, found) for path, methods in paths.items() for method, found in methods.items()]


def test_the_document_is_valid_and_nothing_in_it_was_guessed() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO(), stderr=StringIO())


def test_the_index_leads_to_addresses_that_answer(db: None) -> None:
    for address in Api().get().data.values():
        assert Api().get(address).status in (200, 401), address


def test_every_verb_is_described(paths: dict[str, Any]) -> None:
    described = {path.rsplit("/", 2)[1] for path in paths if "{reference}/" in path}
    assert described == {act.verb.value for act in ACTS} | BESIDE_VERBS


def test_every_operation_says_in_words_what_it_does_and_how_it_fails(paths: dict[str, Any]) -> None:
    for path, method, found in operations(paths):
        assert found["summary"] and found["operationId"], path
        problems = {code for code, answer in found["responses"].items() if MEDIA_TYPE in answer.get("content", {})}
        assert {"400", "401", "403"} <= problems, path
        assert ("404" in problems) == ("{" in path), path
        assert ("409" in problems) == (method == "post"), path
        assert ("503" in problems) == ("{reference}" in path), path


def test_every_write_takes_a_key_and_the_main_ones_show_an_example(paths: dict[str, Any]) -> None:
    shown = set()
    for path, method, found in operations(paths):
        named = {parameter["name"] for parameter in found.get("parameters", [])}
        assert ("Idempotency-Key" in named) == (method == "post"), path
        if "examples" in found.get("requestBody", {}).get("content", {}).get("application/json", {}):
            shown.add(found["operationId"])
    assert shown >= {"cases_open", "messages_reply", "notes_write", "cases_escalate", "cases_climb", "cases_decide"}


def test_the_way_to_sign_in_is_described(db: None) -> None:
    schemes = Api().get("schema/").data["components"]["securitySchemes"]
    assert schemes["basicAuth"] == {"type": "http", "scheme": "basic"}
    assert "cookieAuth" in schemes


def test_the_page_about_the_api_names_every_verb_and_address() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert [verb.value for verb in Verb if f"`{verb.value}`" not in page] == []
    lists = [str(found.pattern) for found in urlpatterns if str(found.pattern).count("/") == 1]
    assert [address for address in lists if address not in page] == []
