"""Every address of the API as everybody: nobody, staff, lead, plain contact, outsider, and somebody without a place."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from customers import actions as people
from escalations.actions import handling
from escalations.api.urls import urlpatterns
from escalations.models import Event
from tests.api.calls import Api, basic
from tests.cast import MONDAY, PASSWORD, Company, Customer

READ_PATHS = ["me/", "cases/", "escalations/"]
STAFF_PATHS = ["numbers/"]
OF_A_CASE = ["cases/{}/", "cases/{}/messages/"]
PUBLIC_PATHS = ["", "schema/", "articles/"]
NO_REFERENCES = ["B-0", "B-1000", "B-", "1", "b-x", "B-99999999999999999999999", "B-１００１", "%00", "B-1001%00"]


def write_paths() -> list[str]:
    """Every address that takes a POST, from the list of addresses itself."""
    names = [str(found.pattern) for found in urlpatterns if hasattr(getattr(found.callback, "cls", None), "post")]
    verbs = [name.replace("<str:reference>", "{}") for name in names if name.count("/") == 3]
    return ["cases/", *verbs]


def statuses(who: Api, paths: list[str], reference: str = "") -> dict[str, int]:
    return {path: who.get(path.format(reference)).status for path in paths}


def test_the_list_of_writes_is_whole() -> None:
    assert len(write_paths()) == 48


def test_what_is_public_asks_nobody_to_sign_in(company: Company) -> None:
    assert set(statuses(Api(), PUBLIC_PATHS).values()) == {200}


def test_a_stranger_reads_nothing_and_is_asked_to_sign_in(company: Company) -> None:
    for path in [*READ_PATHS, *STAFF_PATHS, *OF_A_CASE, "nothing/"]:
        answer = Api().get(path.format(company.open().reference))
        assert (answer.status, answer.data["code"]) == (401, "not_authenticated"), path
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="Belay"'


def test_a_stranger_writes_nothing(company: Company) -> None:
    case = company.open()
    for path in write_paths():
        assert Api().post(path.format(case.reference), {"text": "Hello"}).status == 401, path
    assert Event.objects.count() == 1


def test_an_account_that_is_neither_staff_nor_customer_is_told_so(company: Company) -> None:
    reference = company.open().reference
    for path in [*READ_PATHS, *STAFF_PATHS, *OF_A_CASE]:
        answer = Api(company.administrator).get(path.format(reference))
        assert (answer.status, answer.data["code"]) == (403, "no_standing"), path


def test_staff_reads_everything(company: Company) -> None:
    found = statuses(Api(company.executive.user), [*READ_PATHS, *STAFF_PATHS, *OF_A_CASE], company.open().reference)
    assert set(found.values()) == {200}


def test_numbers_are_for_staff_alone(company: Company) -> None:
    answer = Api(company.ida.user).get("numbers/")
    assert (answer.status, answer.data["code"]) == (403, "staff_only")


def test_the_lead_of_the_organization_and_the_opener_read_a_case_and_nobody_else(company: Company) -> None:
    hers, his = company.open(company.ida).reference, company.open(company.otto).reference

    def status(who: Customer, reference: str) -> set[int]:
        return set(statuses(Api(who.user), OF_A_CASE, reference).values())

    assert (status(company.ida, hers), status(company.ida, his)) == ({200}, {200})
    assert (status(company.otto, hers), status(company.otto, his)) == ({404}, {200})
    assert (status(company.vera, hers), status(company.vera, his)) == ({404}, {404})


def test_a_case_of_others_cannot_be_told_from_one_that_does_not_exist(company: Company) -> None:
    case, outsider = company.open(company.ida), Api(company.vera.user)
    for path in [path for path in write_paths() if "{}" in path]:
        foreign = outsider.post(path.format(case.reference), {"text": "Hello"})
        missing = outsider.post(path.format("B-99999"), {"text": "Hello"})
        assert (foreign.status, foreign.text) == (404, missing.text), path
    assert Event.objects.filter(case=case).count() == 1


def test_a_reference_that_is_none_leads_nowhere(company: Company) -> None:
    company.open()
    assert {Api(company.agent.user).get(f"cases/{name}/").status for name in NO_REFERENCES} == {404}


def test_wrong_words_to_sign_in_are_refused_without_saying_which_one_is_wrong(company: Company) -> None:
    answers = [
        Client().get("/api/v1/me/", headers=basic(company.agent.user, "wrong")),
        Client().get("/api/v1/me/", headers=basic(company.agent.user, "\x00")),
        Client().get("/api/v1/me/", headers={"Authorization": "Basic bm9ib2R5AEBiZWxheTp4"}),
        Client().get("/api/v1/me/", headers={"Authorization": "Basic bm9ib2R5QGJlbGF5LmV4YW1wbGU6eA=="}),
    ]
    assert [answer.status_code for answer in answers] == [401] * 4
    assert len({answer.content for answer in answers}) == 1


def test_an_account_that_was_deactivated_cannot_sign_in(company: Company) -> None:
    user = people.add_user(email="gone@belay.example", name="Gone", password=PASSWORD)
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert Api(user).get("me/").status == 401


def test_a_session_reads_but_writes_only_with_its_token(company: Company) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(company.ida.user)
    assert client.get("/api/v1/me/").json()["door"] == "customer"
    case = company.open(company.ida)
    address = f"/api/v1/cases/{case.reference}/messages/"
    refused = client.post(address, {"text": "Hello"}, content_type="application/json")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    client.cookies["csrftoken"] = token = "a" * 32
    said = client.post(address, {"text": "Hello"}, content_type="application/json", headers={"X-CSRFToken": token})
    assert said.status_code == 201
    assert list(Event.objects.filter(case=case).values_list("kind", flat=True)) == ["case.opened", "message.received"]


def test_somebody_who_is_both_comes_in_by_the_door_of_the_staff(company: Company) -> None:
    people.add_contact(
        name="Ben Okafor",
        email="ben@halden.example",
        organization=company.vera.organization,
        is_lead=False,
        user=company.agent.user,
    )
    assert Api(company.agent.user).get("me/").data["door"] == "staff"
    assert "timeline" in Api(company.agent.user).get(f"cases/{company.open().reference}/").data


def test_words_come_in_the_time_zone_of_the_person_and_instants_in_utc(company: Company) -> None:
    case = company.open(company.ida)
    handling.hold(
        case=case,
        actor=company.agent.standing,
        at=MONDAY,
        reason=company.waiting,
        wake_at=MONDAY + timedelta(hours=4),
    )
    answer = Api(company.ida.user).get(f"cases/{case.reference}/")
    assert answer.data["opened_at"] == "2026-03-02T08:00:00Z"
    assert answer.data["wakes_at"] == "2026-03-02T12:00:00Z"
    assert "13:00" in answer.data["entries"][-1]["words"]


def test_nobody_between_keeps_an_answer(company: Company) -> None:
    answer = Api(company.ida.user).get("cases/")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer.headers["Vary"]
