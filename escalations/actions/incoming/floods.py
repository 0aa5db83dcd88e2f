"""The last guard against mail in circles: more than anybody writes by hand is set aside, and people are told once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from escalations.actions.incoming import keeping
from escalations.actions.incoming.finishing import finish, record
from escalations.models import Case, ReceivedMail
from escalations.rules.mails import Incoming
from escalations.rules.vocabulary import MailKind, MailResult

HOUR = timedelta(hours=1)
OPENED = (MailResult.OPENED, MailResult.FOLLOWED_UP)
SPOKEN = (*OPENED, MailResult.REPLIED, MailResult.REOPENED, MailResult.NOTED)


def opens_too_many(letter: Incoming, at: datetime) -> bool:
    """Whether this address has opened as many cases within an hour as mail may."""
    return _so_far(letter, OPENED, at) >= settings.MAIL_CASES_PER_HOUR


def writes_too_much(letter: Incoming, case: Case, at: datetime) -> bool:
    """Whether this address has written on this case within an hour as often as mail may."""
    return _so_far(letter, SPOKEN, at, case) >= settings.MAIL_MESSAGES_PER_HOUR


def crowds(letter: Incoming, case: Case, at: datetime) -> bool:
    """Whether so much of this address is on record on this case within an hour that one more line says nothing new."""
    return _so_far(letter, (MailResult.RECORDED,), at, case) >= settings.MAIL_MESSAGES_PER_HOUR


def _so_far(letter: Incoming, results: tuple[MailResult, ...], at: datetime, case: Case | None = None) -> int:
    found = ReceivedMail.objects.filter(sender=letter.sender, received_at__gt=at - HOUR, result__in=results)
    return (found.filter(case=case) if case else found).count()


def stop(mail: ReceivedMail, letter: Incoming, case: Case | None, at: datetime) -> MailResult:
    """Set aside as a loop. The first of an hour stands on its case, and administrators are told of it once a day."""
    about = f"flood:{letter.sender[:48]}:{at:%Y-%m-%d}"
    keeping.describe(mail, letter)
    keeping.tell(mail, at, about)
    before = ReceivedMail.objects.filter(sender=letter.sender, received_at__gt=at - HOUR, kind=MailKind.LOOP.value)
    if case and not before.filter(case=case).exists():
        record(mail, letter, case, at, kind=MailKind.LOOP)
    return finish(mail, letter, MailResult.SET_ASIDE, at, case=case, kind=MailKind.LOOP)
