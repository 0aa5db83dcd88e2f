"""Every model and every column of one is written into the file of a configuration, or left out with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import Model
from simple_history.models import HistoricalChanges

from customers.models import User
from escalations.actions.configuration.columns import Column
from escalations.actions.configuration.parts import PARTS, Rows
from escalations.models.immutable import VersionChild
from tests.configuration.left_out import CHILDREN, COLUMNS, MODELS


def ours() -> list[type[Model]]:
    names = ("customers", "knowledgebase", "escalations")
    found = [model for name in names for model in apps.get_app_config(name).get_models()]
    return [Group, *(model for model in found if not issubclass(model, HistoricalChanges))]


def written() -> Iterator[tuple[type[Model], tuple[Column, ...], tuple[str, ...]]]:
    """Every model in the file with its columns, and those that its place says."""
    for part in PARTS:
        path = part.key.split("__")
        yield part.model, tuple(each for each in part.columns if not each.on), (path[0],)
        beside = tuple(each for each in part.columns if each.on)
        if beside:
            yield beside[0].field.model, beside, (path[-1],)
        for rows in part.rows:
            yield from below(rows)
        if part.edition:
            yield part.edition.model, part.edition.columns, ()
            for rows in part.edition.rows:
                yield from below(rows)


def below(rows: Rows) -> Iterator[tuple[type[Model], tuple[Column, ...], tuple[str, ...]]]:
    yield rows.model, rows.columns, ()


def test_every_model_is_in_the_file_or_left_out_with_a_reason() -> None:
    said = {model.__name__ for model, _columns, _place in written()}
    assert {model.__name__ for model in ours()} == said | set(MODELS)
    assert said & set(MODELS) == set()
    assert all(MODELS.values())


@pytest.mark.parametrize(
    ("model", "columns", "place"), list(written()), ids=lambda value: getattr(value, "__name__", None)
)
def test_every_column_is_in_the_file_or_left_out_with_a_reason(
    model: type[Model], columns: tuple[Column, ...], place: tuple[str, ...]
) -> None:
    said = {column.name for column in columns}
    left_out = {**COLUMNS[""], **COLUMNS.get(model.__name__, {})}
    if issubclass(model, VersionChild):
        left_out |= CHILDREN
    every = {field.name for field in [*model._meta.fields, *model._meta.many_to_many]}
    assert every - said - set(left_out) - set(place) == set()
    assert said & set(left_out) == set()


def test_no_secret_is_a_column_of_the_file() -> None:
    names = {(model, column.name) for model, columns, _place in written() for column in columns}
    assert [pair for pair in names if any(word in pair[1] for word in ("password", "secret", "token"))] == []
    assert (User, "is_superuser") not in names


def test_reasons_are_given_for_what_there_is_only() -> None:
    known = {model.__name__: model for model in ours()}
    assert set(MODELS) - set(known) == set()
    gone = [
        f"{name}.{column}"
        for name, columns in COLUMNS.items()
        for column in columns
        if name and column not in {field.name for field in known[name]._meta.get_fields()}
    ]
    assert gone == []
