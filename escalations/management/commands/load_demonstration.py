"""`manage.py load_demonstration`: a company with a past, for a first look; only into an empty installation."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from escalations.management.demonstration.loading import load


class Command(BaseCommand):
    """Does nothing where anybody is already known, so that it can run at every start."""

    help = "Load the demonstration company into an installation that nobody uses yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="also on an https address, where its known passwords are a risk"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            self.stdout.write(_("People are here already; the demonstration company stays away."))
            return
        if settings.HTTPS and not options["force"]:
            raise CommandError(
                _(
                    "The demonstration company has passwords that everybody knows, and this address is https: create "
                    "an administrator with “manage.py createsuperuser”, or load it with --force."
                )
            )
        # All or nothing: half a company would keep the rest from ever being loaded.
        with transaction.atomic():
            loaded = load(timezone.now())
        self.stdout.write(
            _("The demonstration company is loaded: %(cases)d cases, %(articles)d articles.")
            % {"cases": loaded.cases, "articles": loaded.articles}
        )
