"""“Explain” in the portal: a customer's own clocks in a customer's words."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.actions import promises
from escalations.casefile.explanation import clock_lines
from escalations.casefile.explanation_ends import CUSTOMERS_CLOCKS
from escalations.models import Case
from tests.cast import MONDAY, Company
from tests.portal.rooms import HOUR, INTERNAL, browser, full_of_secrets, page, resolved

pytestmark = pytest.mark.django_db


def address(case: Case, clock: str) -> str:
    return page("clock", case.reference, clock)


def test_the_deadline_of_a_case_leads_to_its_explanation(company: Company) -> None:
    case, ida = company.open(), browser(company.ida.user)
    for name in ("case", "received"):
        assert f'href="{address(case, "first_response-1")}"' in ida.get(page(name, case.reference)).content.decode()
    promises.make(case=case, actor=company.agent.standing, at=MONDAY, due_at=MONDAY + 2 * HOUR, text="Soon.")
    assert f'href="{address(case, "next_update-2")}"' in ida.get(page("case", case.reference)).content.decode()


def test_a_customer_reads_why_in_their_own_words(company: Company) -> None:
    case = company.open()
    shown = browser(company.ida.user).get(address(case, "resolution-1")).content.decode()
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))
    assert "Solution" in told
    assert "Because we have 8 h of working time for it." in told
    assert "really waited" in told
    assert "How it adds up" in told


def test_no_page_of_a_clock_shows_anything_internal(company: Company) -> None:
    case = full_of_secrets(company)
    ida = browser(company.ida.user)
    lines = clock_lines(case, company.ida.standing, MONDAY + 9 * HOUR)
    assert len(lines) >= 3
    seen = " ".join(ida.get(address(case, line.key)).content.decode() for line in lines)
    assert [secret for secret in INTERNAL if secret.lower() in seen.lower()] == []
    assert [word for word in ("severity", "Office hours", "version") if word in seen] == []
    assert "We wait for your answer" in seen


def test_internal_clocks_do_not_exist_for_a_customer(company: Company) -> None:
    case = full_of_secrets(company)
    ida = browser(company.ida.user)
    ours = clock_lines(case, company.agent.standing, MONDAY + 9 * HOUR)
    internal = [line.key for line in ours if line.kind not in CUSTOMERS_CLOCKS]
    assert {key.rpartition("-")[0] for key in internal} >= {"acknowledgement", "triage"}
    assert {ida.get(address(case, key)).status_code for key in [*internal, "resolution-99", "nonsense"]} == {404}


def test_only_those_who_may_follow_the_case_find_its_clocks(company: Company) -> None:
    case = company.open(company.ida)
    asked = address(case, "resolution-1")
    anonymous = Client().get(asked)
    assert (anonymous.status_code, anonymous.headers["Location"]) == (302, f"/accounts/login/?next={asked}")
    for stranger in (company.vera.user, company.otto.user, company.agent.user, company.administrator):
        assert browser(stranger).get(asked).status_code == 404
    assert browser(company.ida.user).get(asked).status_code == 200
    assert browser(company.ida.user).get("/portal/cases/B-999999/clocks/resolution-1/").status_code == 404


def test_the_page_is_only_looked_at_and_needs_no_inline_style(company: Company) -> None:
    case, ida = company.open(), browser(company.ida.user)
    assert ida.post(address(case, "resolution-1")).status_code == 405
    answer = ida.get(address(case, "resolution-1"))
    assert " style=" not in answer.content.decode()
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_every_clock_of_the_customer_is_a_link_those_that_are_over_too(company: Company) -> None:
    case, ida = full_of_secrets(company), browser(company.ida.user)
    lines = clock_lines(case, company.ida.standing, MONDAY + 9 * HOUR)
    live = [line.key for line in lines if not line.ended_at]
    over = [line.key for line in lines if line.ended_at]
    assert live
    assert over
    ours = {line.key for line in clock_lines(case, company.agent.standing, MONDAY + 9 * HOUR)}
    for asked in (page("clocks", case.reference), *(address(case, line.key) for line in lines)):
        shown = ida.get(asked)
        html = shown.content.decode()
        assert {key for key in ours if f'href="{address(case, key)}"' in html} == {*live, *over}
        assert [line.key for line in shown.context["over"]] == over[::-1]
        assert html.count('aria-current="true"') == (0 if asked == page("clocks", case.reference) else 1)


def test_a_solved_case_leads_to_what_was_owed(company: Company) -> None:
    case, ida = resolved(company), browser(company.ida.user)
    assert f'href="{page("clocks", case.reference)}"' in ida.get(page("case", case.reference)).content.decode()
    seen = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", ida.get(page("clocks", case.reference)).content.decode()))
    assert "Nothing at the moment. 2 that are over" in seen
    assert "Our first answer Done" in seen


def test_the_clocks_cost_as_many_statements_as_one_of_them(company: Company) -> None:
    case, ida = full_of_secrets(company), browser(company.ida.user)
    costs = []
    for asked in (page("clocks", case.reference), address(case, "resolution-1")):
        with CaptureQueriesContext(connection) as made:
            ida.get(asked)
        costs.append(len(made))
    assert costs[0] <= costs[1] <= 7
