"""The only writers of people and organizations outside the admin's plain configuration forms."""

from __future__ import annotations

from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import (
    Contact,
    ContactAddress,
    Membership,
    Organization,
    SupportPlan,
    UndeliverableAddress,
    User,
)
from customers.refusal import Refused


def _refuse_known_address(email: str) -> None:
    if User.objects.filter(email__iexact=email).exists():
        raise Refused("email", "address_in_use", _("Somebody already signs in with this address; choose another one."))


@transaction.atomic
def add_user(
    *, email: str, name: str, password: str | None, time_zone: str = "UTC", language: str = "en", is_staff: bool = False
) -> User:
    """A new person who signs in. Raises Refused when the address is taken."""
    _refuse_known_address(email)
    return User.objects.create_user(
        email, password, name=name, time_zone=time_zone, language=language, is_staff=is_staff
    )


def save_user(*, user: User) -> None:
    """Keeps what was changed of somebody who signs in: name, language, time zone, whether they administrate."""
    user.save(update_fields=["name", "language", "time_zone", "is_staff"])


def choose_language(*, user: User, language: str, time_zone: str) -> None:
    """Keeps how somebody who signs in wants to be spoken to, on pages and in letters."""
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["language", "time_zone"])


@transaction.atomic
def add_organization(*, name: str, tier: str, plan: SupportPlan | None = None) -> Organization:
    """A new customer company. Raises Refused when the name is taken."""
    if Organization.objects.filter(name__iexact=name).exists():
        raise Refused("name", "name_in_use", _("There is already an organization of this name; choose another one."))
    return Organization.objects.create(name=name, tier=tier, plan=plan)


@transaction.atomic
def add_contact(
    *,
    name: str,
    email: str = "",
    organization: Organization | None = None,
    is_lead: bool = False,
    user: User | None = None,
) -> Contact:
    """A new person at a customer. Raises Refused when another contact has the address."""
    if email and ContactAddress.objects.filter(email__iexact=email).exists():
        raise Refused(
            "email", "address_in_use", _("Another contact already has this address; open that contact instead.")
        )
    contact = Contact.objects.create(name=name, user=user)
    if email:
        ContactAddress.objects.create(contact=contact, email=email.strip().lower())
    if organization:
        Membership.objects.create(contact=contact, organization=organization, is_lead=is_lead)
    return contact


def change_organization(*, organization: Organization, tier: str, plan: SupportPlan | None) -> None:
    """Another tier or plan for a company; cases that are open keep what they were promised."""
    organization.tier, organization.plan = tier, plan
    organization.save(update_fields=["tier", "plan"])


def rename_contact(*, contact: Contact, name: str) -> None:
    contact.name = name
    contact.save(update_fields=["name"])


def add_address(*, contact: Contact, email: str) -> None:
    """One more address of a contact. Raises Refused when another contact has it."""
    if ContactAddress.objects.filter(email__iexact=email).exclude(contact=contact).exists():
        raise Refused(
            "email", "address_in_use", _("Another contact already has this address; open that contact instead.")
        )
    ContactAddress.objects.create(contact=contact, email=email.strip().lower())


def place_contact(*, contact: Contact, organization: Organization, is_lead: bool) -> None:
    """The contact speaks for this organization, as its lead or not. Raises Refused when that has ended."""
    place, _made = Membership.objects.get_or_create(contact=contact, organization=organization)
    if place.ended_on is not None:
        remedy = _("This contact left %(organization)s; begin it again on the page of the contact.")
        raise Refused("organizations", "has_left", remedy % {"organization": organization})
    if place.is_lead != is_lead:
        place.is_lead = is_lead
        place.save(update_fields=["is_lead"])


def imported_organization(*, name: str) -> tuple[Organization, Contact]:
    """The organization of this name with a contact that stands for all its unnamed reporters; made when missing."""
    organization, _made = Organization.objects.get_or_create(name=name)
    contact = (
        Contact.objects.filter(memberships__organization=organization, user=None, addresses=None).order_by("id").first()
    )
    return organization, contact or add_contact(name=name, organization=organization)


@transaction.atomic
def set_active(*, user: User, active: bool) -> None:
    """Lets a person sign in, or stops it; open sessions end with the next request, for good."""
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        for session in UserSession.objects.filter(user=user):
            session.end()


def let_into_office(*, user: User, may: bool) -> None:
    """Lets a person enter the administration, or no longer."""
    user.is_staff = may
    user.save(update_fields=["is_staff"])


def mark_undeliverable(*, email: str, reason: str, at: datetime) -> None:
    """Mail to this address came back for good: nothing is sent there until somebody writes from it."""
    said = {"reason": reason[:300]}
    UndeliverableAddress.objects.get_or_create(
        email__iexact=email, defaults={"email": email.strip().lower(), "since": at, **said}
    )


def works_again(*, email: str) -> bool:
    """Somebody wrote from this address, or says that it is right; gives whether it was marked."""
    gone, _rows = UndeliverableAddress.objects.filter(email__iexact=email).delete()
    return bool(gone)
