"""`manage.py open_live_demonstration`: one new case that climbs the ladder within minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.management.demonstration.live import open_live_case


class Command(BaseCommand):
    """Called at every start; does nothing where the demonstration company was not loaded."""

    help = "Open one new case of the live demonstration; an earlier one that is still open ends."

    def handle(self, *args: Any, **options: Any) -> None:
        case = open_live_case(timezone.now())
        if case is None:
            self.stdout.write(_("There is no demonstration company here; nothing was opened."))
            return
        self.stdout.write(
            _("Watch %(reference)s: it is answered by nobody and climbs a level a minute.")
            % {"reference": case.reference}
        )
