"""`manage.py receive_mail [--mailbox NAME] < mail`: takes in one mail that a mail server passes on."""

import os
import sys
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.inbound.receiving import head_of, most_bytes, receive
from escalations.models import Mailbox

CHUNK = 1_000_000


class Command(BaseCommand):
    """Exit status 0 once the mail is kept, whatever becomes of it later; 75 tells the mail server to try again."""

    help = "Take in one mail from standard input; exit status 0 once it is kept, 75 when it must be tried again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mailbox", metavar="NAME", help="the short name of the mailbox it came to")

    def handle(self, *args: Any, **options: Any) -> None:
        raw, size = read(sys.stdin.buffer)
        if not raw.strip():
            raise CommandError(_("There is no mail on standard input."), returncode=os.EX_DATAERR)
        try:
            mailbox = Mailbox.objects.get(slug=options["mailbox"]) if options["mailbox"] else None
            row = receive(raw, mailbox=mailbox, size=size, at=timezone.now())
        except Mailbox.DoesNotExist:
            words = _("There is no mailbox “%(name)s”.") % {"name": options["mailbox"]}
            raise CommandError(words, returncode=os.EX_TEMPFAIL) from None
        except Exception as problem:  # whatever it is, the mail server keeps the mail and comes again
            words = _("The mail could not be kept: %(problem)s") % {"problem": type(problem).__name__}
            raise CommandError(words, returncode=os.EX_TEMPFAIL) from problem
        self.stdout.write(_("Kept as %(uid)s: %(state)s") % {"uid": row.uid, "state": row.get_state_display()})


def read(stream: BinaryIO) -> tuple[bytes, int | None]:
    """The mail; of one that is too large its head and its size, though all of it is read."""
    raw = stream.read(most_bytes() + 1)
    if len(raw) <= most_bytes():
        return raw, None
    size = len(raw)
    while more := stream.read(CHUNK):
        size += len(more)
    return head_of(raw), size
