"""The other questions of the auditor, each with what must be found, what must not, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from escalations.actions import set_aside
from escalations.engine import looks
from escalations.models import Attempt, Case, DutyOverride, Escalation, Notice, Rota, SetAside, Team, Violation
from escalations.reports import violations
from escalations.reports.violations import LIMITS
from tests.auditor.ground import NOW, PERIOD, audit, by_hand, is_over, is_told, kinds, open_ones, running
from tests.cast import Company, worker
from tests.ladder.ground import DAY, MINUTE, away, gone

LATER = NOW + PERIOD
SECOND = timedelta(seconds=1)


def test_who_is_away_without_a_deputy_is_found_and_the_next_one_who_is_there_gets_it(
    watched: Company, case: Case
) -> None:
    absence = away(watched.specialist, NOW, NOW + DAY)
    absence.handed_over_at = NOW  # so the sweep believes
    absence.save()
    audit(LATER)
    is_told(watched, LATER, "unaccounted")
    climb = case.escalations.get()
    assert climb.accountable == watched.executive.agent  # the last resort
    assert Violation.objects.get().repair == "reassigned"
    running(LATER + PERIOD)
    is_over(LATER + PERIOD)


def test_where_nobody_can_take_it_over_it_says_so_and_tries_again(watched: Company, case: Case) -> None:
    gone(watched.specialist, watched.executive)
    audit(LATER)
    assert "unaccounted" in kinds()
    row = Violation.objects.get(kind="unaccounted")
    assert row.repair == "failed"
    sam = worker("Sam Ober", case.team)
    audit(LATER + PERIOD)
    row.refresh_from_db()
    assert row.repair == "reassigned"
    assert case.escalations.get().accountable == sam.agent


def test_an_owner_who_left_loses_also_a_case_that_is_not_escalated(watched: Company) -> None:
    case = watched.open(watched.vera)
    Case.objects.filter(pk=case.pk).update(owner=watched.agent.agent)
    worker("Sam Ober", case.team)
    gone(watched.agent)
    running(NOW)
    audit(NOW)
    assert open_ones() == [("owner_left", case.uid)]
    case.refresh_from_db()
    assert case.owner is None
    running(LATER)
    is_over(LATER)


def test_a_step_nobody_was_told_of_is_told_again_and_not_at_every_look(watched: Company, case: Case) -> None:
    Notice.objects.filter(case=case).update(state="failed", accepted_at=None)
    audit(LATER)
    is_told(watched, LATER, "untold")
    assert Violation.objects.get().repair == "told_again"
    event = case.events.latest("seq")
    assert event.kind == "escalation.reminded"
    assert Notice.objects.filter(event=event, channel="in_app", recipient=watched.specialist.user.code).exists()
    Notice.objects.filter(case=case).update(state="failed", accepted_at=None)
    audit(LATER + PERIOD)
    assert case.events.latest("seq") == event
    audit(LATER + 61 * MINUTE)
    assert case.events.filter(kind="escalation.reminded").count() > 1


def test_a_step_that_stays_silent_for_days_is_not_forgotten(watched: Company, case: Case) -> None:
    Notice.objects.filter(case=case).update(state="failed", accepted_at=None)
    audit(LATER)
    gone(watched.specialist)  # nobody to tell
    Violation.objects.update(repaired_at=LATER + 4 * DAY)
    Notice.objects.filter(case=case).update(state="failed", accepted_at=None)
    assert [item.about for item in violations.untold(LATER + 3 * DAY)] == [case.escalations.get().steps.get().uid]


def test_a_case_that_is_set_aside_is_told_of_until_it_can_be_moved_on(watched: Company) -> None:
    case = watched.open(watched.vera)
    set_aside.put(case_id=case.pk, stage=set_aside.Stage.WAKE, problem=ValueError("no"), at=NOW)
    running(NOW)
    audit(NOW)
    is_told(watched, NOW, "set_aside")
    assert Violation.objects.get().data["stage"] == "wake"
    SetAside.objects.all().delete()
    running(LATER)
    is_over(LATER)


def test_a_case_that_cannot_be_read_is_set_aside_with_its_error(watched: Company, monkeypatch: Any) -> None:
    case = watched.open(watched.vera)
    running(NOW)

    def broken(*_given: object) -> Any:
        raise LookupError("this version is nowhere")

    monkeypatch.setattr("escalations.actions.clocks.compare_rows", broken)
    monkeypatch.setattr("escalations.actions.set_aside.standpoint", broken)
    audit(NOW)
    assert open_ones() == [("unreadable", case.uid)]
    assert Violation.objects.get().repair == "set_aside"
    assert SetAside.objects.get().error == "LookupError: this version is nowhere"


@pytest.mark.parametrize("channel", LIMITS)
def test_a_notice_that_waits_longer_than_its_channel_may_is_told_of(watched: Company, case: Case, channel: str) -> None:
    limit = LIMITS[channel]
    one = Notice.objects.filter(case=case, channel="mail")[0]
    waits = {"state": "waiting", "channel": channel, "recipient": "endpoint:x", "accepted_at": None}
    Notice.objects.filter(pk=one.pk).update(**waits, written_at=NOW, next_try_at=NOW + 2 * limit, tries=3)
    assert violations.waiting(NOW + limit) == []
    (found,) = violations.waiting(NOW + limit + SECOND)
    assert (found.kind, found.about, found.data["number"]) == ("late", channel, 1)


def test_what_is_held_is_counted_from_its_release_and_then_from_its_first_try(watched: Company, case: Case) -> None:
    one = Notice.objects.filter(case=case, channel="mail")[0]
    release, limit = NOW + 2 * DAY, LIMITS["mail"]
    held = {"state": "waiting", "accepted_at": None, "tries": 0, "is_held": True, "written_at": NOW}
    Attempt.objects.filter(notice=one).delete()
    Notice.objects.filter(pk=one.pk).update(**held, next_try_at=release)
    assert violations.waiting(release + limit) == []
    assert len(violations.waiting(release + limit + SECOND)) == 1
    Notice.objects.filter(pk=one.pk).update(tries=2, next_try_at=release + DAY)
    Attempt.objects.create(notice=one, number=1, began_at=release + MINUTE, outcome="failed")
    assert violations.waiting(release + limit + MINUTE) == []
    assert len(violations.waiting(release + limit + MINUTE + SECOND)) == 1


@pytest.mark.parametrize(
    ("values", "is_lost"),
    [
        ({"next_try_at": NOW + DAY}, False),
        ({"next_try_at": NOW + 3 * DAY}, True),
        ({"next_try_at": NOW + 3 * DAY, "is_held": True}, False),
        ({"next_try_at": NOW + 40 * DAY, "is_held": True}, True),
        ({"next_try_at": NOW, "leased_until": NOW + 5 * MINUTE}, False),
        ({"next_try_at": NOW, "leased_until": NOW + 2 * DAY}, True),
    ],
)
def test_what_no_delivery_would_ever_find_is_told_from_what_is_planned(
    watched: Company, case: Case, values: dict[str, Any], is_lost: bool
) -> None:
    one = Notice.objects.filter(case=case, channel="mail")[0]
    waits = {"state": "waiting", "accepted_at": None, "tries": 0, "written_at": NOW - 2 * MINUTE}
    Notice.objects.filter(pk=one.pk).update(**(waits | values))
    assert [found.kind for found in violations.waiting(NOW)] == (["lost"] if is_lost else [])


def test_what_was_folded_into_a_notice_that_was_given_up_goes_out_by_itself(watched: Company, case: Case) -> None:
    carrier, folded = Notice.objects.filter(case=case, channel="mail")[:2]
    Notice.objects.filter(pk=carrier.pk).update(state="failed")
    Notice.objects.filter(pk=folded.pk).update(state="folded", folded_into=carrier, next_try_at=None, accepted_at=None)
    audit(LATER)
    is_told(watched, LATER, "unfolded")
    running(LATER + PERIOD)
    folded.refresh_from_db()
    assert (folded.state, folded.folded_into) == ("accepted", None)
    is_over(LATER + PERIOD)


def test_an_absence_that_nobody_handed_over_is_found_and_handed_over(watched: Company, case: Case) -> None:
    absence = away(watched.specialist, NOW, NOW + DAY, watched.executive)
    audit(LATER)
    assert open_ones() == [("unhandled", f"absence:{absence.pk}")]
    absence.refresh_from_db()
    assert absence.handed_over_at == LATER
    assert case.escalations.get().accountable == watched.executive.agent
    running(LATER + PERIOD)
    is_over(LATER + PERIOD)


def test_the_empty_duty_of_a_team_that_no_policy_asks_is_nobodys_business(watched: Company) -> None:
    team = Team.objects.create(slug="canteen", name="Canteen", public_name="Canteen")
    Rota.objects.create(team=team, anchor=NOW.date(), hands_over="09:00")
    assert violations.off_duty(NOW) == []
    Rota.objects.create(team=watched.agent.agent.teams.get(), anchor=NOW.date(), hands_over="09:00")
    (found,) = violations.off_duty(NOW)
    DutyOverride.objects.create(
        rota=Rota.objects.get(team__uid=found.about), starts_at=NOW, ends_at=NOW + DAY, agent=watched.agent.agent
    )
    assert violations.off_duty(NOW) == []


def test_a_level_far_above_an_open_escalation_that_reaches_nobody_is_found(watched: Company, case: Case) -> None:
    by_hand("DELETE FROM escalations_teammembership WHERE team_id = %s", watched.executive.agent.teams.get().pk)
    audit(LATER)
    (row,) = Violation.objects.all()
    assert (row.kind, row.data) == ("path", {"team": "Executives", "level": 4})
    Escalation.objects.update(state="closed", next_check_at=None)
    assert violations.unreachable(LATER) == []


def test_a_question_that_fails_is_a_finding_itself_and_keeps_no_other_one(watched: Company, case: Case) -> None:
    def broken(at: datetime) -> Any:
        raise RuntimeError("password=hidden")

    questions: list[tuple[Any, Callable[[datetime], Any]]] = [
        (about, broken if question is violations.unaccounted else question) for about, question in looks.QUESTIONS
    ]
    gone(watched.specialist)
    Case.objects.filter(pk=case.pk).update(owner=watched.specialist.agent)
    audit(LATER)
    assert "unaccounted" in kinds()
    Escalation.objects.update(accountable=watched.specialist.agent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looks, "QUESTIONS", questions)
        audit(LATER + PERIOD)
    assert ("unanswered", "unaccounted") in open_ones()
    assert "unaccounted" in kinds()  # nobody knows that it is over
    assert "hidden" not in str(Violation.objects.get(kind="unanswered").data)


def test_a_list_that_is_cut_off_says_of_nothing_that_it_is_over(watched: Company, monkeypatch: Any) -> None:
    monkeypatch.setattr(violations, "MOST", 2)
    for number in range(3):
        case = watched.open(watched.vera)
        problem = ValueError("no")
        set_aside.put(case_id=case.pk, stage=set_aside.Stage.WAKE, problem=problem, at=NOW + number * SECOND)
    running(NOW)
    audit(NOW)
    first = set(open_ones())
    assert len(first) == 2
    SetAside.objects.order_by("first_at").first().delete()  # type: ignore[union-attr]
    audit(LATER)
    assert len(open_ones()) == 3
    assert first < set(open_ones())
    SetAside.objects.order_by("first_at").first().delete()  # type: ignore[union-attr]
    audit(LATER + PERIOD)
    assert len(open_ones()) == 1
