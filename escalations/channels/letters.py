"""What a notice says: subject and text from one template per event, apart for staff and customers.

The context of a customer's letter is made from the allow-list here and contains nothing internal.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import formats, timezone, translation

from customers.models import Contact, User
from escalations.channels import colleagues, own_words
from escalations.channels.phrases import Letter, Reader, message_of, moment, one_line, phrase, quoted, team_of, tidy
from escalations.models import Bulletin, Case, Event, Notice, PauseReason, words
from escalations.models.letters import STAFF
from escalations.rules import events as e
from escalations.rules.vocabulary import ClockKind, Move
from escalations.timing.stopwatch import ClockState

NEWS = (ClockKind.NEXT_UPDATE, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)


def reader_of(recipient: str) -> Reader | None:
    """The person behind the code of a recipient; None when nobody is there (any more)."""
    kind, _sep, uid = recipient.partition(":")
    if kind == "user":
        user = User.objects.filter(uid=uid, is_active=True).first()
        return _reader(user.name, user.email, user, is_customer=False) if user else None
    contact = Contact.objects.filter(uid=uid).select_related("user").first()
    return _reader(contact.name, contact.mail_address, contact.user, is_customer=True) if contact else None


def _reader(name: str, address: str, user: User | None, *, is_customer: bool) -> Reader:
    language = user.language if user else settings.LANGUAGE_CODE
    return Reader(name, address, is_customer, language, user.time_zone if user else settings.TIME_ZONE)


def write(notice: Notice, reader: Reader, folded: Sequence[Notice] = ()) -> Letter:
    """The letter for this person, in their language and time zone; `folded` are the notices that come with it.

    Those of the same case are named in its letter; where others are among them, all of them come as a digest.
    """
    with as_read_by(reader):
        if is_digest(notice, folded):
            return _digest([notice, *folded], reader)
        if notice.bulletin:
            return _worded(notice.bulletin.kind, STAFF, reader, values_of(notice, reader))
        return _of_event(notice, reader, [phrase(other) for other in folded])


@contextmanager
def as_read_by(reader: Reader) -> Iterator[None]:
    """In the language and the time zone of this person."""
    with translation.override(reader.language), timezone.override(zoneinfo.ZoneInfo(reader.time_zone)):
        yield


def is_digest(notice: Notice, folded: Sequence[Notice]) -> bool:
    """Whether what comes together is of more than one case."""
    return any(other.case_id is None or other.case_id != notice.case_id for other in folded)


def _worded(kind: str, side: str, reader: Reader, values: dict[str, Any], prefix: str = "") -> Letter:
    """In the company's own words where there are any that can be used, else in the built-in ones."""
    own = own_words.said(kind, side, reader.language, values, prefix)
    return own or _rendered(own_words.template_of(kind, side), values, prefix)


def _rendered(template: str, context: dict[str, Any], prefix: str = "") -> Letter:
    """The first line of a template is the subject."""
    said = Engine.get_default().get_template(template).render(Context(context, autoescape=False))
    subject, _newline, text = said.strip().partition("\n")
    return Letter(prefix + one_line(subject), tidy(text))


def _of_event(notice: Notice, reader: Reader, also: list[str]) -> Letter:
    event, case = told_of(notice)
    return _worded(event.kind, reader.side, reader, values_of(notice, reader, also), f"[{case.reference}] ")


def values_of(notice: Notice, reader: Reader, also: Sequence[str] = ()) -> dict[str, Any]:
    """What the letter of this notice may name; `also` is what happened at the same time."""
    if notice.bulletin:
        return _told(notice.bulletin) | {"name": one_line(reader.name)}
    event, case = told_of(notice)
    if reader.is_customer:
        return customer_context(event, case, reader)
    return colleagues.staff_context(notice, event, case, reader) | {"also": list(also)}


def _told(bulletin: Bulletin) -> dict[str, Any]:
    """The values of a bulletin, with words for its codes."""
    data = bulletin.data
    found: dict[str, Any] = {"link": settings.BELAY_URL + bulletin.path}
    if "channel" in data:
        found["channel"] = str(words.CHANNELS.get(data["channel"], data["channel"]))
    if "kinds" in data:
        found["found"] = [str(words.VIOLATIONS.get(kind, kind)) for kind in data["kinds"]]
    if "review_by" in data:
        found["review_by"] = formats.date_format(date.fromisoformat(data["review_by"]))
    if "said" in data:
        found["quoted"] = quoted(data["said"])
    return {**data, **found}


def told_of(notice: Notice) -> tuple[Event, Case]:
    """What a notice tells of. Raises LookupError for that of a bulletin, which is written apart."""
    if notice.event is None or notice.case is None:
        raise LookupError("this notice tells of no event")
    return notice.event, notice.case


def _digest(notices: Sequence[Notice], reader: Reader) -> Letter:
    lines = [{"subject": _line(notice), "link": link_of(notice)} for notice in notices]
    context = {"name": one_line(reader.name), "number": len(lines), "lines": lines}
    return _rendered("notices/digest.txt", {**context, "link": f"{settings.BELAY_URL}/desk/inbox/"})


def _line(notice: Notice) -> str:
    case = notice.case
    return f"[{case.reference}] {phrase(notice)}: {one_line(case.subject)}" if case else phrase(notice)


def link_of(notice: Notice) -> str:
    """The page where a colleague finds what a notice tells of."""
    if notice.bulletin:
        return settings.BELAY_URL + notice.bulletin.path
    _event, case = told_of(notice)
    return f"{settings.BELAY_URL}/desk/cases/{case.reference}/"


# -- for customers: an allow-list ----------------------------------------------------------------------


def customer_context(event: Event, case: Case, reader: Reader) -> dict[str, Any]:
    """Only what a customer may read: subject, reference, public words, level and role, when news comes."""
    data = event.typed
    public_words = message_of(case.pk, data, public_only=True)
    reason = PauseReason.objects.filter(slug=data.reason).first() if isinstance(data, e.CaseHeld) else None
    news = case.clocks.filter(kind__in=NEWS, state=ClockState.RUNNING.value, due_at__isnull=False).order_by("due_at")
    return {
        "name": one_line(reader.name),
        "reference": case.reference,
        "subject": one_line(case.subject),
        "words": public_words,
        "quoted": quoted(public_words),
        "team": one_line(team_of(data, case.team).public_name),
        "level": getattr(data, "to_level", case.level),
        "next_news": moment(news.values_list("due_at", flat=True).first(), event.occurred_at),
        "waits_for": one_line(reason.public_label) if reason else "",
        "wakes": moment(getattr(data, "wake_at", ""), event.occurred_at),
        "closes": moment(case.wake_at, event.occurred_at) if isinstance(data, e.CaseResolved) else "",
        "how": getattr(data, "how", ""),
        "link": f"{settings.BELAY_URL}/portal/cases/{case.reference}/",
        **_moved(data),
        **colleagues.promised(event),
        **colleagues.joined(data),
    }


def _moved(data: e.EventData) -> dict[str, Any]:
    """Which way a step went, and whether the customer had asked for it."""
    if not isinstance(data, e.StepTaken):
        return {}
    return {
        "lent": data.move == Move.LEND,
        "raised": data.to_level > data.from_level,
        "redirected": data.move == Move.REDIRECT,
        "wished": bool(getattr(data, "ask", "")),
    }
