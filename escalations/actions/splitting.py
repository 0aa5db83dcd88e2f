"""A part of a case becomes a case of its own: its words go along as quotes, the originals stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from customers.models import Contact
from escalations.actions import handling, intake, journal, links
from escalations.actions.asks import moments
from escalations.actions.work import refused
from escalations.models import Attachment, Case, Event, Message
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Impact, LinkKind, Origin, Urgency, Verb


def split(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    messages: Sequence[Message],
    subject: str,
    contact: Contact | None = None,
    key: str | None = None,
) -> Event:
    """Opens a new case with the words of these messages, for the same contact or another of the organization.

    Public words open it, internal ones go along as an internal note, files by their content. Its clocks are its own,
    from now. Gives the line of the old case, which names the new one. Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.SPLIT, key=key) as work:
        if work.replayed:
            return work.replayed
        public, internal = _chosen(work.case, messages)
        made = intake.open_case(
            actor=actor,
            at=work.at,
            contact=_contact(work.case, contact),
            organization=work.case.organization,
            subject=subject,
            text=_quoted(public),
            topic=work.case.topic,
            impact=Impact(work.case.impact),
            urgency=Urgency(work.case.urgency),
            origin=Origin.DESK,
        )
        _take_files(public, made.messages.get(), work.at)
        if internal:
            noted = handling.note(case=made, actor=actor, at=work.at, text=_quoted(internal))
            _take_files(internal, made.messages.get(uid=noted.data["message"]), work.at)
        with journal.locked(made, actor=actor, at=work.at) as there:
            return links.join(work, there, LinkKind.SPLIT, back=True)


def _chosen(case: Case, messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """The public and the internal ones of these messages, in the order they were written. Raises Refused."""
    rows = case.messages.filter(pk__in=[message.pk for message in messages]).order_by("pk")
    found = list(rows.select_related("user__agent", "contact"))
    public = [message for message in found if message.is_public and message.body]
    if not public:
        raise refused("messages", "split_nothing")
    return public, [message for message in found if not message.is_public and message.body]


def _contact(case: Case, chosen: Contact | None) -> Contact:
    """Where the case has no organization nobody but its contact may read its words. Raises Refused."""
    if chosen and chosen.pk != case.contact_id and case.organization_id is None:
        raise refused("contact", "split_contact")
    return chosen or case.contact


def _quoted(messages: Iterable[Message]) -> str:
    """The words of these messages, each below who wrote it and when."""
    return "\n\n".join(f"{_who(message)}, {_when(message)}:\n{_as_quote(message.body)}" for message in messages)


def _as_quote(body: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in body.splitlines())


def _who(message: Message) -> str:
    """Customers by name, ours by what they are, as customers read it everywhere."""
    if message.contact:
        return message.contact.name
    agent = getattr(message.user, "agent", None)
    return (agent.job_title if agent else "") or _("Support")


def _when(message: Message) -> str:
    return formats.date_format(timezone.localtime(message.written_at), moments())


def _take_files(messages: Sequence[Message], to: Message, at: datetime) -> None:
    """The files of these messages belong to this one as well: the same content, kept once."""
    files = Attachment.objects.filter(message__in=messages).order_by("pk")
    Attachment.objects.bulk_create(
        Attachment(
            case_id=to.case_id,
            message=to,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            sha256=file.sha256,
            added_at=at,
        )
        for file in files
    )
