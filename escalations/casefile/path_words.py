"""What a path check found, in words: what is wrong, and the page of the back office that mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from escalations.models import PathCheck

SENTENCES: Mapping[str, Any] = {
    "last_resort_left": _("%(person)s no longer works here and is the last resort of level %(level)s."),
    "owner_left": _("%(person)s no longer works here and owns this policy."),
    "manager_left": _("%(other)s no longer works here and is the manager of %(person)s."),
    "rota_left": _("%(other)s no longer works here and still takes turns in the team “%(team)s”."),
    "empty_team": _("Nobody works in the team “%(team)s” of level %(level)s."),
    "team_role": _("Nobody in the team “%(team)s” of level %(level)s has a role that lets them take an escalation up."),
    "last_resort_role": _(
        "%(person)s is the last resort of level %(level)s, and has no role that lets them take an escalation up."
    ),
    "team_away": _("Everybody of the team “%(team)s” of level %(level)s is away from %(starts)s until %(ends)s."),
    "skill_missing": _(
        "Nobody in the team “%(team)s” of level %(level)s has the skill “%(other)s”, which a trigger asks for."
    ),
    "duty_gap": _(
        "Nobody is on duty for the team “%(team)s” of level %(level)s from %(starts)s until %(ends)s, "
        "though the level is open."
    ),
    "no_address": _("%(person)s has no e-mail address."),
    "dead_address": _("Mails to %(person)s do not arrive: %(other)s."),
    "no_deputy": _("%(person)s is away from %(starts)s until %(ends)s and nobody stands in."),
    "deputy_left": _(
        "%(person)s is away from %(starts)s until %(ends)s, and the deputy %(other)s no longer works here."
    ),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as a sentence, and the address of the page that mends it."""

    sentence: str
    mend: str


def told(check: PathCheck) -> list[Told]:
    """What this check found, in the order in which it was found."""
    return [_told(finding) for finding in check.findings]


def _told(finding: Mapping[str, Any]) -> Told:
    named = {name: finding.get(name, "") for name in ("person", "other", "team", "level")}
    named |= {"starts": _moment(finding.get("starts_at")), "ends": _moment(finding.get("ends_at"))}
    said = SENTENCES.get(finding["code"])
    sentence = str(said) % named if said else translate("Something that this edition does not know.")
    return Told(sentence, reverse(f"admin:escalations_{finding['mend']}_change", args=[finding["row"]]))


def _moment(instant: str | None) -> str:
    """Day and time in the zone of the reader."""
    if not instant:
        return ""
    pattern = pgettext("a day of any year and a time, in the letters of Django's date filter", "D j M Y, H:i")
    return date_format(timezone.localtime(datetime.fromisoformat(instant)), pattern)
