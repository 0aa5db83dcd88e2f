"""Without pg_trgm a search goes on, forgives fewer slips, and the system check says so."""

from __future__ import annotations

import pytest
from django.db import connection

from knowledgebase import checks
from knowledgebase.models import SearchWord
from knowledgebase.search import postgres
from knowledgebase.search.backends import backend

pytestmark = pytest.mark.django_db


def test_the_check_names_what_is_missing_on_postgresql_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.spellings_are_compared(databases=["default"]) == []
    monkeypatch.setattr(checks, "has_trigrams", lambda _alias: False)
    found = [message.id for message in checks.spellings_are_compared(databases=["default"])]
    assert found == (["belay.W013"] if connection.vendor == "postgresql" else [])
    assert checks.spellings_are_compared() == []


def test_a_slip_and_a_beginning_are_found_without_trigrams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "has_trigrams", lambda _alias: False)
    SearchWord.objects.bulk_create(SearchWord(word=word) for word in ("collector", "billing"))
    assert "collector" in backend().candidates("colector")
    assert "collector" in backend().candidates("coll")
    assert "billing" not in backend().candidates("coll")
