"""`manage.py import_configuration`: the configuration becomes what a file says, all of it or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from escalations.actions import configuration
from escalations.channels.configured import OUTSIDE


class Command(BaseCommand):
    """Deletes and publishes nothing; running it again changes nothing."""

    help = "Read the configuration from a file of export_configuration (see docs/configuration.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file as export_configuration writes it")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be made and changed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with options["file"].open("rb") as file:
                content = file.read(configuration.LARGEST + 1)
        except OSError as problem:
            said = {"file": options["file"], "why": problem.strerror or problem}
            raise CommandError(_("%(file)s cannot be read: %(why)s.") % said) from None
        try:
            outcome = configuration.imported(content, by=None, outside=OUTSIDE, dry_run=options["dry_run"])
        except configuration.Unreadable as refused:
            for each in refused.problems:
                self.stderr.write(str(each))
            raise CommandError(_("Nothing was changed.")) from None
        for line in outcome.told():
            self.stdout.write(line)
        self.stdout.write(outcome.counted())
        if options["dry_run"]:
            self.stdout.write(_("This was a dry run: nothing was changed."))
