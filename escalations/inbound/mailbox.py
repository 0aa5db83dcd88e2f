"""A mailbox over IMAP: what is in it, one mail as it is, and what becomes of a mail once it was kept.

Only commands that leave other mails alone: nothing is expunged but what this mailbox is told to delete.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any

from imap_tools import OR, BaseMailBox, ImapToolsError, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.utils import encode_folder

from escalations.models import Mailbox
from escalations.models.mailboxes import After, Security

TIMEOUT = 20  # seconds for each answer of the server
LONGEST_ERROR = 300
REFUSED = (imaplib.IMAP4.error, ImapToolsError)
TROUBLE = (*REFUSED, OSError, ValueError)

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Box:
    """An open connection to one folder."""

    def __init__(self, box: BaseMailBox, folder: str) -> None:
        self._box, self._folder = box, folder

    def place(self) -> tuple[int, int]:
        """The UIDVALIDITY of the folder, and the UID that its next mail gets."""
        found = self._box.folder.status(self._folder, ("UIDVALIDITY", "UIDNEXT"))
        return found["UIDVALIDITY"], found["UIDNEXT"]

    def after(self, uid: int) -> list[int]:
        """The mails behind this one. A server names the last one in any case, so it is left out here."""
        return [each for each in self._uids(f"UID {uid + 1}:*") if each > uid]

    def unread(self, since: date | None) -> list[int]:
        """The mails that nobody has read; with `since` also all of that day and later."""
        return self._uids(str(OR(seen=False, date_gte=since)) if since else "UNSEEN")

    def size(self, uid: int) -> int | None:
        """How many bytes it has; None when it is gone."""
        found = _SIZE.search(b" ".join(self._lines(uid, "(RFC822.SIZE)")))
        return int(found[1]) if found else None

    def content(self, uid: int, *, head_only: bool = False) -> bytes | None:
        """The mail, or its head, as it is; it stays unread by this. None when it is gone."""
        _code, data = self._box.client.uid("FETCH", str(uid), f"(BODY.PEEK[{'HEADER' if head_only else ''}])")
        return next((part[1] for part in data if isinstance(part, tuple)), None)

    def finish(self, uid: int, after: After, moves_to: str) -> None:
        """What becomes of a mail that was kept. Raises what the server says against it."""
        if after is After.SEEN:
            self._flag(uid, r"(\Seen)")
        elif after is After.DELETE:
            self._delete(uid)
        elif after is After.MOVE:
            self._move(uid, moves_to)

    def _move(self, uid: int, folder: str) -> None:
        if self._can("MOVE"):
            self._do("MOVE", uid, encode_folder(folder))
        else:
            self._do("COPY", uid, encode_folder(folder))
            self._delete(uid)

    def _delete(self, uid: int) -> None:
        """Where the server can remove one mail alone; else it is marked, and goes when somebody tidies up there."""
        self._flag(uid, r"(\Deleted)")
        if self._can("UIDPLUS"):
            self._do("EXPUNGE", uid)

    def _can(self, what: str) -> bool:
        """Many servers say only after signing in what they can do."""
        _code, data = self._box.client.capability()
        return what.encode() in b" ".join(data).upper().split()

    def _flag(self, uid: int, flag: str) -> None:
        self._do("STORE", uid, "+FLAGS.SILENT", flag)

    def _do(self, command: str, uid: int, *arguments: Any) -> None:
        code, data = self._box.client.uid(command, str(uid), *arguments)
        if code != "OK":
            raise imaplib.IMAP4.error(f"{command}: {code} {data}")

    def _uids(self, criteria: str) -> list[int]:
        return sorted(int(uid) for uid in self._box.uids(criteria, charset=None))

    def _lines(self, uid: int, parts: str) -> Iterator[bytes]:
        _code, data = self._box.client.uid("FETCH", str(uid), parts)
        for line in data:
            yield from (line if isinstance(line, tuple) else (line or b"",))


@contextmanager
def connected(mailbox: Mailbox) -> Iterator[Box]:
    """Signs in and opens the folder; certificates are checked. Raises one of TROUBLE."""
    box = _OPENERS[Security(mailbox.security)](mailbox.host, mailbox.port)
    try:
        plain = (mailbox.username + mailbox.password).isascii()
        sign_in = box.login if plain else box.login_utf8
        sign_in(mailbox.username, mailbox.password, initial_folder=mailbox.folder)
        yield Box(box, mailbox.folder)
    finally:
        with suppress(*TROUBLE):
            box.logout()


_OPENERS: dict[Security, Callable[[str, int], BaseMailBox]] = {
    Security.TLS: lambda host, port: MailBox(host, port, TIMEOUT, ssl_context=ssl.create_default_context()),
    Security.STARTTLS: lambda host, port: MailBoxStartTls(host, port, TIMEOUT, ssl.create_default_context()),
    Security.NONE: lambda host, port: MailBoxUnencrypted(host, port, TIMEOUT),
}


def told(problem: Exception, mailbox: Mailbox) -> str:
    """What went wrong, in one line and without the password, which libraries repeat in what they say."""
    said = " ".join(f"{type(problem).__name__}: {problem}".split())
    for secret in (mailbox.password, mailbox.password.replace("\\", "\\\\").replace('"', '\\"')):
        said = said.replace(secret, "…") if secret else said
    return said[:LONGEST_ERROR]


def check(mailbox: Mailbox) -> int:
    """Tries the connection; gives how many unread mails there are. Raises one of TROUBLE."""
    with connected(mailbox) as box:
        return len(box.unread(None))
