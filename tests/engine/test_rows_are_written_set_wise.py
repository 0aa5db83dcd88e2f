"""Set-wise writing stores what the ORM would store, whatever the texts look like."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from escalations.actions import rows
from escalations.models import Case, Event, Notice
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

NASTY = [
    "",
    "NULL",
    "null",
    '"quoted"',
    "back\\slash",
    "{brace}",
    "a,b",
    "line\nbreak",
    "tab\t",
    "'; --",
    "Größe → 中",
    "%s",
]
COLUMNS = ("case_id", "seq", "kind", "occurred_at", "recorded_at", "actor_kind", "actor", "data")


@pytest.fixture
def case(company: Company) -> Case:
    return company.open()


def lines(case: Case, texts: list[str]) -> list[tuple[object, ...]]:
    at = MONDAY + timedelta(microseconds=1)
    return [
        (
            case.pk,
            number,
            "note.added",
            at,
            at + timedelta(days=number),
            "system",
            text,
            {"message": text, "n": [number]},
        )
        for number, text in enumerate(texts, start=100)
    ]


def test_texts_numbers_instants_and_data_come_back_as_they_were(case: Case) -> None:
    given = lines(case, NASTY)
    keys = rows.insert(Event, COLUMNS, given)
    stored = Event.objects.filter(pk__in=keys).order_by("seq")
    assert list(stored.values_list(*COLUMNS)) == given
    assert [event.pk for event in stored] == keys


def test_columns_left_out_get_their_defaults(case: Case) -> None:
    (key,) = rows.insert(Event, COLUMNS, lines(case, ["system"]))
    event = Event.objects.get(pk=key)
    assert (event.version, event.on_behalf_of, event.escalation_id, event.key) == (1, "", None, None)
    columns = ("event_id", "case_id", "recipient", "channel", "written_at")
    notices = rows.insert(Notice, columns, [(key, case.pk, name, "mail", MONDAY) for name in ("user:x", "user:y")])
    assert len(set(Notice.objects.filter(pk__in=notices).values_list("uid", flat=True))) == 2


def test_changed_columns_are_written_row_by_row_and_no_other_row_or_column_is(company: Company) -> None:
    first, second, third = (company.open() for _number in range(3))
    before = Case.objects.values().get(pk=third.pk)
    rows.update(Case, ["subject", "wake_at"], [(first.pk, 'a "b" \\ c', None), (second.pk, "NULL", MONDAY)])
    assert Case.objects.values().get(pk=third.pk) == before
    for case, subject, wake_at in ((first, 'a "b" \\ c', None), (second, "NULL", MONDAY)):
        changed = {"subject": subject, "wake_at": wake_at}
        assert Case.objects.values().get(pk=case.pk) == {**before_of(case), **changed}


def before_of(case: Case) -> dict[str, object]:
    return {field.attname: getattr(case, field.attname) for field in Case._meta.concrete_fields}


def test_a_text_that_is_too_long_is_never_cut(case: Case) -> None:
    with contextlib.suppress(DataError), transaction.atomic():  # SQLite keeps it whole, PostgreSQL refuses it
        rows.insert(Event, COLUMNS, lines(case, ["x" * 49, "y"]))
    kept = Event.objects.filter(seq__gte=100).values_list("actor", flat=True)
    assert set(kept) <= {"x" * 49, "y"}
    assert len(kept) in (0, 2)


def test_any_number_of_rows_is_the_same_number_of_statements_and_none_is_none(case: Case) -> None:
    with CaptureQueriesContext(connection) as none:
        rows.insert(Event, COLUMNS, [])
        rows.update(Case, ["subject"], [])
    assert len(none) == 0
    with CaptureQueriesContext(connection) as one:
        rows.insert(Event, COLUMNS, lines(case, ["a"]))
    with CaptureQueriesContext(connection) as many:
        rows.insert(Event, COLUMNS, lines(case, ["a"] * 1000)[1:])
    assert len(many) == len(one)
