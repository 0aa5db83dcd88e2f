"""`manage.py recompute_clocks`: the stored clocks are what the journal says, or are made so."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.actions import clocks
from escalations.models import Case

BATCH = 200


class Command(BaseCommand):
    """Computes every clock again from the events and the pinned version of its case."""

    help = "Compare every stored clock with its journal; exit status 1 on any difference."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", required=True, help="compare only, change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for difference in every_difference():
            wrong += 1
            self.stdout.write(difference)
        if wrong:
            words = ngettext("%(count)s difference.", "%(count)s differences.", wrong)
            raise CommandError(words % {"count": wrong})
        count = f"{Case.objects.count():,}"
        self.stdout.write(_("The clocks of %(count)s cases are as their journals say.") % {"count": count})


def every_difference() -> Iterator[str]:
    """What the stored clocks say that the journals do not, case by case."""
    for case in Case.objects.select_related("policy_version").order_by("pk").iterator(chunk_size=BATCH):
        yield from clocks.differences(case)
