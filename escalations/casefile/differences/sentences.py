"""One sentence for one difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from escalations.casefile import criteria
from escalations.casefile.differences import values
from escalations.casefile.differences.names import Names
from escalations.casefile.sentences import duration
from escalations.models import words
from escalations.rules.differences import Change, What
from escalations.rules.lint import Part

# How a row is called, from what it is about.
CALLED: Mapping[Part, Callable[[Any, Names], dict[str, Any]]] = {
    Part.LEVELS: lambda row, names: {
        "number": row.number,
        "name": row.name,
        "team": names.team(row.team_id),
        "hours": names.calendar(row.calendar_version_id),
        "dwell": duration(row.dwell_minutes),
        "person": names.person(row.last_resort_id),
    },
    Part.TARGETS: lambda row, names: {
        "clock": words.CLOCKS[row.clock],
        "cases": values.cases_of_target(row, names),
        "time": duration(row.terms.minutes),
        "hours": names.calendar(row.calendar_version_id),
        "percent": row.terms.warn_percent,
    },
    Part.CELLS: lambda row, _names: {
        "cases": values.cases_of_cell(row),
        "severity": words.SEVERITIES[row.severity],
        "level": row.level,
    },
    Part.TRIGGERS: lambda row, names: {
        "condition": criteria.told(row.condition),
        "effect": words.EFFECTS[row.effect],
        "kind": words.KINDS[row.kind],
        "skill": values.value("skill", row.skill, names),
    },
    Part.REQUIREMENTS: lambda row, _names: {"document": values.document_of(row)},
    Part.COMMUNICATIONS: lambda row, names: {
        "notices": values.notices_of(row),
        "urgent": values.value("is_urgent", row.is_urgent, names),
    },
    Part.ROLES: lambda row, _names: {
        "part": values.part_of(row),
        "involvement": words.INVOLVEMENTS[row.involvement],
        "duty": row.duty,
    },
    Part.TRAININGS: lambda row, names: {"title": row.title, "readers": values.text_of(row, names)},
}

ADDED: Mapping[Part, Any] = {
    Part.LEVELS: _(
        "New level %(number)s “%(name)s”: team %(team)s, hours of %(hours)s, stays at least %(dwell)s, last resort "
        "%(person)s"
    ),
    Part.TARGETS: _(
        "New target “%(clock)s” for %(cases)s: %(time)s in the hours of %(hours)s, warning at %(percent)s %%"
    ),
    Part.CELLS: _("New row of the matrix for %(cases)s: severity %(severity)s, entry level %(level)s"),
    Part.TRIGGERS: _("New trigger: %(condition)s – %(effect)s, %(kind)s, skill: %(skill)s"),
    Part.REQUIREMENTS: _("New in writing: %(document)s"),
    Part.COMMUNICATIONS: _("New rule: %(notices)s – %(urgent)s"),
    Part.ROLES: _("New duty – %(part)s: %(involvement)s. “%(duty)s”"),
    Part.TRAININGS: _("New training text “%(title)s”: %(readers)s"),
}
REMOVED: Mapping[Part, Any] = {
    Part.LEVELS: _("Level %(number)s “%(name)s” is gone"),
    Part.TARGETS: _("Target “%(clock)s” for %(cases)s is gone; it was %(time)s"),
    Part.CELLS: _("The row of the matrix for %(cases)s is gone; it gave severity %(severity)s"),
    Part.TRIGGERS: _("Trigger gone: %(condition)s – %(effect)s"),
    Part.REQUIREMENTS: _("No longer in writing: %(document)s"),
    Part.COMMUNICATIONS: _("Rule gone: %(notices)s – %(urgent)s"),
    Part.ROLES: _("Duty gone – %(part)s: %(involvement)s. “%(duty)s”"),
    Part.TRAININGS: _("Training text “%(title)s” is gone"),
}
ROW: Mapping[Part, Any] = {
    Part.LEVELS: _("Level %(number)s “%(name)s”"),
    Part.TARGETS: _("Target “%(clock)s” for %(cases)s"),
    Part.CELLS: _("Row of the matrix for %(cases)s"),
    Part.TRIGGERS: _("Trigger “%(condition)s”"),
    Part.REQUIREMENTS: _("In writing “%(document)s”"),
    Part.COMMUNICATIONS: _("Rule “%(notices)s”"),
    Part.ROLES: _("Duty “%(part)s”"),
    Part.TRAININGS: _("Training text “%(title)s”"),
}
MOVED = _("%(row)s: is now row %(now)s instead of row %(was)s")
CHANGED = _("%(row)s: %(change)s")
COLUMNS: Mapping[str, Any] = {
    "number": _("is level %(now)s instead of level %(was)s"),
    "name": _("is called “%(now)s” instead of “%(was)s”"),
    "meaning": _("what is done here is “%(now)s” instead of “%(was)s”"),
    "team_id": _("team %(now)s instead of %(was)s"),
    "last_resort_id": _("last resort %(now)s instead of %(was)s"),
    "hours": _("hours of %(now)s instead of %(was)s"),
    "dwell_minutes": _("stays at least %(now)s instead of %(was)s"),
    "remind_minutes": _("people are told again after: %(now)s instead of %(was)s"),
    "pass_on_minutes": _("passed on after: %(now)s instead of %(was)s"),
    "forget_minutes": _("to be acknowledged again after silence of: %(now)s instead of %(was)s"),
    "waits_from": _("waits for its hours from severity: %(now)s instead of %(was)s"),
    "notice_budget": _("%(now)s mails an hour for each person instead of %(was)s"),
    "authority_limit": _("may decide up to: %(now)s instead of %(was)s"),
    "needs_training": _("who may accept: %(now)s instead of %(was)s"),
    "minutes": _("%(now)s instead of %(was)s"),
    "warn_percent": _("warning at %(now)s %% instead of %(was)s %%"),
    "severity": _("severity: %(now)s instead of %(was)s"),
    "level": _("%(now)s instead of %(was)s"),
    "condition": _("%(now)s instead of %(was)s"),
    "effect": _("what it does: %(now)s instead of %(was)s"),
    "kind": _("%(now)s instead of %(was)s"),
    "skill": _("skill it asks for: %(now)s instead of %(was)s"),
    "is_urgent": _("%(now)s; before: %(was)s"),
    "involvement": _("%(now)s; before: %(was)s"),
    "duty": _("“%(now)s” instead of “%(was)s”"),
    "title": _("is called “%(now)s” instead of “%(was)s”"),
    "text": _("the text was rewritten and is to be confirmed again"),
    "valid_days": _("confirmed for %(now)s days instead of %(was)s"),
}
OF_THE_VERSION: Mapping[str, Any] = {
    "confirm_days": _("Working days until silence closes a resolved case: %(now)s instead of %(was)s"),
    "on_severity": _("When the severity is corrected, running clocks: %(now)s instead of %(was)s"),
    "currency": _("Currency: %(now)s instead of %(was)s"),
    "sign_in_above": _("Decided from a mail without a sign-in up to: %(now)s instead of %(was)s"),
    "ask_again_hours": _("Hours until a customer asks for escalation again: %(now)s instead of %(was)s"),
    "leads_ask_from": _("Only leads of a customer ask from: %(now)s instead of %(was)s"),
    "rule_bound": _("A trigger climbs with one case at most so many times: %(now)s instead of %(was)s"),
    "on_closed": _("A customer's mail to a closed case: %(now)s; before: %(was)s"),
    "reopen_days": _("Mail opens a closed case again for so many days: %(now)s instead of %(was)s"),
    "purpose": _("Purpose and scope were rewritten"),
}


def sentence(change: Change, names: Names) -> str:
    """What changed, in one sentence without a full stop."""
    if change.part is Part.VERSION:
        return str(OF_THE_VERSION[change.field]) % _values(change, names)
    row = change.before if change.what is What.REMOVED else change.after
    params = CALLED[change.part](row, names)
    whole = {What.ADDED: ADDED, What.REMOVED: REMOVED}.get(change.what)
    if whole:
        return str(whole[change.part]) % params
    called = str(ROW[change.part]) % params
    if change.what is What.MOVED:
        return str(MOVED) % {"row": called, "now": change.now_row, "was": change.was_row}
    changed = str(COLUMNS[change.field]) % _values(change, names)
    return str(CHANGED) % {"row": called, "change": changed}


def _values(change: Change, names: Names) -> dict[str, str]:
    was, now = (values.value(change.field, given, names) for given in (change.was, change.now))
    if was == now and change.field == "hours":
        was = translate("other hours of the same name")
    return {"was": was, "now": now}
