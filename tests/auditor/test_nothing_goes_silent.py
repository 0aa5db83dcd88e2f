"""What goes silent is found within one period, mended where it can be, told of, and over once it is mended."""

from __future__ import annotations

import pytest

from escalations.models import Bulletin, Case, Clock, Escalation, Event, Notice, Rota, RotaMember, Violation
from tests.auditor.ground import (
    MINUTE,
    NOW,
    PERIOD,
    audit,
    by_hand,
    health,
    kinds,
    open_ones,
    pulsing,
    running,
    told_of,
)
from tests.cast import MONDAY, Company, worker
from tests.ladder.ground import bulletins

LATER = NOW + PERIOD


@pytest.fixture
def case(company: Company) -> Case:
    """Escalated to the specialist, and everything has run since."""
    case = company.escalate(company.open(), MONDAY + 10 * MINUTE)
    running(NOW)
    return case


def test_a_sound_belay_is_all_accounted_for(case: Case) -> None:
    made = audit(NOW)
    assert (made.open_escalations, made.findings, open_ones()) == (1, 0, [])
    assert health(NOW)["ok"] is True
    assert not Bulletin.objects.exists()


def test_a_deactivated_owner_is_found_and_the_work_goes_to_somebody_who_is_there(company: Company, case: Case) -> None:
    sam = worker("Sam Ober", company.specialist.agent.memberships.get().team)
    Case.objects.filter(pk=case.pk).update(owner=company.specialist.agent)
    by_hand("UPDATE escalations_agent SET is_active = (1 = 0) WHERE id = %s", company.specialist.agent.pk)
    audit(NOW)
    climb = Escalation.objects.get()
    assert kinds() == ["owner_left", "unaccounted"]
    assert climb.accountable == sam.agent
    event = case.events.latest("seq")
    assert (event.kind, event.actor) == ("case.reassigned", "system")
    assert Notice.objects.filter(event=event, recipient=sam.user.code, channel="in_app", state="accepted").exists()
    assert {row.repair for row in Violation.objects.all()} == {"reassigned"}
    running(LATER)
    assert audit(LATER).findings == 0
    assert {row.over_at for row in Violation.objects.all()} == {LATER}


PLACES = "DELETE FROM escalations_rotamember WHERE rota_id IN (SELECT id FROM escalations_rota WHERE team_id = %s)"
DELETED = {
    "rota": [PLACES, "DELETE FROM escalations_rota WHERE team_id = %s"],
    "places": [PLACES],
    "members": ["DELETE FROM escalations_teammembership WHERE team_id = %s"],
}


@pytest.mark.parametrize("how", DELETED)
def test_a_deleted_duty_is_found(company: Company, case: Case, how: str) -> None:
    team = case.team
    rota = Rota.objects.create(team=team, anchor=MONDAY.date(), hands_over="09:00")
    RotaMember.objects.create(rota=rota, agent=company.specialist.agent)
    second = company.escalate(company.open(at=NOW), NOW + MINUTE)
    assert second.escalations.get().steps.get().because == "duty"
    running(LATER)
    assert audit(LATER).findings == 0
    for statement in DELETED[how]:
        assert by_hand(statement, team.pk) == 1
    running(LATER + PERIOD)
    audit(LATER + PERIOD)
    assert open_ones() == [("path" if how == "members" else "duty", team.uid)]
    assert bulletins(company.administrator) == ["auditor"]
    if how == "members":
        worker("Sam Ober", team)
    else:
        Rota.objects.get_or_create(team=team, defaults={"anchor": MONDAY.date(), "hands_over": "09:00"})
        RotaMember.objects.create(rota=Rota.objects.get(), agent=company.specialist.agent)
    running(LATER + 2 * PERIOD)
    assert audit(LATER + 2 * PERIOD).findings == 0


@pytest.mark.parametrize("column", ["next_try_at", "leased_until"])
def test_a_stuck_notice_is_found_and_made_due_again(company: Company, case: Case, column: str) -> None:
    case = company.escalate(company.open(at=NOW), NOW)
    mail = Notice.objects.get(case=case, channel="mail", recipient=company.specialist.user.code)
    Notice.objects.filter(pk=mail.pk).update(**{column: None if column == "next_try_at" else NOW + 900 * PERIOD})
    running(LATER)
    audit(LATER)
    assert open_ones() == [("lost", "mail")]
    assert Violation.objects.get().repair == "made_due"
    running(LATER + PERIOD)
    mail.refresh_from_db()
    assert mail.state == "accepted"
    assert audit(LATER + PERIOD).findings == 0


def test_a_stopped_sweep_is_found_and_what_is_due_is_acted_on_all_the_same(company: Company, case: Case) -> None:
    late = MONDAY + 65 * MINUTE
    pulsing(late, but="sweep")
    audit(late)
    assert ("silent", "sweep") in open_ones()
    assert ("unhandled", case.uid) in open_ones() or ("unchecked", case.escalations.get().uid) in open_ones()
    assert Event.objects.filter(case=case, kind="clock.breached").exists()
    assert health(late)["ok"] is False
    running(late + PERIOD)
    assert audit(late + PERIOD).findings == 0
    assert health(late + PERIOD)["ok"] is True


def test_a_clock_changed_by_hand_is_found_and_made_what_the_journal_says(company: Company, case: Case) -> None:
    clock = Clock.objects.filter(case=case, state="running", next_at__isnull=False).first()
    assert clock
    by_hand("UPDATE escalations_clock SET next_at = %s, due_at = %s WHERE id = %s", None, None, clock.pk)
    audit(NOW)
    assert open_ones() == [("clocks", case.uid)]
    found = Violation.objects.get()
    assert found.repair == "corrected"
    assert any("due_at" in line for line in found.data["differences"])
    again = Clock.objects.get(pk=clock.pk)
    assert (again.next_at, again.due_at) == (clock.next_at, clock.due_at)
    repaired = case.events.latest("seq")
    assert (repaired.kind, repaired.data["columns"]) == ("clocks.repaired", ["due_at", "next_at"])
    running(LATER)
    assert audit(LATER).findings == 0


@pytest.mark.parametrize("how", ["data", "gap", "actor"])
def test_an_event_changed_by_hand_is_found_and_never_mended(company: Company, case: Case, how: str) -> None:
    statement = {
        "data": "UPDATE escalations_event SET data = '{}' WHERE case_id = %s AND seq = 1",
        "gap": "UPDATE escalations_event SET seq = 90 WHERE case_id = %s AND seq = 1",
        "actor": "UPDATE escalations_event SET actor = 'user:nobody' WHERE case_id = %s AND seq = 1",
    }[how]
    before = Event.objects.filter(case=case).count()
    assert by_hand(statement, case.pk) == 1
    for number in range(2):
        running(NOW + number * PERIOD)
        audit(NOW + number * PERIOD)
    assert open_ones() == [("journal", case.uid)]
    found = Violation.objects.get()
    assert (found.case, found.times, found.repair) == (case, 2, "")
    assert Event.objects.filter(case=case).count() == before
    (bulletin,) = Bulletin.objects.all()
    assert (company.administrator.code, "mail") in told_of(bulletin)
