"""By the house rules colleagues see the cases of their teams and those they have a part in, on every page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.actions import accounts, handling, intake, roles, triage, work
from escalations.actions.attachments import Upload
from escalations.models import Absence, Attachment, Case, HouseRules, Message, Team
from escalations.reports import numbers
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import Origin
from tests.cast import MONDAY, Company, Worker, worker

NOW = MONDAY + timedelta(minutes=20)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def by_team(company: Company) -> Company:
    HouseRules.objects.create(by_team=True)
    return company


def sees(who: Worker, case: Case) -> bool:
    return Case.objects.visible_to(who.standing).filter(pk=case.pk).exists()


def outsider(company: Company) -> Worker:
    """A colleague of a team that has nothing to do with it."""
    team = Team.objects.create(slug="billing", name="Billing", public_name="Billing")
    return worker("Nina Far", team, role=StaffRole.SPECIALIST)


def test_without_the_rule_everybody_sees_every_case(company: Company) -> None:
    assert sees(outsider(company), company.open())


def test_the_team_sees_it_and_another_team_does_not(by_team: Company) -> None:
    case = by_team.open()
    assert sees(by_team.agent, case)
    assert not sees(by_team.specialist, case)
    assert not sees(outsider(by_team), case)


@pytest.mark.parametrize("who", ["manager", "executive"])
def test_whoever_may_see_every_case_goes_on_seeing_it(by_team: Company, who: str) -> None:
    assert sees(getattr(by_team, who), by_team.open())


@pytest.mark.parametrize("role", [StaffRole.AUDITOR, StaffRole.ADMINISTRATOR])
def test_so_do_auditors_and_administrators(by_team: Company, role: StaffRole) -> None:
    person = outsider(by_team)
    roles.assign(person.user, [role])
    assert sees(person, by_team.open())


def test_whoever_escalated_it_goes_on_seeing_it_and_a_colleague_of_theirs_does_not(by_team: Company) -> None:
    case = by_team.escalate(by_team.open(), NOW)
    assert case.team.slug == "specialists"
    assert sees(by_team.agent, case)
    assert sees(by_team.specialist, case)
    assert not sees(worker("Lea Front", Team.objects.get(slug="front"), role=StaffRole.AGENT), case)


def own(company: Company, case: Case, nina: Worker) -> None:
    triage.take(case=case, actor=company.agent.standing, at=NOW, owner=nina.agent)


def watch(company: Company, case: Case, nina: Worker) -> None:
    handling.watch(case=case, actor=company.agent.standing, at=NOW, watcher=nina.agent)


def ask(company: Company, case: Case, nina: Worker) -> None:
    team = nina.agent.memberships.get().team
    work.request(case=case, actor=company.agent.standing, at=NOW, text="Read the log.", team=team)


def manage(company: Company, case: Case, nina: Worker) -> None:
    accounts.open_account(
        organization=company.ida.organization,
        actor=company.agent.standing,
        at=NOW,
        manager=nina.agent,
        why="All of it burns.",
        rhythm_minutes=60,
        cases=[case],
    )


def stand_in(company: Company, case: Case, nina: Worker) -> None:
    own(company, case, company.specialist)
    Absence.objects.create(agent=company.specialist.agent, starts_at=NOW - HOUR, ends_at=NOW + HOUR, deputy=nina.agent)


@pytest.mark.parametrize("part", [own, watch, ask, manage, stand_in])
def test_a_part_in_it_opens_it(by_team: Company, part: Callable[[Company, Case, Worker], None]) -> None:
    case, other, nina = by_team.open(), by_team.open(), outsider(by_team)
    assert not sees(nina, case)
    part(by_team, case, nina)
    assert sees(nina, case)
    assert not sees(nina, other)


def test_whoever_opened_a_case_for_a_customer_goes_on_seeing_it(by_team: Company) -> None:
    nina = outsider(by_team)
    case = intake.open_case(
        actor=nina.standing, at=NOW, contact=by_team.ida.contact, subject="By phone", text="…", origin=Origin.DESK
    )
    assert sees(nina, case)


# -- whatever they read it by --------------------------------------------------------------------------


def addresses(case: Case, file: str) -> list[str]:
    reference = case.reference
    return [
        f"/desk/cases/{reference}/",
        f"/desk/cases/{reference}/note/",
        f"/desk/cases/{reference}/escalate/",
        f"/desk/cases/{reference}/clocks/resolution-1/",
        f"/desk/files/{file}/log.txt",
        f"/api/v1/cases/{reference}/",
        f"/api/v1/cases/{reference}/clocks/",
        f"/api/v1/cases/{reference}/escalation/",
    ]


def test_the_case_of_another_team_is_not_found_on_any_page(by_team: Company) -> None:
    case = by_team.open(files=[Upload.of("log.txt", "text/plain", b"night")])
    file = Attachment.objects.get()
    browser, team = Client(), Client()
    browser.force_login(outsider(by_team).user)
    team.force_login(by_team.agent.user)
    for path in addresses(case, file.uid):
        assert browser.get(path).status_code == 404, path
        if "escalation/" not in path:
            assert team.get(path).status_code == 200, path
    before = Message.objects.count()
    assert browser.post(f"/desk/cases/{case.reference}/note/", {"text": "x"}).status_code == 404
    posted = browser.post(f"/api/v1/cases/{case.reference}/notes/", {"text": "x"}, content_type="application/json")
    assert posted.status_code == 404
    assert Message.objects.count() == before


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/queue/",
        "/desk/queue/?view=all",
        "/desk/queue/?q=readings",
        "/desk/escalations/",
        "/desk/accounts/",
        "/desk/numbers/",
        "/api/v1/cases/",
        "/api/v1/escalations/",
        "/api/v1/me/",
    ],
)
def test_no_list_names_the_case_of_another_team(by_team: Company, path: str) -> None:
    case = by_team.escalate(by_team.open(subject="Zanzibar readings"), NOW)
    manage(by_team, case, by_team.specialist)
    browser, team = Client(), Client()
    browser.force_login(outsider(by_team).user)
    team.force_login(by_team.specialist.user)
    page = browser.get(path).content.decode()
    assert "Zanzibar" not in page
    assert case.reference not in page
    assert "Norlight" not in page or path == "/api/v1/me/"


def test_numbers_are_those_of_the_cases_one_may_see(by_team: Company) -> None:
    by_team.open()
    span = (NOW - HOUR, NOW + HOUR)
    assert numbers(*span).opened == 1
    assert numbers(*span, standing=by_team.agent.standing).opened == 1
    assert numbers(*span, standing=outsider(by_team).standing).opened == 0
    assert numbers(*span, standing=by_team.executive.standing).opened == 1


def test_the_page_of_an_account_of_others_is_not_found(by_team: Company) -> None:
    case = by_team.open()
    manage(by_team, case, by_team.specialist)
    case.refresh_from_db()
    browser = Client()
    browser.force_login(outsider(by_team).user)
    assert case.account is not None
    assert browser.get(f"/desk/accounts/{case.account.uid}/").status_code == 404
    browser.force_login(by_team.agent.user)
    assert browser.get(f"/desk/accounts/{case.account.uid}/").status_code == 200


def test_it_is_one_statement_of_subqueries_without_a_join(by_team: Company) -> None:
    by_team.open()
    standing = by_team.agent.standing
    with CaptureQueriesContext(
        connection,
    ) as told:
        assert len(Case.objects.visible_to(standing)) == 1
    [only] = told.captured_queries
    outer: Any = only["sql"].partition(" WHERE ")[0]
    assert "JOIN" not in outer
