"""The values of a procedure as its differences name them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from customers.models import Tier
from escalations.casefile import criteria
from escalations.casefile.differences.names import Names
from escalations.casefile.sentences import duration
from escalations.models import words
from escalations.rules.procedure import Cell, Communication, Requirement, Role, Target, Training

Teller = Callable[[Any, Names], Any]


def _wait(minutes: int, _names: Names) -> str:
    return duration(minutes) if minutes else _("never")


def _number(value: int | None, _names: Names) -> str:
    return number_format(value, 0, force_grouping=True) if value is not None else _("any amount")


def _level(value: int | None, _names: Names) -> str:
    return _("level %(level)s") % {"level": value} if value is not None else _("every level")


TELLERS: Mapping[str, Teller] = {
    "team_id": lambda key, names: names.team(key),
    "last_resort_id": lambda key, names: names.person(key),
    "hours": lambda hours, names: names.calendar(hours[0]),
    "dwell_minutes": lambda minutes, _names: duration(minutes),
    "minutes": lambda minutes, _names: duration(minutes),
    "remind_minutes": _wait,
    "pass_on_minutes": _wait,
    "forget_minutes": _wait,
    "waits_from": lambda value, _names: words.SEVERITIES[value] if value is not None else _("none"),
    "notice_budget": lambda value, _names: value if value is not None else _("any number of"),
    "authority_limit": _number,
    "sign_in_above": lambda value, names: _number(value, names) if value is not None else _("nothing"),
    "leads_ask_from": lambda value, names: _level(value, names) if value is not None else _("none"),
    "needs_training": lambda value, _names: _("the trained") if value else _("everybody"),
    "severity": lambda value, _names: words.SEVERITIES[value] if value is not None else _("every severity"),
    "level": _level,
    "condition": lambda condition, _names: criteria.told(condition),
    "effect": lambda value, _names: words.EFFECTS[value],
    "kind": lambda value, _names: words.KINDS[value] if value is not None else _("every kind"),
    "skill": lambda slug, names: names.skill(slug) if slug else _("what the case takes"),
    "is_urgent": lambda value, _names: _("is urgent") if value else _("waits for the hours of people"),
    "involvement": lambda value, _names: words.INVOLVEMENTS[value],
    "on_severity": lambda value, _names: words.ELAPSED[value],
    "on_closed": lambda value, _names: words.CLOSED[value],
}


def value(field: str, given: Any, names: Names) -> str:
    """A value of this column in words."""
    teller = TELLERS.get(field)
    return str(teller(given, names) if teller else given)


def cases_of_target(row: Target, names: Names) -> str:
    """For which cases a clock may run so long."""
    return _joined(_narrowed_by_target(row, names), _("every case"))


def _narrowed_by_target(row: Target, names: Names) -> Iterator[str]:
    if row.severity is not None:
        yield str(words.SEVERITIES[row.severity])
    if row.level is not None:
        yield _("level %(level)s") % {"level": row.level}
    if row.plan is not None:
        yield _("plan %(plan)s") % {"plan": names.plan(row.plan)}


def cases_of_cell(row: Cell) -> str:
    """Which cases a row of the matrix takes."""
    said = []
    if row.impact is not None:
        said.append(f"“{words.IMPACTS[row.impact]}”")
    if row.urgency is not None:
        said.append(f"“{words.URGENCIES[row.urgency]}”")
    if row.tier is not None:
        said.append(_("tier %(tier)s") % {"tier": Tier(row.tier).label})
    return _joined(iter(said), _("every case"))


def notices_of(row: Communication) -> str:
    """Which notices a rule of communication is about."""
    said = [str(words.NOTICE_GROUPS[row.group]) if row.group is not None else _("every notice")]
    if row.severity is not None:
        said.append(_("%(severity)s and worse") % {"severity": words.SEVERITIES[row.severity]})
    if row.level is not None:
        said.append(_("from level %(level)s on") % {"level": row.level})
    return ", ".join(said)


def document_of(row: Requirement) -> str:
    """What must be in writing, and where."""
    said = [str(words.DOCUMENTS[row.document])]
    if row.level is not None:
        said.append(_("level %(level)s") % {"level": row.level})
    if row.kind is not None:
        said.append(str(words.KINDS[row.kind]))
    return ", ".join(said)


def part_of(row: Role) -> str:
    """Who has a part in which stage."""
    said = f"{words.STAGES[row.stage]}, {words.PARTIES[row.party]}"
    return said if row.level is None else f"{said}, " + _("level %(level)s") % {"level": row.level}


def text_of(row: Training, names: Names) -> str:
    """For whom a training text is, and how long its confirmation counts."""
    params = {"level": value("level", row.level, names), "days": row.valid_days}
    return _("%(level)s, confirmed for %(days)s days") % params


def _joined(parts: Iterator[str], otherwise: str) -> str:
    return ", ".join(parts) or otherwise
