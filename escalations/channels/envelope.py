"""The envelope of a letter: whom it comes from, where it is answered to, how mail programs put it into its thread."""

from __future__ import annotations

import re
from collections.abc import Sequence
from email.utils import format_datetime, formataddr, parseaddr

from django.conf import settings

from escalations.channels import letters
from escalations.channels.phrases import Reader, one_line
from escalations.models import Mailbox, Notice, ReceivedMail
from escalations.models.replies import reply_address
from escalations.rules import events as e

# To customers these carry the words of a person and little else, so they are mail of a person (RFC 3834): whoever is
# away may say so, and we know. Everything else is written by a machine, which nobody's machine shall answer.
OF_A_PERSON = (e.MessageSent.kind, e.FollowUpSent.kind)

_IDENTITY = re.compile(r"<?([!-;=?A-~]{1,200}@[!-;=?A-~]{1,200})>?")


def company_name() -> str:
    """How we call ourselves in mail without a mailbox: the name in `MAIL_FROM`."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return one_line(name or address)


def sender_name(mailbox: Mailbox | None) -> str:
    """Whom a letter comes from, as its reader sees it."""
    return one_line(mailbox.sender_name) if mailbox and mailbox.sender_name else company_name()


def sender(mailbox: Mailbox | None) -> str:
    """Whom a letter comes from; also where a server returns it to when it cannot be delivered."""
    return formataddr((sender_name(mailbox), mailbox.address)) if mailbox else settings.DEFAULT_FROM_EMAIL


def answered_to(mailbox: Mailbox | None, notice: Notice, folded: Sequence[Notice]) -> list[str]:
    """Where an answer comes back to its case; a letter of no one case has no such address."""
    if mailbox is None or notice.case is None or letters.is_digest(notice, folded):
        return []
    return [formataddr((sender_name(mailbox), reply_address(mailbox, notice)))]


def headers(notice: Notice, reader: Reader, folded: Sequence[Notice] = ()) -> dict[str, str]:
    """The same however often the letter is tried: its identity, its date, its thread, and who wrote it."""
    thread = [] if letters.is_digest(notice, folded) else _thread(notice, reader)
    found = {
        "Message-ID": f"<{notice.uid}@{_domain()}>",
        "Date": format_datetime(notice.written_at),
        "Content-Language": reader.language,
        "X-Belay-Notice": notice.uid,
    }
    if thread:
        found |= {"References": " ".join(thread), "In-Reply-To": thread[-1]}
    if not is_of_a_person(notice, reader):
        found |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}
    return found


def is_of_a_person(notice: Notice, reader: Reader) -> bool:
    """Whether a customer reads the words of one of us in this letter, and not of Belay."""
    return reader.is_customer and notice.event is not None and notice.event.kind in OF_A_PERSON


def _domain() -> str:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return address.rpartition("@")[2] or "belay.invalid"


def _thread(notice: Notice, reader: Reader) -> list[str]:
    """What a letter belongs to, the oldest first: the case (or bulletin), between the reader's own mails about it."""
    told = f"case-{notice.case.uid}" if notice.case else f"bulletin-{notice.bulletin.uid if notice.bulletin else ''}"
    root = f"<{told}@{_domain()}>"
    theirs = _mails_of(notice, reader) if reader.is_customer else []
    return list(dict.fromkeys([*theirs[:1], root, *theirs[-1:]])) if len(theirs) > 1 else [root, *theirs]


def _mails_of(notice: Notice, reader: Reader) -> list[str]:
    """The identities of the first and the last mail this customer had written about the case when the notice was."""
    _kind, _sep, uid = notice.recipient.partition(":")
    rows = ReceivedMail.objects.filter(case=notice.case_id, message__contact__uid=uid)
    written = rows.filter(received_at__lte=notice.written_at).exclude(header_id="").order_by("received_at", "pk")
    known = [_IDENTITY.fullmatch(row.header_id) for row in (written.first(), written.last()) if row]
    return list(dict.fromkeys(f"<{found[1]}>" for found in known if found))
