"""What a notice says: subject and text from one template per event, apart for staff and customers.

The context of a customer's letter is made from the allow-list here and contains nothing internal.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from customers.models import Contact, User
from escalations.models import Brief, Message, Notice, PauseReason, words
from escalations.rules import events as e


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
    return Reader(name, address, is_customer, language, user.time_zone if user else "UTC")


def write(notice: Notice, reader: Reader) -> Letter:
    """The letter for this person, in their language and time zone."""
    side = "customer" if reader.is_customer else "staff"
    with translation.override(reader.language), timezone.override(zoneinfo.ZoneInfo(reader.time_zone)):
        context = customer_context(notice, reader) if reader.is_customer else staff_context(notice, reader)
        folder = notice.event.kind.replace(".", "_")
        rendered = render_to_string(f"notices/{folder}/{side}.txt", context)
    subject, _newline, text = rendered.strip().partition("\n")
    return Letter(f"[{notice.case.reference}] {subject.strip()}", text.strip() + "\n")


def _message_of(notice: Notice, *, public_only: bool) -> str:
    """The words this event brought, if any."""
    uid = notice.event.data.get("message", "")
    found = Message.objects.filter(uid=uid, case_id=notice.case_id) if uid else Message.objects.none()
    message = (found.filter(is_public=True) if public_only else found).first()
    return message.body if message else ""


def customer_context(notice: Notice, reader: Reader) -> dict[str, Any]:
    """Only what a customer may read: subject, reference, public words, level and role, when news comes."""
    case, data = notice.case, notice.event.typed
    clock = case.clocks.filter(kind="next_update", state="running").first()
    level = case.policy_version.levels.filter(number=case.level).first()
    reason = PauseReason.objects.filter(slug=data.reason).first() if isinstance(data, e.CaseHeld) else None
    return {
        "name": reader.name,
        "reference": case.reference,
        "subject": case.subject,
        "words": _message_of(notice, public_only=True),
        "team": case.team.public_name,
        "level": level.name if level else "",
        "next_news": clock.due_at if clock else None,
        "waits_for": reason.public_label if reason else "",
        "wakes": case.wake_at if isinstance(data, e.CaseHeld) else None,
        "how": getattr(data, "how", ""),
        "link": f"{settings.BELAY_URL}/portal/cases/{case.reference}/",
    }


def staff_context(notice: Notice, reader: Reader) -> dict[str, Any]:
    """What a colleague needs to act."""
    case, data = notice.case, notice.event.typed
    return {
        "name": reader.name,
        "reference": case.reference,
        "subject": case.subject,
        "organization": case.organization,
        "severity": words.SEVERITIES.get(case.severity, ""),
        "level": case.level,
        "team": case.team,
        "words": _message_of(notice, public_only=False),
        "data": data,
        "clock": words.CLOCKS.get(getattr(data, "clock", ""), ""),
        "due_at": _instant(getattr(data, "due_at", "")),
        "reason": words.REASONS.get(getattr(data, "reason", ""), ""),
        "kind": words.KINDS.get(getattr(data, "climb_kind", ""), ""),
        "verdict": words.VERDICTS.get(getattr(data, "verdict", ""), ""),
        "brief": _brief_of(data),
        "link": f"{settings.BELAY_URL}/desk/cases/{case.reference}/",
    }


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _brief_of(data: e.EventData) -> Brief | None:
    uid = data.brief if isinstance(data, e.StepTaken) else ""
    return Brief.objects.filter(uid=uid).select_related("step__decision").first() if uid else None
