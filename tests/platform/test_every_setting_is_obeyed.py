"""Whatever can be set, in the environment or in the back office, is named in a test that shows that it is obeyed."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest
from django.test import RequestFactory

from customers.models import User
from escalations.models import PolicyVersion

TESTS = Path(settings.BASE_DIR) / "tests"
TABLE: dict[str, dict[str, str]] = tomllib.loads((TESTS / "platform" / "settings_obeyed.toml").read_text())
NAMES = "names"  # what holds for a column of this name wherever a table says nothing of its own
READS = {"str", "int", "bool", "list", "db_url", "email_url", "float", "json", "path", "url", "dict", "tuple"}
# What the pages of somebody else's application would write is not ours to obey.
FOREIGN = {"axes", "account", "mfa", "socialaccount", "usersessions", "sites"}


def variables() -> set[str]:
    """What the settings file reads, from its syntax tree."""
    files = ("config/settings.py", "config/signin/settings.py")
    tree = ast.parse("\n".join((Path(settings.BASE_DIR) / file).read_text() for file in files))
    return {
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr in READS
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


@cache
def administrator() -> HttpRequest:
    request = RequestFactory().get("/admin/")
    request.user = User(pk=1, is_active=True, is_staff=True, is_superuser=True)
    return request


def fields() -> set[tuple[str, str]]:
    """Each column that an administrator can write, as (model, column): from the forms of the back office."""
    found: set[tuple[str, str]] = set()
    for model, page in admin.site._registry.items():
        if model._meta.app_label in FOREIGN:
            continue
        forms = []
        if page.has_add_permission(administrator()):
            forms.append(page.get_form(administrator(), None, change=False))
        if page.has_change_permission(administrator()):
            known = User() if model is User else None  # its page has more than the one that adds
            forms.append(page.get_form(administrator(), known, change=True))
        found |= {(model._meta.label_lower, name) for form in forms for name in form.base_fields}
        found |= set(_of_inlines(page, model))
    return found


def _of_inlines(page: Any, model: Any) -> set[tuple[str, str]]:
    row = model() if model is not PolicyVersion else PolicyVersion(number=1)
    found: set[tuple[str, str]] = set()
    for kind in page.get_inlines(administrator(), row):
        inline = kind(model, admin.site)
        if inline.has_change_permission(administrator(), None):
            formset = inline.get_formset(administrator(), None)
            found |= {(inline.model._meta.label_lower, name) for name in formset.form.base_fields}
    return found


def test_every_variable_of_the_environment_has_a_row_and_every_row_a_variable() -> None:
    assert set(TABLE["environment"]) == variables()


def _has_row(model: str, column: str) -> bool:
    return column in TABLE.get(model, {}) or column in TABLE[NAMES]


@pytest.mark.django_db
def test_every_field_of_the_back_office_has_a_row() -> None:
    without = sorted(f"{model}.{column}" for model, column in fields() if not _has_row(model, column))
    assert without == [], "name the test that shows that the product obeys it in tests/platform/settings_obeyed.toml"


@pytest.mark.django_db
def test_no_row_is_left_of_a_field_that_is_gone() -> None:
    there = fields()
    rows = {
        (model, column) for model, named in TABLE.items() if model not in ("environment", NAMES) for column in named
    }
    assert rows - there == set()


def test_every_row_names_a_test_that_exists() -> None:
    named = {test for rows in TABLE.values() for test in rows.values()}
    missing = []
    for test in sorted(named):
        path, _sep, name = test.partition("::")
        there = (TESTS / path).is_file() and re.search(
            rf"^def {re.escape(name)}\(", (TESTS / path).read_text(), re.MULTILINE
        )
        if not there:
            missing.append(test)
    assert missing == []
