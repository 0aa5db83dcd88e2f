"""Coming in with e-mail address and password, and going out again."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from customers import actions as people
from customers.models import User
from tests.cast import PASSWORD, Company
from tests.signin.walks import is_in, sign_in

FOREIGN = [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example",
    "http://testserver@evil.example/", "https://other.belay.example/",
]  # fmt: skip


def test_the_key_of_the_session_changes_at_the_door(company: Company) -> None:
    client = Client()
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    before = session.session_key
    assert before is not None
    client.cookies["sessionid"] = before
    sign_in(company.agent.user.email, client=client)
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("wanted", FOREIGN)
def test_signing_in_and_out_lead_nowhere_else(company: Company, settings: Any, wanted: str) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.belay.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://other.belay.example"]
    client = Client()
    assert sign_in(company.agent.user.email, client=client, next=wanted)["Location"] == "/"
    assert client.post(reverse("logout"), {"next": wanted})["Location"] == reverse("login")
    assert Client().get("/admin/login/", {"next": wanted})["Location"] == "/accounts/login/?next=/admin/"


def test_signing_in_leads_to_the_page_that_was_wanted(company: Company) -> None:
    page = Client().get("/accounts/login/?next=/desk/queue/").content.decode()
    assert 'name="next" value="/desk/queue/"' in page
    assert sign_in(company.agent.user.email, next="/desk/queue/?view=all")["Location"] == "/desk/queue/?view=all"


def test_whoever_signs_in_as_somebody_else_is_signed_out_first(company: Company) -> None:
    client = Client()
    sign_in(company.ida.user.email, client=client)
    session = client.session
    session["of"] = "ida"
    session.save()
    sign_in(company.agent.user.email, client=client)
    assert "of" not in client.session
    assert client.get("/")["Location"] == "/desk/"


def test_nobody_makes_a_sign_in_for_themself(company: Company) -> None:
    number = User.objects.count()
    form = {"email": "new@belay.example", "password1": "correct-horse-9", "password2": "correct-horse-9"}
    for answer in (Client().get("/accounts/signup/"), Client().post("/accounts/signup/", form)):
        assert answer.status_code == 200
        assert "by invitation" in answer.content.decode()
    assert User.objects.count() == number


def test_a_deactivated_person_stays_outside_and_is_told_so_only_with_the_right_password(company: Company) -> None:
    user = company.ida.user
    people.set_active(user=user, active=False)
    client = Client()
    right = sign_in(user.email, client=client)
    assert right["Location"] == reverse("account_inactive")
    assert "switched off" in client.get(right["Location"]).content.decode()
    assert not is_in(client)
    wrong, nobody = sign_in(user.email, "wrong"), sign_in("nobody@belay.example", "wrong")
    assert wrong.status_code == nobody.status_code == 200
    assert "switched off" not in wrong.content.decode()


def test_sessions_of_a_deactivated_person_end_with_the_next_request(company: Company) -> None:
    client, other = Client(), Client()
    sign_in(company.agent.user.email, client=client)
    sign_in(company.specialist.user.email, client=other)
    assert client.get("/desk/").status_code == 200
    people.set_active(user=company.agent.user, active=False)
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")
    people.set_active(user=company.agent.user, active=True)
    assert client.get("/desk/")["Location"].startswith("/accounts/login/"), "an ended session stays ended"
    assert other.get("/desk/").status_code == 200


def test_the_administration_goes_through_the_same_door(company: Company) -> None:
    client = Client()
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == "/accounts/login/?next=/admin/"
    assert sign_in(company.administrator.email, client=client, next="/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/?next=/admin/customers/")["Location"] == "/admin/customers/"
    assert client.get("/admin/password_change/")["Location"] == reverse("account_change_password")
    assert client.post("/admin/logout/")["Location"] == reverse("login")
    assert not is_in(client)


def test_whoever_may_not_enter_the_administration_reads_so_instead_of_going_round_in_circles(company: Company) -> None:
    client = Client()
    sign_in(company.ida.user.email, client=client)
    answer = client.get("/admin/", follow=True)
    assert (answer.status_code, len(answer.redirect_chain)) == (403, 1)
    assert "You may not enter the administration" in answer.content.decode()
    posted = Client().post("/admin/login/", {"username": company.administrator.email, "password": PASSWORD})
    assert posted["Location"] == "/accounts/login/?next=/admin/"


def test_looking_at_the_page_for_signing_out_signs_nobody_out(company: Company) -> None:
    client = Client()
    sign_in(company.agent.user.email, client=client)
    assert client.get(reverse("logout")).status_code == 200
    assert is_in(client)
    client.post(reverse("logout"))
    assert not is_in(client)
