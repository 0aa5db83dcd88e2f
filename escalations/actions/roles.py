"""Roles as groups of the sign-in: made once, given by administrators, and given to those who have none yet."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from datetime import datetime

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from customers import actions as sign_ins
from customers.models import User
from customers.refusal import Refused
from escalations.models import Agent, Level, TeamMembership, VersionState, words
from escalations.rules.roles import GRANTS, Office, StaffRole, fitting
from escalations.rules.standing import Right

logger = logging.getLogger(__name__)
_RIGHTS = Q(content_type__app_label="escalations", codename__in=[right.value for right in Right])
_OFFICE = [role.value for role, grant in GRANTS.items() if grant.office is not Office.CLOSED]


@transaction.atomic
def seed(*, at: datetime) -> list[Agent]:
    """Makes the groups that are missing, and gives a role to every agent who has none; gives those agents.

    What an administrator changed in a group stays, except that the two roles of the back office learn the pages that
    came with a newer Belay. Safe to call again and again.
    """
    _fill([*_make_groups(StaffRole), *_OFFICE])
    return _place_everybody(at)


def _make_groups(roles: Iterable[StaffRole]) -> list[str]:
    """Makes the groups of these roles that are missing; gives their names."""
    wanted = list(roles)
    known = set(Group.objects.filter(name__in=wanted).values_list("name", flat=True))
    missing = [role.value for role in wanted if role.value not in known]
    Group.objects.bulk_create(Group(name=name) for name in missing)
    return missing


def _fill(names: Collection[str]) -> None:
    """Gives these groups all that their roles give."""
    for group in Group.objects.filter(name__in=names):
        group.permissions.add(*_permissions(StaffRole(group.name)).values_list("pk", flat=True))


def _permissions(role: StaffRole) -> QuerySet[Permission]:
    """The rights of a role, and its part of the back office."""
    grant = GRANTS[role]
    office = {
        Office.CLOSED: Permission.objects.none(),
        Office.READ: Permission.objects.filter(codename__startswith="view_"),
        Office.ALL: Permission.objects.exclude(_RIGHTS),
    }[grant.office]
    rights = Permission.objects.filter(_RIGHTS, codename__in=[right.value for right in grant.rights])
    return rights | office


def _place_everybody(at: datetime) -> list[Agent]:
    """A role for everybody who works here and whose groups and permissions give no right at all."""
    entitled = Q(user__groups__permissions__in=Permission.objects.filter(_RIGHTS))
    entitled |= Q(user__user_permissions__in=Permission.objects.filter(_RIGHTS))
    placed = Agent.objects.filter(entitled | Q(user__groups__name__in=list(StaffRole)))
    agents = list(Agent.objects.exclude(pk__in=placed.values("pk")).select_related("user").order_by("pk"))
    levels, leads = _levels(agents), _leads(agents)
    for agent in agents:
        role = fitting(levels.get(agent.pk, 0), leads=agent.pk in leads)
        agent.user.groups.add(Group.objects.get(name=role.value))
        logger.info("%s became %s at %s", agent.code, role, at)
    return agents


def _levels(agents: Collection[Agent]) -> dict[int, int]:
    """The highest level of a published version at which a team of theirs works."""
    running = Level.objects.filter(version__state=VersionState.PUBLISHED).order_by()
    team_levels = dict(running.values("team").annotate(highest=Max("number")).values_list("team", "highest"))
    found: dict[int, int] = {}
    places = TeamMembership.objects.filter(agent__in=agents).values_list("agent_id", "team_id")
    for agent_id, team_id in places:
        found[agent_id] = max(found.get(agent_id, 0), team_levels.get(team_id, 0))
    return found


def _leads(agents: Collection[Agent]) -> set[int]:
    places = TeamMembership.objects.filter(agent__in=agents, is_lead=True)
    return set(places.values_list("agent_id", flat=True))


def roles_of(user: User) -> frozenset[StaffRole]:
    """The roles of somebody."""
    names = user.groups.filter(name__in=list(StaffRole)).values_list("name", flat=True)
    return frozenset(map(StaffRole, names))


def may_give(by: User, user: User) -> bool:
    """Whoever may change users in the back office says who has which role: not their own, and no superuser's."""
    if by.is_superuser:
        return True
    return by.has_perm("customers.change_user") and not user.is_superuser and user.pk != by.pk


@transaction.atomic
def give(*, user: User, roles: Iterable[StaffRole], by: User, at: datetime) -> None:
    """From now on these are the roles of this person; the back office opens and closes with them.

    Groups that are no roles stay. Raises Refused for whoever may not give roles, and for one's own.
    """
    wanted, known = frozenset(map(StaffRole, roles)), roles_of(user)
    if wanted == known:
        return
    if not may_give(by, user) or _opens_more(wanted | known, by):
        code = "own_role" if user.pk == by.pk else "role_not_yours"
        raise Refused("roles", code, words.REMEDIES[code])
    assign(user, wanted)
    logger.info("%s made %s %s instead of %s at %s", by.code, user.code, _said(wanted), _said(known), at)


def _opens_more(given: Iterable[StaffRole], by: User) -> bool:
    """Whether one of these roles leads further into the back office than `by` may go."""
    office = {page for role in given for page in _pages(role)}
    return not all(by.has_perm(page) for page in office)


def _pages(role: StaffRole) -> list[str]:
    """The permissions of a role in the back office, as the sign-in names them."""
    found = _permissions(role).exclude(_RIGHTS).values_list("content_type__app_label", "codename")
    return [f"{app}.{code}" for app, code in found]


def assign(user: User, roles: Iterable[StaffRole]) -> None:
    """Writes down exactly these roles, whoever asks for it."""
    wanted, before = frozenset(map(StaffRole, roles)), roles_of(user)
    _fill(_make_groups(wanted))
    user.groups.remove(*Group.objects.filter(name__in=before - wanted))
    user.groups.add(*Group.objects.filter(name__in=wanted - before))
    opens = any(GRANTS[role].office is not Office.CLOSED for role in wanted)
    opened = any(GRANTS[role].office is not Office.CLOSED for role in before)
    is_staff = user.is_superuser or opens or (user.is_staff and not opened)
    if is_staff != user.is_staff:
        sign_ins.let_into_office(user=user, may=is_staff)


def _said(roles: Collection[StaffRole]) -> str:
    return ", ".join(sorted(roles)) or "nothing"
