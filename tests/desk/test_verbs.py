"""Every verb through its form: one page, one post, one effect, and back to the case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from escalations.actions import escalation, handling, resolution
from escalations.desk.verbs import ACTS as DESK_ACTS
from escalations.desk.verbs import path_of
from escalations.models import Case, Event
from escalations.rules.vocabulary import Kind, Outcome
from tests.cast import MONDAY, Company, Worker
from tests.desk.conftest import NOW, SignIn

AT = MONDAY + timedelta(minutes=10)
BRIEF = {"tried": "Restarted it", "impact": "No billing", "asked": "Find the cause", "question": ""}


def post(client: Client, case: Case, verb: str, data: dict[str, Any]) -> Any:
    return client.post(f"/desk/cases/{case.reference}/{verb}/", data)


def plain(company: Company) -> Case:
    return company.open()


def escalated(company: Company) -> Case:
    return company.escalate(company.open(), AT)


def asked(company: Company) -> Case:
    return company.escalate(company.open(), AT, kind=Kind.HIERARCHICAL)


def on_hold(company: Company) -> Case:
    case = company.open()
    later = AT + timedelta(days=1)
    handling.hold(case=case, actor=company.agent.standing, at=AT, reason=company.waiting, wake_at=later)
    return case


def resolved(company: Company) -> Case:
    case = escalated(company)
    resolution.resolve(
        case=case, actor=company.specialist.standing, at=AT, outcome=Outcome.SOLVED, text="The lock is fixed."
    )
    return case


def reviewable(company: Company) -> Case:
    case = resolved(company)
    resolution.confirm(case=case, actor=company.ida.standing, at=AT)
    return case


ACTS: list[tuple[str, str, Callable[[Company], Case], dict[str, Any], str]] = [
    ("reply", "agent", plain, {"text": "I look at it."}, "message.sent"),
    ("note", "agent", plain, {"text": "The lock again."}, "note.added"),
    ("triage", "agent", plain, {"severity": 1, "level": 1, "reason": "Billing run"}, "case.triaged"),
    ("take", "agent", plain, {"owner": ""}, "case.taken"),
    ("hold", "agent", plain, {"reason": "customer", "wake_at": "2026-03-03T09:00"}, "case.held"),
    ("resume", "agent", on_hold, {}, "case.resumed"),
    (
        "escalate",
        "agent",
        plain,
        {"kind": "functional", "reason": "skill", "level": 2, **BRIEF},
        "escalation.requested",
    ),
    (
        "climb",
        "specialist",
        escalated,
        {"kind": "hierarchical", "reason": "authority", "level": 3, **BRIEF, "question": "May we refund?"},
        "escalation.stepped",
    ),
    ("acknowledge", "specialist", escalated, {"severity": 1, "text": "I have it."}, "escalation.acknowledged"),
    ("accept", "specialist", escalated, {"severity": 2, "text": "I have it."}, "escalation.accepted"),
    ("decline", "specialist", escalated, {"reason": "It is a cable."}, "escalation.declined"),
    ("hand-back", "specialist", escalated, {"reason": "Ask for the logs."}, "escalation.stepped"),
    ("decide", "specialist", asked, {"verdict": "approved", "answer": "Up to one month."}, "decision.made"),
    ("resolve", "agent", plain, {"outcome": "solved", "text": "Fixed in 2.8.1."}, "case.resolved"),
    ("reopen", "agent", resolved, {"text": "It came back."}, "case.reopened"),
    ("close", "agent", resolved, {}, "case.closed"),
    ("review", "agent", reviewable, {"causes": "Log rotation", "lessons": "Watch the lock"}, "review.written"),
]


@pytest.mark.parametrize(("verb", "who", "begin", "data", "kind"), ACTS, ids=[act[0] for act in ACTS])
def test_a_verb_posted_through_its_form_happens_once_and_leads_back(
    company: Company,
    sign_in: SignIn,
    verb: str,
    who: str,
    begin: Callable[[Company], Case],
    data: dict[str, Any],
    kind: str,
) -> None:
    case, worker = begin(company), getattr(company, who)
    filled = {**data, "key": "0" * 32}
    if data.get("reason") == "customer":
        filled["reason"] = company.waiting.pk
    client, before = sign_in(worker.user), case.events.count()
    answer = post(client, case, verb, filled)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/desk/cases/{case.reference}/")
    event = case.events.order_by("seq").last()
    assert event is not None
    assert (event.kind, event.actor, event.occurred_at) == (kind, worker.user.code, NOW)
    again = post(client, case, verb, filled)
    assert again.status_code == 303
    assert case.events.count() == before + 1
    assert client.get(answer.headers["Location"]).status_code == 200


def test_every_act_of_the_desk_is_tried_here() -> None:
    assert {act[0] for act in ACTS} == {path_of(verb) for verb in DESK_ACTS}


def test_a_wake_up_date_is_read_in_the_time_zone_of_the_one_who_typed_it(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    post(
        sign_in(company.agent.user),
        case,
        "hold",
        {"reason": company.waiting.pk, "wake_at": "2026-03-03T09:00", "key": ""},
    )
    case.refresh_from_db()
    assert case.wake_at == MONDAY + timedelta(days=1)


def test_a_case_can_be_given_to_somebody_else(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    post(sign_in(company.agent.user), case, "take", {"owner": company.specialist.agent.pk})
    case.refresh_from_db()
    assert case.owner == company.specialist.agent


def test_a_case_told_by_telephone_is_opened_once_for_its_contact(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.agent.user)
    data = {
        "contact": company.vera.contact.pk,
        "organization": "",
        "topic": "",
        "impact": "high",
        "urgency": "high",
        "subject": "No labels",
        "text": "She says that all labels are empty.",
        "key": "1" * 32,
    }
    first = client.post("/desk/cases/new/", data)
    assert first.status_code == 303
    assert client.post("/desk/cases/new/", data).headers["Location"] == first.headers["Location"]
    case = Case.objects.get()
    assert (case.contact, case.organization, case.origin) == (company.vera.contact, company.vera.organization, "desk")
    assert first.headers["Location"] == f"/desk/cases/{case.reference}/"


def test_a_key_belongs_to_the_person_who_used_it(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    for worker in (company.agent, company.specialist):
        post(sign_in(worker.user), case, "note", {"text": f"From {worker.user.name}", "key": "2" * 32})
    assert case.events.filter(kind="note.added").count() == 2


def test_a_brief_begins_with_what_the_case_says_already(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    handling.note(case=case, actor=company.agent.standing, at=AT, text="Restarted the collector.")
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/escalate/").content.decode()
    assert "Restarted the collector." in page
    assert "This is the third night." in page


def test_a_further_climb_begins_with_the_brief_before(company: Company, sign_in: SignIn) -> None:
    case = escalated(company)
    page = sign_in(company.specialist.user).get(f"/desk/cases/{case.reference}/climb/").content.decode()
    assert "No billing on Thursday" in page


def test_a_form_comes_alone_when_a_page_asks_for_it(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    address = f"/desk/cases/{case.reference}/escalate/"
    client = sign_in(company.agent.user)
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert f'action="{address}"' in part


def test_looking_at_a_form_changes_nothing(company: Company, sign_in: SignIn) -> None:
    case = escalated(company)
    client, before = sign_in(company.specialist.user), Event.objects.count()
    for verb in DESK_ACTS:
        client.get(f"/desk/cases/{case.reference}/{path_of(verb)}/")
        client.head(f"/desk/cases/{case.reference}/{path_of(verb)}/")
    assert Event.objects.count() == before


def test_an_accepted_escalation_shows_who_is_accountable(company: Company, sign_in: SignIn) -> None:
    case = escalated(company)
    actor: Worker = company.specialist
    escalation.accept(case=case, actor=actor.standing, at=AT, text="Mine.")
    assert actor.user.name in sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/").content.decode()
