"""What is wrong with a version of a policy or calendar, found in the rows of today and said in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from escalations.actions.path_findings import FORESEEN
from escalations.models import (
    Agent,
    Calendar,
    CalendarPin,
    CalendarVersion,
    Communication,
    Hours,
    Level,
    MatrixCell,
    PolicyVersion,
    Requirement,
    Role,
    Rota,
    SpecialDay,
    Target,
    TeamMembership,
    Training,
    Trigger,
    VersionState,
    words,
)
from escalations.rules import lint
from escalations.rules.conditions import UnknownCondition
from escalations.rules.lint import Part, Problem
from escalations.rules.procedure import Procedure
from escalations.timing import rotation
from escalations.timing.schedule import ScheduleError

_ROWS: Mapping[Part, type[Model]] = {
    Part.LEVELS: Level,
    Part.TARGETS: Target,
    Part.CELLS: MatrixCell,
    Part.TRIGGERS: Trigger,
    Part.REQUIREMENTS: Requirement,
    Part.COMMUNICATIONS: Communication,
    Part.ROLES: Role,
    Part.TRAININGS: Training,
    Part.VERSION: PolicyVersion,
    Part.HOURS: Hours,
    Part.SPECIAL_DAYS: SpecialDay,
}

_NAMED: Mapping[str, Mapping[str, object]] = {
    "clock": words.CLOCKS,
    "stage": words.STAGES,
    "party": words.PARTIES,
}

SENTENCES = {
    "no_level": _("There is no level; add at least one."),
    "level_gap": _("This is level %(number)s where level %(expected)s is expected; number the levels 1, 2, 3 …"),
    "nobody_in_team": _("Nobody active is in the team of level %(level)s; add a member or choose another team."),
    "last_resort_left": _("The last resort of level %(level)s no longer works here; choose somebody who does."),
    "nobody_on_duty": _(
        "Level %(level)s is open around the clock, but nobody is on duty from %(from)s to %(until)s; fill the rota of "
        "its team, or choose another calendar."
    ),
    "alone_around_the_clock": _(
        "Level %(level)s is open around the clock, but only one person can be asked there; give its team a second "
        "member or a rota, or choose another calendar."
    ),
    "nobody_new_above": _(
        "Nobody can be asked at level %(level)s who was not asked at level %(below)s already; choose another team, or "
        "other people."
    ),
    "managers_in_circle": _(
        "These managers go in a circle: %(people)s; choose another manager for one of them, on the page of the agent."
    ),
    "unknown_level": _("There is no level %(level)s; choose one of the levels above or add it."),
    "no_target_for_all": _(
        "“%(clock)s” has no row for every severity, level and plan; add one that leaves these three empty."
    ),
    "longer_than_dwell": _(
        "%(minutes)s minutes are longer than a case stays at level %(level)s "
        "(%(dwell)s); shorten them, or let it stay longer."
    ),
    "out_of_reach": _("On these hours %(minutes)s minutes take more than fifty years; shorten them."),
    "no_matrix": _("The matrix is empty; add at least one row that leaves impact, urgency and tier empty."),
    "no_last_row": _("Some cases fit no row; leave impact, urgency and tier of the last row empty."),
    "never_fires": _("“%(clock)s” has no target, so this never happens; add a target or remove the trigger."),
    "after_the_end": _("“%(clock)s” runs after the end, when nothing climbs any more; choose another clock."),
    "never_together": _("These conditions exclude each other, so this never happens; remove one of them."),
    "skill_for_authority": _(
        "A hierarchical climb asks for authority, not for a skill; leave the skill empty, or climb functionally."
    ),
    "after_the_climb": _(
        "A case that nobody acknowledges has left level %(level)s after %(dwell)s minutes already; "
        "take less than %(minutes)s, or let it stay longer."
    ),
    "less_above": _(
        "Level %(level)s may decide less than level %(below)s below it; raise this limit, or lower the one below."
    ),
    "nothing_climbs_here": _("Nothing climbs to level %(level)s, the lowest; choose a higher one, or leave it empty."),
    "no_kind_at_the_end": _("Before the end this is asked for whatever the kind was; leave the kind empty."),
    "no_criterion": _("Nothing calls for escalation; add at least one trigger."),
    "no_documentation": _("Nothing has to be in writing; say at least one thing that must be."),
    "no_communication": _("Nothing is said about who must hear at once; add at least one row."),
    "no_role": _("Nobody has a duty; say who is accountable and who does it in each stage."),
    "nobody_accountable": _("Nobody of ours is accountable in the stage “%(stage)s”; add a row."),
    "nobody_does": _("Nobody of ours does anything in the stage “%(stage)s”; add a row."),
    "party_of_no_level": _("“%(party)s” belongs to no level; leave the level empty."),
    "same_role": _("Row %(by)s already says this; change one of the two, or remove it."),
    "nothing_to_confirm": _(
        "Only the trained accept at level %(level)s, but there is no training text for it; add one, or untick this."
    ),
    "unknown_condition": _("Condition and parameters do not fit together; see the list of conditions above."),
    "hidden_row": _("Row %(by)s already takes everything this one would; move this row up or remove it."),
    "calendar_not_published": _("The calendar “%(calendar)s” has no published version; publish one first."),
    "never_open": _("Nothing is ever open; add opening hours to at least one weekday."),
    "never_open_for_a_year": _(
        "Nothing is open from %(first)s to %(last)s; remove closed days, or give one of them opening hours."
    ),
    "overlap": _("This overlaps with row %(by)s; change one of the two."),
    "closed_and_open": _("Row %(by)s says otherwise about the same day; remove one of the two."),
    "bad_hours": _("The times of a row do not fit together; closing comes after opening, at most 24 hours later."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem as people read it: where it is, and one sentence that says what to do."""

    problem: Problem
    where: str
    sentence: str

    @property
    def path(self) -> str:
        """The field at fault for programs: `levels.2.team`, or `targets.clock` for the whole part."""
        row = [str(self.problem.row)] if self.problem.row else []
        return ".".join([self.problem.part, *row, self.problem.field])


def findings(version: PolicyVersion, at: datetime) -> list[Finding]:
    """What is wrong with this version and the people of `at`; empty when it may be published."""
    return [_told(problem) for problem in problems(version, at)]


def problems(version: PolicyVersion, at: datetime) -> list[Problem]:
    """What `findings` says, as codes."""
    unusable = [*_unusable(version)]
    if unusable:
        return unusable
    procedure = version.procedure()
    return lint.lint(procedure, people(procedure, at))


def calendar_findings(version: CalendarVersion) -> list[Finding]:
    """What is wrong with the hours of this version; empty when it may be published."""
    week = list(version.hours.values_list("weekday", "opens", "closes"))
    days = list(version.special_days.values_list("date", "opens", "closes", "is_observed"))
    problems = lint.lint_hours(week, days)
    if not problems:
        try:
            version.schedule()
        except ScheduleError:
            problems = [Problem(Part.HOURS, 0, "closes", "bad_hours")]
    return [_told(problem) for problem in problems]


def people(procedure: Procedure, at: datetime) -> lint.People:
    """Who works where now, and whose turn it is in the next 14 days; rotas are read for levels that never close."""
    active = dict(Agent.objects.active().values_list("pk", "manager_id"))
    members: dict[int, set[int]] = defaultdict(set)
    for team, agent in TeamMembership.objects.values_list("team_id", "agent_id"):
        if agent in active:
            members[team].add(agent)
    always = {rung.team_id for rung in procedure.rungs if lint.never_closes(rung.schedule)}
    rotas = Rota.objects.filter(team__in=always) if always else ()
    return lint.People(
        members={team: frozenset(agents) for team, agents in members.items()},
        active=frozenset(active),
        managers={agent: manager for agent, manager in active.items() if manager is not None},
        unattended={rota.team_id: _unattended(rota, active, at) for rota in rotas},
    )


def _unattended(rota: Rota, active: Container[int], at: datetime) -> list[rotation.Stretch]:
    """When nobody who works here is on duty by this rota, in the next 14 days."""
    turns = rotation.turns(rota.rotation(), at, at + FORESEEN)
    return rotation.gaps((turn for turn in turns if turn.agent in active), at, at + FORESEEN)


def calendars_of(version: PolicyVersion) -> set[int]:
    """The calendars that its levels and targets name."""
    return {
        *version.levels.values_list("calendar_id", flat=True),
        *version.targets.values_list("calendar_id", flat=True),
    }


def newest_calendars(calendar_ids: Iterable[int]) -> dict[int, CalendarVersion]:
    """The newest published version of each of these calendars that has one."""
    rows = CalendarVersion.objects.filter(calendar_id__in=calendar_ids, state=VersionState.PUBLISHED)
    return {row.calendar_id: row for row in rows.order_by("number")}


def _unusable(version: PolicyVersion) -> Iterable[Problem]:
    """What keeps a draft from being read as a procedure at all."""
    if version.state != VersionState.DRAFT:
        return
    parts: Sequence[tuple[Part, Sequence[int]]] = (
        (Part.LEVELS, list(version.levels.values_list("calendar_id", flat=True))),
        (Part.TARGETS, list(version.targets.values_list("calendar_id", flat=True))),
    )
    usable = newest_calendars({calendar for _part, calendars in parts for calendar in calendars})
    names = dict(Calendar.objects.values_list("pk", "name"))
    for part, calendars in parts:
        for row, calendar in enumerate(calendars, start=1):
            if calendar not in usable:
                yield Problem(part, row, "calendar", "calendar_not_published", {"calendar": names[calendar]})
    for row, trigger in enumerate(version.triggers.all(), start=1):
        try:
            trigger.trigger()
        except (UnknownCondition, TypeError):
            yield Problem(Part.TRIGGERS, row, "parameters", "unknown_condition")


def outdated_pins(calendar: Calendar) -> Iterable[CalendarPin]:
    """The published policy versions, in effect or not yet, that work by an older version of this calendar."""
    kept = (VersionState.SCHEDULED, VersionState.PUBLISHED)
    pins = CalendarPin.objects.filter(calendar=calendar, version__state__in=kept)
    return pins.exclude(calendar_version__state=VersionState.PUBLISHED).select_related("version__policy")


def _told(problem: Problem) -> Finding:
    model = _ROWS[problem.part]
    column = model._meta.get_field(problem.field).verbose_name  # type: ignore[union-attr]
    part = model._meta.verbose_name_plural
    where = translate("%(part)s, row %(row)s, %(column)s") if problem.row else translate("%(part)s, %(column)s")
    params = {name: _said(name, value) for name, value in problem.params.items()}
    place = where % {"part": str(part).capitalize(), "row": problem.row, "column": column}
    return Finding(problem, place, str(SENTENCES[problem.code]) % params)


def _said(name: str, value: object) -> object:
    """What a sentence names, as people say it: a clock or stage by its name, dates as they are written here."""
    if isinstance(value, tuple):
        return _chain(value)
    if isinstance(value, str):
        return _NAMED.get(name, {}).get(value, value)
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    return date_format(value) if isinstance(value, date) else value


def _chain(agents: Sequence[int]) -> str:
    """These people in their order."""
    names = {agent.pk: str(agent) for agent in Agent.objects.filter(pk__in=agents).select_related("user")}
    return " → ".join(names.get(pk, "?") for pk in agents)
