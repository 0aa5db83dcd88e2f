"""`manage.py verify_journal`: was any line of the journal changed, added or taken away?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext_lazy, ngettext

from escalations import reports
from escalations.models import Case
from escalations.reports import Fault

FAULTS: dict[Fault, Any] = {
    Fault.MISSING: gettext_lazy("%(case)s: line %(line)s is missing or was put in."),
    Fault.BACKWARDS: gettext_lazy("%(case)s: line %(line)s lies before the line above it."),
    Fault.UNKNOWN: gettext_lazy("%(case)s: line %(line)s is of a kind or shape that Belay never writes."),
    Fault.CHANGED: gettext_lazy("%(case)s: one of its %(read)s lines was changed."),
}


class Command(BaseCommand):
    """Reads every journal and recomputes its hash; exit status 1 when one is broken."""

    help = "Check the hash chain of every case against the head it holds; exit status 1 when a journal was changed."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for found in reports.broken_journals():
            broken += 1
            said = {"case": found.reference, "line": found.line, "read": found.read}
            self.stdout.write(str(FAULTS[found.fault]) % said)
        if broken:
            words = ngettext("%(count)s broken journal.", "%(count)s broken journals.", broken)
            raise CommandError(words % {"count": broken})
        words = ngettext("%(count)s journal is whole.", "%(count)s journals are whole.", cases := Case.objects.count())
        self.stdout.write(words % {"count": f"{cases:,}"})
