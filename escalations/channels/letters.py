"""What a notice says: subject and text from one template per event, apart for staff and customers.

The context of a customer's letter is made from the allow-list here and contains nothing internal.
"""

from __future__ import annotations

import re
import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.models import Contact, User
from escalations.models import Brief, Decision, Message, Notice, PauseReason, Review, Survey, Team, words
from escalations.rules import events as e
from escalations.rules.vocabulary import ClockKind
from escalations.timing.stopwatch import ClockState

NEWS = (ClockKind.NEXT_UPDATE, ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a letter, where, and in which language and time zone."""

    name: str
    address: str
    is_customer: bool
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Letter:
    """The subject is one line, whatever anybody wrote; the text is plain."""

    subject: str
    text: str


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


def write(notice: Notice, reader: Reader) -> Letter:
    """The letter for this person, in their language and time zone."""
    side = "customer" if reader.is_customer else "staff"
    template = Engine.get_default().get_template(f"notices/{notice.event.kind.replace('.', '_')}/{side}.txt")
    with translation.override(reader.language), timezone.override(zoneinfo.ZoneInfo(reader.time_zone)):
        context = customer_context(notice, reader) if reader.is_customer else staff_context(notice, reader)
        rendered = template.render(Context(context, autoescape=False))
    subject, _newline, text = rendered.strip().partition("\n")
    return Letter(f"[{notice.case.reference}] {one_line(subject)}", _tidy(text))


def one_line(text: object) -> str:
    """The text with every stretch of white space and control characters as one blank: safe in a header."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())


def _tidy(text: str) -> str:
    """No blanks at line ends, never more than one empty line, one newline at the end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _GAPS.sub("\n\n", lines).strip() + "\n"


def _moment(instant: datetime | str | None, notice: Notice) -> str:
    """An instant in the reader's own time, with the zone, and the year where the letter tells of another one.

    Empty without an instant.
    """
    if not instant:
        return ""
    aware = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    local, told = timezone.localtime(aware), timezone.localtime(notice.event.occurred_at)
    if local.year == told.year:
        return formats.date_format(local, pgettext("a moment in a letter, in Django's letters", "l, j F, H:i T"))
    return formats.date_format(local, pgettext("a moment of another year, in Django's letters", "l, j F Y, H:i T"))


def _quoted(text: str) -> str:
    """Somebody's words, marked as such line by line."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def _message_of(notice: Notice, *, public_only: bool) -> str:
    """The words this event brought, if any."""
    uid = notice.event.data.get("message", "")
    found = Message.objects.filter(uid=uid, case_id=notice.case_id) if uid else Message.objects.none()
    message = (found.filter(is_public=True) if public_only else found).first()
    return message.body if message else ""


def _note_of(notice: Notice) -> str:
    """The reason a colleague gave beside this event, marked line by line; never for customers."""
    uid = notice.event.data.get("why", "")
    note = Message.objects.filter(uid=uid, case_id=notice.case_id).first() if uid else None
    return _quoted(note.body) if note else ""


# -- for customers: an allow-list ----------------------------------------------------------------------


def customer_context(notice: Notice, reader: Reader) -> dict[str, Any]:
    """Only what a customer may read: subject, reference, public words, level and role, when news comes."""
    case, data = notice.case, notice.event.typed
    public_words = _message_of(notice, public_only=True)
    reason = PauseReason.objects.filter(slug=data.reason).first() if isinstance(data, e.CaseHeld) else None
    news = case.clocks.filter(kind__in=NEWS, state=ClockState.RUNNING.value, due_at__isnull=False).order_by("due_at")
    return {
        "name": one_line(reader.name),
        "reference": case.reference,
        "subject": one_line(case.subject),
        "words": public_words,
        "quoted": _quoted(public_words),
        "team": one_line(_team_of(notice).public_name),
        "level": getattr(data, "to_level", case.level),
        "raised": isinstance(data, e.StepTaken) and data.to_level > data.from_level,
        "next_news": _moment(news.values_list("due_at", flat=True).first(), notice),
        "waits_for": one_line(reason.public_label) if reason else "",
        "wakes": _moment(getattr(data, "wake_at", ""), notice),
        "closes": _moment(case.wake_at, notice) if isinstance(data, e.CaseResolved) else "",
        "how": getattr(data, "how", ""),
        "link": f"{settings.BELAY_URL}/portal/cases/{case.reference}/",
        **_promised(notice, data),
    }


def _promised(notice: Notice, data: e.EventData) -> dict[str, Any]:
    """By when news were promised, and by when before it was moved."""
    if not isinstance(data, (e.PromiseMade, e.PromiseMoved, e.PromiseBroken)):
        return {}
    before = data.from_due_at if isinstance(data, e.PromiseMoved) else ""
    return {
        "promised": _moment(data.due_at, notice),
        "promised_before": _moment(before, notice),
        "sooner": bool(before) and datetime.fromisoformat(data.due_at) < datetime.fromisoformat(before),
    }


def _team_of(notice: Notice) -> Team:
    """The team this event speaks of, else the one that has the case."""
    data = notice.event.typed
    uid = data.to_team if isinstance(data, e.StepTaken) else getattr(data, "team", "")
    return (Team.objects.filter(uid=uid).first() if uid else None) or notice.case.team


# -- for staff -----------------------------------------------------------------------------------------


def staff_context(notice: Notice, reader: Reader) -> dict[str, Any]:
    """What a colleague needs to act: what happened, by whom, what is owed next and until when."""
    case, data = notice.case, notice.event.typed
    said = _message_of(notice, public_only=False)
    return {
        "name": one_line(reader.name),
        "reference": case.reference,
        "subject": one_line(case.subject),
        "customer": one_line(case.organization or case.contact),
        "severity": words.SEVERITIES.get(case.severity, ""),
        "level_now": case.level,
        "team_now": one_line(case.team.name),
        "level": getattr(data, "to_level", getattr(data, "level", case.level)),
        "from_level": getattr(data, "from_level", case.level),
        "team": one_line(_team_of(notice).name),
        "who": _name_of(notice.event.actor),
        "words": said,
        "quoted": _quoted(said),
        "score": getattr(data, "score", 0),
        "how": getattr(data, "how", ""),
        "by": getattr(data, "by", ""),
        "outcome": words.OUTCOMES.get(getattr(data, "outcome", ""), ""),
        "link": f"{settings.BELAY_URL}/desk/cases/{case.reference}/",
        **_clock_words(notice, data),
        **_step_words(notice, data),
        **_learned(data),
        **_promised(notice, data),
        "why": _note_of(notice),
    }


def _clock_words(notice: Notice, data: e.EventData) -> dict[str, Any]:
    """The clock this event tells of, and what is due next on the case."""
    running = notice.case.clocks.filter(state=ClockState.RUNNING.value, due_at__isnull=False)
    owed = running.order_by("due_at", "id").first()
    acknowledge = running.filter(kind=ClockKind.ACKNOWLEDGEMENT.value).first()
    return {
        "clock": words.CLOCKS.get(getattr(data, "clock", ""), ""),
        "due": _moment(getattr(data, "due_at", ""), notice),
        "owed": words.CLOCKS.get(owed.kind, "") if owed else "",
        "owed_by": _moment(owed.due_at, notice) if owed else "",
        "acknowledge_by": _moment(acknowledge.due_at, notice) if acknowledge else "",
    }


def _step_words(notice: Notice, data: e.EventData) -> dict[str, Any]:
    """Who got it in this step and why, and what the next level was told and asked."""
    step = data if isinstance(data, e.StepTaken) else None
    person = step.person if step else getattr(data, "owner", "") or getattr(data, "accountable", "")
    brief = Brief.objects.filter(uid=step.brief).first() if step and step.brief else None
    decision = Decision.objects.filter(uid=getattr(data, "decision", "") or None).first()
    return {
        "person": _name_of(person),
        "is_mine": person == notice.recipient,
        "left": _name_of(getattr(data, "from_owner", "") or getattr(data, "from_accountable", "")),
        "because": words.BECAUSE.get(step.because, "") if step else "",
        "reason": words.REASONS.get(step.reason, "") if step else "",
        "kind": words.KINDS.get(step.climb_kind, "") if step else "",
        "handed_back": bool(step and step.to_level <= step.from_level),
        "by_itself": bool(step and step.causes),
        "brief": brief,
        "question": decision.question if decision else "",
        "verdict": words.VERDICTS.get(getattr(data, "verdict", ""), ""),
        "answer": decision.answer if decision else "",
    }


def _learned(data: e.EventData) -> dict[str, Any]:
    """What the customer said of the solution, and what the review found."""
    survey = Survey.objects.filter(uid=data.survey).first() if isinstance(data, e.SurveyAnswered) else None
    review = Review.objects.filter(uid=data.review).first() if isinstance(data, e.ReviewWritten) else None
    return {
        "comment": _quoted(survey.comment) if survey else "",
        "causes": review.causes if review else "",
        "lessons": review.lessons if review else "",
    }


def _name_of(code: str) -> str:
    """The person behind a code as colleagues call them; Belay for what happened by itself, empty for no code."""
    kind, _sep, uid = code.partition(":")
    if kind == "user":
        name = User.objects.filter(uid=uid).values_list("name", flat=True).first()
    elif kind == "contact":
        name = Contact.objects.filter(uid=uid).values_list("name", flat=True).first()
    else:
        return _("Belay") if code else ""
    return one_line(name or _("somebody who left"))
