"""The ladder for programs: up and down, decisions, what the receiver does, and what the customer asks for."""

from __future__ import annotations

from typing import Any

import pytest

from escalations.models import Agent, Case, Decision, Event, Skill, Team
from escalations.rules.vocabulary import Document
from knowledgebase import actions as knowledge
from knowledgebase.models import Article, Category
from tests.api.calls import Answer, Api, act, kinds, opened, untouched
from tests.cast import MONDAY, Company, Worker, worker
from tests.work.ground import all_rows, strict

BRIEF = {"tried": "Restarted", "impact": "No billing", "asked": "Find the cause"}
UP = {**BRIEF, "kind": "functional", "reason": "skill"}
QUESTION = {
    "question": "How do we make up for it?",
    "options": ["Refund March", "Two months free"],
    "recommendation": "The refund",
    "amount": 1200,
    "currency": "EUR",
}


@pytest.fixture
def skill(company: Company) -> Skill:
    return Skill.objects.create(slug="databases", name="Databases")


@pytest.fixture
def expert(company: Company, skill: Skill) -> Worker:
    """Somebody beside Mara in her team who knows databases."""
    found = worker("Xenia Roy", Team.objects.get(slug="specialists"), is_lead=False)
    found.agent.skills.add(skill)
    return found


def unchanged(case: str, answer: Answer, status: int, code: str, field: str, before: dict[str, Any]) -> None:
    """Refused for this reason, and no row changed."""
    assert (answer.status, answer.data["code"], answer.data["field"]) == (status, code, field), answer.text
    assert all_rows() == before


def up(company: Company, **fields: Any) -> str:
    """A case that the agent escalated, one level up if nothing else is said."""
    case = opened(company)
    answer = act(company.agent, case, "escalate", **UP | fields)
    assert answer.status == 200, answer.text
    return case


def limited(worker: Worker, amount: int | None) -> None:
    Agent.objects.filter(pk=worker.agent.pk).update(authority_limit=amount)


def test_a_brief_is_returned_and_completed(company: Company) -> None:
    case = up(company)
    returned = act(company.specialist, case, "return", reason="Which collector, and since when?")
    assert returned.data["escalation"]["state"] == "incomplete"
    completed = act(company.agent, case, "complete", **BRIEF | {"evidence": "Log of collector 7, since two."})
    assert completed.data["escalation"]["state"] == "requested"
    assert completed.data["brief"]["evidence"] == "Log of collector 7, since two."


def test_a_brief_brings_a_skill_and_the_articles_that_were_tried(company: Company, skill: Skill) -> None:
    shelf = knowledge.save_category(category=Category(slug="meters", name="Meters"))
    draft = Article(slug="lock", category=shelf, title="The lock", body="Read it.")
    knowledge.publish(article=knowledge.save_article(article=draft, actor=None, at=MONDAY), actor=None, at=MONDAY)
    case = up(company, skill="databases", articles=["lock"], level=3, justification="It cannot wait.")
    told = Api(company.specialist.user).get(f"cases/{case}/").data
    assert (told["level"], told["step"]["move"], told["step"]["skill"]["slug"]) == (3, "jump", "databases")
    assert told["brief"]["articles"] == [{"slug": "lock", "title": "The lock"}]
    assert told["routing"]["person"] == "Jan Brandt"


def test_it_goes_to_somebody_else_an_expert_helps_and_it_steps_back(
    company: Company, expert: Worker, skill: Skill
) -> None:
    case = up(company)
    redirected = act(company.specialist, case, "redirect", reason="She knows it.", person=expert.user.uid)
    assert (redirected.data["step"]["move"], redirected.data["step"]["person"]["name"]) == ("redirect", "Xenia Roy")
    assert act(expert, case, "redirect", reason="Money.", team="managers").data["team"]["slug"] == "managers"
    assert act(company.manager, case, "accept", text="We have it.").status == 200
    lent = act(company.manager, case, "lend", skill="databases", asked="Why does the index grow?")
    assert (lent.data["step"]["move"], lent.data["step"]["person"]["name"]) == ("lend", "Xenia Roy")
    assert lent.data["accountable"]["name"] == "Jan Brandt"
    back = act(company.manager, case, "step_back", reason="No decision is needed.")
    assert (back.data["level"], back.data["step"]["move"], back.data["accountable"]["name"]) == (
        1,
        "step_back",
        "Ben Okafor",
    )


def test_a_manager_pulls_a_case_up_and_ends_the_escalation_early(company: Company) -> None:
    case = opened(company)
    pulled = act(company.manager, case, "pull_up", justification="Their board asks me.")
    assert (pulled.data["level"], pulled.data["escalation"]["source"]) == (3, "manager")
    assert act(company.manager, case, "accept", text="I have it myself.").status == 200
    ended = act(company.manager, case, "de_escalate", reason="The board is satisfied.")
    assert (ended.data["escalation"]["state"], ended.data["escalation"]["ended_early"]) == ("closed", True)


def test_a_decision_is_asked_with_options_and_answered_once_by_whoever_may(company: Company) -> None:
    case = up(company)
    act(company.specialist, case, "accept", text="I have it.")
    limited(company.manager, 1000)
    asked = act(company.specialist, case, "ask_decision", **QUESTION).data["decision"]
    assert (asked["person"]["name"], asked["options"], asked["amount"]) == ("Eva Roth", QUESTION["options"], 1200)
    before = all_rows()
    yes = {"verdict": "approved", "answer": "Yes.", "option": 1, "decision": asked["uid"]}
    unchanged(case, act(company.manager, case, "decide", **yes), 403, "not_asked_to_decide", "", before)
    nothing_chosen = act(company.executive, case, "decide", **yes | {"option": 0})
    unchanged(case, nothing_chosen, 400, "option_needed", "option", before)
    limited(company.executive, 1000)
    unchanged(case, act(company.executive, case, "decide", **yes), 400, "over_limit", "verdict", before)
    limited(company.executive, None)
    first = act(company.executive, case, "decide", **yes)
    happened = Event.objects.count()
    otherwise = act(company.executive, case, "decide", **yes | {"answer": "Or rather not.", "verdict": "refused"})
    assert (otherwise.status, otherwise.data["code"]) == (400, "already_decided")
    second = act(company.executive, case, "decide", **yes | {"answer": "Yes, once more."})
    assert (first.status, second.status, Event.objects.count()) == (200, 200, happened)
    assert second.data["decision"]["answer"] == "Yes."
    assert (second.data["decision"]["option"], second.data["decision"]["decided_by"]["name"]) == (1, "Eva Roth")
    assert Decision.objects.count() == 1


def test_what_is_wrong_with_a_question_names_its_field(company: Company) -> None:
    case = up(company)
    act(company.specialist, case, "accept", text="I have it.")
    before = all_rows()
    wrong: dict[str, tuple[Any, str]] = {
        "question": ("", "blank"),
        "currency": ("USD", "other_currency"),
        "amount": (-1, "min_value"),
        "due_at": ("2020-01-01T00:00:00Z", "deadline_in_the_past"),
        "person": (company.ida.user.uid, "does_not_exist"),
    }
    for field, (value, code) in wrong.items():
        answer = act(company.specialist, case, "ask_decision", **QUESTION | {field: value})
        unchanged(case, answer, 400, code, field, before)
    for colleague in (company.manager, company.executive):
        limited(colleague, 10)
    before = all_rows()
    unchanged(case, act(company.specialist, case, "ask_decision", **QUESTION), 400, "no_decider", "amount", before)


def test_a_climb_lacks_what_the_procedure_wants_in_writing(company: Company) -> None:
    strict(company, Document.EVIDENCE, Document.ARTICLES)
    case = opened(company)
    untouched(case, act(company.agent, case, "escalate", **UP), 400, "evidence_missing", "evidence")
    evidence = UP | {"evidence": "Log"}
    untouched(case, act(company.agent, case, "escalate", **evidence), 400, "articles_missing", "articles")
    untouched(case, act(company.agent, case, "escalate", **evidence, skill="magic"), 400, "does_not_exist", "skill")
    untouched(case, act(company.agent, case, "escalate", **evidence, articles=["x"]), 400, "does_not_exist", "articles")


def test_the_receiver_alone_may_act_for_the_receiver(company: Company) -> None:
    case = up(company)
    stranger, before = company.manager, all_rows()
    for verb in ("accept", "decline", "return", "redirect", "hand_back", "step_back"):
        answer = act(stranger, case, verb, reason="Ours now.") if verb != "accept" else act(stranger, case, verb)
        unchanged(case, answer, 403, "other_team", "", before)
    asked = {"skill": Skill.objects.create(slug="x", name="X").slug, "asked": "Why?"}
    unchanged(case, act(stranger, case, "lend", **asked), 403, "other_team", "", before)
    unchanged(case, act(stranger, case, "withdraw", reason="No."), 403, "other_team", "", before)
    unchanged(case, act(stranger, case, "ask_decision", **QUESTION), 403, "other_team", "", before)
    pulled = act(company.agent, case, "pull_up", justification="Mine.")
    unchanged(case, pulled, 403, "not_above", "", before)
    unchanged(case, act(company.agent, case, "complete", **BRIEF), 409, "not_incomplete", "", before)


def test_what_is_not_there_below_or_here_is_refused_with_its_field(company: Company, skill: Skill) -> None:
    case = up(company)
    before, mara = all_rows(), company.specialist
    same = act(mara, case, "redirect", reason="To us.", team="specialists")
    unchanged(case, same, 400, "unknown_team", "team", before)
    foreign = act(mara, case, "redirect", reason="To her.", person=company.executive.user.uid)
    assert (foreign.status, foreign.data["field"]) == (400, "person")
    up_again = act(mara, case, "step_back", reason="Down.", level=3)
    unchanged(case, up_again, 400, "lower_level", "level", before)
    act(mara, case, "acknowledge", severity=2, text="I have it.")
    before = all_rows()
    nobody = act(mara, case, "lend", skill="databases", asked="Why?")
    unchanged(case, nobody, 400, "unknown_skill", "skill", before)
    unchanged(case, act(mara, case, "return"), 400, "required", "reason", before)


def test_a_customer_asks_is_declined_and_reads_why(company: Company) -> None:
    case = opened(company)
    wish = {"reason": "no_news", "text": "Billing stands still on Thursday.", "reach": "+49 30 1"}
    asked = act(company.ida, case, "ask", **wish)
    assert (asked.status, asked.data["ask"]["state"], asked.data["ask"]["asked_by"]) == (200, "open", "Ida Holm")
    seen = Api(company.agent.user).get(f"cases/{case}/").data["ask"]
    assert (seen["reason"], seen["text"], seen["reach"]) == ("no_news", wish["text"], "+49 30 1")
    assert seen["contact"]["name"] == "Ida Holm"
    assert act(company.ida, case, "ask", **wish).data["code"] == "already_asked"
    declined = act(company.agent, case, "decline_ask", text="The part comes tomorrow; we call you at nine.")
    assert (declined.status, declined.data["ask"]) == (200, None)
    read = Api(company.ida.user).get(f"cases/{case}/").data["ask"]
    assert (read["state"], read["answer"]) == ("declined", "The part comes tomorrow; we call you at nine.")
    before = all_rows()
    too_soon = act(company.ida, case, "ask", **wish)
    unchanged(case, too_soon, 409, "ask_too_soon", "", before)
    assert company.agent.user.name not in Api(company.ida.user).get(f"cases/{case}/").text


def test_a_customer_takes_an_ask_back_and_an_escalation_grants_one(company: Company) -> None:
    case = opened(company)
    wish = {"reason": "growing", "text": "It grows."}
    act(company.ida, case, "ask", **wish)
    assert act(company.ida, case, "withdraw_ask").data["ask"] is None
    act(company.ida, case, "ask", **wish)
    assert act(company.agent, case, "escalate", **UP | {"reason": "customer_asked"}).data["ask"] is None
    assert Api(company.ida.user).get(f"cases/{case}/").data["ask"]["state"] == "granted"


def test_what_is_wrong_with_an_ask_changes_nothing(company: Company) -> None:
    case = opened(company)
    untouched(case, act(company.ida, case, "ask", reason="magic", text="x"), 400, "invalid_choice", "reason")
    untouched(case, act(company.ida, case, "ask", reason="growing"), 400, "required", "text")
    long = act(company.ida, case, "ask", reason="growing", text="x", reach="9" * 201)
    untouched(case, long, 400, "max_length", "reach")
    untouched(case, act(company.ida, case, "withdraw_ask"), 409, "not_asked")
    untouched(case, act(company.agent, case, "decline_ask", text="No."), 409, "not_asked")
    stranger = act(company.vera, case, "ask", reason="growing", text="x")
    assert (stranger.status, kinds(case)) == (404, ["case.opened"])
    assert Case.objects.get().asks.count() == 0
