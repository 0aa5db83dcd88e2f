"""Standings of real people: the only place where rows become a `rules.Standing`."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.contrib.auth.models import Permission
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast
from django.utils import timezone

from customers.models import Contact, Membership, User
from escalations.models.house import HouseRules
from escalations.models.people import Agent, TeamMembership
from escalations.models.readings import TrainingRecord
from escalations.rules.standing import NOBODY, Door, Right, Standing


def staff_standing(user: User, at: datetime | None = None) -> Standing:
    """The standing of this person at the staff's doors, now or then; NOBODY without an active Agent."""
    agent = Agent.objects.filter(user=user, is_active=True).first() if user.is_active else None
    if agent is None:
        return NOBODY
    found = _around(user, agent, at or timezone.now())
    rights = frozenset(Right) if user.is_superuser else frozenset(map(Right, found["right"]))
    return Standing(
        Door.STAFF,
        user.code,
        user_id=user.pk,
        agent_id=agent.pk,
        team_ids=frozenset(map(int, found["team"])),
        rights=rights,
        trained=frozenset(found["trained"]),
        by_team=bool(found["by_team"]) and Right.SEE_ALL not in rights,
    )


def _around(user: User, agent: Agent, at: datetime) -> dict[str, list[str]]:
    """Teams, rights and valid trainings of somebody, and whether teams see only their own; one statement."""
    text = CharField(max_length=64)
    codes = [right.value for right in Right]
    given = Permission.objects.filter(content_type__app_label="escalations", codename__in=codes)
    parts = (
        ("team", TeamMembership.objects.filter(agent=agent), Cast("team_id", text)),
        ("right", given.filter(Q(group__user=user) | Q(user=user)), Cast("codename", text)),
        ("trained", TrainingRecord.objects.filter(agent=agent, valid_until__gt=at), Cast("digest", text)),
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


def office_standing(user: User) -> Standing:
    """An administrator acts for the staff, with or without an agent of their own."""
    standing = staff_standing(user)
    return standing if standing.is_staff else Standing(Door.STAFF, user.code, user_id=user.pk)


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
