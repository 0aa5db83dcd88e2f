"""What every course ends with: the row says what became of the mail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from escalations.actions import journal
from escalations.actions.incoming import keeping
from escalations.models import Case, Message, Notice, ReceivedMail
from escalations.rules import events
from escalations.rules.mails import Incoming
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import MailKind, MailResult, MailState


@dataclass(frozen=True, slots=True)
class Thread:
    """What a mail answers: our letter, where it is one, and the case; None where nothing proves what it is about."""

    case: Case | None = None
    notice: Notice | None = None


def finish(
    mail: ReceivedMail,
    letter: Incoming,
    result: MailResult,
    at: datetime,
    *,
    case: Case | None = None,
    message: Message | None = None,
    kind: MailKind | None = None,
) -> MailResult:
    """Writes down what the mail led to."""
    keeping.describe(mail, letter)
    mail.kind = (kind or letter.kind).value
    mail.state, mail.result, mail.case, mail.message = MailState.DONE.value, result.value, case, message
    mail.done_at, mail.next_try_at, mail.error = at, None, ""
    mail.save()
    return result


def record(
    mail: ReceivedMail, letter: Incoming, case: Case | None, at: datetime, *, kind: MailKind | None = None
) -> MailResult:
    """On record on the case it belongs to, and nothing else; where it belongs to none it is only kept."""
    if case:
        said = events.MailRecorded(original=mail.uid, sort=(kind or letter.kind).value)
        with journal.locked(case, actor=SYSTEM, at=at, follow=True) as work:
            work.record(said)
    return finish(mail, letter, MailResult.RECORDED, at, case=case, kind=kind)


def set_aside(mail: ReceivedMail, letter: Incoming, at: datetime, *, case: Case | None = None) -> MailResult:
    """Nothing follows by itself, and administrators are told to look at it."""
    keeping.describe(mail, letter)
    keeping.tell(mail, at)
    return finish(mail, letter, MailResult.SET_ASIDE, at, case=case)


def key_of(mail: ReceivedMail, letter: Incoming) -> str:
    """The idempotency key of what this mail does: two rows of one mail do it once."""
    return f"mail:{hashlib.sha256(letter.header_id.encode()).hexdigest() if letter.header_id else mail.sha256}"
