"""A case that goes on for months costs in proportion to what happened, not to its square."""

from __future__ import annotations

from dataclasses import replace

import pytest

from escalations.rules import effects
from escalations.rules import events as e
from escalations.timing.schedule import Schedule
from tests.rules.told import (
    ACCEPTED,
    HELD,
    NOTE,
    OPENED,
    REPLY,
    RESUMED,
    STEP,
    UPPER,
    WORDS,
    everything,
    instant,
    promised,
)

ROUND: tuple[e.EventData, ...] = (
    WORDS,
    REPLY,
    replace(UPPER, to_team="t3"),
    e.ClockWarned("next_update", 3, "", 0),
    HELD,
    RESUMED,
    NOTE,
    replace(UPPER, to_team="t4"),
    ACCEPTED,
    promised(999_999, message="m"),
)


def questions(events: int, monkeypatch: pytest.MonkeyPatch) -> int:
    """How often the fold and the reading of so many events ask anything of a schedule."""
    told: list[e.EventData] = [OPENED, REPLY, STEP]
    told += [ROUND[number % len(ROUND)] for number in range(events - len(told))]
    lines = [e.Line(seq, instant(7 * seq), data) for seq, data in enumerate(told, start=1)]
    asked = 0

    def counting(question: str) -> None:
        original = getattr(Schedule, question)

        def counted(self: Schedule, *given: object) -> object:
            nonlocal asked
            asked += 1
            return original(self, *given)

        patch.setattr(Schedule, question, counted)

    by = everything()
    with monkeypatch.context() as patch:
        for question in ("add_working_time", "working_time_between"):
            counting(question)
        effects.readings(effects.tracks(lines, lambda _uid: by), lines[-1].at)
    return asked


def test_twice_the_events_are_twice_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = questions(203, monkeypatch), questions(403, monkeypatch)
    assert 1.8 < many / few < 2.2
    assert few < 203 * 10
