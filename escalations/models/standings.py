"""Standings of real people: the only place where rows become a `rules.Standing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import reduce
from operator import and_

from django.contrib.auth.models import Group, Permission
from django.db.models import BooleanField, CharField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from customers.models import Contact, Membership, User
from escalations.models.duty import Absence
from escalations.models.house import HouseRules
from escalations.models.people import Agent, TeamMembership
from escalations.models.readings import TrainingRecord
from escalations.rules.roles import ACTING, StaffRole
from escalations.rules.routing import who_answers
from escalations.rules.standing import NOBODY, Door, Right, Standing


def staff_standing(user: User, at: datetime | None = None) -> Standing:
    """The standing of this person at the staff's doors, now or then; NOBODY without an active Agent."""
    found = _around(user, at or timezone.now()) if user.is_active else {}
    agent_id = next(map(int, found.get("agent", ())), None)
    if agent_id is None:
        return NOBODY
    rights = frozenset(Right) if user.is_superuser else frozenset(map(Right, found["right"]))
    return Standing(
        Door.STAFF,
        user.code,
        user_id=user.pk,
        agent_id=agent_id,
        team_ids=frozenset(map(int, found["team"])),
        rights=rights,
        roles=tuple(sorted(found["role"])),
        trained=frozenset(found["trained"]),
        by_team=bool(found["by_team"]) and Right.SEE_ALL not in rights,
        stands_in=_absent(found["away"], agent_id),
    )


def _around(user: User, at: datetime) -> dict[str, list[str]]:
    """The active agent of somebody, teams, rights, roles and trainings, who is away, the house rule; one statement."""
    text = CharField(max_length=64)
    codes = [right.value for right in Right]
    given = Permission.objects.filter(content_type__app_label="escalations", codename__in=codes)
    pair = Concat(Cast("agent_id", text), Value(":"), Cast("deputy_id", text), output_field=text)
    parts = (
        ("agent", Agent.objects.filter(user=user, is_active=True), Cast("pk", text)),
        ("team", TeamMembership.objects.filter(agent__user=user), Cast("team_id", text)),
        ("right", given.filter(Q(group__user=user) | Q(user=user)), Cast("codename", text)),
        ("role", Group.objects.filter(user=user, name__in=[role.value for role in StaffRole]), Cast("name", text)),
        ("trained", TrainingRecord.objects.filter(agent__user=user, valid_until__gt=at), Cast("digest", text)),
        ("away", Absence.objects.current(at), pair),
        ("by_team", HouseRules.objects.filter(by_team=True), Value("", text)),
    )
    rows = [
        # An order of their own would not be allowed within a union.
        query.order_by().annotate(part=Value(part, text), said=said).values_list("part", "said")
        for part, query, said in parts
    ]
    found: dict[str, list[str]] = defaultdict(list)
    for part, said in rows[0].union(*rows[1:]):
        found[part].append(said)
    return found


def _absent(pairs: Iterable[str], agent_id: int) -> frozenset[int]:
    """Those who are away and whose chain of deputies ends with this agent; each pair is who is away and the deputy."""
    deputies: dict[int, int | None] = {}
    for pair in pairs:
        absent, _colon, deputy = pair.partition(":")
        deputies[int(absent)] = int(deputy) if deputy else None
    return frozenset(absent for absent in deputies if who_answers(deputies, absent) == agent_id)


def has_right(user: User, right: Right) -> bool:
    """Whether the roles of somebody give a right."""
    return user.has_perm(f"escalations.{right.value}")


def acts(user: User) -> bool:
    """Whether the roles of somebody let them do anything but read."""
    return any(has_right(user, right) for right in sorted(ACTING))


def given(right: Right, user: str = "") -> Q:
    """Whether the roles of the user at this path, or of the rows themselves, give a right; to filter or annotate."""
    permission = Permission.objects.filter(content_type__app_label="escalations", codename=right.value)
    key = OuterRef(f"{user}_id" if user else "pk")
    by_group = Group.objects.filter(user=key, permissions__in=permission)
    itself = User.user_permissions.through.objects.filter(user_id=key, permission__in=permission)
    powerful = f"{user}__is_superuser" if user else "is_superuser"
    return Q(**{powerful: True}) | Q(Exists(by_group)) | Q(Exists(itself))


def with_rights(rights: Collection[Right]) -> QuerySet[Agent]:
    """All agents, with whether their roles give all of these rights as `is_entitled`."""
    if not rights:
        return Agent.objects.all()
    all_of_them = reduce(and_, (given(right, "user") for right in sorted(rights)))
    return Agent.objects.annotate(is_entitled=ExpressionWrapper(all_of_them, output_field=BooleanField()))


def is_entitled(agent_id: int, rights: Collection[Right]) -> bool:
    """Whether the roles of this agent give all of these rights."""
    return Agent.objects.filter(*(given(right, "user") for right in sorted(rights)), pk=agent_id).exists()


def office_standing(user: User) -> Standing:
    """An administrator acts for the staff, with or without an agent of their own."""
    standing = staff_standing(user)
    if standing.is_staff:
        return standing
    rights = frozenset(right for right in Right if has_right(user, right))
    by_team = Right.SEE_ALL not in rights and HouseRules.current().by_team
    return Standing(Door.STAFF, user.code, user_id=user.pk, rights=rights, by_team=by_team)


def customer_standing(user: User, on: date) -> Standing:
    """The standing of this person at the customer's doors; NOBODY without a contact."""
    contact = Contact.objects.filter(user=user).first() if user.is_active else None
    return contact_standing(contact, on) if contact else NOBODY


def contact_standing(contact: Contact, on: date) -> Standing:
    """The standing of a contact, who may have no sign-in; an organization counts while the membership lasts."""
    current = Membership.objects.current(on).filter(contact=contact).values_list("organization_id", "is_lead")
    memberships = dict(current)
    return Standing(
        Door.CUSTOMER,
        contact.code,
        user_id=contact.user_id,
        contact_id=contact.pk,
        organizations=frozenset(memberships),
        organizations_led=frozenset(pk for pk, is_lead in memberships.items() if is_lead),
    )
