"""`manage.py recompute_clocks`: the stored clocks are what the journal says, or are made so."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.actions import repair
from escalations.models import Case
from escalations.rules.standing import SYSTEM

logger = logging.getLogger(__name__)

BATCH = 200


@dataclass(slots=True)
class Tally:
    """What was found: cases looked at, differences, cases repaired, cases that could not be computed or repaired."""

    cases: int = 0
    differences: int = 0
    repaired: int = 0
    failed: int = 0


class Command(BaseCommand):
    """Computes every clock again from the events and the versions they name."""

    help = "Make every stored clock what its journal says; before and after are kept in the journal of its case."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare only and change nothing; exit status 1 on any difference"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        tally = Tally()
        for case in every_case():
            tally.cases += 1
            try:
                self.one(case, tally, check=check)
            except Exception as problem:  # whatever is wrong with one case, the others are looked at
                logger.exception("the clocks of case %s could not be computed", case.pk)
                tally.failed += 1
                self.stdout.write(f"{case.reference}: {type(problem).__name__}: {problem}")
        if wrong := _wrong(tally, check=check):
            raise CommandError(wrong)
        self.stdout.write(_summary(tally))

    def one(self, case: Case, tally: Tally, *, check: bool) -> None:
        """Says what differs in one case and, unless it is only a check, repairs it."""
        found = repair.compare(case=case).differences
        tally.differences += len(found)
        for difference in found:
            self.stdout.write(str(difference))
        if found and not check:
            tally.repaired += repair.repair(case=case, actor=SYSTEM, at=timezone.now()) is not None


def every_case() -> Iterator[Case]:
    """All cases in order, a few hundred in memory at a time; what is written meanwhile disturbs no reading."""
    last = 0
    while batch := list(Case.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield from batch
        last = batch[-1].pk


def _wrong(tally: Tally, *, check: bool) -> str:
    """Why this ends with status 1; empty when all is well now."""
    said = []
    if check and tally.differences:
        words = ngettext("%(count)s difference.", "%(count)s differences.", tally.differences)
        said.append(words % {"count": f"{tally.differences:,}"})
    elif tally.failed and tally.repaired:
        said.append(_repaired(tally))
    if tally.failed:
        words = ngettext(
            "The clocks of %(count)s case could not be computed; the log says why.",
            "The clocks of %(count)s cases could not be computed; the log says why.",
            tally.failed,
        )
        said.append(words % {"count": f"{tally.failed:,}"})
    return " ".join(said)


def _repaired(tally: Tally) -> str:
    words = ngettext(
        "The clocks of %(count)s case were repaired.", "The clocks of %(count)s cases were repaired.", tally.repaired
    )
    return words % {"count": f"{tally.repaired:,}"}


def _summary(tally: Tally) -> str:
    if tally.repaired:
        return _repaired(tally)
    return _("The clocks of %(count)s cases are as their journals say.") % {"count": f"{tally.cases:,}"}
