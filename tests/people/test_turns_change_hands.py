"""Turns of duty change hands: two people exchange theirs, somebody steps in, and whoever it concerns is told."""

from datetime import date, datetime, time, timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import duty, roles
from escalations.models import Absence, DutyOverride, DutySwap, Notice, Rota, RotaMember
from escalations.rules.roles import StaffRole
from escalations.timing.rotation import on_duty
from tests.cast import MONDAY, Company, Worker, worker

DAY, WEEK = timedelta(days=1), timedelta(days=7)
AT = MONDAY + timedelta(hours=1)


@pytest.fixture
def rota(company: Company) -> Rota:
    """Mara has the first week of the specialists, Sam the next one, and so on."""
    made = Rota.objects.create(team=company.specialist.agent.teams.get(), anchor=date(2026, 3, 2), hands_over=time(9))
    for position, person in enumerate((company.specialist, sam(made))):
        RotaMember.objects.create(rota=made, position=position, agent=person.agent)
    return made


def sam(rota: Rota) -> Worker:
    return worker("Sam Second", rota.team, is_lead=False, role=StaffRole.SPECIALIST)


def second(rota: Rota) -> Worker:
    agent = rota.members.get(position=1).agent
    return Worker(agent.user, agent)


def has_it(rota: Rota, at: datetime) -> str:
    turn = on_duty(Rota.objects.get(pk=rota.pk).rotation(), at)
    return str(rota.people.model.objects.get(pk=turn.agent)) if turn else "nobody"


def told() -> set[str]:
    return set(Notice.objects.filter(bulletin__kind="duty", channel="in_app").values_list("recipient", flat=True))


def test_two_turns_are_exchanged_the_other_one_is_told_and_once_more_it_is_as_before(
    company: Company, rota: Rota
) -> None:
    other = second(rota)
    duty.exchange(rota=rota, shift=1, other=2, by=other.user, at=AT)
    assert [has_it(rota, AT + week * WEEK) for week in range(4)] == [
        "Mara Lindt",
        "Mara Lindt",
        "Sam Second",
        "Sam Second",
    ]
    assert told() == {company.specialist.user.code}
    duty.exchange(rota=rota, shift=1, other=2, by=company.specialist.user, at=AT)
    assert not DutySwap.objects.exists()
    assert told() == {company.specialist.user.code, other.user.code}


def test_what_cannot_be_exchanged_is_refused_and_nothing_changes(company: Company, rota: Rota) -> None:
    other = second(rota)
    auditor = worker("Otto Only", rota.team, role=StaffRole.AUDITOR)
    third = worker("Tea Third", rota.team, is_lead=False, role=StaffRole.SPECIALIST)
    Absence.objects.create(agent=other.agent, starts_at=AT + 4 * WEEK, ends_at=AT + 4 * WEEK + DAY)
    refused = {
        "shift_has_begun": (0, 1, other.user),
        "one_person_has_both": (1, 3, other.user),
        "not_your_turn": (1, 2, third.user),
        "only_reads": (1, 2, auditor.user),
        "away_then": (3, 4, other.user),
    }
    for code, (shift, with_shift, by) in refused.items():
        with pytest.raises(Refused) as problem:
            duty.exchange(rota=rota, shift=shift, other=with_shift, by=by, at=AT)
        assert problem.value.code == code
    rota.members.all().delete()
    with pytest.raises(Refused) as problem:
        duty.exchange(rota=rota, shift=1, other=2, by=company.specialist.user, at=AT)
    assert problem.value.code == "nobodys_shift"
    assert not DutySwap.objects.exists()
    assert told() == set()


def test_somebody_steps_in_for_a_while_and_whose_turn_it_was_is_told(company: Company, rota: Rota) -> None:
    other = second(rota)
    made = duty.step_in(rota=rota, agent=other.agent, starts_at=AT, ends_at=AT + DAY, by=other.user, at=AT)
    assert [has_it(rota, AT), has_it(rota, AT + DAY)] == ["Sam Second", "Mara Lindt"]
    assert told() == {company.specialist.user.code}
    duty.step_out(override=made, by=other.user, at=AT + timedelta(hours=2))
    assert has_it(rota, AT + timedelta(hours=3)) == "Mara Lindt"
    made.refresh_from_db()
    assert made.ends_at == AT + timedelta(hours=2)


def test_what_has_not_begun_is_taken_away_by_whoever_stepped_in_or_by_a_lead(company: Company, rota: Rota) -> None:
    other, third = second(rota), worker("Tea Third", rota.team, is_lead=False, role=StaffRole.SPECIALIST)
    made = duty.step_in(
        rota=rota, agent=other.agent, starts_at=AT + DAY, ends_at=AT + 2 * DAY, by=company.specialist.user, at=AT
    )
    assert told() == {other.user.code}
    with pytest.raises(Refused) as problem:
        duty.step_out(override=made, by=third.user, at=AT)
    assert problem.value.code == "not_your_turn" and DutyOverride.objects.exists()
    duty.step_out(override=made, by=other.user, at=AT)
    assert not DutyOverride.objects.exists()


def test_whoever_cannot_step_in_is_refused_at_the_field_and_nothing_changes(company: Company, rota: Rota) -> None:
    other = second(rota)
    Absence.objects.create(agent=other.agent, starts_at=AT + DAY, ends_at=AT + 2 * DAY)
    lead, stranger = company.specialist.user, company.agent
    refused = {
        ("agent", "not_of_this_team"): (stranger.agent, AT, AT + DAY, lead),
        ("agent", "not_your_turn"): (company.specialist.agent, AT, AT + DAY, other.user),
        ("ends_at", "duty_order"): (other.agent, AT + DAY, AT, lead),
        ("ends_at", "duty_over"): (other.agent, AT - DAY, AT, lead),
        ("ends_at", "duty_too_long"): (other.agent, AT, AT + 61 * DAY, lead),
        ("starts_at", "away_then"): (other.agent, AT, AT + 3 * DAY, lead),
    }
    for (field, code), (agent, starts_at, ends_at, by) in refused.items():
        with pytest.raises(Refused) as problem:
            duty.step_in(rota=rota, agent=agent, starts_at=starts_at, ends_at=ends_at, by=by, at=AT)
        assert (problem.value.field, problem.value.code) == (field, code)
    assert not DutyOverride.objects.exists()
    assert told() == set()


def test_whoever_may_not_lead_arranges_the_own_turns_only(company: Company, rota: Rota) -> None:
    other = second(rota)
    assert duty.may_arrange(company.specialist.user)
    assert not duty.may_arrange(other.user)
    roles.assign(other.user, [StaffRole.AUDITOR])
    assert not duty.may_arrange(type(other.user).objects.get(pk=other.user.pk))
