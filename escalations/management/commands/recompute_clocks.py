"""`manage.py recompute_clocks`: the stored clocks are what the journal says, or are made so."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.actions import clocks, repair
from escalations.models import Case
from escalations.rules.standing import SYSTEM

BATCH = 200


class Command(BaseCommand):
    """Computes every clock again from the events and the versions they name."""

    help = "Make every stored clock what its journal says; before and after are kept in the journal of its case."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare only and change nothing; exit status 1 on any difference"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        wrong = repaired = 0
        for case in every_case():
            found = clocks.differences(case)
            wrong += len(found)
            for difference in found:
                self.stdout.write(str(difference))
            if found and not check:
                repaired += repair.repair(case=case, actor=SYSTEM, at=timezone.now()) is not None
        if wrong and check:
            words = ngettext("%(count)s difference.", "%(count)s differences.", wrong)
            raise CommandError(words % {"count": wrong})
        self.stdout.write(_summary(repaired))


def every_case() -> Iterator[Case]:
    """All cases in order, a few hundred in memory at a time."""
    return Case.objects.select_related("policy_version").order_by("pk").iterator(chunk_size=BATCH)


def every_difference() -> Iterator[clocks.Difference]:
    """What the stored clocks say that the journals do not, case by case."""
    for case in every_case():
        yield from clocks.differences(case)


def _summary(repaired: int) -> str:
    if repaired:
        words = ngettext(
            "The clocks of %(count)s case were repaired.", "The clocks of %(count)s cases were repaired.", repaired
        )
        return words % {"count": f"{repaired:,}"}
    count = f"{Case.objects.count():,}"
    return _("The clocks of %(count)s cases are as their journals say.") % {"count": count}
