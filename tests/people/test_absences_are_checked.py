"""An absence is written down by oneself or an administrator, and checked among those of everybody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import absences, roles
from escalations.models import Absence
from escalations.models.situations import standpoint
from escalations.rules.roles import StaffRole
from tests.cast import MONDAY, Company
from tests.people.absent import DAY, away, everything, wanted

pytestmark = pytest.mark.django_db


def refused(absence: Absence, company: Company, by: Any = None) -> Refused:
    before = everything()
    with pytest.raises(Refused) as caught:
        absences.save(absence=absence, by=by or company.administrator, at=MONDAY)
    assert everything() == before
    return caught.value


def test_an_absence_is_written_down_by_oneself(company: Company) -> None:
    mine = wanted(company.agent.agent, company.specialist.agent)
    absences.save(absence=mine, by=company.agent.user, at=MONDAY)
    assert Absence.objects.get().deputy == company.specialist.agent


def test_nobody_writes_down_the_absence_of_somebody_else(company: Company) -> None:
    roles.assign(company.specialist.user, [StaffRole.SPECIALIST])
    found = refused(wanted(company.agent.agent), company, by=company.specialist.user)
    assert found.code == "not_your_absence"


def test_onc_01_a_circle_of_two_deputies_is_found_and_named(company: Company) -> None:
    away(company.specialist, company.agent)
    found = refused(wanted(company.agent.agent, company.specialist.agent), company)
    assert (found.field, found.code) == ("deputy", "deputy_circle")
    assert "Ben Okafor → Mara Lindt → Ben Okafor" in str(found.remedy)


def test_onc_01_a_circle_of_three_deputies_is_found(company: Company) -> None:
    away(company.specialist, company.manager)
    away(company.manager, company.agent, at=MONDAY + 2 * DAY)
    found = refused(wanted(company.agent.agent, company.specialist.agent), company)
    assert found.code == "deputy_circle"


def test_onc_01_deputies_in_turn_are_no_circle(company: Company) -> None:
    """Each stands in for the other, one after the other."""
    away(company.specialist, company.agent, at=MONDAY + 5 * DAY)
    absences.save(absence=wanted(company.agent.agent, company.specialist.agent), by=company.agent.user, at=MONDAY)
    assert Absence.objects.count() == 2


def test_onc_01_a_chain_of_deputies_works(company: Company) -> None:
    away(company.specialist, company.manager)
    absences.save(absence=wanted(company.agent.agent, company.specialist.agent), by=company.agent.user, at=MONDAY)
    situation = standpoint(company.open()).situation(MONDAY + DAY)
    assert (company.manager.agent.pk, company.agent.agent.pk) in situation.deputies


def test_a_deputy_who_is_away_without_a_deputy_is_refused_by_name(company: Company) -> None:
    away(company.manager)
    found = refused(wanted(company.agent.agent, company.manager.agent, starts=1), company)
    assert (found.field, found.code) == ("deputy", "deputy_away")
    assert "Jan Brandt" in str(found.remedy)


def test_whoever_stands_in_does_not_leave_without_a_deputy(company: Company) -> None:
    away(company.agent, company.specialist)
    found = refused(wanted(company.specialist.agent, starts=1), company)
    assert (found.field, found.code) == ("deputy", "stands_in_for")
    assert "Ben Okafor" in str(found.remedy)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        (lambda row, who: setattr(row, "ends_at", row.starts_at), "ends_at", "absence_order"),
        (lambda row, who: _long_ago(row), "ends_at", "absence_over"),
        (lambda row, who: setattr(row, "deputy", row.agent), "deputy", "own_deputy"),
        (lambda row, who: setattr(row, "deputy", _left(who)), "deputy", "inactive_agent"),
        (lambda row, who: away(who.agent), "starts_at", "already_away"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(company: Company, change: Any, field: str, code: str) -> None:
    row = wanted(company.agent.agent)
    change(row, company)
    found = refused(row, company)
    assert (found.field, found.code) == (field, code)


def _long_ago(row: Absence) -> None:
    row.starts_at, row.ends_at = MONDAY - 9 * DAY, MONDAY


def _left(company: Company) -> Any:
    gone = company.executive.agent
    gone.is_active = False
    gone.save()
    return gone


def test_onc_01_its_end_ends_it(company: Company) -> None:
    row = away(company.agent)
    assert Absence.objects.current(row.ends_at - timedelta(seconds=1)).exists()
    assert not Absence.objects.current(row.ends_at).exists()


def test_one_that_began_is_ended_now(company: Company) -> None:
    row = away(company.agent)
    absences.end(absence=row, by=company.agent.user, at=MONDAY + DAY)
    row.refresh_from_db()
    assert row.ends_at == MONDAY + DAY


def test_one_that_has_not_begun_is_taken_away(company: Company) -> None:
    absences.end(absence=away(company.agent, at=MONDAY + DAY), by=company.agent.user, at=MONDAY)
    assert not Absence.objects.exists()


def test_nobody_ends_the_absence_of_somebody_else_or_one_that_is_over(company: Company) -> None:
    roles.assign(company.specialist.user, [StaffRole.SPECIALIST])
    row = away(company.agent)
    for by, at in [(company.specialist.user, MONDAY), (company.agent.user, MONDAY + 6 * DAY)]:
        before = everything()
        with pytest.raises(Refused):
            absences.end(absence=row, by=by, at=at)
        assert everything() == before


def test_another_deputy_is_told_again_while_it_lasts(company: Company) -> None:
    row = away(company.agent, company.specialist)
    absences.hand_over(absence_id=row.pk, at=MONDAY)
    row.refresh_from_db()
    assert row.handed_over_at == MONDAY
    row.deputy = company.manager.agent
    absences.save(absence=row, by=company.agent.user, at=MONDAY + DAY)
    assert absences.due(MONDAY + DAY) == [row.pk]
