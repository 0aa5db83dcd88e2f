"""An administrator sees desk and portal as somebody else: with a reason, on record, changing nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from customers.models import User
from customers.refusal import Refused
from escalations.actions import roles, seeing
from escalations.models import Case, Notice, SeeingAs, SeenPage
from escalations.rules.roles import StaffRole
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company, worker

NOW = MONDAY + timedelta(minutes=20)


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def office(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def begin(client: Client, person: User, reason: str = "They say that a case is missing.") -> Any:
    page = reverse("admin:customers_user_change", args=[person.pk]).replace("change/", "see-as/")
    return client.post(page, {"reason": reason})


def test_the_desk_opens_as_it_does_for_the_person_with_a_banner_on_every_page(office: Client, company: Company) -> None:
    case = company.open()
    assert begin(office, company.agent.user).headers["Location"] == "/"
    for path in ("/desk/", "/desk/queue/", f"/desk/cases/{case.reference}/", "/help/"):
        page = office.get(path).content.decode()
        assert "You see Belay as <b>Ben Okafor</b>" in page, path
        assert reverse("seeing_end") in page
    assert office.get("/api/v1/me/").json()["name"] == "Ben Okafor"


def test_the_portal_shows_what_the_customer_may_see_and_nothing_else(office: Client, company: Company) -> None:
    own, foreign = company.open(company.vera), company.open(company.ida)
    begin(office, company.vera.user)
    assert office.get(f"/portal/cases/{own.reference}/").status_code == 200
    assert office.get(f"/portal/cases/{foreign.reference}/").status_code == 404
    assert office.get(f"/desk/cases/{own.reference}/").status_code == 404
    assert office.get("/admin/").status_code == 302


def unsafe(case: Case) -> list[tuple[str, str]]:
    return [
        ("post", f"/desk/cases/{case.reference}/note/"),
        ("post", "/desk/inbox/seen/"),
        ("post", f"/api/v1/cases/{case.reference}/notes/"),
        ("put", f"/api/v1/cases/{case.reference}/"),
        ("delete", "/desk/"),
        ("post", "/accounts/password_change/"),
    ]


def test_nothing_is_changed_meanwhile(office: Client, company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    begin(office, company.specialist.user)
    office.get(f"/desk/cases/{case.reference}/")  # what opening a case otherwise marks as read stays new
    assert Notice.objects.filter(recipient=company.specialist.user.code, seen_at=None).exists()
    before = everything()
    for method, path in unsafe(case):
        answer = getattr(office, method)(path, {"text": "x"}, content_type="application/json")
        assert answer.status_code == 403, path
        assert "End the look first" in answer.content.decode(), path
    assert everything() == before
    assert office.post(f"/api/v1/cases/{case.reference}/notes/").json()["code"] == "only_looking"


@pytest.mark.parametrize("path", ["/accounts/tokens/", "/accounts/password_change/"])
def test_what_is_the_persons_own_secret_is_not_shown(office: Client, company: Company, path: str) -> None:
    begin(office, company.agent.user)
    assert office.get(path).status_code == 403


def test_every_page_is_on_record_and_the_records_can_be_read(office: Client, company: Company) -> None:
    begin(office, company.agent.user, "Ticket 12")
    office.get("/desk/queue/?view=team")
    office.get("/desk/inbox/count/")
    office.post(reverse("seeing_end"))
    look = SeeingAs.objects.get()
    assert (look.administrator, look.person, look.reason) == (company.administrator, company.agent.user, "Ticket 12")
    assert (look.began_at, look.ended_at) == (NOW, NOW)
    assert list(look.pages.values_list("path", flat=True)) == ["/desk/queue/?view=team"]
    assert "Ticket 12" in office.get(reverse("admin:escalations_seeingas_changelist")).content.decode()
    page = office.get(reverse("admin:escalations_seeingas_change", args=[look.pk])).content.decode()
    assert "/desk/queue/?view=team" in page


def test_after_the_end_the_administrator_sees_with_own_eyes(office: Client, company: Company) -> None:
    begin(office, company.agent.user)
    answer = office.post(reverse("seeing_end"))
    assert answer.headers["Location"] == reverse("admin:customers_user_change", args=[company.agent.user.pk])
    assert office.get("/admin/").status_code == 200
    assert "You see Belay as" not in office.get("/help/").content.decode()
    assert SeenPage.objects.count() == 0


def test_it_ends_by_itself_after_half_an_hour(
    office: Client, company: Company, standing_clock: time_machine.Traveller
) -> None:
    begin(office, company.agent.user)
    standing_clock.move_to(NOW + timedelta(minutes=29, seconds=59))
    assert "You see Belay as" in office.get("/desk/").content.decode()
    standing_clock.move_to(NOW + timedelta(minutes=30))
    assert office.get("/desk/").headers["Location"] == "/"
    assert SeeingAs.objects.get().ended_at == NOW + timedelta(minutes=30)
    assert office.get("/admin/").status_code == 200


def test_signing_out_ends_it(office: Client, company: Company) -> None:
    begin(office, company.agent.user)
    office.post("/accounts/logout/")
    assert SeeingAs.objects.get().ended_at == NOW
    assert office.get("/desk/").status_code == 302


def test_it_ends_when_the_administrator_may_no_longer(office: Client, company: Company) -> None:
    begin(office, company.agent.user)
    User.objects.filter(pk=company.administrator.pk).update(is_superuser=False)
    assert office.get("/desk/").headers["Location"] == "/"
    assert SeeingAs.objects.get().ended_at is not None


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_it_needs_a_reason_that_fits(office: Client, company: Company, reason: str) -> None:
    assert begin(office, company.agent.user, reason).status_code == 422
    assert not SeeingAs.objects.exists()


def test_nobody_looks_as_somebody_who_administers_or_has_left(company: Company) -> None:
    team = company.open().team
    other = worker("Olga Office", team, role=StaffRole.ADMINISTRATOR).user
    reader = worker("Rita Read", team, role=StaffRole.AUDITOR).user
    gone = worker("Gero Gone", team).user
    User.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    for person in (other, reader, gone, company.administrator):
        with pytest.raises(Refused, match="not_seen_as"):
            seeing.begin(administrator=company.administrator, person=person, reason="Why not?", at=NOW)
    assert not SeeingAs.objects.exists()


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.ADMINISTRATOR])
def test_only_administrators_look_as_somebody_else(company: Company, role: StaffRole) -> None:
    roles.assign(company.agent.user, [role])
    with pytest.raises(Refused, match="not_seen_as"):
        seeing.begin(
            administrator=User.objects.get(pk=company.agent.user.pk),
            person=company.ida.user,
            reason="Why not?",
            at=NOW,
        )
    assert not SeeingAs.objects.exists()


def test_a_look_within_a_look_is_refused(office: Client, company: Company) -> None:
    begin(office, company.agent.user)
    assert begin(office, company.ida.user).status_code == 403
    assert SeeingAs.objects.count() == 1


def test_the_look_of_somebody_else_is_not_taken_over(office: Client, company: Company) -> None:
    begin(office, company.agent.user)
    other = Client()
    other.force_login(User.objects.create_superuser("zoe@belay.example", "x", name="Zoe"))
    session = other.session
    session[seeing.SESSION_KEY] = SeeingAs.objects.get().uid
    session.save()
    assert other.get("/desk/").headers["Location"] == "/"
    assert SeeingAs.objects.get().ended_at is None


def test_it_costs_everybody_else_nothing(company: Company, django_assert_num_queries: Any) -> None:
    plain, signed_in = Client(), Client()
    signed_in.force_login(company.ida.user)
    with django_assert_num_queries(0):
        plain.get("/favicon.ico")
    with django_assert_num_queries(2):  # the session and its person, as ever
        signed_in.get("/favicon.ico")
