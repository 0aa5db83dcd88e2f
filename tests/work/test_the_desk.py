"""The work at the desk: forms without scripts, refusals that lose nothing, and what waits for somebody at home."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from customers.models import User
from escalations.actions import resolution, work
from escalations.models import Case, Event, Plan, PlanStep, Request, Skill, Team, Watcher
from escalations.rules.vocabulary import Outcome
from knowledgebase.models import Article, Category
from tests.cast import MONDAY, Company
from tests.work.ground import DAY, HOUR, MINUTE, accepted, all_rows, carrier, climb_of, line, script, strict

SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[time_machine.Traveller]:
    """Twenty past nine in Berlin."""
    with time_machine.travel(MONDAY + 20 * MINUTE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def sign_in(db: None) -> SignIn:
    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def address(case: Case, verb: str = "") -> str:
    return f"/desk/cases/{case.reference}/{verb}/" if verb else f"/desk/cases/{case.reference}/"


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def post(client: Client, case: Case, verb: str, data: dict[str, Any], status: int = 303) -> str:
    answer = client.post(address(case, verb), data)
    assert answer.status_code == status, answer.content.decode()
    return str(answer.content.decode())


PLAN = {
    "what_1": "Watch the line",
    "when_1": "2026-03-03",
    "what_3": "Change the modem",
    "when_3": "2026-03-04",
    "target_at": "2026-03-04T12:00",
}


def plan_data(company: Company, **changes: Any) -> dict[str, Any]:
    """Two rows of five; the second is left out."""
    people = {"who_1": company.specialist.agent.pk, "who_3": company.manager.agent.pk}
    return PLAN | people | changes


# -- the plan ------------------------------------------------------------------------------------------


def test_a_plan_is_made_from_the_rows_that_have_anything_in_them(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    client = sign_in(company.specialist.user)
    assert page(client, address(case, "plan")).count('name="what_') == 5
    post(client, case, "plan", plan_data(company))
    assert [str(step) for step in PlanStep.objects.all()] == ["Watch the line", "Change the modem"]
    assert timezone.localtime(Plan.objects.get().target_at).isoformat() == "2026-03-04T11:00:00+00:00"
    shown = page(client, address(case))
    assert "0 of 2 done" in shown
    assert "Promise this date" in shown


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"who_1": ""}, "A plan has at least one step with what to do, by whom and by when."),
        ({"when_3": "soon"}, "Say when."),
        ({"what_1": "", "who_1": "", "when_1": "", "what_3": "", "who_3": "", "when_3": ""}, "at least one step"),
        ({"when_1": "2026-03-01"}, "Choose today or a later day."),
        ({"target_at": "2026-03-01T12:00"}, "Choose today or a later day."),
        ({"who_1": "999999"}, "Choose one of the offered values."),
    ],
)
def test_a_plan_that_lacks_something_says_so_and_loses_nothing(
    company: Company, sign_in: SignIn, changes: dict[str, Any], sentence: str
) -> None:
    case = accepted(company)
    before = all_rows()
    shown = post(sign_in(company.specialist.user), case, "plan", plan_data(company, **changes), status=422)
    assert sentence in shown
    if "what_3" not in changes:
        assert "Change the modem" in shown
    assert all_rows() == before


def test_a_plan_made_anew_begins_with_what_is_open(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    client = sign_in(company.specialist.user)
    post(client, case, "plan", plan_data(company))
    post(client, case, "finish", {"step": PlanStep.objects.get(position=1).uid})
    shown = page(client, address(case, "plan"))
    assert "Change the modem" in shown
    assert "Watch the line" not in shown


def test_a_step_is_finished_where_it_stands_by_its_owner_alone(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    post(sign_in(company.specialist.user), case, "plan", plan_data(company))
    step = PlanStep.objects.get(position=2)
    button = f'name="step" value="{step.uid}"'
    assert button in page(sign_in(company.manager.user), address(case))
    assert button not in page(sign_in(company.agent.user), address(case))
    before = all_rows()
    refused = post(sign_in(company.agent.user), case, "finish", {"step": step.uid}, status=422)
    assert "This step belongs to Jan Brandt" in refused
    assert all_rows() == before
    post(sign_in(company.manager.user), case, "finish", {"step": step.uid})
    step.refresh_from_db()
    assert step.done_by == company.manager.agent


def test_an_overdue_step_says_so_by_word(
    company: Company, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    case = accepted(company)
    client = sign_in(company.specialist.user)
    post(client, case, "plan", plan_data(company))
    standing_clock.move_to(MONDAY + 2 * DAY)
    client = sign_in(company.specialist.user)
    assert '<b class="late">late</b>' in page(client, address(case))
    assert "late, was due Tue 3 Mar" in page(client, "/desk/")


def test_the_target_of_a_plan_is_promised_in_one_step(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    client = sign_in(company.specialist.user)
    post(client, case, "plan", plan_data(company))
    link = f"{address(case, 'promise')}?due_at=2026-03-04T12%3A00"
    assert link in page(client, address(case))
    assert 'value="2026-03-04T12:00"' in page(client, link)


def test_a_link_fills_in_nothing_but_what_it_may(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    shown = page(sign_in(company.specialist.user), f"{address(case, 'promise')}?text=Pay+now&key=mine&due_at=x")
    assert "Pay now" not in shown
    assert 'value="mine"' not in shown


# -- findings, requests, scripts -----------------------------------------------------------------------


def test_a_finding_stands_on_the_case_with_its_date(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    client = sign_in(company.agent.user)
    post(client, case, "find", {"text": "The modem loses its line.", "found_at": ""})
    assert "The modem loses its line." in page(client, address(case))
    before = all_rows()
    shown = post(client, case, "find", {"text": "It was tomorrow.", "found_at": "2026-03-09T09:00"}, status=422)
    assert "Something is found before it is written down" in shown
    assert "It was tomorrow." in shown
    assert all_rows() == before


def test_others_are_asked_and_answer_at_the_desk(company: Company, sign_in: SignIn) -> None:
    strict(company)
    case = accepted(company)
    team = Team.objects.get(slug="managers")
    data = {"team": team.pk, "party": "", "text": "Which firmware?", "chase_minutes": "480"}
    post(sign_in(company.specialist.user), case, "request", data)
    asked = Request.objects.get()
    theirs = sign_in(company.manager.user)
    assert "Which firmware?" in page(theirs, "/desk/")
    link = f"{address(case, 'answer-request')}?request={asked.uid}"
    assert link in page(theirs, "/desk/")
    assert f'value="{asked.uid}" selected' in page(theirs, link)
    post(theirs, case, "answer-request", {"request": asked.uid, "text": "They run 2.8."})
    shown = page(sign_in(company.specialist.user), address(case))
    assert "They run 2.8." in shown
    assert "One request that is over" in shown
    assert "Which firmware?" not in page(theirs, "/desk/")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"party": "x"}, "Ask either a team or somebody outside"),
        ({"team": ""}, "Ask either a team or somebody outside"),
        ({"text": " "}, "Write at least one sentence."),
        ({"chase_minutes": "1"}, "Choose one of the offered values."),
    ],
)
def test_a_request_that_is_refused_keeps_what_was_typed(
    company: Company, sign_in: SignIn, changes: dict[str, Any], sentence: str
) -> None:
    case, party = accepted(company), carrier()
    changes = {name: party.pk if value == "x" else value for name, value in changes.items()}
    data = {
        "team": Team.objects.get(slug="managers").pk,
        "party": "",
        "text": "Which firmware?",
        "contact": "Ove",
        "chase_minutes": "480",
    } | changes
    before = all_rows()
    shown = post(sign_in(company.specialist.user), case, "request", data, status=422)
    assert sentence in shown
    assert "Ove" in shown
    assert all_rows() == before


def test_the_request_that_is_due_first_is_marked(
    company: Company, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    strict(company)
    case, standing = accepted(company), company.specialist.standing
    work.request(case=case, actor=standing, at=MONDAY, party=carrier(), text="Why does the line drop?")
    work.request(
        case=case, actor=standing, at=MONDAY + HOUR, team=Team.objects.get(slug="managers"), text="Which firmware?"
    )
    shown = page(sign_in(company.agent.user), address(case))
    first = shown.index('class="critical"')
    assert shown.count('class="critical"') == 1
    assert first < shown.index("Why does the line drop?") < shown.index("Which firmware?")
    assert "due first" in shown


def test_a_request_is_cancelled_at_the_desk(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    work.request(case=case, actor=company.specialist.standing, at=MONDAY, party=carrier(), text="Why?")
    asked = Request.objects.get()
    post(sign_in(company.specialist.user), case, "cancel-request", {"request": asked.uid, "text": ""})
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_the_script_is_ticked_where_it_stands_with_its_article(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    first, second = script(company)
    shelf = Category.objects.create(slug="meters", name="Meters")
    first.article = Article.objects.create(slug="restart", category=shelf, title="Restarting the collector", body="x")
    first.save()
    client = sign_in(company.agent.user)
    shown = page(client, address(case, "panels/script"))
    assert '<a href="/help/meters/restart/">Restarting the collector</a>' in shown
    post(client, case, "tick", {"line": first.uid, "helped": "no"})
    post(client, case, "tick", {"line": second.uid, "helped": "yes"})
    shown = page(client, address(case, "panels/script"))
    assert "2 of 2 done" in shown
    assert "it did not help" in shown
    before = all_rows()
    post(client, case, "tick", {"line": first.uid, "helped": "no"}, status=422)
    assert all_rows() == before


# -- what it takes, watchers, the end ------------------------------------------------------------------


def test_what_it_takes_and_who_watches_stand_on_the_case(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    skill = Skill.objects.create(slug="firmware", name="Firmware")
    client = sign_in(company.agent.user)
    post(client, case, "assess", {"skill": skill.pk, "amount": "1200"})
    post(client, case, "watch", {"watcher": ""})
    assert Watcher.objects.get().agent == company.agent.agent
    shown = page(client, address(case))
    assert "<b>Firmware</b>" in shown
    assert "EUR" in shown
    assert "you hear of every change" in shown


def test_cause_and_prevention_are_asked_for_where_the_procedure_wants_them(company: Company, sign_in: SignIn) -> None:
    strict(company)
    case = accepted(company)
    specialist = company.specialist
    work.find(case=case, actor=specialist.standing, at=MONDAY, text="The modem loses its line.")
    work.plan(case=case, actor=specialist.standing, at=MONDAY, steps=[line(specialist)])
    client = sign_in(specialist.user)
    before = all_rows()
    data = {"outcome": "solved", "text": "The line is steady.", "cause": "", "prevention": ""}
    shown = post(client, case, "resolve", data, status=422)
    assert "Say what it came from" in shown
    assert "Say what prevents it next time." in shown
    assert all_rows() == before
    post(client, case, "resolve", data | {"cause": "outside", "prevention": "They tell us."})
    assert climb_of(case).prevention == "They tell us."


def test_nobody_is_asked_for_the_cause_of_a_case_that_was_not_escalated(company: Company, sign_in: SignIn) -> None:
    strict(company)
    case = company.open()
    client = sign_in(company.agent.user)
    assert 'name="cause"' not in page(client, address(case, "resolve"))
    post(client, case, "resolve", {"outcome": "solved", "text": "The line is steady."})


def test_spam_needs_no_cause(company: Company, sign_in: SignIn) -> None:
    strict(company)
    case = accepted(company)
    post(sign_in(company.specialist.user), case, "resolve", {"outcome": "spam", "text": "Not for us.", "cause": ""})
    case.refresh_from_db()
    assert case.outcome == Outcome.SPAM


def test_a_plan_that_is_missing_is_named_when_the_case_is_solved(company: Company, sign_in: SignIn) -> None:
    strict(company)
    case = accepted(company)
    work.find(case=case, actor=company.specialist.standing, at=MONDAY, text="The modem loses its line.")
    before = all_rows()
    data = {"outcome": "solved", "text": "Steady.", "cause": "outside", "prevention": "They tell us."}
    shown = post(sign_in(company.specialist.user), case, "resolve", data, status=422)
    assert "The procedure wants a plan with owners and dates" in shown
    assert all_rows() == before


def test_the_follow_up_waits_at_home_and_on_the_case_until_it_is_done(
    company: Company, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    strict(company)
    case = accepted(company)
    specialist = company.specialist
    work.find(case=case, actor=specialist.standing, at=MONDAY, text="The modem loses its line.")
    work.plan(case=case, actor=specialist.standing, at=MONDAY, steps=[line(specialist)])
    resolution.resolve(
        case=case,
        actor=specialist.standing,
        at=MONDAY,
        outcome=Outcome.SOLVED,
        text="Steady.",
        cause="outside",
        prevention="They tell us.",
    )
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY)
    standing_clock.move_to(MONDAY + timedelta(days=4))
    case.refresh_from_db()
    assert case.owner is not None
    client = sign_in(case.owner.user)
    assert "My follow-ups" in page(client, "/desk/")
    assert "Ask once more whether all is well." in page(client, address(case))
    post(client, case, "follow-up", {"text": "Still steady?", "public": "on"})
    assert Event.objects.filter(kind="follow_up.sent").exists()
    assert "My follow-ups" not in page(client, "/desk/")


# -- the wrong person ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["plan", "find", "finish", "request", "tick", "assess", "watch", "follow-up"])
def test_a_customer_finds_none_of_it(company: Company, sign_in: SignIn, verb: str) -> None:
    case = accepted(company)
    before = all_rows()
    client = sign_in(company.ida.user)
    page(client, address(case, verb), status=404)
    post(client, case, verb, {}, status=404)
    assert all_rows() == before


def test_whoever_has_no_part_in_an_escalation_plans_nothing_and_reads_why(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    client = sign_in(company.executive.user)
    assert "Another team has this case now" in page(client, address(case, "plan"))
    before = all_rows()
    shown = post(client, case, "plan", plan_data(company), status=422)
    assert "Another team has this case now" in shown
    assert all_rows() == before


def test_a_promise_of_the_target_is_the_promise_of_the_case(company: Company, sign_in: SignIn) -> None:
    case = accepted(company)
    client = sign_in(company.specialist.user)
    post(client, case, "plan", plan_data(company))
    data = {"due_at": "2026-03-04T12:00", "text": "", "reason": "The carrier needs a day."}
    post(client, case, "promise", data)
    case.refresh_from_db()
    assert case.promised_at == Plan.objects.get().target_at
    assert "Promise this date" not in page(client, address(case))
