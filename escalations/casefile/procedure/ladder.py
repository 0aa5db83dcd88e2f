"""The ladder as it is written: who works on each level, on which hours, and what happens when nobody acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from escalations.casefile.procedure.names import Names
from escalations.casefile.procedure.phrases import amount, hours_of, in_days, length
from escalations.models import words
from escalations.rules.procedure import Procedure, Rung


@dataclass(frozen=True, slots=True)
class Step:
    """One level; `waiting` says in sentences what happens while nobody acts, `is_top` that nothing climbs from here."""

    number: int
    name: str
    meaning: str
    team: str
    leads: str
    calendar: str
    hours: str
    zone: str
    stays: str
    stays_days: str
    last_resort: str
    authority: str
    waiting: list[str]
    needs_training: bool
    is_mine: bool
    is_top: bool


def steps(procedure: Procedure, names: Names, mine: frozenset[int]) -> list[Step]:
    """The levels from the top down; `mine` are the teams of whoever reads."""
    ordered = sorted(procedure.rungs, key=lambda rung: -rung.number)
    return [_step(procedure, rung, names, mine) for rung in ordered]


def _step(procedure: Procedure, rung: Rung, names: Names, mine: frozenset[int]) -> Step:
    limit = rung.authority_limit
    any_amount = _("any amount")
    return Step(
        number=rung.number,
        name=rung.name,
        meaning=rung.meaning,
        team=names.teams.get(rung.team_id, ""),
        leads=", ".join(names.leads.get(rung.team_id, ())),
        calendar=names.calendars.get(rung.calendar_version_id, ""),
        hours=hours_of(rung.schedule),
        zone=rung.schedule.timezone.replace("_", " "),
        stays=length(rung.dwell_minutes),
        stays_days=in_days(rung.dwell_minutes, rung.schedule),
        last_resort=names.people.get(rung.last_resort_id, ""),
        authority=any_amount if limit is None else amount(limit, procedure.currency),
        waiting=list(_waiting(rung)),
        needs_training=rung.needs_training,
        is_mine=rung.team_id in mine,
        is_top=procedure.next_rung(rung.number) is None,
    )


def _waiting(rung: Rung) -> Iterator[str]:
    """What happens while nobody acts, and what is held back here; times are working time of the level."""
    if rung.remind_minutes:
        yield _("Not acknowledged: told again after %(time)s.") % {"time": length(rung.remind_minutes)}
    if rung.pass_on_minutes:
        said = _("Not acknowledged: passed on to the next person every %(time)s.")
        yield said % {"time": length(rung.pass_on_minutes)}
    if rung.forget_minutes:
        said = _("Acknowledged, and nothing for %(time)s: it has to be acknowledged again.")
        yield said % {"time": length(rung.forget_minutes)}
    if rung.waits_from is not None:
        said = _("Climbs by themselves of severity %(number)s (%(word)s) and lower wait until this level opens.")
        yield said % {"number": rung.waits_from, "word": words.SEVERITIES[rung.waits_from]}
    if rung.notice_budget is not None:
        said = _("Mails an hour for each person: %(count)s at most, the rest as one digest.")
        yield said % {"count": rung.notice_budget}
