"""`manage.py check_real`: agrees when the figures are right and fails when one is not."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from escalations.management.commands import check_real
from escalations.models import Case
from tests.history.generator import as_bpi, count, log, write


@contextmanager
def this_database() -> Iterator[None]:
    """The database of the test instead of one made for the check."""
    yield


@pytest.fixture
def folder(tmp_path: Path, company: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small log in the place of the real one, with its own figures as those to be met."""
    records = log(30, 11)
    right = count(records)
    figures = [len(records), *(right.highest[level] for level in (1, 2, 3)), right.up, right.down, right.reopened]
    figures += [right.paused, right.solved, 0, 0]
    asked = {
        code: figure._replace(expected=right)
        for (code, figure), right in zip(check_real.FIGURES.items(), figures, strict=True)
    }
    of_clocks = {
        code: figure._replace(expected=getattr(right.clocks, code, 0)) for code, figure in check_real.CLOCKS.items()
    }
    monkeypatch.setattr(check_real, "FIGURES", asked)
    monkeypatch.setattr(check_real, "CLOCKS", of_clocks)
    monkeypatch.setattr(check_real, "scratch_database", this_database)
    plain = write(tmp_path / "log.csv", as_bpi(records))
    (tmp_path / check_real.LOG).write_bytes(gzip.compress(plain.read_bytes()))
    return tmp_path


def run(folder: Path) -> str:
    said = io.StringIO()
    call_command("check_real", str(folder), stdout=said, stderr=io.StringIO())
    return said.getvalue()


def test_a_log_with_the_right_figures_passes_and_is_imported_once(folder: Path) -> None:
    said = run(folder)
    assert "Everything is as it must be." in said
    assert "differs" not in said
    assert Case.objects.count() == 30


@pytest.mark.parametrize(("figures", "code"), [("FIGURES", "up"), ("CLOCKS", "waited"), ("CLOCKS", "differences")])
def test_one_wrong_figure_is_marked_and_fails(
    folder: Path, monkeypatch: pytest.MonkeyPatch, figures: str, code: str
) -> None:
    figure = getattr(check_real, figures)[code]
    monkeypatch.setitem(getattr(check_real, figures), code, figure._replace(expected=figure.expected + 1))
    with pytest.raises(CommandError, match="differs"):
        run(folder)


def test_a_folder_without_the_log_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=check_real.LOG):
        run(tmp_path)
