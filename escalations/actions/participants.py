"""Who follows a case at the customer."""

from __future__ import annotations

from datetime import datetime

from customers.models import Contact
from escalations.actions import journal
from escalations.models import Case, Event, Participant
from escalations.rules import events
from escalations.rules.standing import Standing


def join(*, case: Case, contact: Contact, actor: Standing, at: datetime, how: str) -> Event | None:
    """This contact follows the case, or the one it goes on as, from here on; None when they did before.

    Whoever calls this knows that the contact belongs to the organization of the case.
    """
    with journal.locked(case, actor=actor, at=at, follow=True) as work:
        _row, is_new = Participant.objects.get_or_create(case=work.case, contact=contact)
        return work.record(events.ParticipantJoined(contact.code, how)) if is_new else None
