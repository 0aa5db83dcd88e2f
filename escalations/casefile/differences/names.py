"""What procedures refer to by number or short name, looked up for any number of them in five statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from customers.models import SupportPlan
from escalations.models import Agent, CalendarVersion, Skill, Team
from escalations.rules.procedure import Procedure


@dataclass(frozen=True, slots=True)
class Names:
    """The names of teams, people and versions of calendars by key, of plans and skills by short name."""

    teams: Mapping[int, str]
    people: Mapping[int, str]
    calendars: Mapping[int, str]
    plans: Mapping[str, str]
    skills: Mapping[str, str]

    def team(self, key: int) -> str:
        return self.teams.get(key) or _("a team that is gone")

    def person(self, key: int) -> str:
        return self.people.get(key) or _("somebody who left")

    def calendar(self, key: int | None) -> str:
        return self.calendars.get(key or 0) or _("no calendar")

    def plan(self, slug: str) -> str:
        return self.plans.get(slug, slug)

    def skill(self, slug: str) -> str:
        return self.skills.get(slug, slug)


def names_of(procedures: Iterable[Procedure]) -> Names:
    """Everything these procedures name; what is gone has no name any more."""
    read = list(procedures)
    rungs = [rung for procedure in read for rung in procedure.rungs]
    targets = [target for procedure in read for target in procedure.targets]
    calendars = {rung.calendar_version_id for rung in rungs}
    calendars |= {target.calendar_version_id for target in targets if target.calendar_version_id is not None}
    plans = {target.plan for target in targets if target.plan}
    skills = {trigger.skill for procedure in read for trigger in procedure.triggers if trigger.skill}
    people = Agent.objects.filter(pk__in={rung.last_resort_id for rung in rungs}).select_related("user")
    editions = CalendarVersion.objects.filter(pk__in=calendars).select_related("calendar")
    return Names(
        teams=dict(Team.objects.filter(pk__in={rung.team_id for rung in rungs}).values_list("pk", "name")),
        people={person.pk: str(person) for person in people},
        calendars={edition.pk: str(edition) for edition in editions},
        plans=dict(SupportPlan.objects.filter(slug__in=plans).values_list("slug", "name")),
        skills=dict(Skill.objects.filter(slug__in=skills).values_list("slug", "name")),
    )
