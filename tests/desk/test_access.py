"""Who may enter the desk, and what everybody else gets to see instead."""

import pytest
from django.test import Client
from django.urls import reverse

from escalations.desk.acts import ACTS
from escalations.desk.verbs import path_of
from tests.cast import Company
from tests.desk.conftest import SignIn

PAGES = ["home", "queue", "new", "escalations", "inbox", "inbox_count", "numbers", "styleguide"]


def addresses(company: Company) -> list[str]:
    """Every page of the desk that can be looked at."""
    reference = company.open().reference
    verbs = [reverse("desk:act", args=[reference, path_of(verb)]) for verb in ACTS]
    return [*(reverse(f"desk:{name}") for name in PAGES), reverse("desk:case", args=[reference]), *verbs]


def test_the_anonymous_are_asked_to_sign_in_and_come_back_to_where_they_wanted(company: Company) -> None:
    for address in addresses(company):
        answer = Client().get(address)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"{reverse('login')}?next={address}"), address


def test_customers_find_nothing_at_the_desk(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.ida.user)
    assert {client.get(address).status_code for address in addresses(company)} == {404}


def test_every_page_opens_for_the_staff(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.agent.user)
    pages = addresses(company)
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)


def test_an_agent_who_left_finds_nothing(company: Company, sign_in: SignIn) -> None:
    company.agent.agent.is_active = False
    company.agent.agent.save()
    assert sign_in(company.agent.user).get(reverse("desk:home")).status_code == 404


@pytest.mark.parametrize("reference", ["B-999999", "B-1", "nonsense", "B-0", "B-99999999999999999999"])
def test_a_case_that_does_not_exist_is_not_found(company: Company, sign_in: SignIn, reference: str) -> None:
    client = sign_in(company.agent.user)
    assert client.get(f"/desk/cases/{reference}/").status_code == 404
    assert client.post(f"/desk/cases/{reference}/reply/", {"text": "x"}).status_code == 404


def test_an_act_that_does_not_exist_is_not_found(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    assert sign_in(company.agent.user).post(f"/desk/cases/{case.reference}/confirm/").status_code == 404
    assert sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/destroy/").status_code == 404


def test_a_customer_who_posts_an_act_of_the_staff_changes_nothing(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    answer = sign_in(company.ida.user).post(f"/desk/cases/{case.reference}/note/", {"text": "Let me in"})
    assert answer.status_code == 404
    assert case.events.count() == 1


def test_the_first_page_shows_the_doors_and_sends_people_to_theirs(company: Company, sign_in: SignIn) -> None:
    anonymous = Client().get("/")
    assert anonymous.status_code == 200
    assert "/portal/" in anonymous.content.decode()
    assert sign_in(company.agent.user).get("/").headers["Location"] == "/desk/"
    assert sign_in(company.ida.user).get("/").headers["Location"] == "/portal/"


def test_signing_in_with_mail_address_and_password_leads_to_the_page_asked_for(company: Company) -> None:
    client = Client()
    wrong = client.post(reverse("login"), {"login": company.agent.user.email, "password": "no", "next": "/desk/"})
    assert wrong.status_code == 200
    assert company.agent.user.email in wrong.content.decode()
    right = client.post(
        reverse("login"), {"login": "BEN@belay.example", "password": "correct-horse", "next": "/desk/queue/"}
    )
    assert (right.status_code, right.headers["Location"]) == (302, "/desk/queue/")
    assert client.post(reverse("logout")).status_code == 302
    assert client.get("/desk/").status_code == 302


def test_nothing_on_a_page_needs_an_inline_script_or_style(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.agent.user)
    for address in addresses(company):
        answer = client.get(address)
        page = answer.content.decode()
        assert "<style" not in page, address
        assert " style=" not in page, address
        assert " onclick=" not in page, address
        assert "<script>" not in page, address
        assert "unsafe" not in answer.headers["Content-Security-Policy"], address


def test_a_part_of_a_page_asked_for_after_signing_out_brings_no_sign_in_page(company: Company) -> None:
    answer = Client().get("/desk/inbox/count/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (401, b"")
