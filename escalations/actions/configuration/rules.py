"""What must hold between rows once all of them are written; the forms of the back office ask for the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from escalations.actions.configuration.checking import Entry
from escalations.actions.configuration.parts import Part, Problems, Values
from escalations.actions.configuration.text import named
from escalations.actions.configuration.writing import Work
from escalations.models import Rota, TeamMembership, VersionState

# What others know about the rows of a part, by its name: columns with what is wrong there.
Outside = Mapping[str, Callable[[Values], Problems]]


def check(work: Work, part: Part, entry: Entry, row: Model, outside: Outside) -> None:
    """Puts on record what is wrong about a row that was just written, and what is left to people."""
    if part.name in outside:
        for name, sentence in outside[part.name](entry.values):
            work.wrong((*entry.place, name), sentence)
    if part.above:
        _circle(work, entry, row, part.above.name)
    if isinstance(row, Rota):
        _turns(work, entry, row)
        _hours(work, entry, row)


def _circle(work: Work, entry: Entry, row: Any, name: str) -> None:
    """Nobody is above himself, not even by way of rows that the file does not name."""
    above, seen = getattr(row, name), {row.pk}
    while above is not None and above.pk not in seen:
        seen.add(above.pk)
        above = getattr(above, name)
    if above is not None and above.pk == row.pk:
        work.wrong((*entry.place, name), _("This goes in a circle; choose another one."))


def _turns(work: Work, entry: Entry, rota: Rota) -> None:
    """Those who take turns are members of the team."""
    members = set(TeamMembership.objects.filter(team=rota.team_id).values_list("agent__user__email", flat=True))
    for number, values in enumerate(entry.rows.get("members", []), start=1):
        if values["agent"] not in {address.lower() for address in members}:
            place = (*entry.place, "members", number, "agent")
            work.wrong(place, _("Whoever takes turns is a member of the team; add this person there first."))


def _hours(work: Work, entry: Entry, rota: Rota) -> None:
    calendar = rota.calendar
    if calendar is not None and not calendar.versions.filter(state=VersionState.PUBLISHED).exists():
        said = _("%(place)s: is on duty round the clock until “%(calendar)s” is published.")
        work.outcome.by_hand.append(said % {"place": named(entry.place), "calendar": calendar})
