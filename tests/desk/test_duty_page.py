"""The page of duty: who has it now and for two weeks, who stands in, and holes in words; turns change hands there."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from escalations.casefile import duty_weeks
from escalations.models import Absence, DutyOverride, DutySwap, Rota, RotaMember, Team
from escalations.rules.roles import StaffRole
from escalations.templatetags.duties import duty_line
from tests.cast import MONDAY, Company, Worker, worker
from tests.desk.conftest import NOW, SignIn
from tests.desk.test_query_budgets import BUDGETS, statements

DAY = timedelta(days=1)
DUTY = "/desk/duty/"


def rota_of(team: Team, *people: Worker, days: int = 7) -> Rota:
    made = Rota.objects.create(team=team, anchor=date(2026, 2, 16), hands_over=time(9), shift_days=days)
    for position, person in enumerate(people):
        RotaMember.objects.create(rota=made, position=position, agent=person.agent)
    return made


@pytest.fixture
def sam(company: Company) -> Worker:
    team = company.specialist.agent.teams.get()
    return worker("Sam Second", team, is_lead=False, role=StaffRole.SPECIALIST)


def words(client: Client) -> str:
    page = client.get(DUTY).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def test_it_says_who_has_which_level_now_until_when_and_who_comes_then(
    company: Company, sam: Worker, sign_in: SignIn
) -> None:
    rota_of(company.specialist.agent.teams.get(), company.specialist, sam)
    page = words(sign_in(company.specialist.user))
    now = page[page.index("On duty now") :]
    assert "Platform specialists Level 2 Mara Lindt you until 9 Mar 09:00 then Sam Second" in now
    assert "Executives Level 4 nobody takes turns; the team is asked" in now


def test_who_is_away_is_replaced_by_the_deputy_and_without_one_it_is_a_hole_in_red_and_in_words(
    company: Company, sam: Worker, sign_in: SignIn
) -> None:
    rota_of(company.specialist.agent.teams.get(), company.specialist)
    rota_of(company.manager.agent.teams.get())
    Absence.objects.create(
        agent=company.specialist.agent, deputy=sam.agent, starts_at=NOW - DAY, ends_at=NOW + timedelta(hours=1)
    )
    Absence.objects.create(agent=company.specialist.agent, starts_at=NOW + 2 * DAY, ends_at=NOW + 3 * DAY)
    client = sign_in(company.agent.user)
    page, picture = words(client), client.get(DUTY).content.decode()
    assert "Sam Second stands in for Mara Lindt" in page
    assert "▲ Mara Lindt is away, and nobody stands in Wed 09:20 – Thu 09:20" in page
    assert "▲ nobody: a hole" in page[page.index("Department managers") :]
    assert picture.count('class="bar hole"') == 2 and picture.count('class="bar away"') == 1
    away = page[page.index("Who is away") :]
    assert "Sam Second stands in meanwhile" in away and "nobody stands in meanwhile" in away


def test_a_turn_is_exchanged_and_somebody_steps_in_from_the_page(
    company: Company, sam: Worker, sign_in: SignIn
) -> None:
    rota_of(company.specialist.agent.teams.get(), company.specialist, sam)
    client = sign_in(sam.user)
    form = client.get(f"{DUTY}specialists/exchange/?shift=3").content.decode()
    assert re.search(r'<option value="3" selected>[^<]*Sam Second', form)
    assert re.search(r'<option value="4" selected>[^<]*Mara Lindt', form)
    sent = client.post(f"{DUTY}specialists/exchange/", {"shift": "3", "other": "4"})
    assert sent.status_code == 303
    assert set(DutySwap.objects.values_list("shift", "agent__user__name")) == {(3, "Mara Lindt"), (4, "Sam Second")}
    period = {"agent": str(sam.agent.pk), "starts_at": "2026-03-02T12:00", "ends_at": "2026-03-02T14:00"}
    assert client.post(f"{DUTY}specialists/step-in/", period).status_code == 303
    made = DutyOverride.objects.get()
    assert "Sam Second steps in" in words(client)
    assert client.post(f"{DUTY}overrides/{made.pk}/end/").status_code == 303
    assert not DutyOverride.objects.exists()


def test_what_is_refused_says_why_and_changes_nothing(company: Company, sam: Worker, sign_in: SignIn) -> None:
    rota_of(company.specialist.agent.teams.get(), company.specialist, sam)
    client = sign_in(company.specialist.user)
    sent = client.post(f"{DUTY}specialists/exchange/", {"shift": "4", "other": "6"})
    assert sent.status_code == 422
    assert "One person has both of these" in sent.content.decode()
    assert not DutySwap.objects.exists()
    assert client.get(f"{DUTY}nobody/exchange/").status_code == 404


def test_the_page_stays_within_its_budget_however_many_take_turns(
    company: Company, sam: Worker, sign_in: SignIn
) -> None:
    rota = rota_of(company.specialist.agent.teams.get(), company.specialist, sam)
    client = sign_in(company.specialist.user)
    client.get(DUTY)
    few = statements(client, DUTY)
    for number in range(4):
        team = Team.objects.create(slug=f"t{number}", name=f"Team {number}", public_name="Team")
        rota_of(team, worker(f"W{number} Worker", team), worker(f"V{number} Worker", team), days=1)
        DutyOverride.objects.create(rota=rota, agent=sam.agent, starts_at=NOW, ends_at=NOW + DAY)
    assert statements(client, DUTY) == few <= BUDGETS["duty"]


def test_days_are_as_long_as_they_really_are_where_the_clocks_change(company: Company) -> None:
    rota_of(company.specialist.agent.teams.get(), company.specialist)
    with timezone.override("Europe/Berlin"):
        at = datetime.fromisoformat("2026-03-25T12:00+00:00")  # the clocks go forward on the 29th
        seen = duty_weeks.weeks(at=at)
        drawn = duty_line(seen.teams[1].spans, seen.begins, seen.ends, at)
    widths = [float(day.width.rstrip("%")) for day in drawn["days"]]
    assert len(widths) == 14 and sum(widths) == pytest.approx(100, abs=0.1)
    assert min(widths) == widths[4] < widths[0]
    assert seen.begins > MONDAY
