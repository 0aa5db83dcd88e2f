"""Mail that was written to files, for installations without a mail server: read here, never changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpResponse

from escalations.desk.pages import StaffRequest, show, staff_only

SHOWN = 60
_NAME = re.compile(r"\d{8}-\d{6}-\d+\.log")
_RULE = re.compile(rb"\n-{79}\n?")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail of a file: `number` counts from 0 inside the file `name`."""

    name: str
    number: int
    sent_at: datetime | None
    sender: str
    to: str
    subject: str
    text: str

    @property
    def path(self) -> str:
        return f"{self.name.removesuffix('.log')}-{self.number}"


def _read(folder: Path, name: str) -> Iterator[Letter]:
    """The mails of one file, in the order they were written."""
    content = (folder / name).read_bytes()
    for number, part in enumerate(part for part in _RULE.split(content) if part.strip()):
        mail = message_from_bytes(part.lstrip(), _class=EmailMessage, policy=policy.default)
        body = mail.get_body(("plain",))
        yield Letter(
            name,
            number,
            _sent_at(str(mail["Date"] or "")),
            str(mail["From"] or ""),
            str(mail["To"] or ""),
            str(mail["Subject"] or ""),
            body.get_content() if body else "",
        )


def _sent_at(text: str) -> datetime | None:
    """The date of a mail; one without a zone (“-0000”) is in UTC."""
    try:
        sent = parsedate_to_datetime(text)
    except ValueError:
        return None
    return sent if sent.tzinfo else sent.replace(tzinfo=UTC)


def newest(folder: Path, limit: int = SHOWN) -> list[Letter]:
    """The last `limit` mails, newest first; none where no mail was ever written.

    File names begin with the second they were made in; within a second the file system knows the order.
    """
    names = sorted(path.name for path in folder.glob("*.log") if _NAME.fullmatch(path.name))[-limit:]
    found: list[Letter] = []
    for name in sorted(names, key=lambda name: (folder / name).stat().st_mtime_ns, reverse=True):
        found += reversed(list(_read(folder, name)))
    return found[:limit]


def one(folder: Path, path: str) -> Letter:
    """The mail of this address. Raises Http404 when there is none."""
    stem, _dash, number = path.rpartition("-")
    name = f"{stem}.log"
    if not _NAME.fullmatch(name) or not number.isascii() or not number.isdecimal() or not (folder / name).is_file():
        raise Http404
    for letter in _read(folder, name):
        if letter.number == int(number):
            return letter
    raise Http404


def _folder(request: StaffRequest) -> Path:
    """Where the mails lie. In them stand links by which their readers choose passwords: for whoever has all power."""
    if not request.user.is_superuser:
        raise Http404
    return Path(settings.EMAIL_FILE_PATH)


@staff_only
def mail(request: StaffRequest) -> HttpResponse:
    """The newest mails."""
    return show(request, "desk/mail.html", {"letters": newest(_folder(request))}, here="mail")


@staff_only
def letter(request: StaffRequest, path: str) -> HttpResponse:
    """One mail, as plain text."""
    return show(request, "desk/letter.html", {"letter": one(_folder(request), path)}, here="mail")
