"""Events refuse every change: in the model, in the queryset, and on PostgreSQL in the database itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction

from customers.refusal import Refused
from escalations.models import Case, Event, Level, PolicyVersion
from tests.actions.soundness import everything
from tests.cast import Company

TRIGGERS = connection.vendor == "postgresql"


@pytest.fixture
def case(company: Company) -> Case:
    return company.open()


def first() -> Event:
    return Event.objects.order_by("pk")[0]


def disguised() -> Event:
    """An event that claims to be new and carries the key of one on record."""
    row = first()
    values = {field.attname: getattr(row, field.attname) for field in Event._meta.concrete_fields}
    return Event(**{**values, "kind": "note.added"})


def conflicting() -> object:
    return Event.objects.bulk_create([disguised()], update_conflicts=True, unique_fields=["id"], update_fields=["kind"])


CHANGES: dict[str, Callable[[], object]] = {
    "save": lambda: first().save(),
    "save of one field": lambda: first().save(update_fields=["kind"]),
    "delete": lambda: first().delete(),
    "update": lambda: Event.objects.update(kind="note.added"),
    "update of some": lambda: Event.objects.filter(seq=1).update(kind="note.added"),
    "delete of all": lambda: Event.objects.all().delete(),
    "delete of a slice": lambda: Event.objects.filter(seq=1).delete(),
    "raw delete": lambda: Event.objects.all()._raw_delete("default"),
    "bulk update": lambda: Event.objects.bulk_update([first()], ["kind"]),
    "bulk create over": conflicting,
    "through the case": lambda: first().case.events.update(kind="note.added"),
    "update or create": lambda: Event.objects.update_or_create(pk=first().pk, defaults={"kind": "note.added"}),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_event_on_record_refuses(case: Case, change: str) -> None:
    before = everything()
    with pytest.raises(Refused, match="immutable"), transaction.atomic():
        CHANGES[change]()
    assert everything() == before


def test_an_event_cannot_be_overwritten_by_one_that_claims_to_be_new(case: Case) -> None:
    before = everything()
    with pytest.raises((Refused, DatabaseError)), transaction.atomic():
        disguised().save()
    assert everything() == before


def test_the_way_round_the_manager_is_closed_too(case: Case) -> None:
    before = everything()
    with pytest.raises((Refused, DatabaseError)), transaction.atomic():
        Event._base_manager.filter(seq=1).update(kind="note.added")
    assert everything() == before


def test_a_case_with_a_journal_cannot_be_deleted(case: Case) -> None:
    before = everything()
    with pytest.raises(models.ProtectedError), transaction.atomic():
        case.delete()
    assert everything() == before


SQL = {
    "an event is changed": "UPDATE escalations_event SET kind = 'note.added'",
    "an event is removed": "DELETE FROM escalations_event",
    "a level of a published version is changed": "UPDATE escalations_level SET dwell_minutes = 1",
    "a level of a published version is removed": "DELETE FROM escalations_level",
    "a target of a published version is changed": "UPDATE escalations_target SET minutes = 1",
    "a row of the matrix is changed": "UPDATE escalations_matrixcell SET severity = 1",
    "a trigger is changed": "UPDATE escalations_trigger SET effect = 'nudge'",
    "the hours of a published calendar are changed": "UPDATE escalations_hours SET opens = 1",
    "a published version becomes a draft again": "UPDATE escalations_policyversion SET state = 'draft'",
    "the days of a published version are changed": "UPDATE escalations_policyversion SET confirm_days = 99",
}


@pytest.mark.parametrize("statement", SQL.values(), ids=list(SQL))
def test_postgresql_itself_refuses_when(case: Case, statement: str) -> None:
    """On SQLite a trigger would also refuse the flush of the test runner: there model and queryset stand alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        if TRIGGERS:
            with pytest.raises(IntegrityError, match="belay"), transaction.atomic():
                cursor.execute(statement)
        else:
            cursor.execute(statement)
            transaction.set_rollback(True)
    kind = Event.objects.order_by("pk").values_list("kind", flat=True)[0]
    assert kind == "case.opened"


@pytest.mark.parametrize(
    "change",
    [
        lambda: Level.objects.update(dwell_minutes=1),
        lambda: Level.objects.all()[0].delete(),
        lambda: PolicyVersion.objects.update(confirm_days=99),
        lambda: PolicyVersion.objects.all().delete(),
        lambda: PolicyVersion.objects.all()[0].save(),
    ],
)
def test_published_configuration_refuses(case: Case, change: Callable[[], object]) -> None:
    before = list(Level.objects.values_list()), list(PolicyVersion.objects.values_list())
    with pytest.raises(Refused, match="immutable"), transaction.atomic():
        change()
    assert (list(Level.objects.values_list()), list(PolicyVersion.objects.values_list())) == before
