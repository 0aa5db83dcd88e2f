"""A letter as it would be, in words that are not kept yet, about a case that is really there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from customers.models import User
from escalations.admin.letter_values import value_of
from escalations.channels import composing, envelope, letters, own_words
from escalations.channels.flattening import Words
from escalations.channels.phrases import Letter, Reader
from escalations.models import Bulletin, Case, Event, Notice, mailbox_for
from escalations.models.letters import CUSTOMER
from escalations.rules.kinds import KINDS
from escalations.rules.standing import SYSTEM


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which letter is written: of which kind, for whom, in which language."""

    kind: str
    side: str
    language: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What its reader would get; without a case its values are examples."""

    letter: Letter
    page: str
    case: Case | None


class NoSuchCase(ValueError):
    """There is no such case, or this has not happened on it; the text says which."""


def preview(chosen: Chosen, said: Words, reference: str, by: User) -> Preview:
    """The letter of the newest case on which this happened, or of the case that is named.

    Raises WrongWords for words that cannot be used, NoSuchCase for a case that it cannot be shown on.
    """
    notice = _notice(chosen, reference, by)
    reader = _reader(chosen, notice, by)
    with letters.as_read_by(reader):
        if notice is None:
            values: Any = {name: value_of(name).example for name in own_words.known_to(chosen.kind, chosen.side).names}
        else:
            values = letters.values_of(notice, reader)
    case = notice.case if notice else None
    prefix = f"[{case.reference if case else value_of('reference').example}] " if chosen.kind in KINDS else ""
    letter = own_words.rendered(chosen.kind, chosen.side, said, values, prefix)
    return Preview(letter, composing.as_html(letter, reader, case, envelope.sender_name(mailbox_for(case))), case)


def _notice(chosen: Chosen, reference: str, by: User) -> Notice | None:
    """One that is told to nobody and never kept; None where this has never happened."""
    if chosen.kind not in KINDS:
        bulletin = Bulletin.objects.filter(kind=chosen.kind).order_by("-pk").first()
        return Notice(bulletin=bulletin, recipient=by.code, written_at=bulletin.written_at) if bulletin else None
    event = _event(chosen.kind, reference)
    if event is None:
        return None
    contact = event.case.contact
    recipient = contact.code if chosen.side == CUSTOMER and contact else by.code
    return Notice(event=event, case=event.case, recipient=recipient, written_at=event.occurred_at)


def _event(kind: str, reference: str) -> Event | None:
    """The newest event of this kind, of the named case where one is named. Raises NoSuchCase."""
    found = Event.objects.filter(kind=kind).select_related("case__team", "case__contact", "case__organization")
    if not reference:
        return found.order_by("-occurred_at", "-pk").first()
    case = Case.objects.visible_to(SYSTEM).filter(pk=Case.pk_of(reference)).first()
    if case is None:
        raise NoSuchCase(_("There is no case “%(case)s”; write a reference such as B-1042.") % {"case": reference})
    event = found.filter(case=case).order_by("-seq").first()
    if event is None:
        raise NoSuchCase(_("This has not happened on %(case)s; choose another case.") % {"case": case.reference})
    return event


def _reader(chosen: Chosen, notice: Notice | None, by: User) -> Reader:
    """Whoever is told, in the language of these words."""
    found = letters.reader_of(notice.recipient) if notice else None
    is_customer = chosen.side == CUSTOMER
    name = found.name if found else str(value_of("name").example)
    return Reader(
        name, "", is_customer, chosen.language, found.time_zone if found else by.time_zone or settings.TIME_ZONE
    )
