"""The form of a climb: filled in from what is known, with what may make it unnecessary beside it."""

import re
from datetime import timedelta
from typing import Any

import pytest

from escalations.actions import escalation, handling, resolution
from escalations.models import Brief, Case, Decision, Skill, Step
from escalations.rules.vocabulary import Document, Effect, Kind, Outcome
from knowledgebase.models import Article, Category
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company, Worker
from tests.desk.conftest import SignIn
from tests.ladder.ground import no_triggers, wanted, when, whole
from tests.policies.newer import newer

AT = MONDAY + timedelta(minutes=10)
BRIEF = {"tried": "Restarted it", "impact": "No billing", "asked": "Find the cause"}
UP = {"kind": "functional", "reason": "skill", "level": "2", **BRIEF}


@pytest.fixture
def article(db: None) -> Article:
    category = Category.objects.create(slug="metering", name="Metering", visibility="internal")
    return Article.objects.create(
        slug="a", category=category, title="Meter readings stop at night", body="x", state="published",
        visibility="internal", summary="The collector loses its lock.",
    )  # fmt: skip


def form_of(case: Case, who: Worker, sign_in: SignIn, verb: str = "escalate") -> str:
    return sign_in(who.user).get(f"/desk/cases/{case.reference}/{verb}/").content.decode()


def sent(case: Case, who: Worker, sign_in: SignIn, data: dict[str, Any], verb: str = "escalate") -> Any:
    return sign_in(who.user).post(f"/desk/cases/{case.reference}/{verb}/", data)


def test_kind_and_reason_begin_with_the_first_criterion_that_is_met(company: Company, sign_in: SignIn) -> None:
    newer(company, no_triggers, when("impact", {"impact": "high"}, effect=Effect.NUDGE, kind=Kind.HIERARCHICAL))
    page = form_of(company.open(), company.agent, sign_in)
    assert re.search(r'value="hierarchical"[^>]*checked', page)
    assert '<option value="impact" selected>' in page
    assert "Why now" in page


def test_similar_solved_cases_and_matching_articles_stand_beside_the_form(
    company: Company, sign_in: SignIn, article: Article
) -> None:
    old = company.open(subject="Meter readings stopped again")
    resolution.resolve(
        case=old, actor=company.agent.standing, at=AT, outcome=Outcome.SOLVED, text="Restart it after two."
    )
    page = form_of(company.open(), company.agent, sign_in)
    beside = page[page.index('<aside class="help"') : page.index("</aside>", page.index('<aside class="help"'))]
    assert "Meter readings stopped again" in beside
    assert "Restart it after two." in beside
    assert "/help/metering/a/" in beside


def test_articles_that_were_tried_are_ticked_and_stand_in_the_brief(
    company: Company, sign_in: SignIn, article: Article
) -> None:
    case = company.open()
    assert sent(case, company.agent, sign_in, {**UP, "articles": [article.uid]}).status_code == 303
    assert list(Brief.objects.get().articles.all()) == [article]


def test_an_article_that_is_not_offered_is_refused(company: Company, sign_in: SignIn, article: Article) -> None:
    case = company.open()
    before = everything()
    answer = sent(case, company.agent, sign_in, {**UP, "articles": "unknown"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["articles"])
    assert everything() == before


def test_levels_above_the_next_are_marked_as_a_jump(company: Company, sign_in: SignIn) -> None:
    page = form_of(company.open(), company.agent, sign_in)
    assert "2 – Specialists</option>" in page
    assert "3 – Department managers (jump: skips 2)</option>" in page


def test_all_of_a_question_reaches_the_manager(company: Company, sign_in: SignIn) -> None:
    asked = {
        **UP, "kind": "hierarchical", "reason": "authority", "level": "3", "question": "May we refund?",
        "options": "A month\r\n\r\n Half a month ", "recommendation": "Half", "amount": "900",
        "due_at": "2026-03-02T15:00", "evidence": "collector.log", "justification": "Thursday.",
    }  # fmt: skip
    assert sent(company.open(), company.agent, sign_in, asked).status_code == 303
    made = Decision.objects.get()
    assert (made.options, made.recommendation, made.amount, made.currency) == (
        ["A month", "Half a month"], "Half", 900, "EUR",
    )  # fmt: skip
    assert made.due_at == MONDAY + timedelta(hours=6)
    assert Brief.objects.get().evidence == "collector.log"
    assert Step.objects.get().move == "jump"


def test_a_skill_can_be_asked_for(company: Company, sign_in: SignIn) -> None:
    skill = Skill.objects.create(slug="databases", name="Databases")
    sent(company.open(), company.agent, sign_in, {**UP, "skill": skill.pk})
    assert Step.objects.get().skill == skill


def test_an_amount_within_the_own_limit_need_not_be_asked(company: Company, sign_in: SignIn) -> None:
    company.agent.agent.authority_limit = 1500
    company.agent.agent.save()
    case = company.open()
    handling.assess(case=case, actor=company.agent.standing, at=AT, amount=1200, currency="EUR")
    page = form_of(case, company.agent, sign_in)
    assert "1,200 EUR is within your limit: you may decide it alone." in page
    assert "Up to 1,500 EUR you may decide yourself." in page
    company.agent.agent.authority_limit = 1000
    company.agent.agent.save()
    assert "within your limit" not in form_of(case, company.agent, sign_in)


@pytest.mark.parametrize(
    ("document", "field", "remedy"),
    [
        (Document.EVIDENCE, "evidence", "The procedure wants evidence"),
        (Document.ARTICLES, "articles", "The procedure wants the articles"),
        (Document.JUSTIFICATION, "justification", "Say why this cannot wait"),
    ],
)
@pytest.mark.parametrize("level", [None, 2])
def test_esc_08_what_the_procedure_wants_is_marked_and_its_lack_is_refused_at_the_field(
    company: Company,
    sign_in: SignIn,
    article: Article,
    document: Document,
    field: str,
    remedy: str,
    level: int | None,
) -> None:
    newer(company, wanted(document, level=level))
    case = company.open()
    assert "wanted by the procedure" in form_of(case, company.agent, sign_in)
    before = everything()
    answer = sent(case, company.agent, sign_in, UP)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert remedy in answer.content.decode()
    assert "Restarted it" in answer.content.decode()
    assert everything() == before


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("escalate", {**UP, "tried": " "}, "tried"),
    ("escalate", {**UP, "kind": "hierarchical"}, "question"),
    ("escalate", {**UP, "kind": "hierarchical", "question": "May we?", "amount": "-1"}, "amount"),
    ("escalate", {**UP, "kind": "hierarchical", "question": "May we?", "due_at": "2026-03-01T09:00"}, "due_at"),
    ("escalate", {**UP, "level": "7"}, "level"),
    ("pull-up", {"justification": " "}, "justification"),
    ("lend", {"skill": "", "asked": "Help."}, "skill"),
    ("ask-decision", {"question": ""}, "question"),
    ("ask-decision", {"question": "May we?", "due_at": "2026-03-01T09:00"}, "due_at"),
    ("return", {"reason": ""}, "reason"),
    ("complete", {"tried": "", "impact": "x", "asked": "x"}, "tried"),
    ("redirect", {"reason": "Not ours."}, "team"),
    ("redirect", {"reason": "", "team": ""}, "reason"),
    ("step-back", {"level": "4", "reason": "Less."}, "level"),
    ("decline", {"reason": " "}, "reason"),
    ("de-escalate", {"reason": ""}, "reason"),
    ("withdraw", {"reason": ""}, "reason"),
]


@pytest.mark.parametrize(("verb", "data", "field"), REFUSED, ids=[f"{r[0]}-{i}" for i, r in enumerate(REFUSED)])
def test_what_is_refused_is_said_at_its_field_and_changes_nothing(
    company: Company, sign_in: SignIn, verb: str, data: dict[str, str], field: str
) -> None:
    case = company.open()
    who = company.agent
    if verb not in ("escalate", "pull-up", "lend"):
        company.escalate(case, AT)
        who = company.agent if verb in ("complete", "withdraw") else company.specialist
    if verb == "complete":
        escalation.give_back(case=case, actor=company.specialist.standing, at=AT, reason="Which?")
    if verb in ("de-escalate", "ask-decision"):
        escalation.accept(case=case, actor=company.specialist.standing, at=AT, text="Mine.")
    if verb == "pull-up":
        who = company.manager
    before = everything()
    answer = sent(case, who, sign_in, data, verb)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert everything() == before


WRONG: list[tuple[str, dict[str, str], str]] = [
    ("pull-up", {"justification": "Mine."}, "Only people of a level above"),
    ("return", {"reason": "Which?"}, "Another team has this case now"),
    ("redirect", {"reason": "Not ours."}, "Another team has this case now"),
    ("step-back", {"level": "1", "reason": "Less."}, "Another team has this case now"),
    ("decide", {"verdict": "approved", "answer": "Yes."}, "Another team has this case now"),
    ("de-escalate", {"reason": "Over."}, "was not taken up yet"),
    ("complete", BRIEF, "Nothing is missing here"),
]


@pytest.mark.parametrize(("verb", "data", "why"), WRONG, ids=[row[0] for row in WRONG])
def test_the_wrong_person_or_moment_is_refused_with_the_reason_and_nothing_changes(
    company: Company, sign_in: SignIn, verb: str, data: dict[str, str], why: str
) -> None:
    kind = Kind.HIERARCHICAL if verb == "decide" else Kind.FUNCTIONAL
    case = company.escalate(company.open(), AT, kind=kind)
    before = everything()
    answer = sent(case, company.agent, sign_in, data, verb)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert everything() == before


def test_a_returned_brief_begins_with_what_was_there_and_says_what_is_missing(
    company: Company, sign_in: SignIn, article: Article
) -> None:
    case = company.open()
    sent(case, company.agent, sign_in, {**UP, "evidence": "collector.log", "articles": [article.uid]})
    escalation.give_back(case=case, actor=company.specialist.standing, at=AT, reason="Which of the collectors?")
    page = form_of(case, company.agent, sign_in, "complete")
    for said in ("Which of the collectors?", "Restarted it", "No billing", "Find the cause", "collector.log"):
        assert said in page
    assert re.search(rf'value="{article.uid}"[^>]*checked', page)


def test_a_question_answered_meanwhile_is_not_answered_twice_and_says_so(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT, kind=Kind.HIERARCHICAL)
    asked = Decision.objects.get()
    escalation.decide(case=case, actor=company.specialist.standing, at=AT, verdict="refused", answer="No.")
    before = everything()
    data = {"verdict": "approved", "answer": "Yes.", "decision": asked.uid}
    page = sign_in(company.executive.user).post(f"/desk/cases/{case.reference}/decide/", data, follow=True)
    assert "Somebody was quicker" in page.content.decode()
    assert {name: rows for name, rows in everything().items() if name != "Notice"} == {
        name: rows for name, rows in before.items() if name != "Notice"
    }


def test_decisions_and_returned_briefs_wait_on_the_home_page_of_whoever_owes_them(
    company: Company, sign_in: SignIn
) -> None:
    asked = company.escalate(company.open(subject="One"), AT, kind=Kind.HIERARCHICAL)
    returned = company.escalate(company.open(subject="Two"), AT)
    escalation.give_back(case=returned, actor=company.specialist.standing, at=AT, reason="Which?")
    home = sign_in(company.specialist.user).get("/desk/").content.decode()
    assert f"/desk/cases/{asked.reference}/decide/" in home
    assert "Returned to you" not in home
    home = sign_in(company.agent.user).get("/desk/").content.decode()
    assert f"/desk/cases/{returned.reference}/complete/" in home
    assert f"/desk/cases/{asked.reference}/decide/" not in home


def test_the_board_shows_kind_open_question_and_what_came_back(company: Company, sign_in: SignIn) -> None:
    newer(company, whole(currency="EUR"))
    case = company.open()
    data = {**UP, "kind": "hierarchical", "question": "May we?", "due_at": "2026-03-02T15:00"}
    sent(case, company.agent, sign_in, data)
    back = company.escalate(company.open(), AT)
    escalation.give_back(case=back, actor=company.specialist.standing, at=AT, reason="Which?")
    page = sign_in(company.agent.user).get("/desk/escalations/").content.decode()
    assert "hierarchical – needs a decision" in page
    assert 'Decision asked</b>, by <time class="when" datetime="2026-03-02T15:00:00+01:00"' in page
    assert "returned as incomplete" in page
