"""Rotas, swaps, absences and skills as an administrator edits them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from escalations.models import Absence, Agent, DutySwap, Rota, RotaMember, Skill, Team, TeamMembership
from escalations.timing.rotation import Turns, on_duty
from tests.admin.forms import add_row, filled
from tests.policies import builders
from tests.policies.builders import Company

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def standing_clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def page(row: Any, name: str = "change") -> str:
    return reverse(f"admin:escalations_{row._meta.model_name}_{name}", args=[row.pk])


def add(name: str) -> str:
    return reverse(f"admin:escalations_{name}_add")


def errors(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 200
    return dict(answer.context["adminform"].form.errors)


@pytest.fixture
def rota(firm: Company) -> Rota:
    """Ben and Bob take weeks in turn, from Monday the 2nd, nine o'clock in Berlin."""
    bob = builders.agent("Bob Front", firm.front)
    made = Rota.objects.create(team=firm.front, anchor=date(2026, 3, 2), hands_over=time(9), time_zone="Europe/Berlin")
    for position, agent in enumerate([firm.agent, bob]):
        RotaMember.objects.create(rota=made, agent=agent, position=position)
    return made


def test_a_rota_is_made_and_then_people_are_put_in_order(administrator: Client, firm: Company) -> None:
    data = {"team": firm.front.pk, "time_zone": "Europe/Berlin", "anchor": "2026-03-02", "hands_over": "09:00"}
    answer = administrator.post(add("rota"), data | {"shift_days": 7, "calendar": firm.office.pk})
    made = Rota.objects.get()
    assert answer["Location"] == page(made)
    sent = filled(administrator, page(made))
    add_row(sent, "members", position=1, agent=firm.agent.pk)
    assert administrator.post(page(made), sent).status_code == 302
    turn = on_duty(made.rotation(), NOW)
    assert turn is not None
    assert turn.agent == firm.agent.pk


def test_only_members_of_the_team_take_turns(administrator: Client, firm: Company, rota: Rota) -> None:
    data = filled(administrator, page(rota))
    add_row(data, "members", position=3, agent=firm.expert.pk)
    assert administrator.post(page(rota), data).status_code == 200
    assert rota.members.count() == 2


def test_hours_of_duty_need_a_calendar_in_force(administrator: Client, rota: Rota) -> None:
    data = filled(administrator, page(rota)) | {"calendar": builders.calendar("Draft only").pk}
    assert "calendar" in errors(administrator.post(page(rota), data))
    rota.refresh_from_db()
    assert rota.calendar is None


def test_onc_04_a_swap_is_chosen_by_its_dates_and_follows_a_moved_hand_over(
    administrator: Client, firm: Company, rota: Rota
) -> None:
    """The second week is swapped; then all shifts begin on Tuesday, and the swap is where the second week is now."""
    data = filled(administrator, page(rota))
    add_row(data, "swaps", shift=1, agent=firm.agent.pk)
    assert administrator.post(page(rota), data).status_code == 302
    monday = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    turn = on_duty(Rota.objects.get().rotation(), monday)
    assert turn is not None
    assert (turn.agent, turn.because, turn.shift) == (firm.agent.pk, Turns.SWAP, 1)
    moved = filled(administrator, page(rota)) | {"anchor": "2026-03-03", "hands_over": "12:00"}
    assert administrator.post(page(rota), moved).status_code == 302
    assert DutySwap.objects.get().shift == 1
    whole = Rota.objects.get().rotation()
    before, after = on_duty(whole, monday), on_duty(whole, monday + timedelta(days=2))
    assert before is not None
    assert after is not None
    assert (before.because, after.because) == (Turns.ROTA, Turns.SWAP)


def test_shifts_are_offered_with_their_dates_in_the_time_of_the_rota(administrator: Client, rota: Rota) -> None:
    text = administrator.get(page(rota)).content.decode()
    assert "Mon 9 Mar 2026, 09:00 – Mon 16 Mar 2026, 09:00" in text


def test_onc_03_the_coming_weeks_show_turns_absences_and_gaps_at_the_same_local_time(
    administrator: Client, firm: Company, rota: Rota
) -> None:
    """Over the change to summer time, 29 March, the hand-over stays at nine."""
    Absence.objects.create(agent=firm.agent, starts_at=NOW, ends_at=NOW + timedelta(days=1))
    answer = administrator.get(page(rota))
    lines = [(line.begins, line.person, line.tone) for line in answer.context["turns"]]
    assert lines[0] == ("Wed 4 Mar 2026, 12:00", "Ben Front", "away")
    assert ("Mon 30 Mar 2026, 09:00", "Ben Front", "calm") in lines
    assert answer.context["turns_zone"] == "Europe/Berlin"


def test_a_rota_without_people_says_so(administrator: Client, rota: Rota) -> None:
    rota.members.all().delete()
    tones = {line.tone for line in administrator.get(page(rota)).context["turns"]}
    assert tones == {"gap"}


# -- absences ----------------------------------------------------------------------------------------------------------


def times(start: int = 0, days: int = 3) -> dict[str, str]:
    first, last = (NOW + timedelta(days=start), NOW + timedelta(days=start + days))
    return {
        "starts_at_0": f"{first:%Y-%m-%d}",
        "starts_at_1": "12:00",
        "ends_at_0": f"{last:%Y-%m-%d}",
        "ends_at_1": "12:00",
    }


def test_an_administrator_writes_down_and_ends_an_absence(administrator: Client, firm: Company) -> None:
    data = times() | {"agent": firm.agent.pk, "deputy": firm.expert.pk}
    assert administrator.post(add("absence"), data).status_code == 302
    row = Absence.objects.get()
    assert row.deputy == firm.expert
    administrator.post(page(row, "end"))
    assert not Absence.objects.filter(ends_at__gt=NOW).exists()


def test_onc_01_a_circle_of_deputies_is_refused_at_the_deputy(administrator: Client, firm: Company) -> None:
    Absence.objects.create(
        agent=firm.expert, deputy=firm.agent, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=9)
    )
    found = errors(administrator.post(add("absence"), times() | {"agent": firm.agent.pk, "deputy": firm.expert.pk}))
    assert "Ben Front → Eva Expert → Ben Front" in str(found["deputy"])
    assert Absence.objects.count() == 1


def test_who_may_only_look_ends_no_absence(visitor: Client, firm: Company) -> None:
    row = Absence.objects.create(agent=firm.expert, starts_at=NOW, ends_at=NOW + timedelta(days=9))
    assert visitor.post(page(row, "end")).status_code == 403
    assert visitor.post(add("absence"), times() | {"agent": firm.agent.pk}).status_code == 403
    assert Absence.objects.get().ends_at == row.ends_at


# -- people ------------------------------------------------------------------------------------------------------------


def test_managers_do_not_go_in_a_circle(administrator: Client, firm: Company) -> None:
    Agent.objects.filter(pk=firm.boss.pk).update(manager=firm.expert)
    Agent.objects.filter(pk=firm.expert.pk).update(manager=firm.agent)
    for manager in (firm.agent, firm.boss):
        data = filled(administrator, page(firm.agent)) | {"manager": manager.pk}
        assert "circle" in str(errors(administrator.post(page(firm.agent), data))["manager"])
    firm.agent.refresh_from_db()
    assert firm.agent.manager is None


def test_a_person_gets_a_manager_skills_and_a_limit(administrator: Client, firm: Company) -> None:
    skill = Skill.objects.create(slug="sql", name="Databases")
    data = filled(administrator, page(firm.agent))
    data |= {"manager": firm.boss.pk, "skills": [skill.pk], "authority_limit": 500, "authority_currency": "CHF"}
    assert administrator.post(page(firm.agent), data).status_code == 302
    firm.agent.refresh_from_db()
    assert (firm.agent.manager, firm.agent.authority_limit, firm.agent.authority_currency) == (firm.boss, 500, "CHF")
    assert list(firm.agent.skills.all()) == [skill]


def said(client: Client, answer: Any) -> str:
    return str(client.get(answer["Location"]).content.decode())


@pytest.mark.parametrize("method", ["get", "post"])
def test_esc_26_what_is_used_is_not_deleted_and_says_by_what(
    administrator: Client, firm: Company, rota: Rota, method: str
) -> None:
    builders.published(firm)
    skill = Skill.objects.create(slug="sql", name="Databases")
    firm.agent.skills.add(skill)
    cases = [(firm.experts, "levels: 1"), (firm.front, "rotas: 1"), (skill, "agents: 1"), (rota, "turns: 2")]
    for row, use in cases:
        answer = getattr(administrator, method)(page(row, "delete"), {"post": "yes"})
        assert answer["Location"] == page(row)
        assert use in said(administrator, answer)
        assert type(row)._default_manager.filter(pk=row.pk).exists()


def test_esc_26_a_person_is_never_deleted(administrator: Client, firm: Company) -> None:
    assert administrator.post(page(firm.boss, "delete"), {"post": "yes"}).status_code == 403
    assert Agent.objects.filter(pk=firm.boss.pk).exists()


def test_what_nobody_uses_is_deleted(administrator: Client, firm: Company, rota: Rota) -> None:
    rota.members.all().delete()
    skill, team = Skill.objects.create(slug="sql", name="Databases"), builders.team("Nobody's")
    TeamMembership.objects.create(team=team, agent=firm.boss)
    for row in (skill, rota, team):
        assert administrator.post(page(row, "delete"), {"post": "yes"}).status_code == 302
    assert (Skill.objects.count(), Rota.objects.count(), Team.objects.filter(pk=team.pk).count()) == (0, 0, 0)
