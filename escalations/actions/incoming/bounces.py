"""A mail of ours came back: the address is marked, whoever keeps the case is told, and that person was not reached.

Only a mail that brings back the identity of our letter, or comes to the mark in its address, is believed: anybody can
write that an address does not work. What proves nothing is on record.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from customers import actions as people
from customers.models import Contact, ContactAddress, User
from escalations.actions import deliveries, journal
from escalations.actions.incoming import floods
from escalations.actions.incoming.finishing import Thread, finish, record
from escalations.models import Case, Notice, NoticeState, ReceivedMail
from escalations.rules import events
from escalations.rules.mails import Incoming, Returned
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Channel, MailResult

HOW_FAR_BACK = timedelta(days=7)
MOST_CASES = 50  # of one digest that came back


def take(mail: ReceivedMail, letter: Incoming, thread: Thread, at: datetime) -> MailResult:
    """What a bounce means. One that does not say “for good”, or of what nobody can be sure, is only on record."""
    notice, returned = thread.notice, letter.returned
    if returned is None or notice is None:
        last = _last_letter_to(returned.addresses if returned else (), at)
        case = thread.case or (last.case if last else None)
        return record(mail, letter, None if case and floods.crowds(letter, case, at) else case, at)
    if not returned.is_permanent or notice.state == NoticeState.BOUNCED:
        return record(mail, letter, notice.case, at)
    for address in _addresses(notice, returned):
        people.mark_undeliverable(email=address, reason=returned.said, at=at)
    told = deliveries.bounced(notice=notice, at=at)
    cases = {row.case_id: row.case for row in told if row.case}
    for case in list(cases.values())[:MOST_CASES]:
        _tell(mail, notice, case, at)
    return finish(mail, letter, MailResult.RECORDED, at, case=notice.case)


def _tell(mail: ReceivedMail, notice: Notice, case: Case, at: datetime) -> None:
    """On record on the case, which tells whoever keeps it and lets its ladder look for somebody else."""
    read = Notice.objects.filter(case=case, recipient=notice.recipient, channel=Channel.IN_APP.value)
    seen = read.filter(written_at__gte=notice.written_at, seen_at__isnull=False).exists()
    with journal.locked(case, actor=SYSTEM, at=at) as work:
        work.record(events.MailBounced(mail.uid, notice.uid, notice.recipient, seen))


def _addresses(notice: Notice, returned: Returned) -> list[str]:
    """The addresses of the recipient that do not work; where the mail names none of them, the one mail goes to now."""
    known = _known(notice.recipient)
    return [address for address in returned.addresses if address in known] or known[:1]


def _known(recipient: str) -> list[str]:
    """The addresses of this person in lower case, the one that mail goes to first."""
    kind, _sep, uid = recipient.partition(":")
    if kind == "user":
        return [email.lower() for email in User.objects.filter(uid=uid).values_list("email", flat=True)]
    contact = Contact.objects.filter(uid=uid).select_related("user").first()
    if contact is None:
        return []
    others = contact.addresses.order_by("id").values_list("email", flat=True)
    found = [contact.mail_address, *others, contact.user.email if contact.user else ""]
    return [email.lower() for email in found if email]


def _last_letter_to(addresses: tuple[str, ...], at: datetime) -> Notice | None:
    """The last letter that the next server took for one of these addresses."""
    if not addresses:
        return None
    users = User.objects.filter(email__in=addresses).values_list("uid", flat=True)
    by_address = ContactAddress.objects.filter(email__in=addresses).values_list("contact__uid", flat=True)
    signed_in = Contact.objects.filter(user__email__in=addresses).values_list("uid", flat=True)
    codes = [*(f"user:{uid}" for uid in users), *(f"contact:{uid}" for uid in (*by_address, *signed_in))]
    sent = Notice.objects.filter(recipient__in=codes, channel=Channel.MAIL.value, accepted_at__gt=at - HOW_FAR_BACK)
    return sent.select_related("case").order_by("-accepted_at", "-pk").first()
