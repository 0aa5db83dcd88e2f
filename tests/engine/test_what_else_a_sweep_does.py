"""Beside clocks and climbs: requests are chased, absences hand over, and paths are looked at once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalations import tasks
from escalations.actions import absences, escalation, work
from escalations.engine import housekeeping
from escalations.engine import sweep as sweeping
from escalations.engine.sweep import sweep
from escalations.models import Absence, Case, Escalation, Event, Notice, PathCheck, Request, SetAside
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def asked(company: Company) -> Case:
    """The specialists asked the managers for a part, and are reminded after an hour."""
    case = company.escalate(company.open(), MONDAY)
    mara = company.specialist.standing
    escalation.accept(case=case, actor=mara, at=MONDAY, text="I have it.")
    team = company.manager.agent.teams.get()
    work.request(case=case, actor=mara, at=MONDAY, text="The meter list", team=team, chase_minutes=60)
    return case


def chased() -> int:
    return Event.objects.filter(kind="request.chased").count()


def test_esc_05_a_request_that_nobody_answers_is_chased_again_and_again(company: Company) -> None:
    case = asked(company)
    sweep(MONDAY + 59 * MINUTE)
    assert chased() == 0
    sweep(MONDAY + 60 * MINUTE)
    sweep(MONDAY + 60 * MINUTE)
    assert chased() == 1
    sweep(MONDAY + 120 * MINUTE)
    assert (chased(), Request.objects.get().chased) == (2, 2)
    told = Notice.objects.filter(case=case, event__kind="request.chased", channel="in_app")
    assert {company.manager.user.code, company.specialist.user.code} <= set(told.values_list("recipient", flat=True))


def test_a_request_that_cannot_be_chased_sets_its_case_aside_and_holds_nobody_else(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, well = asked(company), asked(company)
    chase = work.chase

    def poisoned(request_id: int, at: object) -> Event | None:
        if Request.objects.get(pk=request_id).case_id == broken.pk:
            raise ValueError("no")
        return chase(request_id, at)  # type: ignore[arg-type]

    monkeypatch.setattr(work, "chase", poisoned)
    sweep(MONDAY + 60 * MINUTE)
    assert (SetAside.objects.get().case, SetAside.objects.get().stage) == (broken, "chase")
    assert Event.objects.filter(case=well, kind="request.chased").count() == 1
    monkeypatch.undo()
    sweep(MONDAY + 62 * MINUTE)
    assert not SetAside.objects.exists()
    assert chased() == 2


def test_esc_11_what_waits_for_somebody_goes_to_the_deputy_when_the_absence_begins(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    begins = MONDAY + 5 * MINUTE
    absence = Absence.objects.create(
        agent=company.specialist.agent, starts_at=begins, ends_at=begins + DAY, deputy=company.manager.agent
    )
    sweep(begins - MINUTE)
    assert Escalation.objects.get(case=case).accountable == company.specialist.agent
    sweep(begins)
    assert Escalation.objects.get(case=case).accountable == company.manager.agent
    absence.refresh_from_db()
    assert absence.handed_over_at == begins
    before = everything()
    with CaptureQueriesContext(connection) as made:
        assert sweep(begins) == 0
    assert len(made) == 1
    assert everything() == before


def test_an_absence_that_is_over_or_cannot_be_handed_over_holds_up_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.open()
    agent = company.specialist.agent
    Absence.objects.create(agent=agent, starts_at=MONDAY - DAY, ends_at=MONDAY)
    assert not sweeping.due(MONDAY)[sweeping.ABSENCES]
    Absence.objects.create(agent=agent, starts_at=MONDAY, ends_at=MONDAY + DAY)

    def broken(**_given: object) -> int:
        raise ValueError("no")

    monkeypatch.setattr(absences, "hand_over", broken)
    sweep(MONDAY + 61 * MINUTE)
    assert Event.objects.filter(kind="clock.breached").exists()


def test_paths_are_looked_at_once_a_day_by_a_task_that_beat_starts(company: Company) -> None:
    assert housekeeping.check_paths(MONDAY) == 1
    assert housekeeping.check_paths(MONDAY + MINUTE) == 0
    assert housekeeping.check_paths(MONDAY + DAY) == 1
    assert PathCheck.objects.count() == 2
    assert tasks.BEAT_SCHEDULE["check_paths"]["task"] == "escalations.tasks.check_paths"
