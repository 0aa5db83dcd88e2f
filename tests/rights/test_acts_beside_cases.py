"""What belongs to no case needs a right too: whoever only reads changes nothing anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

import pytest
from django.test import Client

from customers.refusal import Refused
from escalations.actions import absences, accounts, bulletins, escalation, intake, paths, roles, storms, wishes, work
from escalations.models import Absence, HouseRules, NoticeWishes, Storm
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import Rhythm
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company, Worker, worker

HOUR = timedelta(hours=1)


@pytest.fixture
def reader(company: Company) -> Worker:
    return worker("Rita Read", company.open().team, role=StaffRole.AUDITOR)


def away(company: Company, who: Worker) -> None:
    absence = Absence(agent=who.agent, starts_at=MONDAY + HOUR, ends_at=MONDAY + 2 * HOUR)
    absences.save(absence=absence, by=who.user, at=MONDAY)


def others_away(company: Company, who: Worker) -> None:
    absence = Absence(agent=company.manager.agent, starts_at=MONDAY + HOUR, ends_at=MONDAY + 2 * HOUR)
    absences.save(absence=absence, by=who.user, at=MONDAY)


def told(company: Company, who: Worker) -> None:
    wanted = wishes.Wanted(Rhythm.AT_ONCE, (MONDAY + HOUR).time())
    wishes.save(user=who.user, wanted=wanted, choices={})


def storm(company: Company, who: Worker) -> None:
    row = Storm.objects.create(began_at=MONDAY)
    storms.end(storm=row, by=who.user, let_climb=True, at=MONDAY)


def confirm(company: Company, who: Worker) -> None:
    company.policy.owner = who.agent
    company.policy.save()
    found = paths.check(policy=company.policy, on=MONDAY.astimezone(UTC).date(), at=MONDAY)
    paths.confirm(check=found, by=who.agent, at=MONDAY)


def in_one_hand(company: Company, who: Worker) -> None:
    accounts.open_account(
        organization=company.ida.organization,
        actor=who.standing,
        at=MONDAY,
        manager=company.manager.agent,
        why="All of it burns.",
        rhythm_minutes=60,
        cases=[company.open()],
    )


def open_for(company: Company, who: Worker) -> None:
    intake.open_case(actor=who.standing, at=MONDAY, contact=company.ida.contact, subject="By phone", text="It is dark.")


ACTS = [
    (away, "only_reads"),
    (others_away, "not_your_absence"),
    (told, "only_reads"),
    (storm, "storm_not_yours"),
    (confirm, "not_path_owner"),
    (in_one_hand, "role"),
    (open_for, "role"),
]


@pytest.mark.parametrize(("act", "code"), ACTS)
def test_whoever_only_reads_is_refused(
    company: Company, reader: Worker, act: Callable[[Company, Worker], None], code: str
) -> None:
    with pytest.raises(Refused, match=code) as refused:
        act(company, reader)
    assert str(refused.value.remedy)
    assert not Absence.objects.exists()
    assert not NoticeWishes.objects.exists()
    assert not Storm.objects.filter(is_open=False).exists()


@pytest.mark.parametrize(("act", "code"), ACTS)
def test_a_lead_may(company: Company, act: Callable[[Company, Worker], None], code: str) -> None:
    act(company, company.specialist)


@pytest.mark.parametrize("act", [others_away, storm])
def test_what_leads_do_an_agent_does_not(company: Company, act: Callable[[Company, Worker], None]) -> None:
    with pytest.raises(Refused):
        act(company, company.agent)
    assert not Absence.objects.exists()
    assert not Storm.objects.filter(is_open=False).exists()


def test_nobody_is_given_a_step_of_a_plan_that_their_role_cannot_do(company: Company, reader: Worker) -> None:
    case = company.escalate(company.open(), MONDAY)
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY, text="I have it.")
    step = work.PlanLine("Read the log", reader.agent, MONDAY.date())
    before = everything()
    with pytest.raises(Refused, match="person_role"):
        work.plan(case=case, actor=company.specialist.standing, at=MONDAY, steps=[step])
    assert everything() == before


def test_auditors_are_not_asked_to_mend_anything(company: Company, reader: Worker) -> None:
    made = bulletins.to_administrators(kind="nobody", about="x", path="/desk/", data={"reference": "B-1"}, at=MONDAY)
    assert {row.recipient for row in made.notices.all()} == {company.administrator.code}


def test_the_desk_says_which_role_does_not_include_it(company: Company, reader: Worker) -> None:
    case, browser = company.open(), Client()
    browser.force_login(reader.user)
    page = browser.get(f"/desk/cases/{case.reference}/").content.decode()
    assert "Your role (auditor, who only reads) does not include this" in page
    before = everything()
    answer = browser.post(f"/desk/cases/{case.reference}/note/", {"text": "May I?"})
    assert answer.status_code == 422
    assert "ask an administrator" in answer.content.decode()
    posted = browser.post(f"/api/v1/cases/{case.reference}/notes/", {"text": "x"}, content_type="application/json")
    assert (posted.status_code, posted.json()["code"]) == (403, "role")
    assert everything() == before


# -- in the back office --------------------------------------------------------------------------------


def office(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def form(who: Worker, **changed: Any) -> dict[str, Any]:
    nothing = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}
    return {"job_title": "", "authority_currency": "EUR", **nothing, **changed}


def test_administrators_tick_roles_on_the_page_of_an_agent(company: Company) -> None:
    page = f"/admin/escalations/agent/{company.agent.agent.pk}/change/"
    client = office(company.administrator)
    assert "auditor, who only reads" in client.get(page).content.decode()
    assert client.post(page, form(company.agent, roles=["lead", "auditor"])).status_code == 302
    assert roles.roles_of(company.agent.user) == {StaffRole.LEAD, StaffRole.AUDITOR}
    answer = client.post(page, form(company.agent))
    assert "Choose at least one role" in answer.content.decode()
    assert roles.roles_of(company.agent.user) == {StaffRole.LEAD, StaffRole.AUDITOR}


def test_nobody_ticks_his_own(company: Company) -> None:
    olga = worker("Olga Office", company.open().team, role=StaffRole.ADMINISTRATOR)
    office(olga.user).post(f"/admin/escalations/agent/{olga.agent.pk}/change/", form(olga, roles=["executive"]))
    assert roles.roles_of(olga.user) == {StaffRole.ADMINISTRATOR}


def test_an_auditor_reads_all_of_the_back_office_and_changes_nothing_there(company: Company, reader: Worker) -> None:
    client = office(reader.user)
    for path in (
        "/admin/",
        "/admin/escalations/policy/",
        "/admin/escalations/houserules/",
        "/admin/escalations/event/",
    ):
        assert client.get(path).status_code == 200, path
    assert client.get(f"/admin/escalations/agent/{company.agent.agent.pk}/change/").status_code == 200
    answer = client.post(
        f"/admin/escalations/agent/{company.agent.agent.pk}/change/", form(company.agent, roles=["lead"])
    )
    assert answer.status_code == 403
    assert roles.roles_of(company.agent.user) == {StaffRole.AGENT}
    assert client.post("/admin/escalations/houserules/add/", {"by_team": "on", "invitation_days": 7}).status_code == 403


def test_the_house_rules_open_directly_and_keep_their_history(company: Company) -> None:
    client = office(company.administrator)
    assert client.get("/admin/escalations/houserules/").headers["Location"].endswith("/add/")
    client.post("/admin/escalations/houserules/add/", {"by_team": "on", "invitation_days": 7})
    page = client.get("/admin/escalations/houserules/").headers["Location"]
    assert page.endswith("/change/")
    assert HouseRules.current().by_team is company.agent.standing.by_team is True
    client.post(page, {"invitation_days": 9})
    assert HouseRules.objects.filter(by_team=False, invitation_days=9).exists()
    assert client.get(page.replace("change/", "history/")).status_code == 200
    assert client.get("/admin/escalations/houserules/add/").status_code == 403


def test_the_groups_of_roles_keep_their_names(company: Company) -> None:
    group = company.agent.user.groups.get()
    client = office(company.administrator)
    client.post(f"/admin/auth/group/{group.pk}/change/", {"name": "helper", "permissions": []})
    group.refresh_from_db()
    assert group.name == "agent"
    assert client.post(f"/admin/auth/group/{group.pk}/delete/", {"post": "yes"}).status_code == 403
