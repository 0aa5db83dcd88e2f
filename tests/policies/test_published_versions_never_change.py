"""What was published is on record: no row of it can be changed, removed or added, by model or by queryset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import models, transaction

from customers.refusal import Refused
from escalations.actions import policies
from escalations.models import (
    CalendarPin,
    CalendarVersion,
    Hours,
    Level,
    MatrixCell,
    PolicyVersion,
    SpecialDay,
    Target,
    Trigger,
    VersionState,
)
from tests.policies import builders
from tests.policies.builders import LATER, Company

pytestmark = pytest.mark.django_db

OF_POLICIES: list[type[models.Model]] = [Level, Target, MatrixCell, Trigger, CalendarPin]
OF_CALENDARS: list[type[models.Model]] = [Hours, SpecialDay]


@pytest.fixture
def firm() -> Company:
    return builders.company()


@pytest.fixture(params=[*OF_POLICIES, *OF_CALENDARS], ids=lambda model: model.__name__)
def rows(request: pytest.FixtureRequest, firm: Company) -> models.QuerySet[Any]:
    """The rows of one kind of a published version."""
    version = builders.published(firm) if request.param in OF_POLICIES else firm.hours
    return request.param._default_manager.filter(version=version)


def copy_of(row: models.Model) -> models.Model:
    row.pk, row._state.adding = None, True
    return row


def a_column(rows: models.QuerySet[Any]) -> dict[str, Any]:
    """One column of this kind with a value of its own type, so that only the refusal can stand in the way."""
    return {rows.model._meta.pk.name: models.F("pk")} if rows.model is CalendarPin else {"version": models.F("version")}


ACTS: dict[str, Callable[[models.QuerySet[Any]], object]] = {
    "save": lambda rows: rows[0].save(),
    "save of one field": lambda rows: rows[0].save(update_fields=["version"]),
    "delete": lambda rows: rows[0].delete(),
    "update": lambda rows: rows.update(**a_column(rows)),
    "delete of all": lambda rows: rows.delete(),
    "raw delete": lambda rows: rows._raw_delete(rows.db),
    "bulk update": lambda rows: rows.model._default_manager.bulk_update(list(rows), ["version"]),
    "add": lambda rows: copy_of(rows[0]).save(),
    "create": lambda rows: rows.model._default_manager.create(version=rows[0].version),
    "bulk create": lambda rows: rows.model._default_manager.bulk_create([copy_of(rows[0])]),
}


def test_a_row_of_a_published_version_refuses_everything(rows: models.QuerySet[Any]) -> None:
    before = list(rows.order_by("pk").values())
    assert before
    for name, act in ACTS.items():
        with pytest.raises(Refused) as caught, transaction.atomic():
            act(rows)
        assert caught.value.code == "immutable", name
        assert list(rows.order_by("pk").values()) == before, name


@pytest.mark.parametrize("state", [VersionState.PUBLISHED, VersionState.RETIRED])
def test_a_version_that_left_the_draft_refuses_change_and_removal(firm: Company, state: VersionState) -> None:
    for version in (builders.published(firm), firm.hours):
        versions: models.QuerySet[Any] = type(version)._default_manager.filter(pk=version.pk)
        if state == VersionState.RETIRED:
            versions.update(state=state)
        before = versions.values().get()
        version.refresh_from_db()
        acts: list[Callable[[], object]] = [
            version.save,
            version.delete,
            versions.delete,
            lambda versions=versions: versions.update(number=7),  # type: ignore[misc]
            lambda versions=versions: versions.update(state=VersionState.DRAFT),  # type: ignore[misc]
        ]
        for act in acts:
            with pytest.raises(Refused):
                act()
        assert versions.values().get() == before


def test_a_draft_and_its_rows_may_be_changed_and_removed(firm: Company) -> None:
    builders.published(firm)
    version = builders.draft(firm)
    version.levels.filter(number=2).update(name="Experts")
    version.targets.all()[0].delete()
    version.note = "shorter"
    version.save()
    version.delete()
    assert not PolicyVersion.objects.filter(pk=version.pk).exists()
    hours = policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)
    hours.hours.all()[0].delete()
    hours.delete()
    assert CalendarVersion.objects.filter(calendar=firm.office).count() == 1


@pytest.mark.parametrize("model", [Level, Target, MatrixCell, Trigger])
def test_a_row_does_not_leave_a_published_version(firm: Company, model: type[Any]) -> None:
    running, version = builders.published(firm), builders.draft(firm)
    row = model.objects.filter(version=running)[0]
    row.version = version
    with pytest.raises(Refused):
        row.save()
    assert model.objects.get(pk=row.pk).version == running


@pytest.mark.parametrize("model", [Level, Target, MatrixCell, Trigger])
def test_a_row_does_not_move_into_a_published_version(firm: Company, model: type[Any]) -> None:
    running, version = builders.published(firm), builders.draft(firm)
    moved = model.objects.filter(version=version)
    number = {"number": 9} if model is Level else {}
    with pytest.raises(Refused):
        moved.filter(pk=moved[0].pk).update(version=running, **number)
    assert model.objects.filter(version=version).exists()
