"""Standings of real people: the only place where rows become a `rules.Standing`."""

from __future__ import annotations

from datetime import date

from customers.models import Contact, Membership, User
from escalations.models.people import Agent, TeamMembership
from escalations.rules.standing import NOBODY, Door, Standing


def staff_standing(user: User) -> Standing:
    """The standing of this person at the staff's doors; NOBODY without an active Agent."""
    agent = Agent.objects.filter(user=user, is_active=True).first() if user.is_active else None
    if agent is None:
        return NOBODY
    teams = TeamMembership.objects.filter(agent=agent).values_list("team_id", flat=True)
    return Standing(Door.STAFF, user.code, user_id=user.pk, agent_id=agent.pk, team_ids=frozenset(teams))


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
