"""`manage.py audit`: one look of the auditor by hand."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.engine import auditor, looks
from escalations.models import Case, Violation, words
from escalations.rules.violations import Found


class Command(BaseCommand):
    """Says what is wrong, a line each; exit status 1 when there is anything."""

    help = "Prove that nothing went silent; mends and tells as the auditor does. Exit status 1 on any violation."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only look: write nothing, mend nothing, tell nobody")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        at = timezone.now()
        if check:
            seen = looks.look(at)
            lines, escalations = list(_of_look(seen.found)), seen.open_escalations
        else:
            made = auditor.audit_alone(at)
            if made is None:
                raise CommandError(_("Another auditor is at it; try again in a minute."))
            lines, escalations = list(_of_rows(Violation.objects.open().select_related("case"))), made.open_escalations
        for line in lines:
            self.stdout.write(line)
        if lines:
            said = ngettext("%(number)s violation.", "%(number)s violations.", len(lines))
            raise CommandError(said % {"number": len(lines)})
        self.stdout.write(_("All open escalations (%(number)s) are accounted for.") % {"number": escalations})


def _of_look(found: Iterable[Found]) -> Iterable[str]:
    references = {case.pk: case.reference for case in Case.objects.filter(pk__in={item.case_id for item in found})}
    for item in found:
        yield f"{references.get(item.case_id or 0, item.about)}: {words.VIOLATIONS[item.kind]}"


def _of_rows(rows: Iterable[Violation]) -> Iterable[str]:
    for row in rows:
        yield row.in_a_line
