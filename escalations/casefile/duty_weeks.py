"""Who is on call for which level now and in the next two weeks, with absences, who stands in, and holes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch
from django.utils import timezone

from escalations.models import Absence, Agent, CalendarVersion, DutyOverride, Level, Rota, Team, VersionState
from escalations.rules.routing import who_answers
from escalations.timing import rotation
from escalations.timing.rotation import Rotation, Turn, Turns

DAYS = 14
Away = Mapping[int, list[Absence]]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of duty: whose turn, why, in which shift, and who is there instead while that person is away.

    Nobody's turn is a hole; so is one of somebody away for whom nobody stands in.
    """

    begins: datetime
    ends: datetime
    person: Agent | None = None
    because: Turns | None = None
    shift: int = -1
    is_away: bool = False
    stands_in: Agent | None = None

    @property
    def is_hole(self) -> bool:
        return self.there is None

    @property
    def there(self) -> Agent | None:
        """Who answers."""
        return self.stands_in if self.is_away else self.person


@dataclass(frozen=True, slots=True)
class TeamDuty:
    """One team: the levels it works at as (number, name), and its spans in order; without a rota there are none."""

    team: Team
    levels: tuple[tuple[int, str], ...]
    rota: Rota | None
    spans: tuple[Span, ...]
    at: datetime

    @property
    def now(self) -> Span | None:
        """What holds now; None outside of the hours of duty."""
        return next((span for span in self.spans if span.begins <= self.at < span.ends), None)

    @property
    def following(self) -> Span | None:
        """The next hand-over: what comes after what holds now."""
        return next((span for span in self.spans if span.begins > self.at), None)

    @property
    def overrides(self) -> list[DutyOverride]:
        """Where somebody was put for a while, as long as it is not over."""
        rows = self.rota.overrides.all() if self.rota else ()
        return [row for row in rows if row.ends_at > self.at]

    @property
    def holes(self) -> list[Span]:
        """When nobody is there, from now on."""
        return [span for span in self.spans if span.is_hole and span.ends > self.at]


@dataclass(frozen=True, slots=True)
class Weeks:
    """Every team from the beginning of today, where the viewer is, over two weeks; and who is away in that time."""

    begins: datetime
    ends: datetime
    teams: list[TeamDuty]
    absences: list[Absence]


def weeks(*, at: datetime) -> Weeks:
    """The next two weeks of every team that works at a level or takes turns; eight statements in all."""
    begins = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
    ends = midnight(begins, DAYS)
    absences = list(
        Absence.objects.filter(starts_at__lt=ends, ends_at__gt=begins)
        .select_related("agent__user", "deputy__user")
        .order_by("starts_at", "pk")
    )
    away: dict[int, list[Absence]] = defaultdict(list)
    for row in absences:
        away[row.agent_id].append(row)
    levels, teams = _levels()
    rotas = {rota.team_id: rota for rota in _rotas()}
    spans = _all_spans(rotas.values(), away, begins, ends)
    teams |= {rota.team_id: rota.team for rota in rotas.values()}
    found = [
        TeamDuty(team, tuple(sorted(levels[pk].items())), rotas.get(pk), tuple(spans.get(pk, ())), at)
        for pk, team in teams.items()
    ]
    found.sort(key=lambda duty: (not duty.levels, duty.levels, duty.team.name))
    return Weeks(begins, ends, found, [row for row in absences if row.ends_at > at])


def midnight(begins: datetime, days: int) -> datetime:
    """The beginning of a later day; a day may be longer or shorter where the clocks change."""
    zone = timezone.get_current_timezone()
    return datetime.combine(begins.date() + timedelta(days=days), begins.time(), tzinfo=zone)


def _levels() -> tuple[dict[int, dict[int, str]], dict[int, Team]]:
    """The levels of the procedures that are in force, by team, and those teams."""
    levels: dict[int, dict[int, str]] = defaultdict(dict)
    teams: dict[int, Team] = {}
    for level in Level.objects.filter(version__state=VersionState.PUBLISHED).select_related("team"):
        levels[level.team_id].setdefault(level.number, level.name)
        teams[level.team_id] = level.team
    return levels, teams


def _rotas() -> list[Rota]:
    overrides = Prefetch("overrides", DutyOverride.objects.select_related("agent__user"))
    return list(Rota.objects.select_related("team").prefetch_related("members", "swaps", overrides))


def _all_spans(rotas: Iterable[Rota], away: Away, begins: datetime, ends: datetime) -> dict[int, list[Span]]:
    """The spans of each team, by its key."""
    whole = {rota.team_id: whole for rota, whole in rotations(rotas)}
    turns = {team: rotation.turns(one, begins, ends) for team, one in whole.items()}
    people = _people(turns.values(), away)
    return {team: list(_spans(turns[team], whole[team], away, people, (begins, ends))) for team in turns}


def rotations(rotas: Iterable[Rota]) -> Iterator[tuple[Rota, Rotation]]:
    """Whose turn it is in each of them; one statement for the hours of all."""
    published = CalendarVersion.objects.filter(calendar__rotas__isnull=False, state=VersionState.PUBLISHED)
    newest = {version.calendar_id: version for version in published.order_by("number")}
    for rota in rotas:
        version = newest.get(rota.calendar_id) if rota.calendar_id else None
        yield rota, rota.rotation_in(version.schedule() if version else None)


def _people(turns: Iterable[list[Turn]], away: Away) -> dict[int, Agent]:
    ids = {turn.agent for some in turns for turn in some} | set(away)
    ids |= {row.deputy_id for rows in away.values() for row in rows if row.deputy_id}
    return Agent.objects.select_related("user").in_bulk(ids)


def _spans(
    turns: list[Turn], whole: Rotation, away: Away, people: Mapping[int, Agent], window: rotation.Stretch
) -> Iterator[Span]:
    """Turns cut where their people go away, and the holes between them, in order."""
    found = [span for turn in turns for span in _of_turn(turn, away, people)]
    found += [Span(start, end) for start, end in rotation.gaps(turns, *window, whole.hours)]
    return iter(sorted(found, key=lambda span: span.begins))


def _of_turn(turn: Turn, away: Away, people: Mapping[int, Agent]) -> Iterator[Span]:
    person = people[turn.agent]
    absences = {turn.agent: [(row.starts_at, row.ends_at) for row in away.get(turn.agent, ())]}
    there = rotation.without([turn], absences)
    for part in there:
        yield Span(part.start, part.end, person, turn.because, turn.shift)
    for start, end in rotation.gaps(there, turn.start, turn.end):
        stands_in = _stands_in(turn.agent, start, away)
        instead = people.get(stands_in) if stands_in else None
        yield Span(start, end, person, turn.because, turn.shift, is_away=True, stands_in=instead)


def _stands_in(agent_id: int, at: datetime, away: Away) -> int | None:
    """Who is there for somebody at this instant, along the whole chain of deputies."""
    current = (row for rows in away.values() for row in rows if row.starts_at <= at < row.ends_at)
    return who_answers({row.agent_id: row.deputy_id for row in current}, agent_id)


@dataclass(frozen=True, slots=True)
class Shift:
    """A coming shift of a rota, whole as it changes hands, and who has it."""

    number: int
    begins: datetime
    ends: datetime
    agent: Agent


def coming(rota: Rota, *, at: datetime, number: int) -> list[Shift]:
    """So many shifts that have not begun, each with whoever has it by the order or by an exchange; three statements."""
    whole = rota.rotation()
    taken, first = dict(whole.swaps), max(whole.shift_at(at) + 1, 0)
    numbers = range(first, first + number)
    holders = {shift: taken.get(shift) or _by_order(whole, shift) for shift in numbers}
    people = Agent.objects.select_related("user").in_bulk({pk for pk in holders.values() if pk})
    return [Shift(shift, *whole.bounds(shift), people[pk]) for shift, pk in holders.items() if pk]


def _by_order(whole: Rotation, shift: int) -> int | None:
    return whole.people[shift % len(whole.people)] if whole.people else None
