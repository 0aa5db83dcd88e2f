"""Workers are killed in the middle of their work; others finish it: nothing is missing, nothing is there twice."""

from __future__ import annotations

import signal
import time
from collections import Counter
from email import message_from_bytes
from typing import Any

import pytest

from tests.crash.conftest import Machine

pytestmark = pytest.mark.crash

ESCALATIONS = 100
KILLED = -signal.SIGKILL


def as_if_nothing_had_happened(found: dict[str, Any]) -> None:
    """Every case went the same way: one breach, one climb, everybody told once by each channel."""
    cases = found["cases"]
    assert len(cases) == ESCALATIONS
    for case in cases:
        assert case["wrong"] == []
        assert case["level"] == 3
        assert case["climbs"] == [["requested", 1], ["requested", 2]]
        assert Counter(case["kinds"]) == Counter(cases[0]["kinds"])
        assert case["kinds"].count("escalation.stepped") == 1
        assert told_of(case) == told_of(cases[0])
        assert len({tuple(row) for row in case["told"]}) == len(case["told"])
    missed = Counter(kind for kind in cases[0]["kinds"] if kind == "clock.breached")
    assert missed["clock.breached"] == 3  # first response, acknowledgement and triage; resolution has time


def told_of(case: dict[str, Any]) -> Counter[tuple[str, ...]]:
    """Which kinds of event went to whom by which channel, and how often."""
    return Counter(tuple(row[1:]) for row in case["told"])


def test_sweeps_that_are_killed_in_a_transaction_leave_nothing_half_done(machine: Machine) -> None:
    assert machine.run("prepare", ESCALATIONS) == 0
    before = machine.state()
    assert machine.run("sweep", 1) == KILLED  # while it tells of all breaches
    assert machine.state() == before
    for transaction in (2, 30, 60):  # while one of many cases climbs
        assert machine.run("sweep", transaction) == KILLED
    assert machine.run("sweep") == 0
    after = machine.state()
    as_if_nothing_had_happened(after)
    assert machine.run("sweep") == 0
    assert machine.state() == after


def test_one_of_three_workers_is_killed_from_outside_and_the_others_finish(machine: Machine) -> None:
    assert machine.run("prepare", ESCALATIONS) == 0
    workers = [machine.start("sweep") for _number in range(3)]
    while machine.steps() < ESCALATIONS + 5 and workers[0].poll() is None:
        time.sleep(0.02)
    workers[0].kill()
    for worker in workers:
        worker.communicate(timeout=300)
    assert [worker.returncode for worker in workers[1:]] == [0, 0]
    assert machine.run("sweep") == 0
    as_if_nothing_had_happened(machine.state())


def test_two_and_four_workers_killed_at_random_moments_leave_nothing_missing_nothing_twice_and_no_deadlock(
    machine: Machine,
) -> None:
    storm = machine.start(3, "--cases", 40, module="bench.kills")  # fifty runs are for the hand: python -m bench.kills
    told, _nothing = storm.communicate(timeout=300)
    assert storm.returncode == 0, told


def test_a_deliverer_killed_after_sending_sends_that_mail_again_with_the_same_identity(machine: Machine) -> None:
    assert machine.run("prepare", 10) == 0
    waiting = set(machine.state()["mails"])
    assert machine.run("deliver", 0, 1) == KILLED
    assert machine.run("deliver", 0, 7) == KILLED
    assert machine.run("deliver", 0) == 0
    assert machine.run("deliver", 60) == 0  # what the dead had leased is free again
    assert set(machine.state()["mails"].values()) == {"accepted"}
    sent = Counter(identities(machine))
    assert set(sent) == waiting
    assert sum(times - 1 for times in sent.values()) <= 2


def identities(machine: Machine) -> list[str]:
    """The notice that each letter in the folder of sent mails is about."""
    files = [path.read_bytes() for path in (machine.home / "mail").iterdir()]
    letters = [text.lstrip() for file in files for text in file.split(b"-" * 79 + b"\n") if text.strip()]
    return [message_from_bytes(letter)["Message-ID"].strip("<>").partition("@")[0] for letter in letters]
