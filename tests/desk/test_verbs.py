"""Every verb through its form: one page, one post, one effect, and back to the case."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from escalations.actions import escalation, handling, promises, resolution
from escalations.desk.acts import ACTS as DESK_ACTS
from escalations.desk.acts import climbing, daily
from escalations.desk.verbs import path_of
from escalations.models import Case, Event, Skill, Team
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


def promised(company: Company) -> Case:
    case = company.open()
    promises.make(case=case, actor=company.agent.standing, at=AT, due_at=MONDAY + timedelta(hours=3))
    return case


def skilled(company: Company) -> Case:
    company.specialist.agent.skills.add(Skill.objects.create(slug="databases", name="Databases"))
    return company.open()


def at_work(company: Company) -> Case:
    case = escalated(company)
    escalation.accept(case=case, actor=company.specialist.standing, at=AT, text="Mine.")
    return case


def returned(company: Company) -> Case:
    case = escalated(company)
    escalation.give_back(case=case, actor=company.specialist.standing, at=AT, reason="Which collector?")
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
    ("promise", "agent", plain, {"due_at": "2026-03-02T12:00", "text": "I try it.", "reason": ""}, "promise.made"),
    (
        "move-promise",
        "agent",
        promised,
        {"due_at": "2026-03-02T13:30", "text": "", "reason": "The supplier is late."},
        "promise.moved",
    ),
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
    ("pull-up", "manager", plain, {"justification": "The board asks for it."}, "escalation.requested"),
    ("lend", "agent", skilled, {"skill": "skill", "asked": "Read the dump."}, "escalation.requested"),
    ("ask-decision", "specialist", at_work, {"question": "May we refund?", "options": "Yes\nHalf"}, "decision.asked"),
    ("return", "specialist", escalated, {"reason": "Which collector?"}, "escalation.returned"),
    ("complete", "agent", returned, BRIEF, "escalation.completed"),
    ("redirect", "specialist", escalated, {"team": "managers", "reason": "A contract."}, "escalation.stepped"),
    ("step-back", "specialist", at_work, {"level": 1, "reason": "Only a label."}, "escalation.stepped"),
    ("de-escalate", "specialist", at_work, {"reason": "They found it themselves."}, "escalation.de_escalated"),
    ("withdraw", "agent", escalated, {"reason": "They found it themselves."}, "escalation.withdrawn"),
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
    if "skill" in data:
        filled["skill"] = Skill.objects.get().pk
    if "team" in data:
        filled["team"] = Team.objects.get(slug=data["team"]).pk
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


def test_every_act_of_the_day_and_of_the_ladder_is_tried_here() -> None:
    assert {act[0] for act in ACTS} == {path_of(verb) for verb in {**daily.ACTS, **climbing.ACTS}}


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


def test_a_promise_is_read_in_the_time_zone_of_the_one_who_typed_it(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    post(sign_in(company.agent.user), case, "promise", {"due_at": "2026-03-02T12:30", "text": "", "reason": ""})
    case.refresh_from_db()
    assert case.promised_at == MONDAY + timedelta(hours=3, minutes=30)


def field(page: str, name: str) -> str:
    """What a field of a form begins with."""
    (tag,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    return str(tag).partition('value="')[2].partition('"')[0]


def test_a_promise_begins_with_the_latest_moment_the_policy_finds_early_enough(
    company: Company, sign_in: SignIn
) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    page = client.get(f"/desk/cases/{case.reference}/promise/").content.decode()
    assert field(page, "due_at") == "2026-03-02T13:20"  # four working hours from twenty past nine
    assert "Europe/Berlin" in page
    assert "Needed after Mon 2 Mar, 13:20" in page
    assert post(client, case, "promise", {"due_at": "2026-03-02T13:20", "text": "", "reason": ""}).status_code == 303


def test_where_news_are_overdue_a_promise_begins_half_a_working_day_ahead(
    company: Company, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    case = escalated(company)
    standing_clock.move_to(MONDAY + timedelta(hours=6))
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/promise/").content.decode()
    assert field(page, "due_at") == "2026-03-03T11:00"
    assert "Needed after Mon 2 Mar, 13:10" in page
    assert "with words to the customer, after Tue 3 Mar, 11:00" in page


def test_moving_a_promise_begins_with_what_is_promised(company: Company, sign_in: SignIn) -> None:
    case = promised(company)
    page = sign_in(company.agent.user).get(f"/desk/cases/{case.reference}/move-promise/").content.decode()
    assert field(page, "due_at") == "2026-03-02T12:00"


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
