"""What a case says for the blanks of canned replies and macros, in the language and time of the customer."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from customers.models import User
from escalations.models import words
from escalations.models.cases import Case
from escalations.models.people import Agent
from escalations.rules import blanks
from escalations.rules.blanks import Blank, Filled
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Severity

BLANKS: Mapping[Blank, object] = {
    Blank.CONTACT: _("name of the contact"),
    Blank.FIRST_NAME: _("first name of the contact"),
    Blank.ORGANIZATION: _("organization"),
    Blank.REFERENCE: _("reference"),
    Blank.SUBJECT: _("subject"),
    Blank.SEVERITY: _("severity in words"),
    Blank.TEAM: _("team, as customers read it"),
    Blank.OWNER: _("owner, as customers read it"),
    Blank.NEWS_BY: _("when news are promised"),
    Blank.ME: _("your own name"),
}


def language_of(case: Case) -> str:
    """The language the contact reads in; empty for a contact without a sign-in, of whom nobody knows."""
    return case.contact.user.language if case.contact.user else ""


def known_of(case: Case, standing: Standing) -> dict[Blank, str]:
    """What this case says, by blank, for somebody of ours who writes now; empty where it says nothing."""
    user = case.contact.user
    zone = ZoneInfo(user.time_zone) if user else timezone.get_current_timezone()
    with translation.override(language_of(case) or translation.get_language()), timezone.override(zone):
        return {
            Blank.CONTACT: case.contact.name,
            Blank.FIRST_NAME: case.contact.name.partition(" ")[0],
            Blank.ORGANIZATION: str(case.organization or ""),
            Blank.REFERENCE: case.reference,
            Blank.SUBJECT: case.subject,
            Blank.SEVERITY: str(words.SEVERITIES[Severity(case.severity)]),
            Blank.TEAM: case.team.public_name,
            Blank.OWNER: _title(case.owner),
            Blank.NEWS_BY: _news(case),
            Blank.ME: _writer(standing),
        }


def filled(text: str, values: Mapping[Blank, str]) -> Filled:
    """The text with its blanks filled in; see `rules.blanks.fill`."""
    return blanks.fill(text, values, {blank: str(name) for blank, name in BLANKS.items()})


def remedy(code: str, value: object) -> str:
    """What to do about a value of a step that cannot stand there, in words."""
    said: str = words.REMEDIES[code]
    return said % {"blanks": ", ".join(blanks.unknown_in(str(value)))} if code == "blank_unknown" else said


def _title(owner: Agent | None) -> str:
    """Customers read what somebody is, not who."""
    return (owner.job_title or translate("Support")) if owner else ""


def _news(case: Case) -> str:
    if case.promised_at is None:
        return ""
    pattern = pgettext("a day and a time, in the letters of Django's date filter", "D j M, H:i")
    return formats.date_format(timezone.localtime(case.promised_at), pattern)


def _writer(standing: Standing) -> str:
    return User.objects.filter(pk=standing.user_id or 0).values_list("name", flat=True).first() or ""
