"""A first policy from a template: a complete draft, with nothing for the lint to find where its teams have people."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from customers.models import User
from customers.refusal import Refused
from escalations.actions.templates import shapes
from escalations.actions.templates.words import Wording, wording
from escalations.models import (
    Agent,
    Calendar,
    Communication,
    Level,
    MatrixCell,
    Policy,
    PolicyVersion,
    Requirement,
    Role,
    Target,
    Team,
    Training,
    Trigger,
)

logger = logging.getLogger(__name__)

TRAINING_KEY = "escalating-and-receiving"


@dataclass(frozen=True, slots=True)
class Template:
    """How many levels a policy of this template has, and whether its times are those of days and nights."""

    levels: int
    is_always: bool = False


TEMPLATES: Mapping[str, Template] = {
    "office": Template(levels=4),
    "always": Template(levels=4, is_always=True),
    "small": Template(levels=2),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an administrator chooses: the name of the policy, its hours, a team for each level, and people.

    Teams beyond the levels of the template are left out.
    """

    name: str
    calendar: Calendar
    teams: Sequence[Team | None]
    last_resort: Agent
    owner: Agent


@transaction.atomic
def begin(*, template: str, chosen: Chosen, language: str, by: User, at: datetime) -> PolicyVersion:
    """A new policy with its first draft, in the words of this language.

    Raises Refused when a policy of that name exists, when a level has no team, and for a team at two levels in a row.
    """
    kind, said = TEMPLATES[template], wording(language)
    _refuse_wrong(kind, chosen)
    policy = Policy.objects.create(slug=_slug(chosen.name), name=chosen.name, owner=chosen.owner)
    version = PolicyVersion.objects.create(policy=policy, purpose=said.purpose, note=said.note, sign_in_above=10_000)
    _levels(version, kind, chosen, said)
    _targets(version, kind, chosen.calendar)
    _matrix_and_triggers(version)
    _papers(version, said)
    logger.info("%s began %s from the template %s at %s", by.code, version, template, at)
    return version


def _refuse_wrong(kind: Template, chosen: Chosen) -> None:
    if Policy.objects.filter(name__iexact=chosen.name).exists():
        raise Refused("name", "name_taken", _("There is a policy of this name already; choose another one."))
    for number in range(1, kind.levels + 1):
        if len(chosen.teams) < number or chosen.teams[number - 1] is None:
            raise Refused(f"team_{number}", "team_missing", _("Choose the team of this level."))
        if number > 1 and chosen.teams[number - 1] == chosen.teams[number - 2]:
            remedy = _("This team has the level below already, so nobody new would be asked; choose another one.")
            raise Refused(f"team_{number}", "same_team", remedy)


def _slug(name: str) -> str:
    """A short name that no policy has yet."""
    wanted = slugify(name)[:40] or "policy"
    taken = set(Policy.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (wanted, *numbered) if slug not in taken)


def _levels(version: PolicyVersion, kind: Template, chosen: Chosen, said: Wording) -> None:
    rhythms = shapes.RHYTHMS if kind.levels == len(shapes.RHYTHMS) else (shapes.RHYTHMS[0], shapes.RHYTHMS[-1])
    teams = [team for team in chosen.teams[: kind.levels] if team is not None]
    rows = zip(said.levels[kind.levels], rhythms, teams, strict=True)
    for number, ((name, meaning), rhythm, team) in enumerate(rows, start=1):
        Level.objects.create(
            version=version,
            number=number,
            name=name,
            meaning=meaning,
            team=team,
            calendar=chosen.calendar,
            last_resort=chosen.last_resort,
            dwell_minutes=rhythm.dwell,
            remind_minutes=rhythm.remind,
            pass_on_minutes=rhythm.pass_on,
            forget_minutes=rhythm.forget,
            authority_limit=rhythm.may_decide,
            notice_budget=rhythm.mails_an_hour,
        )


def _targets(version: PolicyVersion, kind: Template, calendar: Calendar) -> None:
    for position, (clock, severity, working, always, percent) in enumerate(shapes.TARGETS, start=1):
        Target.objects.create(
            version=version,
            position=position,
            clock=clock.value,
            severity=severity,
            calendar=calendar,
            minutes=always if kind.is_always else working,
            warn_percent=percent,
        )


def _matrix_and_triggers(version: PolicyVersion) -> None:
    for position, (impact, urgency, tier, severity) in enumerate(shapes.MATRIX, start=1):
        MatrixCell.objects.create(
            version=version, position=position, impact=impact, urgency=urgency, tier=tier, severity=severity
        )
    for position, (condition, parameters, effect, climb) in enumerate(shapes.TRIGGERS, start=1):
        Trigger.objects.create(
            version=version,
            position=position,
            condition=condition,
            parameters=dict(parameters),
            effect=effect.value,
            kind=climb.value,
        )


def _papers(version: PolicyVersion, said: Wording) -> None:
    """Roles and duties, communication, documentation and training."""
    rows = zip(shapes.PARTS, said.duties, strict=True)
    for position, ((stage, party, involvement), duty) in enumerate(rows, start=1):
        Role.objects.create(
            version=version,
            position=position,
            stage=stage.value,
            party=party.value,
            involvement=involvement.value,
            duty=duty,
        )
    for position, (group, severity) in enumerate(shapes.URGENT, start=1):
        Communication.objects.create(version=version, position=position, group=group.value, severity=severity)
    for position, (document, climb) in enumerate(shapes.IN_WRITING, start=1):
        Requirement.objects.create(
            version=version, position=position, document=document.value, kind=climb.value if climb else ""
        )
    title, text = said.training
    Training.objects.create(version=version, position=1, key=TRAINING_KEY, title=title, text=text)


__all__ = ["TEMPLATES", "Chosen", "Template", "Wording", "begin", "wording"]
