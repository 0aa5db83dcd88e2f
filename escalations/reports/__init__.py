"""Numbers from the journal, steps and clocks: each in a fixed number of statements, however many cases there are.

Everywhere `source` narrows to the cases of one import; empty are those raised here, None is all of them.
"""

from escalations.reports.history import (
    highest_levels,
    paused_cases,
    reopened_cases,
    solved_cases,
    steps_down,
    steps_up,
)
from escalations.reports.integrity import BrokenJournal, Fault, broken_journals
from escalations.reports.numbers import Acknowledgement, Durations, LevelRate, Numbers, Satisfaction, numbers

__all__ = [
    "Acknowledgement",
    "BrokenJournal",
    "Durations",
    "Fault",
    "LevelRate",
    "Numbers",
    "Satisfaction",
    "broken_journals",
    "highest_levels",
    "numbers",
    "paused_cases",
    "reopened_cases",
    "solved_cases",
    "steps_down",
    "steps_up",
]
