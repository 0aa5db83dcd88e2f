"""A decision is answered from a mail: by the person it was sent to, once, with one button."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.signing import TimestampSigner
from django.test import Client

from config.logs import WithoutSecrets
from escalations.actions import escalation
from escalations.models import Case, Decision, tokens
from escalations.rules.vocabulary import Kind, Reason
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company, Worker
from tests.desk.conftest import SignIn
from tests.ladder.ground import away, gone, question, whole
from tests.policies.newer import newer

AT = MONDAY + timedelta(minutes=10)
ANSWER = {"verdict": "approved", "option": "2", "answer": "Half a month, once."}


def asked(company: Company, *, level: int = 3, amount: int = 900) -> Decision:
    """The managers are asked for an amount, with two options."""
    case = company.open()
    brief = question(options=("A month", "Half a month"), recommendation="Half of it", amount=amount, currency="EUR")
    escalation.escalate(
        case=case, actor=company.agent.standing, at=AT, kind=Kind.HIERARCHICAL, reason=Reason.AUTHORITY,
        brief=brief, level=level, justification="Billing is on Thursday.",
    )  # fmt: skip
    return Decision.objects.get()


def path_of(decision: Decision, who: Worker) -> str:
    return "/" + tokens.decision_url(decision, who.agent).split("/", 3)[3]


def words_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_page_shows_the_question_with_the_answer_of_the_link_and_one_button(company: Company, db: None) -> None:
    path, before = path_of(asked(company), company.manager), everything()
    page = words_of(Client().get(f"{path}?verdict=approved&option=2"))
    for said in ("May we refund the month?", "Half of it", "900 EUR", "Decide as Jan Brandt"):
        assert said in page
    assert page.count("<button") == 1
    assert re.findall(r'value="(\w+)"[^>]* checked', page) == ["approved", "2"]
    assert everything() == before


def test_looking_changes_nothing_however_often_a_scanner_of_mails_looks(company: Company) -> None:
    path, before = path_of(asked(company), company.manager), everything()
    for address in (path, f"{path}?verdict=refused", f"{path}?verdict=approved&option=1&answer=yes"):
        assert Client().get(address).status_code == Client().head(address).status_code == 200
    assert everything() == before


def test_esc_23_the_button_decides_as_the_person_it_was_sent_to_without_any_sign_in(company: Company) -> None:
    decision = asked(company)
    path = path_of(decision, company.manager)
    answer = Client().post(path, ANSWER)
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    decision.refresh_from_db()
    assert (decision.verdict, decision.chosen, decision.answer) == ("approved", "Half a month", "Half a month, once.")
    assert decision.decided_by == company.manager.agent
    event = Case.objects.get().events.order_by("seq").last()
    assert event is not None
    assert (event.kind, event.actor) == ("decision.made", company.manager.user.code)


def test_a_link_is_used_up_and_then_says_what_was_decided_and_by_whom(company: Company) -> None:
    path = path_of(asked(company), company.manager)
    Client().post(path, ANSWER)
    before = everything()
    second = Client().post(path, {"verdict": "refused", "answer": "No."})
    for page in (words_of(second), words_of(Client().get(path))):
        assert "Half a month, once." in page
        assert "Jan Brandt" in page
        assert "The link is used up." in page
        assert "<form" not in page
    assert everything() == before


def test_a_question_that_is_over_without_an_answer_is_not_shown_as_decided(company: Company, sign_in: SignIn) -> None:
    decision = asked(company)
    case, path = decision.escalation.case, path_of(decision, company.manager)
    Decision.objects.update(decided_at=AT)
    for page in (
        words_of(Client().get(path)),
        words_of(sign_in(company.manager.user).get(f"/desk/cases/{case.reference}/")),
    ):
        assert "None" not in page
    assert "over without an answer" in words_of(Client().get(path))


def test_who_was_slower_reads_what_a_colleague_decided_in_the_desk(company: Company) -> None:
    decision = asked(company)
    case = decision.escalation.case
    escalation.decide(case=case, actor=company.manager.standing, at=AT, verdict="refused", answer="Not this time.")
    page = words_of(Client().post(path_of(decision, company.manager), ANSWER))
    assert "Not this time." in page


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"verdict": "approved", "option": "2", "answer": " "}, "answer"),
        ({"verdict": "approved", "answer": "Yes."}, "option"),
        ({"verdict": "perhaps", "option": "1", "answer": "Yes."}, "verdict"),
        ({"verdict": "approved", "option": "9", "answer": "Yes."}, "option"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_changes(
    company: Company, data: dict[str, str], field: str
) -> None:
    path, before = path_of(asked(company), company.manager), everything()
    answer = Client().post(path, data)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert data["answer"].strip() in words_of(answer)
    assert everything() == before


def test_over_the_limit_nobody_says_yes_from_a_mail_either(company: Company) -> None:
    decision = asked(company)
    company.manager.agent.authority_limit = 500
    company.manager.agent.save()
    before = everything()
    answer = Client().post(path_of(decision, company.manager), ANSWER)
    assert "You may decide up to 500 EUR" in words_of(answer)
    assert list(answer.context["form"].errors) == ["verdict"]
    assert everything() == before


def test_above_the_amount_of_the_procedure_the_mail_alone_is_not_enough(company: Company, sign_in: SignIn) -> None:
    newer(company, whole(sign_in_above=899))
    decision = asked(company)
    path, before = path_of(decision, company.manager), everything()
    for page in (words_of(Client().get(path)), words_of(Client().post(path, ANSWER))):
        assert "This one needs your sign-in" in page
        assert f"/desk/cases/{decision.escalation.case.reference}/decide/" in page
        assert "May we refund" not in page
    assert sign_in(company.agent.user).post(path, ANSWER).status_code == 403
    assert everything() == before
    assert sign_in(company.manager.user).post(path, ANSWER).status_code == 303
    decision.refresh_from_db()
    assert decision.decided_by == company.manager.agent


def test_up_to_the_amount_of_the_procedure_the_mail_is_enough(company: Company) -> None:
    newer(company, whole(sign_in_above=900))
    assert Client().post(path_of(asked(company), company.manager), ANSWER).status_code == 303


def test_executives_always_sign_in_to_decide(company: Company, sign_in: SignIn) -> None:
    decision = asked(company, level=4, amount=1)
    path, before = path_of(decision, company.executive), everything()
    assert "This one needs your sign-in" in words_of(Client().post(path, ANSWER))
    assert everything() == before
    assert sign_in(company.executive.user).post(path, ANSWER).status_code == 303


def test_a_link_that_is_wrong_too_old_or_of_somebody_who_left_is_answered_kindly(company: Company) -> None:
    decision = asked(company)
    path = path_of(decision, company.manager)
    before = everything()
    for wrong in ("/desk/decisions/nonsense/", path.replace("decisions/", "decisions/x"), path[:-3] + "/"):
        answer = Client().post(wrong, ANSWER)
        assert answer.status_code == 404
        assert "This link does not lead anywhere" in words_of(answer)
    with time_machine.travel(AT + timedelta(days=15), tick=False):
        assert "This link is too old" in words_of(Client().post(path, ANSWER))
    gone(company.manager)
    assert "does not work here any more" in words_of(Client().post(path, ANSWER))
    assert everything() == before


def test_a_token_for_something_else_opens_nothing(company: Company) -> None:
    decision = asked(company)
    other = TimestampSigner(salt="belay.other", sep=".")
    token = other.sign_object([decision.uid, company.manager.user.uid])
    assert Client().get(f"/desk/decisions/{token}/").status_code == 404


def test_who_is_away_is_told_to_come_back_first(company: Company) -> None:
    decision = asked(company)
    away(company.manager, AT, AT + timedelta(days=3), deputy=company.executive)
    before = everything()
    page = words_of(Client().post(path_of(decision, company.manager), ANSWER))
    assert "You are away until your absence ends" in page
    assert everything() == before


def test_a_link_that_was_passed_on_answers_for_nobody_else_who_is_signed_in(company: Company, sign_in: SignIn) -> None:
    path, before = path_of(asked(company), company.manager), everything()
    for other in (company.ida.user, company.agent.user, company.executive.user):
        browser = sign_in(other)
        assert browser.get(path).status_code == browser.post(path, ANSWER).status_code == 403
        assert "was sent to somebody else" in words_of(browser.get(path))
    assert everything() == before


def test_what_the_page_leads_to_learns_the_host_alone(company: Company) -> None:
    answer = Client().get(path_of(asked(company), company.manager))
    assert answer.headers["Referrer-Policy"] == "strict-origin"


def test_a_form_from_elsewhere_is_refused(company: Company) -> None:
    path, before = path_of(asked(company), company.manager), everything()
    assert Client(enforce_csrf_checks=True).post(path, ANSWER).status_code == 403
    assert everything() == before


def test_the_page_keeps_out_foreign_scripts_and_is_kept_by_no_cache(company: Company) -> None:
    answer = Client().get(path_of(asked(company), company.manager))
    assert "script-src" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_no_log_ever_holds_a_token(company: Company, settings: Any) -> None:
    path = path_of(asked(company), company.manager)
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", path), None)
    assert WithoutSecrets().format(record) == "Not Found: /desk/decisions/…/"
    for handler in settings.LOGGING["handlers"].values():
        assert settings.LOGGING["formatters"][handler["formatter"]]["class"] == "config.logs.WithoutSecrets"
