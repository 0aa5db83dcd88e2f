"""Working an escalation to its end by programs: what it takes, what was found, planned, asked of others, and after."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from escalations.actions import accounts
from escalations.models import Case, OutsideParty, PlanStep, Request, ScriptLine, Skill
from escalations.rules.vocabulary import Document
from tests.api.calls import Answer, Api, act, kinds, opened, untouched
from tests.cast import Company
from tests.work.ground import all_rows, carrier, script, strict

UP = {"tried": "Restarted", "impact": "No billing", "asked": "Find it", "kind": "functional", "reason": "skill"}
SOLVED = {"outcome": "solved", "text": "The readings arrive again."}


@pytest.fixture
def taken(company: Company) -> str:
    """A case that the specialist has taken up, under a procedure that asks for cause and prevention at its end."""
    strict(company, Document.CAUSE, Document.PREVENTION)
    case = opened(company)
    act(company.agent, case, "escalate", **UP)
    assert act(company.specialist, case, "accept", text="I have it.").status == 200
    return case


def plan_of(company: Company, *bodies: str) -> dict[str, Any]:
    due_on = (timezone.localdate() + timedelta(days=7)).isoformat()
    owner = company.specialist.user.uid
    return {"steps": [{"body": body, "owner": owner, "due_on": due_on} for body in bodies]}


def unchanged(answer: Answer, status: int, code: str, field: str, before: dict[str, Any]) -> None:
    assert (answer.status, answer.data["code"], answer.data["field"]) == (status, code, field), answer.text
    assert all_rows() == before


def test_an_escalation_is_worked_to_its_end_by_programs(company: Company, taken: str) -> None:
    mara, party = company.specialist, carrier()
    found = act(mara, taken, "find", text="It restarts at two.", found_at="2026-03-02T09:00:00Z").data["work"]
    assert [row["text"] for row in found["findings"]] == ["It restarts at two."]
    planned = act(mara, taken, "plan", **plan_of(company, "Renew the certificate", "Read the nights again"))
    assert planned.data["escalation"]["state"] == "resolving"
    first = planned.data["work"]["plan"]["steps"][0]
    assert (first["body"], first["owner"]["name"], first["is_mine"]) == ("Renew the certificate", "Mara Lindt", True)
    finished = act(mara, taken, "finish", step=first["uid"]).data["work"]["plan"]["steps"]
    assert [step["done_at"] is None for step in finished] == [False, True]
    act(mara, taken, "request", team="managers", text="May we work at night?")
    body = {"party": party.slug, "contact": "Night desk", "their_reference": "NC-7", "text": "Trace the line."}
    asked = act(mara, taken, "request", **body, chase_minutes=240).data["work"]["asked"]
    assert [row["is_critical"] for row in asked] == [True, False]
    outside = next(row for row in asked if row["request"]["party"])
    assert outside["due_at"] is not None
    assert (outside["request"]["their_reference"], outside["request"]["chase_minutes"]) == ("NC-7", 240)
    answered = act(mara, taken, "answer_request", request=outside["request"]["uid"], text="The line was down.")
    assert [row["answer"] for row in answered.data["work"]["ended"]] == ["The line was down."]
    inside = answered.data["work"]["asked"][0]["request"]["uid"]
    assert act(mara, taken, "cancel_request", request=inside).data["work"]["asked"] == []
    solved = act(mara, taken, "resolve", **SOLVED, cause="product", prevention="Watch the certificate.")
    assert (solved.data["state"], solved.data["escalation"]["cause"]) == ("resolved", "product")
    assert act(company.ida, taken, "confirm").data["state"] == "closed"
    assert Api(mara.user).get(f"cases/{taken}/").data["work"]["follow_up_at"] is not None
    followed = act(company.agent, taken, "follow_up", text="All is well.", public=True)
    assert (followed.status, followed.data["work"]["follow_up_at"]) == (200, None)
    assert "All is well." in Api(company.ida.user).get(f"cases/{taken}/").text


def test_what_a_case_takes_what_was_tried_and_who_watches(company: Company) -> None:
    case, skill = opened(company), Skill.objects.create(slug="databases", name="Databases")
    lines = script(company, "Restart it", "Read the log")
    told = act(company.agent, case, "assess", skill=skill.slug, amount=1200, currency="EUR").data
    assert (told["skill"]["slug"], told["amount"], told["currency"]) == ("databases", 1200, "EUR")
    assert act(company.agent, case, "assess", skill=None).data["skill"] is None
    ticked = act(company.agent, case, "tick", line=lines[0].uid, helped=False).data["work"]["scripts"]
    assert [[line["tick"] is not None for line in found["lines"]] for found in ticked] == [[True, False]]
    assert ticked[0]["lines"][0]["tick"]["done_by"]["name"] == "Ben Okafor"
    watching = act(company.agent, case, "watch").data["work"]
    assert (watching["is_watching"], [row["name"] for row in watching["watchers"]]) == (True, ["Ben Okafor"])
    other = act(company.agent, case, "watch", watcher=company.manager.user.uid).data["work"]["watchers"]
    assert {row["name"] for row in other} == {"Ben Okafor", "Jan Brandt"}
    assert act(company.agent, case, "watch").data["work"]["is_watching"] is False


def test_the_end_wants_its_cause_and_what_prevents_it(company: Company, taken: str) -> None:
    before, mara = all_rows(), company.specialist
    unchanged(act(mara, taken, "resolve", **SOLVED), 400, "cause_missing", "cause", before)
    half = SOLVED | {"cause": "product"}
    unchanged(act(mara, taken, "resolve", **half), 400, "prevention_missing", "prevention", before)
    wrong = act(mara, taken, "resolve", **SOLVED | {"cause": "magic"})
    unchanged(wrong, 400, "invalid_choice", "cause", before)


def test_what_is_wrong_with_the_work_names_its_field(company: Company, taken: str) -> None:
    mara, party = company.specialist, carrier()
    OutsideParty.objects.create(slug="gone", name="Gone", is_active=False)
    before = all_rows()
    soon = (timezone.now() + timedelta(days=1)).isoformat()
    unchanged(act(mara, taken, "find", text="x", found_at=soon), 400, "found_in_the_future", "found_at", before)
    unchanged(act(mara, taken, "plan", steps=[]), 400, "plan_step_missing", "steps", before)
    past = plan_of(company, "x")
    past["steps"][0]["due_on"] = "2020-01-01"
    unchanged(act(mara, taken, "plan", **past), 400, "date_in_the_past", "steps", before)
    odd = plan_of(company, "x")
    odd["steps"][0]["who"] = "me"
    assert act(mara, taken, "plan", **odd).status == 400
    both = {"team": "managers", "party": party.slug, "text": "x"}
    unchanged(act(mara, taken, "request", **both), 400, "request_of_one", "team", before)
    unchanged(act(mara, taken, "request", text="x"), 400, "request_of_one", "team", before)
    unchanged(act(mara, taken, "request", text="x", team="specialists"), 400, "own_team", "team", before)
    unchanged(act(mara, taken, "request", text="x", party="gone"), 400, "does_not_exist", "party", before)
    often = act(mara, taken, "request", text="x", team="managers", chase_minutes=1)
    unchanged(often, 400, "rhythm_range", "chase_minutes", before)


def test_the_work_of_another_case_is_not_the_work_of_this_one(company: Company, taken: str) -> None:
    mara, other = company.specialist, opened(company)
    act(company.agent, other, "escalate", **UP)
    act(mara, other, "accept", text="I have it.")
    for case in (taken, other):
        act(mara, case, "plan", **plan_of(company, "Renew it"))
        act(mara, case, "request", team="managers", text="May we?")
    step = PlanStep.objects.get(plan__escalation__case=Case.pk_of(other)).uid
    asked = Request.objects.get(case=Case.pk_of(other)).uid
    before = all_rows()
    unchanged(act(mara, taken, "finish", step=step), 400, "plan_step_unknown", "step", before)
    answer = act(mara, taken, "answer_request", request=asked, text="Yes.")
    unchanged(answer, 400, "request_unknown", "request", before)
    unchanged(act(mara, taken, "cancel_request", request=asked), 400, "request_unknown", "request", before)


def test_a_step_is_finished_by_its_owner_alone(company: Company, taken: str) -> None:
    act(company.specialist, taken, "plan", **plan_of(company, "Renew it"))
    step, before = PlanStep.objects.get().uid, all_rows()
    unchanged(act(company.manager, taken, "finish", step=step), 400, "not_your_step", "step", before)
    stranger = act(company.manager, taken, "plan", **plan_of(company, "Ours"))
    unchanged(stranger, 403, "other_team", "", before)


def test_what_is_not_there_yet_is_a_conflict(company: Company) -> None:
    case = opened(company)
    line = ScriptLine(body="x").uid
    untouched(case, act(company.agent, case, "find", text="x"), 409, "not_escalated")
    untouched(case, act(company.agent, case, "plan", **plan_of(company, "x")), 409, "not_escalated")
    untouched(case, act(company.agent, case, "follow_up", text="x"), 409, "no_follow_up")
    untouched(case, act(company.agent, case, "tick", line=line, helped=True), 400, "does_not_exist", "line")
    untouched(case, act(company.agent, case, "assess", amount=1, currency="USD"), 400, "other_currency", "currency")
    untouched(case, act(company.agent, case, "watch", watcher="nobody"), 400, "does_not_exist", "watcher")
    untouched(case, act(company.agent, case, "finish", step="nothing"), 400, "does_not_exist", "step")


def test_reminding_of_a_request_is_the_engines_alone(company: Company, taken: str) -> None:
    happened = kinds(taken)
    answer = act(company.specialist, taken, "chase")
    assert (answer.status, kinds(taken)) == (404, happened)
    assert "chase" not in Api(company.specialist.user).get(f"cases/{taken}/").data["offers"]


def test_a_program_learns_what_it_may_name(company: Company) -> None:
    Skill.objects.create(slug="databases", name="Databases")
    carrier()
    OutsideParty.objects.create(slug="gone", name="Gone", is_active=False)
    staff, customer = (Api(who.user).get("me/").data for who in (company.agent, company.ida))
    assert [row["slug"] for row in staff["skills"]] == ["databases"]
    assert [row["slug"] for row in staff["outside_parties"]] == ["carrier"]
    assert [row["name"] for row in staff["colleagues"]] == ["Ben Okafor", "Eva Roth", "Jan Brandt", "Mara Lindt"]
    inside = ("skills", "outside_parties", "colleagues", "accounts", "teams", "pause_reasons")
    assert [customer[name] for name in inside] == [[]] * len(inside)


def test_the_account_escalation_of_a_case_is_told_to_staff_alone(company: Company) -> None:
    said: dict[str, Any] = {"rhythm_minutes": 480, "why": "Third outage"}
    case = opened(company)
    accounts.open_account(
        organization=company.ida.organization,
        actor=company.agent.standing,
        at=timezone.now(),
        manager=company.manager.agent,
        cases=[Case.objects.get()],
        **said,
    )
    told = Api(company.agent.user).get(f"cases/{case}/").data["account"]
    assert (told["manager"]["name"], told["rhythm_minutes"], told["why"]) == ("Jan Brandt", 480, "Third outage")
    assert [row["uid"] for row in Api(company.agent.user).get("me/").data["accounts"]] == [told["uid"]]
    assert "Third outage" not in Api(company.ida.user).get(f"cases/{case}/").text
