"""Somebody speaks in a mail: who it is, which case it belongs to, and what it does there.

A sender can be forged. So a mail acts for a contact only on cases that this contact may follow anyway, and for a
colleague only where it answers a letter that went to this very colleague – and then only as an internal note.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from customers import actions as people
from customers.models import Contact, Membership, Organization, User
from customers.refusal import Refused
from escalations.actions import attachments, handling, intake, journal, participants, resolution
from escalations.actions.incoming import floods
from escalations.actions.incoming.finishing import Thread, finish, key_of, record, set_aside
from escalations.models import Agent, Case, Event, Message, Participant, ReceivedMail, contact_standing, staff_standing
from escalations.models.mailboxes import is_ours, our_addresses
from escalations.rules import events
from escalations.rules.mails import Course, Incoming, course
from escalations.rules.standing import SYSTEM, Right, Standing
from escalations.rules.vocabulary import CaseState, MailKind, MailResult, Origin

LONGEST_TEXT = 100_000  # characters of a message; the original keeps all
LONGEST_SUBJECT = 200
WORDS_OF_SUBJECT = 60  # characters of the text that stand for a subject that is missing
MOST_COPIED = 50


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whom an address belongs to: a contact, a colleague, both, or nobody we know."""

    contact: Contact | None = None
    colleague: User | None = None


def speaker(address: str) -> Speaker:
    """Who writes from this address, in whatever case it is written."""
    by_address = Contact.objects.filter(addresses__email__iexact=address).select_related("user").first()
    signed_in = Contact.objects.filter(user__email__iexact=address).select_related("user").first()
    agent = Agent.objects.active().filter(user__email__iexact=address).select_related("user").first()
    return Speaker(by_address or signed_in, agent.user if agent else None)


def speak(mail: ReceivedMail, letter: Incoming, thread: Thread, at: datetime) -> MailResult:
    """What this message leads to."""
    people.works_again(email=letter.sender)
    who = speaker(letter.sender)
    if who.colleague and thread.notice and thread.notice.recipient == who.colleague.code:
        if thread.case is None:  # a digest, or word that belongs to no case
            return set_aside(mail, letter, at)
        return _note(mail, letter, thread.case, who.colleague, at)
    case = thread.case if thread.case and who.contact and may_follow(who.contact, thread.case, at) else None
    if thread.case and who.colleague and not case:
        return record(mail, letter, None if floods.crowds(letter, thread.case, at) else thread.case, at)
    if case and floods.writes_too_much(letter, case, at):
        return floods.stop(mail, letter, case, at)
    does = _course(case, at) if case else Course.OPEN
    if does in (Course.OPEN, Course.FOLLOW) and floods.opens_too_many(letter, at):
        return floods.stop(mail, letter, case, at)
    if case and does is not Course.FOLLOW:
        return _answer(mail, letter, case, does, known(letter, who), at)
    return open_new(mail, letter, known(letter, who), at, follows=case, answered=thread.case)


def known(letter: Incoming, who: Speaker | None = None) -> Contact:
    """The contact who speaks; somebody new where nobody knows the address."""
    who = who or speaker(letter.sender)
    if who.contact:
        return who.contact
    name = " ".join(letter.name.split()) or letter.sender.partition("@")[0]
    return people.add_contact(name=name[:120], email=letter.sender)


def may_follow(contact: Contact, case: Case, at: datetime) -> bool:
    """Whether this contact may follow the case: as a member of its organization now, or where it has none as before."""
    if case.organization_id:
        return Membership.objects.current(at.date()).filter(contact=contact, organization=case.organization_id).exists()
    return Participant.objects.filter(case=case, contact=contact).exists()


def _course(case: Case, at: datetime) -> Course:
    return course(CaseState(case.state), case.closed_at, at, case.policy_version.procedure())


# -- what it does --------------------------------------------------------------------------------------


def _note(mail: ReceivedMail, letter: Incoming, case: Case, colleague: User, at: datetime) -> MailResult:
    """A colleague answers one of their own letters: for colleagues only, whatever they meant to say to whom.

    Of somebody whose role only reads it stays on record.
    """
    standing = staff_standing(colleague)
    if not standing.may(Right.WORK):
        return record(mail, letter, case, at)
    if floods.writes_too_much(letter, case, at):
        return floods.stop(mail, letter, case, at)
    text, key = text_of(letter), key_of(mail, letter)
    event = handling.note(case=case, actor=standing, at=at, text=text, key=key)
    return finish(mail, letter, MailResult.NOTED, at, case=event.case, message=_words(event, letter, at))


def _answer(
    mail: ReceivedMail, letter: Incoming, case: Case, does: Course, contact: Contact, at: datetime
) -> MailResult:
    """Words of the customer on a case, by the same acts as in the portal."""
    actor, text, key = contact_standing(contact, at.date()), text_of(letter), key_of(mail, letter)
    participants.join(case=case, contact=contact, actor=actor, at=at, how="wrote")  # holds the case from here on
    if does is Course.REOPEN:
        event = resolution.reopen(case=case, actor=actor, at=at, text=text, key=key)
    else:
        event = handling.reply(case=case, actor=actor, at=at, text=text, origin=Origin.MAIL, key=key)
    case, message = event.case, _words(event, letter, at)
    _join_copied(case, letter, actor, at)
    result = MailResult.REOPENED if does is Course.REOPEN else MailResult.REPLIED
    return finish(mail, letter, result, at, case=case, message=message)


def open_new(
    mail: ReceivedMail,
    letter: Incoming,
    contact: Contact,
    at: datetime,
    *,
    follows: Case | None = None,
    answered: Case | None = None,
    key: str = "",
) -> MailResult:
    """A new case of whoever wrote. One that `answered` a case its sender may not follow names it, for colleagues."""
    actor = contact_standing(contact, at.date())
    case = intake.open_case(
        actor=actor,
        at=at,
        contact=contact,
        subject=subject_of(letter),
        text=text_of(letter),
        organization=follows.organization if follows else _organization(contact, at),
        topic=mail.mailbox.topic if mail.mailbox else None,
        origin=Origin.MAIL,
        follows=follows,
        key=key or key_of(mail, letter),
    )
    message = _words(case.events.order_by("seq")[0], letter, at)
    if answered and not follows:
        with journal.locked(case, actor=SYSTEM, at=at) as work:
            work.record(events.MailReferred(mail.uid, answered.uid))
    _join_copied(case, letter, actor, at)
    result = MailResult.FOLLOWED_UP if follows else MailResult.OPENED
    return finish(mail, letter, result, at, case=case, message=message, kind=MailKind.MESSAGE)


def _organization(contact: Contact, at: datetime) -> Organization | None:
    """The organization of a new case; of several that somebody belongs to, the one they have belonged to longest."""
    current = Membership.objects.current(at.date()).filter(contact=contact).select_related("organization__plan")
    first = current.order_by("pk").first()
    return first.organization if first else None


def _join_copied(case: Case, letter: Incoming, actor: Standing, at: datetime) -> None:
    """Known people of the same organization whom the mail also went to follow the case; nobody else does."""
    if case.organization_id is None:
        return
    ours = our_addresses()
    asked = [address for address in letter.addressed if address != letter.sender and not is_ours(address, ours)]
    for address in asked[:MOST_COPIED]:
        contact = speaker(address).contact
        if contact and contact.pk != actor.contact_id and may_follow(contact, case, at):
            participants.join(case=case, contact=contact, actor=actor, at=at, how="copied")


# -- words ---------------------------------------------------------------------------------------------


def subject_of(letter: Incoming) -> str:
    """The subject; where there is none, the first words of the text."""
    said = " ".join(letter.subject.split())
    if not said:
        first = " ".join(letter.text.split())
        said = first if len(first) <= WORDS_OF_SUBJECT else first[:WORDS_OF_SUBJECT].rpartition(" ")[0] + " …"
    return said[:LONGEST_SUBJECT] if said.strip(" …") else _("(no subject)")


def text_of(letter: Incoming) -> str:
    """What is new in the mail; a very long one is cut, which is said."""
    said = letter.text.strip()
    if len(said) > LONGEST_TEXT:
        said = f"{said[:LONGEST_TEXT]}\n\n{_('(The rest is in the original mail.)')}"
    return said or _("(no text)")


def _words(event: Event, letter: Incoming, at: datetime) -> Message:
    """The message that this event brought, with the files of the mail; those that are too much stay in the original."""
    message = Message.objects.get(uid=event.data["message"])
    left_out = []
    for file in letter.files:
        try:
            attachments.add(
                message=message,
                name=file.name,
                content_type=file.content_type,
                content=file.content,
                content_id=file.content_id,
                is_inline=file.is_inline,
                at=at,
            )
        except Refused:
            left_out.append(file.name)
    if left_out:
        names = ", ".join(left_out[: settings.MAX_ATTACHMENTS])
        said = _("(Not kept with these words, but in the original mail: %(names)s)") % {"names": names}
        message.body = f"{message.body}\n\n{said}"
        message.save(update_fields=["body"])
    return message
