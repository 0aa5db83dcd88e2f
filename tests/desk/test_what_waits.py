"""Triage and decisions one at a time: what waits for whom, and after an act the next thing by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from escalations.actions import absences, escalation
from escalations.casefile import waiting
from escalations.models import Absence, Case, Decision
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Kind
from tests.cast import MONDAY, Company, Worker, worker
from tests.desk.conftest import NOW, SignIn
from tests.desk.test_query_budgets import BUDGETS, statements

AT = MONDAY + timedelta(minutes=10)


def triage(standing: Standing) -> list[str]:
    return [row.case.reference for row in waiting.to_triage(standing)]


def asked(company: Company) -> Case:
    return company.escalate(company.open(), AT, kind=Kind.HIERARCHICAL, level=3)


def post(client: Client, case: Case, verb: str, **data: Any) -> Any:
    return client.post(f"/desk/cases/{case.reference}/{verb}/", data)


def test_what_waits_for_the_person_the_team_and_whoever_is_away(company: Company) -> None:
    team = company.specialist.agent.teams.get()
    second, elsewhere = worker("Sam Second", team, is_lead=False), company.executive
    case = company.escalate(company.open(), AT)
    assert triage(company.specialist.standing) == triage(second.standing) == [case.reference]
    assert waiting.to_triage(company.specialist.standing)[0].whose == ""
    assert waiting.to_triage(second.standing)[0].whose == "with Mara Lindt of your team"
    assert triage(elsewhere.standing) == []
    deputy = away(company.specialist, elsewhere, company)
    assert waiting.to_triage(deputy)[0].whose == "for Mara Lindt, who is away"


def away(who: Worker, deputy: Worker, company: Company) -> Standing:
    row = Absence(agent=who.agent, starts_at=NOW, ends_at=NOW + timedelta(days=1), deputy=deputy.agent)
    absences.save(absence=row, by=company.administrator, at=NOW)
    return deputy.standing


def test_after_an_act_the_next_one_stands_there_by_itself(company: Company, sign_in: SignIn) -> None:
    first, second = (company.escalate(company.open(subject=name), AT) for name in ("One", "Two"))
    client = sign_in(company.specialist.user)
    page = client.get("/desk/triage/")
    assert page.context["case"] == first
    assert f"/desk/cases/{first.reference}/accept/?then=triage" in page.content.decode()
    form = client.get(f"/desk/cases/{first.reference}/accept/?then=triage").content.decode()
    assert '<input type="hidden" name="then" value="triage">' in form
    answer = post(client, first, "accept", severity=2, text="I have it.", then="triage")
    assert (answer.status_code, answer.url) == (303, "/desk/triage/")
    page = client.get("/desk/triage/")
    assert page.context["case"] == second
    post(client, second, "return", reason="The logs.", then="triage")
    assert "Nothing waits for you" in client.get("/desk/triage/").content.decode()


def test_somewhere_else_leads_no_form(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT)
    client = sign_in(company.specialist.user)
    answer = post(client, case, "accept", severity=2, text="I have it.", then="https://elsewhere.example/")
    assert answer.url == f"/desk/cases/{case.reference}/"


def test_the_page_says_the_clock_and_what_happens_if_nobody_acts(company: Company, sign_in: SignIn) -> None:
    company.escalate(company.open(), AT)
    page = sign_in(company.specialist.user).get("/desk/triage/")
    file = page.context["file"]
    assert file.clock.kind == "acknowledgement"
    assert file.climb.brief.brief.tried == "Restarted the collector"
    assert [item.what for item in file.climb.follows if item.what in page.content.decode()]
    assert file.said == "This is the third night."


def test_a_question_is_decided_where_it_is_read(company: Company, sign_in: SignIn) -> None:
    case, other = asked(company), asked(company)
    client = sign_in(company.manager.user)
    page = client.get(f"/desk/decisions/?at={other.reference}")
    assert page.context["case"] == other
    question = Decision.objects.get(escalation__case=other)
    said = {"verdict": "approved", "answer": "Refund it.", "decision": question.uid, "then": "decisions"}
    assert post(client, other, "decide", **said).url == "/desk/decisions/"
    assert client.get("/desk/decisions/").context["case"] == case


def test_another_of_the_team_may_decide_what_the_level_was_asked(company: Company) -> None:
    case = asked(company)
    second = worker("Mona Manager", company.manager.agent.teams.get())
    assert [row.case for row in waiting.to_decide(second.standing)] == [case]
    assert waiting.to_decide(company.specialist.standing) == []


def test_the_numbers_beside_both_come_with_the_one_of_the_inbox(company: Company, sign_in: SignIn) -> None:
    company.escalate(company.open(), AT)
    client = sign_in(company.specialist.user)
    told = client.get("/desk/inbox/count/?place=side").content.decode()
    assert 'id="waits-triage" hx-swap-oob="true">1<' in told
    assert 'id="waits-decisions" hx-swap-oob="true"></span>' in told
    assert "waits-" not in client.get("/desk/inbox/count/?place=top").content.decode()


def test_what_was_taken_up_no_longer_waits(company: Company) -> None:
    case = company.escalate(company.open(), AT)
    escalation.accept(case=case, actor=company.specialist.standing, at=NOW, text="I have it.")
    assert triage(company.specialist.standing) == []


def test_neither_page_asks_more_often_the_more_there_is(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.manager.user)
    asked(company)
    addresses = ("/desk/decisions/", "/desk/triage/")
    for address in addresses:
        client.get(address)
    one = [statements(client, address) for address in addresses]
    for _number in range(3):
        asked(company)
    assert [statements(client, address) for address in addresses] == one
    assert max(one) <= min(BUDGETS["decisions"], BUDGETS["triage"])
