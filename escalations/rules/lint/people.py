"""Whether there is somebody at every level, at every hour it is open, and somebody else than at the level below."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from escalations.rules.lint.base import Part, People, Problem
from escalations.rules.procedure import Procedure, Rung
from escalations.timing.schedule import DAY_MINUTES, Schedule

# Alone, nobody sleeps and is there at every hour.
TAKE_TURNS = 2


def never_closes(schedule: Schedule) -> bool:
    """Whether these hours are open at every hour of every weekday; single days that are closed change nothing."""
    return all(sum(window.closes - window.opens for window in day) >= DAY_MINUTES for day in schedule.week)


def people_at(procedure: Procedure, people: People) -> Iterator[Problem]:
    """Levels without anybody, without anybody at some hour, or with nobody but those of the level below.

    A level that never closes needs somebody at every hour of the weeks looked ahead. With a rota of its team, somebody
    who works here is on duty at each of them; without one, at least two people can be asked there, members of the team
    and the last resort counted together. Absences come and go after a version was published, so they are not looked at
    here: the daily check of paths does.
    """
    for row, rung in enumerate(procedure.rungs, start=1):
        if not people.of_team(rung):
            yield Problem(Part.LEVELS, row, "team", "nobody_in_team", {"level": rung.number})
        if rung.last_resort_id not in people.active:
            yield Problem(Part.LEVELS, row, "last_resort", "last_resort_left", {"level": rung.number})
        if never_closes(rung.schedule):
            yield from _at_every_hour(row, rung, people)
    yield from _nobody_new(procedure, people)
    yield from _circles(procedure, people)


def _at_every_hour(row: int, rung: Rung, people: People) -> Iterator[Problem]:
    gaps = people.unattended.get(rung.team_id)
    if gaps:
        params = {"level": rung.number, "from": gaps[0][0], "until": gaps[0][1]}
        yield Problem(Part.LEVELS, row, "calendar", "nobody_on_duty", params)
    elif gaps is None and people.of_team(rung) and len(people.reached(rung)) < TAKE_TURNS:
        yield Problem(Part.LEVELS, row, "calendar", "alone_around_the_clock", {"level": rung.number})


def _nobody_new(procedure: Procedure, people: People) -> Iterator[Problem]:
    """A climb that reaches only people who were asked already, members or last resort, asks them again."""
    for row, (lower, upper) in enumerate(itertools.pairwise(procedure.rungs), start=2):
        above, below = people.reached(upper), people.of_team(lower)
        if people.of_team(upper) and (above <= below or above == people.reached(lower)):
            params = {"level": upper.number, "below": lower.number}
            yield Problem(Part.LEVELS, row, "team", "nobody_new_above", params)


def _circles(procedure: Procedure, people: People) -> Iterator[Problem]:
    """Managers who are, by way of others, above themselves: a decision would go round; each circle is told once."""
    told: set[int] = set()
    for row, rung in enumerate(procedure.rungs, start=1):
        for person in sorted(people.reached(rung)):
            circle = _circle(person, people)
            if circle and not told & set(circle):
                told |= set(circle)
                yield Problem(Part.LEVELS, row, "team", "managers_in_circle", {"people": circle})


def _circle(person: int, people: People) -> tuple[int, ...]:
    """The managers above this person from where they begin again, up to the same one; empty when they end."""
    chain = [person]
    while (above := people.managers.get(chain[-1])) is not None:
        if above in chain:
            return (*chain[chain.index(above) :], above)
        chain.append(above)
    return ()
