"""`manage.py import_cases`: the history of another system becomes cases."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.refusal import Refused
from escalations.management.importing import Summary, import_file
from escalations.management.logs import FORMATS, Unreadable


class Command(BaseCommand):
    """Imports good cases, writes broken lines to a file, and can be run again without harm."""

    help = "Import cases with their history from a log of events (see docs/import.md). Nothing is sent to anybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file in UTF-8, or the same packed as .gz")
        parser.add_argument("--format", choices=list(FORMATS), default="belay", help="default: belay")
        parser.add_argument("--source", help="name of the system it comes from; default: the format")
        parser.add_argument("--rejected", type=Path, help="where broken lines go; default: FILE.rejected.csv, here")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        rejected: Path = options["rejected"] or Path(f"{path.name}.rejected.csv")
        if rejected.resolve() == path.resolve():
            raise CommandError(_("The rejected lines would overwrite the file itself; choose another --rejected."))
        source = options["source"] or options["format"]
        if len(source) > 40:
            raise CommandError(_("The name of the source is longer than 40 characters; shorten it."))
        try:
            summary = import_file(
                path,
                FORMATS[options["format"]],
                source=source,
                rejected=rejected,
                at=timezone.now(),
                tell=self.progress,
            )
        except Unreadable as problem:
            raise CommandError(str(problem)) from None
        except Refused as refused:
            raise CommandError(str(refused.remedy)) from None
        self.report(summary, path, rejected)

    def progress(self, done: int, total: int) -> None:
        self.stderr.write(_("%(done)s of %(total)s cases") % {"done": f"{done:,}", "total": f"{total:,}"})

    def report(self, summary: Summary, path: Path, rejected: Path) -> None:
        """The summary; an error when nothing of the file could be imported."""
        self.stdout.write(
            _("Cases imported: %(imported)s; here before: %(before)s; held back: %(held)s.")
            % {
                "imported": f"{summary.imported:,}",
                "before": f"{summary.here_before:,}",
                "held": f"{summary.held_back:,}",
            }
        )
        if summary.rejected:
            said = ngettext(
                "%(count)s line rejected; it stands in %(file)s with its remedy.",
                "%(count)s lines rejected; they stand in %(file)s with their remedies.",
                summary.rejected,
            )
            self.stdout.write(said % {"count": summary.rejected, "file": rejected})
        if not summary.anything:
            raise CommandError(_("No case of %(file)s could be imported.") % {"file": path})
