"""Words can be found from the transaction on that writes them, until they are taken away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.actions import handling, searching
from escalations.casefile import finding
from escalations.models import Case, Message
from knowledgebase.models import Audience, SearchDocument, SearchWord, Source
from knowledgebase.search import backends, writing
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(minutes=20)
Committing = Callable[..., AbstractContextManager[Any]]


def found(company: Company, words: str) -> list[int]:
    return [case.pk for case, _passage in finding.find(words, company.agent.standing)]


def kept() -> list[tuple[int, str, str, str]]:
    rows = SearchDocument.objects.order_by("object_id", "audience")
    return list(rows.values_list("object_id", "audience", "title", "stems"))


def test_what_is_rolled_back_is_not_found(company: Company) -> None:
    case = company.open()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        handling.reply(case=case, actor=company.agent.standing, at=NOW, text="The fuse.")
        raise ZeroDivisionError
    assert found(company, "fuse") == []


def test_a_message_costs_the_same_after_a_hundred_as_after_one(company: Company) -> None:
    case = company.open()
    counts = []
    for _round in range(2):
        message = Message.objects.create(case=case, is_public=True, body="The fuse.", written_at=NOW)
        with CaptureQueriesContext(connection) as statements:
            searching.said(message)
        counts.append(len([line for line in statements if "SAVEPOINT" not in line["sql"]]))
        for number in range(100):
            writing.add(Source.CASE, case.pk, title="", text=writing.Text(Audience.CUSTOMERS, f"Word {number}"))
    assert counts == [2, 2]


def test_words_that_are_taken_away_are_not_found_nor_kept_as_a_spelling(
    company: Company, django_capture_on_commit_callbacks: Committing
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        case = company.open(text="My password is Rumpelstilz, see the collector.")
        other = company.open(text="The collector again.")
        note = handling.note(case=case, actor=company.agent.standing, at=NOW, text="Rumpelstilz works.")
    assert found(company, "rumpelstilz") == [case.pk]
    assert SearchWord.objects.filter(word__startswith="rumpel").exists()
    with django_capture_on_commit_callbacks(execute=True):
        Message.objects.filter(case=case).update(body="(taken away)")
        searching.refresh([case.pk])
    assert note.case_id == case.pk
    assert found(company, "rumpelstilz") == []
    assert found(company, "rumpelstiltz") == []
    assert not SearchWord.objects.filter(word__startswith="rumpel").exists()
    assert found(company, "collector") == [other.pk]
    assert SearchWord.objects.filter(word="collector").exists()
    assert not SearchDocument.objects.filter(stems__contains="rumpel").exists()


def test_a_changed_subject_and_a_note_that_went_are_followed(company: Company) -> None:
    case = company.open(subject="Meter", text="Red.")
    handling.note(case=case, actor=company.agent.standing, at=NOW, text="Refund.")
    assert len(kept()) == 2
    Case.objects.filter(pk=case.pk).update(subject="Collector")
    Message.objects.filter(case=case, is_public=False).delete()
    searching.refresh([case.pk])
    [(_key, audience, title, _stems)] = kept()
    assert (audience, title) == (Audience.CUSTOMERS, "Collector")
    assert found(company, "meter") == []
    assert found(company, "collector red") == [case.pk]


def test_what_is_forgotten_is_not_found(company: Company) -> None:
    case, other = company.open(subject="Meter"), company.open(subject="Meter too")
    writing.forget(Source.CASE, [case.pk])
    assert found(company, "meter") == [other.pk]


def test_indexing_everything_anew_changes_nothing_and_brings_what_was_there_before(company: Company) -> None:
    case = company.open(subject="Meter", text="Red.")
    handling.note(case=case, actor=company.agent.standing, at=NOW, text="Refund.")
    handling.reply(case=case, actor=company.agent.standing, at=NOW, text="Fuse.")
    company.open(subject="Collector")
    before = {(*row[:3], frozenset(row[3].split())) for row in kept()}
    said = StringIO()
    call_command("reindex_search", stdout=said)
    assert {(*row[:3], frozenset(row[3].split())) for row in kept()} == before
    SearchDocument.objects.all().delete()
    assert found(company, "meter") == []
    call_command("reindex_search", stdout=said)
    assert {(*row[:3], frozenset(row[3].split())) for row in kept()} == before
    assert found(company, "meter refund fuse") == [case.pk]


def test_indexing_goes_on_after_the_last_case_that_was_done(company: Company) -> None:
    first, second = company.open(subject="Meter one"), company.open(subject="Meter two")
    SearchDocument.objects.all().delete()
    call_command("reindex_search", after=first.pk, stdout=StringIO())
    assert found(company, "meter") == [second.pk]


def test_a_text_without_end_is_kept_as_far_as_there_is_room(company: Company) -> None:
    case = company.open(subject="Meter")
    for number in range(12):
        log = " ".join(f"line{number}x{line}" for line in range(4_000))
        writing.add(Source.CASE, case.pk, title="", text=writing.Text(Audience.CUSTOMERS, log))
    row = SearchDocument.objects.get()
    assert len(row.stems) <= writing.LONGEST_DOCUMENT
    assert found(company, "meter") == [case.pk]
    assert found(company, "line0x5") == [case.pk]


def test_preparing_again_changes_nothing(company: Company) -> None:
    case = company.open(subject="Meter")
    backends.prepare()
    assert found(company, "meter") == [case.pk]


# What a later migration that rebuilds the table leaves behind on SQLite, and a careless hand on PostgreSQL.
LOST = {
    "sqlite": [
        "DROP TRIGGER knowledgebase_search_stems_added",
        "DROP TRIGGER knowledgebase_search_stems_changed",
        "DROP TRIGGER knowledgebase_search_stems_dropped",
        "INSERT INTO knowledgebase_search_stems(knowledgebase_search_stems) VALUES ('delete-all')",
    ],
    "postgresql": ["DROP INDEX search_document_stems"],
}


def test_an_index_that_was_lost_is_made_anew(company: Company) -> None:
    with connection.cursor() as cursor:
        for statement in LOST[connection.vendor]:
            cursor.execute(statement)
    case = company.open(subject="Meter")
    backends.prepare()
    assert found(company, "meter") == [case.pk]
