"""What was published is on record: no row of it can be changed, removed or added, by model or by queryset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, models, transaction

from customers.refusal import Refused
from escalations.actions import policies
from escalations.models import (
    CalendarPin,
    CalendarVersion,
    Communication,
    Hours,
    Level,
    MatrixCell,
    PolicyVersion,
    Requirement,
    Role,
    SpecialDay,
    Target,
    Training,
    Trigger,
    VersionState,
)
from tests.policies import builders
from tests.policies.builders import AT, LATER, Company

pytestmark = pytest.mark.django_db

OF_POLICIES: list[type[models.Model]] = [Level, Target, MatrixCell, Trigger, CalendarPin]
READ_BY_PEOPLE: list[type[models.Model]] = [Role, Training, Requirement, Communication]
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


# -- in review, and waiting for its day --------------------------------------------------------------------------------

FROZEN = (VersionState.REVIEW, VersionState.SCHEDULED, VersionState.PUBLISHED, VersionState.RETIRED)
ALLOWED = {
    (VersionState.REVIEW, VersionState.DRAFT),
    (VersionState.REVIEW, VersionState.SCHEDULED),
    (VersionState.REVIEW, VersionState.PUBLISHED),
    (VersionState.SCHEDULED, VersionState.PUBLISHED),
    (VersionState.SCHEDULED, VersionState.RETIRED),
    (VersionState.PUBLISHED, VersionState.RETIRED),
}


def version_in(firm: Company, state: VersionState) -> PolicyVersion:
    """With a row of every kind, led to this state by the actions."""
    version = builders.draft(firm)
    own: dict[type[Any], dict[str, Any]] = {
        Role: {"stage": "triage", "party": "team", "involvement": "does", "duty": "Looks at it"},
        Training: {"key": "calls", "title": "Calls", "text": "Call back."},
        Requirement: {"document": "evidence"},
        Communication: {"position": 1},
    }
    for model, values in own.items():
        if not model.objects.filter(version=version).exists():
            model.objects.create(version=version, **values)
    policies.submit(version=version, by=firm.boss.user, at=AT)
    if state == VersionState.REVIEW:
        return version
    waits = LATER if state == VersionState.SCHEDULED else None
    policies.publish(version=version, by=firm.admin, at=AT, effective_at=waits)
    if state == VersionState.RETIRED:
        builders.published(firm)
        policies.retire(version=version, by=firm.admin, at=LATER)
    return version


@pytest.mark.parametrize("state", [VersionState.REVIEW, VersionState.SCHEDULED])
def test_no_row_of_a_version_that_was_handed_in_is_changed_removed_or_added(firm: Company, state: VersionState) -> None:
    version = version_in(firm, state)
    for model in [*OF_POLICIES, *READ_BY_PEOPLE]:
        rows: models.QuerySet[Any] = model._default_manager.filter(version=version)
        before = list(rows.order_by("pk").values())
        assert before, model
        for name, act in ACTS.items():
            with pytest.raises(Refused) as caught, transaction.atomic():
                act(rows)
            assert caught.value.code == "immutable", (model, name)
        assert list(rows.order_by("pk").values()) == before, model


def tried(act: Callable[[], object], refusals: type[Exception]) -> bool:
    """Whether this went through; nothing of it stays."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except refusals:
        return False
    return True


def past_our_rules(model: type[models.Model], **named: Any) -> models.QuerySet[Any]:
    """These rows by Django's own queryset, which knows nothing of versions."""
    return models.QuerySet(model).filter(**named)


@pytest.mark.parametrize("state", FROZEN)
def test_a_version_moves_on_as_it_may_and_in_no_other_way(firm: Company, state: VersionState) -> None:
    version = version_in(firm, state)
    row, bare = PolicyVersion.objects.filter(pk=version.pk), past_our_rules(PolicyVersion, pk=version.pk)
    for to in VersionState:
        if to == state:
            continue
        may = (state, to) in ALLOWED
        assert tried(lambda to=to: row.update(state=to), Refused) == may, to  # type: ignore[misc]
        assert not tried(lambda to=to: row.update(state=to, confirm_days=9), Refused), to  # type: ignore[misc]
        if connection.vendor == "postgresql":
            assert tried(lambda to=to: bare.update(state=to), IntegrityError) == may, to  # type: ignore[misc]
            assert not tried(lambda to=to: bare.update(state=to, confirm_days=9), IntegrityError), to  # type: ignore[misc]
    looks_again = state == VersionState.PUBLISHED
    assert tried(lambda: row.update(review_by="2030-01-01"), Refused) == looks_again
    if connection.vendor == "postgresql":
        assert tried(lambda: bare.update(review_by="2030-01-01"), IntegrityError) == looks_again
        assert not tried(lambda: bare.update(note="mine"), IntegrityError)


@pytest.mark.parametrize("state", FROZEN)
def test_postgresql_itself_keeps_the_rows_of_a_version_that_was_handed_in(firm: Company, state: VersionState) -> None:
    """On SQLite a trigger would also refuse the flush of the test runner: there model and queryset stand alone."""
    version = version_in(firm, state)
    for model in [*OF_POLICIES, *READ_BY_PEOPLE]:
        rows: models.QuerySet[Any] = model._default_manager.filter(version=version)
        bare, before = past_our_rules(model, version=version), list(rows.order_by("pk").values())
        assert before, model
        if connection.vendor == "postgresql":
            assert not tried(lambda bare=bare: bare.update(id=models.F("id")), IntegrityError), model  # type: ignore[misc]
            assert not tried(lambda bare=bare: bare._raw_delete(bare.db), IntegrityError), model  # type: ignore[misc]
        assert list(rows.order_by("pk").values()) == before
