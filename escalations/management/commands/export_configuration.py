"""`manage.py export_configuration`: everything an administrator configured, as one file that can be read."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from escalations.actions import configuration


class Command(BaseCommand):
    """The same configuration gives the same bytes, so that two files can be compared."""

    help = "Write the configuration as one YAML file, without secrets (see docs/configuration.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="the file to write; default: standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        text, path = configuration.exported(), options["to"]
        if path is None:
            self.stdout.write(text, ending="")
            return
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as problem:
            said = {"file": path, "why": problem.strerror or problem}
            raise CommandError(_("%(file)s cannot be written: %(why)s.") % said) from None
