"""A hundred escalations while workers, Redis, database and mail server die: the small brother of `make soak`.

It starts servers of its own, because it kills them.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.crash.conftest import ROOT

pytestmark = pytest.mark.crash


@pytest.mark.parametrize(
    "words",
    [["100", "--seed", "7"], ["40", "--seed", "8", "--budget", "3", "--seconds", "20"]],
    ids=["every notice by itself", "with budgets and digests"],
)
def test_nothing_is_missing_and_nothing_is_told_twice_whatever_dies(words: list[str]) -> None:
    soak = subprocess.run(
        [sys.executable, "-m", "bench.soak", *words],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=1500,
    )
    assert soak.returncode == 0, soak.stdout + soak.stderr
    assert "0 missing, double, torn or lost" in soak.stdout
