"""What goes silent is found within one period, mended where it can be, told of, and over once it is mended."""

from __future__ import annotations

import json

import pytest

from escalations.models import Bulletin, Case, Clock, Escalation, Event, Notice, Rota, RotaMember, Violation
from tests.auditor.ground import NOW, PERIOD, audit, by_hand, health, is_over, is_told, open_ones, running
from tests.cast import MONDAY, Company, worker
from tests.ladder.ground import MINUTE

LATER = NOW + PERIOD


def test_a_sound_belay_is_all_accounted_for(case: Case) -> None:
    made = audit(NOW)
    assert (made.open_escalations, made.findings, open_ones()) == (1, 0, [])
    assert health(NOW)["ok"] is True
    assert not Bulletin.objects.exists()


def test_a_deactivated_owner_is_found_and_the_work_goes_to_somebody_who_is_there(watched: Company, case: Case) -> None:
    mara, sam = watched.specialist, worker("Sam Ober", watched.specialist.agent.memberships.get().team)
    Case.objects.filter(pk=case.pk).update(owner=mara.agent)
    is_over(NOW)
    by_hand("UPDATE escalations_agent SET is_active = (1 = 0) WHERE id = %s", mara.agent.pk)
    running(LATER)
    audit(LATER)
    is_told(watched, LATER, "owner_left", "unaccounted")
    assert {row.repair for row in Violation.objects.all()} == {"reassigned"}
    assert Escalation.objects.get().accountable == sam.agent
    event = case.events.latest("seq")
    assert (event.kind, event.actor, event.data["from_owner"]) == ("case.reassigned", "system", mara.agent.code)
    assert Notice.objects.filter(event=event, recipient=sam.user.code, channel="in_app", state="accepted").exists()
    running(LATER + PERIOD)
    is_over(LATER + PERIOD)
    assert case.events.latest("seq") == event  # once


PLACES = "DELETE FROM escalations_rotamember WHERE rota_id IN (SELECT id FROM escalations_rota WHERE team_id = %s)"
DELETED = {
    "rota": [PLACES, "DELETE FROM escalations_rota WHERE team_id = %s"],
    "places": [PLACES],
    "members": ["DELETE FROM escalations_teammembership WHERE team_id = %s"],
}


@pytest.mark.parametrize("how", DELETED)
def test_a_deleted_duty_is_found_and_stays_until_somebody_puts_it_back(watched: Company, case: Case, how: str) -> None:
    team, mara = case.team, watched.specialist.agent
    rota = Rota.objects.create(team=team, anchor=MONDAY.date(), hands_over="09:00")
    RotaMember.objects.create(rota=rota, agent=mara)
    second = watched.escalate(watched.open(at=NOW), NOW + MINUTE)
    assert second.escalations.get().steps.get().because == "duty"
    running(LATER)
    is_over(LATER)
    for statement in DELETED[how]:
        assert by_hand(statement, team.pk) == 1
    found = LATER + PERIOD
    running(found)
    audit(found)
    is_told(watched, found, "path" if how == "members" else "duty")
    row = Violation.objects.get()
    assert (row.about, row.data["team"], row.repair) == (team.uid, team.name, "")
    if how == "members":
        worker("Sam Ober", team)
    else:
        Rota.objects.get_or_create(team=team, defaults={"anchor": MONDAY.date(), "hands_over": "09:00"})
        RotaMember.objects.create(rota=Rota.objects.get(), agent=mara)
    running(found + PERIOD)
    is_over(found + PERIOD)


@pytest.mark.parametrize("column", ["next_try_at", "leased_until"])
def test_a_stuck_notice_is_found_and_made_due_again(watched: Company, case: Case, column: str) -> None:
    is_over(NOW)
    case = watched.escalate(watched.open(at=NOW), NOW)
    mail = Notice.objects.get(case=case, channel="mail", recipient=watched.specialist.user.code)
    Notice.objects.filter(pk=mail.pk).update(**{column: None if column == "next_try_at" else NOW + 900 * PERIOD})
    running(LATER)
    assert Notice.objects.get(pk=mail.pk).state == "waiting"
    audit(LATER)
    is_told(watched, LATER, "lost")
    row = Violation.objects.get()
    assert (row.about, row.data["number"], row.repair) == ("mail", 1, "made_due")
    running(LATER + PERIOD)
    assert Notice.objects.get(pk=mail.pk).state == "accepted"
    is_over(LATER + PERIOD)


def test_a_stopped_sweep_is_found_and_what_is_due_is_acted_on_all_the_same(watched: Company, case: Case) -> None:
    is_over(NOW)
    late = MONDAY + 65 * MINUTE
    audit(late, but="sweep")
    uid = case.escalations.get().uid
    is_told(watched, late, "silent", "unchecked", "unhandled")
    assert open_ones() == [("silent", "sweep"), ("unchecked", uid), ("unhandled", case.uid)]
    assert {row.kind: row.repair for row in Violation.objects.all()} == {
        "silent": "",
        "unchecked": "swept",
        "unhandled": "swept",
    }
    assert Event.objects.filter(case=case, kind="clock.breached").exists()
    again = late + PERIOD  # it still does not run: the auditor goes on
    audit(again, but="sweep")
    assert open_ones() == [("silent", "sweep")]
    running(again + PERIOD)
    is_over(again + PERIOD)


def test_a_clock_changed_by_hand_is_found_and_made_what_the_journal_says(watched: Company, case: Case) -> None:
    is_over(NOW)
    clock = Clock.objects.filter(case=case, state="running", next_at__isnull=False).first()
    assert clock
    by_hand("UPDATE escalations_clock SET next_at = %s, due_at = %s WHERE id = %s", None, None, clock.pk)
    audit(LATER)
    is_told(watched, LATER, "clocks")
    found = Violation.objects.get()
    assert (found.case, found.repair) == (case, "corrected")
    assert any("due_at" in line for line in found.data["differences"])
    again = Clock.objects.get(pk=clock.pk)
    assert (again.next_at, again.due_at) == (clock.next_at, clock.due_at)
    repaired = case.events.latest("seq")
    assert (repaired.kind, repaired.data["columns"]) == ("clocks.repaired", ["due_at", "next_at"])
    running(LATER + PERIOD)
    is_over(LATER + PERIOD)


CHANGED = {
    "data": "UPDATE escalations_event SET data = '{}' WHERE case_id = %s AND seq = 1",
    "gap": "UPDATE escalations_event SET seq = 90 WHERE case_id = %s AND seq = 1",
    "actor": "UPDATE escalations_event SET actor = 'user:nobody' WHERE case_id = %s AND seq = 1",
}


@pytest.mark.parametrize("how", CHANGED)
def test_an_event_changed_by_hand_is_found_and_never_mended(watched: Company, case: Case, how: str) -> None:
    is_over(NOW)
    row = Event.objects.get(case=case, seq=1)
    assert by_hand(CHANGED[how], case.pk) == 1
    running(LATER)
    audit(LATER)
    is_told(watched, LATER, "journal")
    running(LATER + PERIOD)
    audit(LATER + PERIOD)
    found = Violation.objects.get()
    assert (found.case, found.times, found.repair, found.over_at) == (case, 2, "", None)
    assert Bulletin.objects.filter(kind="auditor").count() == 1
    changed = Event.objects.get(pk=row.pk)
    assert (changed.data, changed.seq, changed.actor) != (row.data, row.seq, row.actor)
    put_back = "UPDATE escalations_event SET data = data, seq = %s, actor = %s WHERE id = %s"
    by_hand(put_back, row.seq, row.actor, row.pk)
    if how == "data":
        by_hand("UPDATE escalations_event SET data = %s WHERE id = %s", json.dumps(row.data), row.pk)
    running(LATER + 2 * PERIOD)
    is_over(LATER + 2 * PERIOD)  # from a backup, by somebody who knows what he does
