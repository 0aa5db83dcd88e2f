"""Real Celery worker and beat processes over a real broker: a case that nobody answers climbs by itself."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.crash.conftest import Machine

pytestmark = pytest.mark.broker

PATIENCE_SECONDS = 180


@pytest.fixture
def parts(machine: Machine) -> Iterator[list[subprocess.Popen[str]]]:
    """A worker and beat on a database with one case that has already used up most of its first half."""
    assert machine.run("live", 70) == 0
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = ["--pidfile=", "--schedule", machine.home / "beat-schedule"]
    running = [
        machine.start("-A", "config", "worker", "--pool", "threads", "--concurrency", 2, *alone, module="celery"),
        machine.start("-A", "config", "beat", *schedule, module="celery"),
    ]
    yield running
    for part in running:
        part.terminate()
    for part in running:
        part.communicate(timeout=60)


def waited_for(machine: Machine, parts: list[subprocess.Popen[str]], kind: str) -> dict[str, Any]:
    """The one case as soon as its journal holds this kind, and all mails are out."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        assert [part.poll() for part in parts] == [None, None], (machine.home / "said.log").read_text()
        found = machine.state()
        if kind in found["cases"][0]["kinds"] and set(found["mails"].values()) == {"accepted"}:
            case: dict[str, Any] = found["cases"][0]
            return case
        time.sleep(1)
    pytest.fail(f"no {kind}; the processes said:\n{(machine.home / 'said.log').read_text()}")


def test_an_unanswered_case_is_warned_breached_and_climbs_by_real_processes(
    machine: Machine, parts: list[subprocess.Popen[str]]
) -> None:
    case = waited_for(machine, parts, "escalation.requested")
    kinds = case["kinds"]
    assert kinds[0] == "case.opened"
    assert {"clock.warned", "clock.breached"} <= set(kinds)
    assert kinds.index("clock.warned") < kinds.index("clock.breached") < kinds.index("escalation.requested")
    assert kinds.count("escalation.requested") == 1
    assert (case["level"], case["wrong"]) == (2, [])
    told = [(kind, channel) for _seq, kind, recipient, channel in case["told"] if recipient.startswith("user:")]
    assert ("escalation.requested", "in_app") in told
    assert ("escalation.requested", "mail") in told
    assert list((machine.home / "mail").iterdir())
