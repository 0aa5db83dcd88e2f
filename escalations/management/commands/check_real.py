"""`manage.py check_real`: a real log goes in, and Belay's own numbers must be those its publishers' log has."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers import actions as people
from customers.refusal import Refused
from escalations import reports
from escalations.actions import roles
from escalations.actions.clocks import compare
from escalations.management.commands.recompute_clocks import every_case
from escalations.management.importing import Summary, import_file
from escalations.management.logs import BPI2013, Unreadable
from escalations.models import Agent, Case, Event, Notice
from escalations.rules.vocabulary import ClockKind

LOG = "bpi2013_incident_events.csv.gz"
SOURCE = "bpi2013"


class Figure(NamedTuple):
    """What the log must give, and the query of Belay's own that counts it."""

    name: Any
    expected: int
    ask: Callable[[], int]


class ClockFigure(NamedTuple):
    """What the clocks of the log must give, and where that is counted."""

    name: Any
    expected: int
    ask: Callable[[Clocks], int]


@dataclass(slots=True)
class Clocks:
    """The clocks of all cases, computed once: how many of which kind, how many that stood still, how many wrong."""

    of: Counter[ClockKind] = field(default_factory=Counter)
    waited: Counter[ClockKind] = field(default_factory=Counter)
    differences: int = 0

    def take(self, case: Case) -> None:
        compared = compare(case)
        self.differences += len(compared.differences)
        for track, reading in compared.projected:
            self.of[track.kind] += 1
            self.waited[track.kind] += bool(reading.pauses)


# The control figures that come with the log; the last two must hold for any log.
FIGURES: dict[str, Figure] = {
    "cases": Figure(gettext_lazy("cases"), 7_554, Case.objects.count),
    "level 1": Figure(gettext_lazy("highest level 1"), 4_546, lambda: reports.highest_levels(SOURCE).get(1, 0)),
    "level 2": Figure(gettext_lazy("highest level 2"), 2_468, lambda: reports.highest_levels(SOURCE).get(2, 0)),
    "level 3": Figure(gettext_lazy("highest level 3"), 540, lambda: reports.highest_levels(SOURCE).get(3, 0)),
    "up": Figure(gettext_lazy("steps up"), 3_245, lambda: reports.steps_up(SOURCE)),
    "down": Figure(gettext_lazy("steps down"), 1_755, lambda: reports.steps_down(SOURCE)),
    "reopened": Figure(gettext_lazy("cases reopened"), 514, lambda: reports.reopened_cases(SOURCE)),
    "paused": Figure(gettext_lazy("cases that waited"), 3_365, lambda: reports.paused_cases(SOURCE)),
    "solved": Figure(gettext_lazy("cases that ended solved"), 7_545, lambda: reports.solved_cases(SOURCE)),
    "notices": Figure(gettext_lazy("notices written"), 0, Notice.objects.count),
    "journals": Figure(gettext_lazy("broken journals"), 0, lambda: sum(1 for _one in reports.broken_journals())),
}

# Counted apart from Belay, by walking over the lines of the log: a time of solving for each opening and reopening, a
# time with a team for these and each hand-over, a time at a level for each step. The last must hold for any log.
CLOCKS: dict[str, ClockFigure] = {
    "resolution": ClockFigure(gettext_lazy("resolution clocks"), 8_134, lambda found: found.of[ClockKind.RESOLUTION]),
    "waited": ClockFigure(
        gettext_lazy("resolution clocks with a pause"), 3_562, lambda found: found.waited[ClockKind.RESOLUTION]
    ),
    "ownership": ClockFigure(gettext_lazy("ownership clocks"), 17_578, lambda found: found.of[ClockKind.OWNERSHIP]),
    "level": ClockFigure(
        gettext_lazy("clocks of time at a level"), 4_967, lambda found: found.of[ClockKind.TIME_AT_LEVEL]
    ),
    "differences": ClockFigure(gettext_lazy("clocks unlike their journal"), 0, lambda found: found.differences),
}


class Command(BaseCommand):
    """Imports the log twice into a database of its own and compares; exit status 1 on any difference."""

    help = "Import the real incident log into a temporary database and compare with its control figures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help=f"the folder that holds {LOG}")

    def handle(self, *args: Any, **options: Any) -> None:
        log: Path = options["folder"] / LOG
        if not log.is_file():
            raise CommandError(_("There is no %(file)s; name the folder that holds it.") % {"file": log})
        with scratch_database():
            first = self.run_import(log)
            wrong = self.compare() + bool(first.rejected)
            wrong += self.second_run(log)
        if wrong:
            raise CommandError(_("The imported log differs from its control figures."))
        self.stdout.write(_("Everything is as it must be."))

    def run_import(self, log: Path) -> Summary:
        """One run; whatever is rejected makes the check fail, so its file may go."""
        with tempfile.TemporaryDirectory() as folder:
            rejected = Path(folder) / "rejected.csv"
            try:
                return import_file(
                    log, BPI2013, source=SOURCE, rejected=rejected, at=timezone.now(), tell=self.progress
                )
            except Unreadable as problem:
                raise CommandError(str(problem)) from None
            except Refused as refused:
                raise CommandError(str(refused.remedy)) from None

    def progress(self, done: int, total: int) -> None:
        self.stderr.write(_("%(done)s of %(total)s cases") % {"done": f"{done:,}", "total": f"{total:,}"})

    def compare(self) -> int:
        """Prints expected and found side by side; how many differ."""
        self.stdout.write(f"{_('figure'):40} {_('expected'):>10} {_('found'):>10}")
        wrong = 0
        for figure in FIGURES.values():
            wrong += self.line(str(figure.name), figure.expected, figure.ask())
        clocks = Clocks()
        for case in every_case():
            clocks.take(case)
        for each in CLOCKS.values():
            wrong += self.line(str(each.name), each.expected, each.ask(clocks))
        return wrong

    def line(self, name: str, expected: int, found: int) -> bool:
        mark = "" if found == expected else "  " + _("differs")
        self.stdout.write(f"{name:40} {expected:>10,} {found:>10,}{mark}")
        return found != expected

    def second_run(self, log: Path) -> int:
        """The same log again must change nothing; how many figures differ."""
        before = Event.objects.count()
        again = self.run_import(log)
        wrong = self.line(_("cases imported by a second run"), 0, again.imported)
        return wrong + self.line(_("events after a second run"), before, Event.objects.count())


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty database beside the configured one, gone afterwards, with one person who works here.

    Made by Django's own means for test databases, on whatever DATABASE_URL names: no real row is ever touched.
    """
    name = str(connection.settings_dict["NAME"])
    folder = Path(tempfile.mkdtemp()) if connection.vendor == "sqlite" else None
    scratch = str(folder / "real.sqlite3") if folder else f"check_real_{os.getpid()}"
    connection.settings_dict["TEST"]["NAME"] = scratch
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        user = people.add_user(email="check@imported.invalid", name="Check", password=None)
        Agent.objects.create(user=user)
        roles.seed(at=timezone.now())
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        if folder:
            folder.rmdir()
