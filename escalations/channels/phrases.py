"""What letters are made of: words in one line, instants of the reader, somebody's words marked as such, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.template import Context, Engine
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from customers.models import Contact, User
from escalations.models import Message, Notice, Team
from escalations.models.letters import CUSTOMER, STAFF
from escalations.rules import events as e

_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a letter, where, and in which language and time zone."""

    name: str
    address: str
    is_customer: bool
    language: str
    time_zone: str

    @property
    def side(self) -> str:
        """Which of the two letters of an event this person reads."""
        return CUSTOMER if self.is_customer else STAFF


@dataclass(frozen=True, slots=True)
class Letter:
    """The subject is one line, whatever anybody wrote; the text is plain."""

    subject: str
    text: str


def one_line(text: object) -> str:
    """The text with every stretch of white space and control characters as one blank: safe in a header."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())


def tidy(text: str) -> str:
    """No blanks at line ends, never more than one empty line, one newline at the end."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return _GAPS.sub("\n\n", lines).strip() + "\n"


def moment(instant: datetime | str | None, told_at: datetime) -> str:
    """An instant in the reader's own time, with the zone, and the year where the letter tells of another one.

    Empty without an instant.
    """
    if not instant:
        return ""
    aware = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    local, told = timezone.localtime(aware), timezone.localtime(told_at)
    if local.year == told.year:
        return formats.date_format(local, pgettext("a moment in a letter, in Django's letters", "l, j F, H:i T"))
    return formats.date_format(local, pgettext("a moment of another year, in Django's letters", "l, j F Y, H:i T"))


def quoted(text: str) -> str:
    """Somebody's words, marked as such line by line."""
    return "\n".join(f"> {line}" for line in text.splitlines())


def phrase(notice: Notice) -> str:
    """What a notice tells in a few words; asks nothing beyond its event or bulletin."""
    told = notice.event or notice.bulletin
    data = {"kind": told.kind, "data": told.data} if told else {}
    template = Engine.get_default().get_template("desk/_notice_words.html")
    return one_line(template.render(Context(data, autoescape=False)))


def message_of(case_id: int, data: e.EventData, *, public_only: bool) -> str:
    """The words this event brought, if any."""
    uid = getattr(data, "message", "")
    found = Message.objects.filter(uid=uid, case_id=case_id) if uid else Message.objects.none()
    message = (found.filter(is_public=True) if public_only else found).first()
    return message.body if message else ""


def team_of(data: e.EventData, team: Team) -> Team:
    """The team this event speaks of, else the one that has the case."""
    uid = data.to_team if isinstance(data, e.StepTaken) else getattr(data, "team", "")
    return (Team.objects.filter(uid=uid).first() if uid else None) or team


def name_of(code: str) -> str:
    """The person behind a code as colleagues call them; Belay for what happened by itself, empty for no code."""
    kind, _sep, uid = code.partition(":")
    if kind == "user":
        name = User.objects.filter(uid=uid).values_list("name", flat=True).first()
    elif kind == "contact":
        name = Contact.objects.filter(uid=uid).values_list("name", flat=True).first()
    else:
        return _("Belay") if code else ""
    return one_line(name or _("somebody who left"))
