"""The back office of the people we serve."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers import actions
from customers.models import Contact, ContactAddress, Membership, Organization, SupportPlan, User
from customers.refusal import Refused

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 12
PASSWORD = "a long enough word"
NEW_PERSON = {
    "email": "Nora@Belay.example",
    "name": "Nora Quist",
    "time_zone": "Europe/Oslo",
    "language": "en",
    "usable_password": "true",
    "password1": PASSWORD,
    "password2": PASSWORD,
}


# How somebody wants to be told stands below on the same page; no row of it here.
NO_WISHES = {
    f"{rows}-{number}_FORMS": 0 for rows in ("notice_wishes", "notice_choices") for number in ("TOTAL", "INITIAL")
}


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root@belay.example", PASSWORD, name="Root")


@pytest.fixture
def office(client: Client, root: User) -> Client:
    client.force_login(root)
    return client


@pytest.fixture
def clerk(db: None) -> Client:
    """Somebody who may change people but is no superuser."""
    user = actions.add_user(email="clerk@belay.example", name="Clerk", password=PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["change_user", "view_user", "add_user"]))
    client = Client()
    client.force_login(user)
    return client


def change(user: User) -> str:
    return reverse("admin:customers_user_change", args=[user.pk])


def person(user: User, **fields: Any) -> dict[str, Any]:
    said = {"email": user.email, "name": user.name, "time_zone": "UTC", "language": "en", "is_staff": "on"}
    return said | NO_WISHES | fields


def test_a_new_person_can_sign_in_with_the_password_that_was_set(office: Client) -> None:
    answer = office.post(reverse("admin:customers_user_add"), NEW_PERSON)
    stored = User.objects.get(email="nora@belay.example")
    assert answer["Location"] == change(stored)
    assert (stored.name, stored.time_zone, stored.is_staff) == ("Nora Quist", "Europe/Oslo", False)
    assert Client().login(username="nora@belay.example", password=PASSWORD)


def test_a_person_may_be_made_without_a_password(office: Client) -> None:
    fields = NEW_PERSON | {"usable_password": "false", "password1": "", "password2": ""}
    assert office.post(reverse("admin:customers_user_add"), fields).status_code == 302
    assert not User.objects.get(email="nora@belay.example").has_usable_password()


def test_an_address_belongs_to_one_person_in_upper_or_lower_case(office: Client) -> None:
    answer = office.post(reverse("admin:customers_user_add"), NEW_PERSON | {"email": "ROOT@belay.example"})
    assert answer.status_code == 200
    assert "email" in answer.context["adminform"].form.errors
    assert User.objects.count() == 1


def test_a_weak_password_and_a_wrong_time_zone_are_refused_at_their_fields(office: Client) -> None:
    fields = NEW_PERSON | {"password1": "short", "password2": "short", "time_zone": "Berlin"}
    errors = office.post(reverse("admin:customers_user_add"), fields).context["adminform"].form.errors
    assert {"password2", "time_zone"} <= set(errors)
    assert User.objects.count() == 1


def test_nobody_is_deactivated_by_the_form(office: Client) -> None:
    someone = actions.add_user(email="a@belay.example", name="A", password=None)
    office.post(change(someone), person(someone, name="B", is_active=""))
    someone.refresh_from_db()
    assert (someone.name, someone.is_active) == ("B", True)


def test_who_is_no_superuser_cannot_make_one(clerk: Client) -> None:
    clerk_user = User.objects.get(email="clerk@belay.example")
    powers = Permission.objects.values_list("pk", flat=True)[:3]
    clerk.post(change(clerk_user), person(clerk_user, name="C", is_superuser="on", user_permissions=list(powers)))
    clerk_user.refresh_from_db()
    assert (clerk_user.name, clerk_user.is_superuser, clerk_user.user_permissions.count()) == ("C", False, 3)


def test_who_is_no_superuser_cannot_change_one_or_their_password(clerk: Client, root: User) -> None:
    before = root.password
    assert clerk.post(change(root), person(root, email="mine@belay.example")).status_code == 403
    address = reverse("admin:auth_user_password_change", args=[root.pk])
    assert (
        clerk.post(address, {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}).status_code
        == 403
    )
    root.refresh_from_db()
    assert (root.email, root.password) == ("root@belay.example", before)


def test_a_password_is_changed_by_djangos_own_form(office: Client) -> None:
    someone = actions.add_user(email="a@belay.example", name="A", password=None)
    address = reverse("admin:auth_user_password_change", args=[someone.pk])
    office.post(address, {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true", "set-password": "1"})
    assert Client().login(username="a@belay.example", password=PASSWORD)


def formset(prefix: str, *rows: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    return fields | {f"{prefix}-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}


def test_a_contact_has_addresses_and_memberships_on_one_page(office: Client) -> None:
    norlight = actions.add_organization(name="Norlight", tier="vip")
    fields = {"name": "Ida Holm", "user": ""}
    fields |= formset("addresses", {"email": "ida@norlight.example"}, {"email": "ida@home.example"})
    fields |= formset("memberships", {"organization": norlight.pk, "is_lead": "on", "ended_on": ""})
    assert office.post(reverse("admin:customers_contact_add"), fields).status_code == 302
    ida = Contact.objects.get()
    assert ida.addresses.count() == 2
    assert ida.memberships.get().is_lead
    assert office.get(reverse("admin:customers_contact_change", args=[ida.pk])).status_code == 200


def test_an_address_of_another_contact_is_refused_at_its_row(office: Client) -> None:
    actions.add_contact(name="Ida", email="ida@norlight.example")
    fields = (
        {"name": "Otto", "user": ""} | formset("memberships") | formset("addresses", {"email": "IDA@norlight.example"})
    )
    answer = office.post(reverse("admin:customers_contact_add"), fields)
    assert answer.status_code == 200
    assert b"Another contact already has this address" in answer.content
    assert (Contact.objects.count(), ContactAddress.objects.count()) == (1, 1)


def test_organizations_and_support_plans_are_written_on_their_pages(office: Client) -> None:
    office.post(reverse("admin:customers_supportplan_add"), {"name": "Gold", "slug": "gold"})
    fields = {"name": "Norlight", "tier": "vip", "plan": SupportPlan.objects.get().pk} | formset("memberships")
    assert office.post(reverse("admin:customers_organization_add"), fields).status_code == 302
    assert str(Organization.objects.get().plan) == "Gold"


def test_nobody_is_deleted(office: Client, root: User) -> None:
    norlight = actions.add_organization(name="Norlight", tier="vip")
    ida = actions.add_contact(name="Ida", organization=norlight)
    for kind, key in (("user", root.pk), ("organization", norlight.pk), ("contact", ida.pk)):
        assert office.post(reverse(f"admin:customers_{kind}_delete", args=[key]), {"post": "yes"}).status_code == 403
    assert (User.objects.count(), Organization.objects.count(), Contact.objects.count()) == (1, 1, 1)


@pytest.fixture
def crowd(db: None) -> None:
    """Two hundred of everything."""
    plans = SupportPlan.objects.bulk_create(SupportPlan(slug=f"p{n}", name=f"Plan {n}") for n in range(200))
    users = User.objects.bulk_create(User(email=f"u{n}@x.example", name=f"User {n}") for n in range(200))
    bodies = Organization.objects.bulk_create(Organization(name=f"Body {n}", plan=plans[n]) for n in range(200))
    people = Contact.objects.bulk_create(Contact(name=f"Contact {n}", user=users[n]) for n in range(200))
    ContactAddress.objects.bulk_create(ContactAddress(contact=c, email=f"{c.name[8:]}@c.example") for c in people)
    Membership.objects.bulk_create(Membership(contact=people[n], organization=bodies[n]) for n in range(200))


@pytest.mark.parametrize("kind", ["user", "organization", "supportplan", "contact"])
def test_a_list_of_two_hundred_is_searched_with_few_statements(kind: str, office: Client, crowd: None) -> None:
    address = reverse(f"admin:customers_{kind}_changelist")
    with CaptureQueriesContext(connection) as seen:
        assert office.get(address).status_code == 200
    assert len(seen) <= MOST_STATEMENTS, [query["sql"] for query in seen]
    one = office.get(address, {"q": "177"}).context["cl"]
    assert one.result_count == 1


@pytest.mark.parametrize(
    ("kind", "query", "number"),
    [
        ("user", {"is_superuser__exact": "1"}, 1),
        ("organization", {"tier__exact": "vip"}, 0),
        ("contact", {"user__isempty": "0"}, 200),
        ("supportplan", {"organizations__tier__exact": "standard"}, 200),
    ],
)
def test_lists_are_filtered(kind: str, query: dict[str, str], number: int, office: Client, crowd: None) -> None:
    found = office.get(reverse(f"admin:customers_{kind}_changelist"), query).context["cl"]
    assert found.result_count == number


def test_the_short_name_of_a_plan_stays_since_deadlines_were_promised_under_it(office: Client) -> None:
    plan = SupportPlan.objects.create(slug="gold", name="Gold")
    page = reverse("admin:customers_supportplan_change", args=[plan.pk])
    assert 'name="slug"' not in office.get(page).content.decode()
    office.post(page, {"name": "Golden", "slug": "golden"})
    plan.refresh_from_db()
    assert (plan.slug, plan.name) == ("gold", "Golden")
    plan.slug = "golden"
    with pytest.raises(Refused) as refusal:
        plan.save()
    assert refusal.value.code == "slug_fixed"
    plan.refresh_from_db()
    assert plan.slug == "gold"
