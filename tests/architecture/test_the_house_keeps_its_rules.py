"""The rules of docs/architecture.md, each held against every file of ours."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.management import call_command

from tests.architecture import rules, words
from tests.architecture.sources import ROOT, Source, code, files, suite, templates

ADDRESSES = ("http://", "https://", "file:", "--index-url", "--extra-index-url", "--find-links")
EVERYWHERE: list[Callable[[Source], Iterator[str]]] = [
    rules.long_file,
    rules.long_function,
    rules.hidden_import,
    rules.empty_name,
]
IN_THE_PRODUCT: list[Callable[[Source], Iterator[str]]] = [
    rules.foreign_write,
    rules.self_write,
    rules.loud_import,
    rules.unscoped_read,
]


@pytest.mark.parametrize("rule", EVERYWHERE, ids=lambda rule: rule.__name__)
def test_code_and_tests_have_no(rule: Callable[[Source], Iterator[str]]) -> None:
    assert [found for source in [*code(), *suite()] for found in rule(source)] == []


@pytest.mark.parametrize("rule", IN_THE_PRODUCT, ids=lambda rule: rule.__name__)
def test_the_product_has_no(rule: Callable[[Source], Iterator[str]]) -> None:
    assert [found for source in code() for found in rule(source)] == []


def test_the_apps_have_no_signals_of_their_own() -> None:
    assert [
        found for source in code() if not source.path.startswith("config/") for found in rules.own_signal(source)
    ] == []


def test_half_of_all_functions_have_fewer_than_ten_lines() -> None:
    assert rules.median_function(code()) < rules.MEDIAN_LINES


def test_upper_layers_import_lower_ones_only() -> None:
    lint = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout + lint.stderr


def test_every_word_in_a_template_can_be_translated() -> None:
    markup = words.markup_blocks(templates())
    assert [found for source in templates() for found in words.untranslated(source, markup)] == []


def test_locks_pin_by_hash_and_name_no_address() -> None:
    locks = [ROOT / "requirements.lock", ROOT / "requirements-dev.lock", *sorted((ROOT / "tools").glob("*.lock"))]
    for lock in locks:
        text = lock.read_text(encoding="utf-8")
        assert "--hash=sha256:" in text
        assert [word for word in ADDRESSES if word in text] == [], lock.name
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_migrations_say_what_the_models_say() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    assert "No changes detected" in said.getvalue()


def test_the_rules_look_at_files_at_all() -> None:
    assert len(code()) > 40
    assert len(list(files(".py", "escalations"))) > 30
