"""One mail, once: what came before is a duplicate, bounces and messages go their ways, all else is on record."""

from __future__ import annotations

import re
from datetime import datetime

from customers.refusal import Refused
from escalations.actions.incoming import bounces, floods, speaking
from escalations.actions.incoming.finishing import Thread, finish, record, set_aside
from escalations.models import Notice, ReceivedMail, words
from escalations.models.mailboxes import is_ours, mailbox_of, our_addresses
from escalations.rules.mails import Incoming
from escalations.rules.vocabulary import MailKind, MailResult, MailState

_OUR_ID = re.compile(r"([0-9a-f]{32})@")


def act(*, mail: ReceivedMail, letter: Incoming, thread: Thread, at: datetime) -> MailResult:
    """What this mail leads to, written within the caller's transaction, which holds the lock of its row."""
    mail.mailbox = mail.mailbox or mailbox_of(letter.addressed)
    if before := _came_before(mail, letter):
        return _again(mail, letter, before, at)
    if letter.kind is MailKind.BOUNCE:
        return bounces.take(mail, letter, thread, at)
    if letter.kind is MailKind.MESSAGE and not _from_us(letter):
        return _message(mail, letter, thread, at)
    kind = MailKind.LOOP if letter.kind is MailKind.MESSAGE else None
    crowded = thread.case and floods.crowds(letter, thread.case, at)
    return record(mail, letter, None if crowded else thread.case, at, kind=kind)


def _message(mail: ReceivedMail, letter: Incoming, thread: Thread, at: datetime) -> MailResult:
    """Without a sender nobody speaks; somebody looks at it."""
    return speaking.speak(mail, letter, thread, at) if letter.sender else set_aside(mail, letter, at)


def _from_us(letter: Incoming) -> bool:
    """Whether one of our own addresses wrote this, or it is a letter of ours that went in a circle."""
    ours = _OUR_ID.match(letter.header_id)
    if ours and Notice.objects.filter(uid=ours[1]).exists():
        return True
    return bool(letter.sender) and is_ours(letter.sender, our_addresses())


def _came_before(mail: ReceivedMail, letter: Incoming) -> ReceivedMail | None:
    """The mail with this Message-ID, or without one with these bytes, that was acted on already."""
    same = {"header_id": letter.header_id[:255]} if letter.header_id else {"sha256": mail.sha256}
    done = ReceivedMail.objects.filter(**same, state=MailState.DONE.value).exclude(pk=mail.pk)
    return done.exclude(result=MailResult.DUPLICATE.value).select_related("message", "case").order_by("pk").first()


def _again(mail: ReceivedMail, letter: Incoming, before: ReceivedMail, at: datetime) -> MailResult:
    """A second copy is a duplicate; other words under the same Message-ID are set aside for somebody to look at."""
    same_words = before.message is None or before.message.body.startswith(speaking.text_of(letter))
    if (before.sender, before.subject) == (letter.sender[:254], letter.subject[:200]) and same_words:
        return finish(mail, letter, MailResult.DUPLICATE, at, case=before.case)
    return set_aside(mail, letter, at, case=before.case)


def open_as_case(*, mail: ReceivedMail, letter: Incoming, at: datetime) -> MailResult:
    """Somebody has looked at a mail that speaks for nobody, and says that it is a case of whoever wrote it.

    Raises Refused for a mail that has become words on a case already, or that nobody wrote.
    """
    if mail.message_id:
        raise Refused("mail", "mail_spoken", words.REMEDIES["mail_spoken"])
    if not letter.sender or is_ours(letter.sender, our_addresses()):
        raise Refused("mail", "mail_without_sender", words.REMEDIES["mail_without_sender"])
    contact = speaking.known(letter)
    return speaking.open_new(mail, letter, contact, at, key=f"mail:{mail.uid}:opened")
