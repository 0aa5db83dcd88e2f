"""Whoever has a part of the back office can make neither more of it nor read what is secret there."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from customers import actions as people
from customers.models import User
from customers.refusal import Refused
from escalations.actions import roles
from escalations.models import Endpoint, Mailbox
from escalations.rules.roles import StaffRole
from tests.cast import MONDAY, PASSWORD, Company, worker

pytestmark = pytest.mark.django_db

SECRET = "the-word-of-the-mail-server"
CHAT = "https://chat.example/hooks/T000/B000/as-good-as-a-password"
NEW = {"usable_password": "true", "password1": "another long word", "password2": "another long word"}


def colleague(*codes: str, name: str = "Cleo Clerk") -> User:
    """Somebody who may enter the back office and has these permissions there."""
    email = f"{name.split()[0].lower()}@belay.example"
    user = people.add_user(email=email, name=name, password=PASSWORD, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    return user


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(row: Any) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_whoever_may_only_look_reads_no_password_of_a_mailbox(company: Company) -> None:
    row = Mailbox.objects.create(slug="support", address="support@belay.example", host="m.example", password=SECRET)
    for codes in (("view_mailbox",), ("view_mailbox", "change_mailbox")):
        client = browser(colleague(*codes, name=f"Q{len(codes)} Quinn"))
        said = client.get(page(row)).content.decode()
        assert "support@belay.example" in said
        assert SECRET not in said


def test_whoever_may_only_look_reads_no_address_of_a_chat(company: Company) -> None:
    row = Endpoint.objects.create(name="Room", channel="chat", url=CHAT)
    said = browser(colleague("view_endpoint")).get(page(row)).content.decode()
    assert "chat.example" in said
    assert "as-good-as-a-password" not in said
    assert (
        CHAT
        in browser(colleague("view_endpoint", "change_endpoint", name="Edda Editor")).get(page(row)).content.decode()
    )


def test_whoever_may_only_look_reads_no_hash_of_a_password(company: Company) -> None:
    user = company.executive.user
    said = browser(colleague("view_user")).get(page(user)).content.decode()
    assert user.email in said
    assert user.password not in said
    assert user.password.rpartition("$")[2] not in said


def test_a_clerk_takes_over_nobody_who_may_write_more(company: Company) -> None:
    powerful = colleague("change_policy", "change_user", name="Paula Powerful")
    clerk = browser(colleague("view_user", "change_user"))
    before = powerful.password
    address = reverse("admin:auth_user_password_change", args=[powerful.pk])
    assert clerk.post(address, NEW).status_code == 403
    assert clerk.post(page(powerful), {"email": "clerk2@belay.example", "name": "X"}).status_code == 403
    powerful.refresh_from_db()
    assert (powerful.password, powerful.email) == (before, "paula@belay.example")


def test_a_clerk_helps_whoever_may_write_no_more(company: Company) -> None:
    clerk = browser(colleague("view_user", "change_user"))
    for user in (company.agent.user, company.ida.user, colleague("view_user", name="Vic Viewer")):
        assert clerk.post(reverse("admin:auth_user_password_change", args=[user.pk]), NEW).status_code == 302


def test_a_clerk_gives_neither_himself_nor_others_any_power(company: Company) -> None:
    clerk = colleague("view_user", "change_user", "add_user")
    group = Group.objects.create(name="Everything")
    group.permissions.set(Permission.objects.all())
    asked = {"is_superuser": "on", "groups": [group.pk], "user_permissions": [Permission.objects.latest("pk").pk]}
    for user in (clerk, company.agent.user):
        known = {"email": user.email, "name": user.name, "time_zone": "UTC", "language": "en"}
        before = user.get_all_permissions()
        browser(clerk).post(page(user), known | asked | {"is_staff": "on"})
        after = User.objects.get(pk=user.pk)
        assert (after.is_superuser, group in after.groups.all()) == (False, False)
        assert after.get_all_permissions() == before


def test_whoever_keeps_the_groups_makes_nothing_more_of_their_own(company: Company) -> None:
    keeper = colleague("view_group", "change_group", "add_group")
    own, strong, plain = (Group.objects.create(name=name) for name in ("Own", "Strong", "Plain"))
    keeper.groups.add(own)
    policy = Permission.objects.get(codename="change_policy")
    strong.permissions.add(policy)
    client = browser(keeper)
    for group in (own, strong):
        assert client.post(page(group), {"name": "Mine", "permissions": [policy.pk]}).status_code == 403
    assert client.post(page(plain), {"name": "Plain", "permissions": [policy.pk]}).status_code == 200
    assert client.post(reverse("admin:auth_group_add"), {"name": "New", "permissions": [policy.pk]}).status_code == 200
    assert set(Group.objects.filter(permissions=policy)) == {strong}
    assert not Group.objects.filter(name__in=["New", "Mine"]).exists()


def test_whoever_keeps_the_groups_gives_what_they_have(company: Company) -> None:
    client = browser(colleague("view_group", "change_group"))
    plain, known = Group.objects.create(name="Plain"), Permission.objects.get(codename="change_group")
    assert client.post(page(plain), {"name": "Plain", "permissions": [known.pk]}).status_code == 302
    assert set(plain.permissions.all()) == {known}


def test_a_second_factor_is_taken_away_but_never_read_or_written(company: Company) -> None:
    data = {"secret": "sealed-secret-of-the-app"}
    plain = Authenticator.objects.create(user=company.agent.user, type=Authenticator.Type.TOTP, data=data)
    strong = Authenticator.objects.create(user=company.administrator, type=Authenticator.Type.TOTP, data=data)
    client = browser(
        colleague("view_authenticator", "change_authenticator", "add_authenticator", "delete_authenticator")
    )
    said = client.get(page(plain)).content.decode()
    assert company.agent.user.name in said
    assert "sealed-secret-of-the-app" not in said
    assert client.post(page(plain), {"user": company.administrator.pk}).status_code == 403
    assert client.post(reverse("admin:mfa_authenticator_add"), {"user": company.agent.user.pk}).status_code == 403
    for row, status in ((plain, 302), (strong, 403)):
        address = reverse("admin:mfa_authenticator_delete", args=[row.pk])
        assert client.post(address, {"post": "yes"}).status_code == status
    many = {"action": "delete_selected", "_selected_action": [strong.pk], "post": "yes"}
    client.post(reverse("admin:mfa_authenticator_changelist"), many)
    assert set(Authenticator.objects.all()) == {strong}


def test_whoever_keeps_people_gives_nobody_a_role_that_goes_further_than_their_own(company: Company) -> None:
    clerk, agent = colleague("view_user", "change_user", "change_agent"), company.agent.user
    before = set(agent.groups.values_list("name", flat=True))
    for role in (StaffRole.ADMINISTRATOR, StaffRole.AUDITOR):
        with pytest.raises(Refused) as refused:
            roles.give(user=agent, roles=[role], by=clerk, at=MONDAY)
        assert (refused.value.field, refused.value.code) == ("roles", "role_not_yours")
    agent.refresh_from_db()
    assert (agent.is_staff, set(agent.groups.values_list("name", flat=True))) == (False, before)
    roles.give(user=agent, roles=[StaffRole.SPECIALIST], by=clerk, at=MONDAY)
    assert set(agent.groups.values_list("name", flat=True)) == {"specialist"}


def test_whoever_keeps_people_takes_no_administrator_their_role(company: Company) -> None:
    clerk = colleague("view_user", "change_user", "change_agent")
    office = worker("Olga Office", company.agent.agent.teams.get(), role=StaffRole.ADMINISTRATOR).user
    with pytest.raises(Refused):
        roles.give(user=office, roles=[StaffRole.AGENT], by=clerk, at=MONDAY)
    assert set(office.groups.values_list("name", flat=True)) == {"administrator"}
