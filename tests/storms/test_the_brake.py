"""Too many climbs by themselves stop and ask a person, with the list; nobody is flooded meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from customers.models import User
from customers.refusal import Refused
from escalations import tasks
from escalations.actions import escalation, storms, triage
from escalations.engine import housekeeping
from escalations.engine.sweep import sweep
from escalations.models import Bulletin, Case, Escalation, Event, HeldClimb, Notice, Step, Storm, StormBrake
from escalations.rules.standing import SYSTEM
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
LATE = MONDAY + 61 * MINUTE  # the first response of every case is owed, which climbs by itself
USUAL: dict[str, Any] = {"impact": "high", "urgency": "low"}  # severity 3
ALLOWED = 3


@pytest.fixture
def brake(company: Company) -> StormBrake:
    """Three climbs by themselves within ten minutes."""
    return StormBrake.objects.create(pk=1, climbs=ALLOWED, minutes=10)


def opened(company: Company, number: int) -> list[Case]:
    return [company.open(company.vera, **USUAL) for _number in range(number)]


def climbed() -> int:
    return Step.objects.filter(is_automatic=True).count()


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


@pytest.fixture
def stormy(company: Company, brake: StormBrake) -> list[Case]:
    """Eight cases, of which five wait behind the brake."""
    cases = opened(company, 8)
    sweep(LATE)
    return cases


def test_esc_28_more_climbs_than_allowed_stop_and_the_rest_is_on_a_list(stormy: list[Case]) -> None:
    assert climbed() == ALLOWED
    storm = Storm.objects.get()
    assert (storm.is_open, storm.began_at) == (True, LATE)
    assert HeldClimb.objects.filter(storm=storm, to_level=2).count() == len(stormy) - ALLOWED
    assert Event.objects.filter(kind="climb.held").count() == len(stormy) - ALLOWED
    for case in stormy:
        is_sound(case)


def test_held_cases_are_not_looked_at_again_until_somebody_has_looked(stormy: list[Case]) -> None:
    before = everything()
    assert sweep(LATE + MINUTE) == 0
    assert everything() == before


def test_those_who_may_decide_are_told_once_in_the_inbox_and_by_mail(company: Company, stormy: list[Case]) -> None:
    bulletin = Bulletin.objects.get()
    assert (bulletin.kind, bulletin.data) == ("storm", {"climbs": ALLOWED, "minutes": 10})
    assert bulletin.path == f"/desk/storms/{Storm.objects.get().uid}/"
    told = set(Notice.objects.filter(bulletin=bulletin).values_list("recipient", "channel"))
    leads = {worker.user.code for worker in (company.specialist, company.manager, company.executive)}
    assert told == {(code, channel) for code in leads for channel in ("in_app", "mail")} | {
        (company.administrator.code, "mail")
    }


def test_the_first_climb_of_a_critical_case_is_never_held_back(company: Company, stormy: list[Case]) -> None:
    case = company.open(company.ida, at=LATE, impact="major", urgency="high")
    Case.objects.filter(pk=case.pk).update(level=1, severity=1)
    sweep(LATE + 61 * MINUTE)
    assert "escalation.requested" in kinds(case)
    assert not HeldClimb.objects.filter(case=case).exists()


def test_a_held_case_that_becomes_critical_climbs_at_once(company: Company, stormy: list[Case]) -> None:
    held = HeldClimb.objects.order_by("pk")[0].case
    worse = "Nobody there can bill."
    triage.triage(case=held, actor=company.agent.standing, at=LATE + MINUTE, severity=1, level=1, reason=worse)
    sweep(LATE + 2 * MINUTE)
    assert Escalation.objects.filter(case=held).count() == 1
    assert climbed() == ALLOWED + 1
    is_sound(held)


def test_those_who_may_decide_are_asked_again_every_hour_and_then_every_day(
    company: Company, stormy: list[Case]
) -> None:
    assert housekeeping.remind_of_storms(LATE + 59 * MINUTE)
    assert Bulletin.objects.count() == 1
    for hour in (1, 1, 2):
        housekeeping.remind_of_storms(LATE + hour * 60 * MINUTE)
    assert Bulletin.objects.count() == 3
    again = Bulletin.objects.order_by("pk")[1]
    first = Bulletin.objects.order_by("pk")[0]
    assert (again.kind, again.path, again.data) == (first.kind, first.path, first.data)
    assert Notice.objects.filter(bulletin=again).count() == Notice.objects.filter(bulletin=first).count() > 0
    for hour in range(3, 8 + 3 * 24):
        housekeeping.remind_of_storms(LATE + hour * 60 * MINUTE)
    assert Bulletin.objects.count() == 1 + 8 + 2
    storms.end(storm=Storm.objects.get(), by=company.administrator, let_climb=False, at=LATE + MINUTE)
    assert not housekeeping.remind_of_storms(LATE + 400 * 60 * MINUTE)
    assert Bulletin.objects.count() == 1 + 8 + 2
    assert tasks.BEAT_SCHEDULE["remind_of_storms"]["task"] == "escalations.tasks.remind_of_storms"


def test_people_climb_by_hand_whatever_the_brake_holds(company: Company, stormy: list[Case]) -> None:
    held = HeldClimb.objects.all()[0].case
    company.escalate(held, LATE + MINUTE)
    assert Escalation.objects.open().filter(case=held).exists()


def test_let_them_climb_lets_every_held_case_climb_and_begins_no_other_storm(
    company: Company, stormy: list[Case]
) -> None:
    storms.end(storm=Storm.objects.get(), by=company.specialist.user, let_climb=True, at=LATE + MINUTE)
    for _round in range(2):
        sweep(LATE + MINUTE)
    assert climbed() == len(stormy)
    assert not HeldClimb.objects.filter(released_at=None).exists()
    assert Storm.objects.count() == 1
    assert Event.objects.filter(kind="climb.released").count() == len(stormy) - ALLOWED
    for case in stormy:
        is_sound(case)


def test_leave_them_to_people_uses_up_the_reason_and_none_of_them_climbs(company: Company, stormy: list[Case]) -> None:
    storms.end(storm=Storm.objects.get(), by=company.administrator, let_climb=False, at=LATE + MINUTE)
    sweep(LATE + MINUTE)
    sweep(LATE + 5 * MINUTE)
    assert climbed() == ALLOWED
    held = HeldClimb.objects.all()[0].case
    assert kinds(held)[-1] == "climb.released"
    assert Notice.objects.filter(case=held, event__kind="climb.released").exists()


def test_a_storm_is_ended_once_and_by_nobody_of_the_front_line(company: Company, stormy: list[Case]) -> None:
    storm = Storm.objects.get()
    before = everything(), list(Storm.objects.values())
    with pytest.raises(Refused) as refused:
        storms.end(storm=storm, by=company.agent.user, let_climb=True, at=LATE)
    assert refused.value.code == "storm_not_yours"
    assert (everything(), list(Storm.objects.values())) == before
    storms.end(storm=storm, by=company.manager.user, let_climb=False, at=LATE)
    with pytest.raises(Refused) as again:
        storms.end(storm=storm, by=company.manager.user, let_climb=True, at=LATE)
    assert again.value.code == "storm_over"
    assert Storm.objects.get().let_climb is False


def test_letting_go_happens_once_however_often_it_is_tried(company: Company, stormy: list[Case]) -> None:
    storms.end(storm=Storm.objects.get(), by=company.manager.user, let_climb=False, at=LATE)
    case = HeldClimb.objects.all()[0].case
    assert storms.release(case=case, actor=SYSTEM, at=LATE) is not None
    before = everything()
    assert storms.release(case=case, actor=SYSTEM, at=LATE) is None
    assert everything() == before


def test_without_the_brake_everything_climbs(company: Company, brake: StormBrake) -> None:
    StormBrake.objects.update(is_on=False)
    opened(company, ALLOWED + 2)
    sweep(LATE)
    assert climbed() == ALLOWED + 2


def test_few_climbs_begin_no_storm(company: Company, brake: StormBrake) -> None:
    opened(company, ALLOWED)
    sweep(LATE)
    assert climbed() == ALLOWED
    assert not Storm.objects.exists()


# -- the page ------------------------------------------------------------------------------------------


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page() -> str:
    return f"/desk/storms/{Storm.objects.get().uid}/"


def test_the_page_lists_each_case_with_severity_organization_level_and_reason(
    company: Company, stormy: list[Case]
) -> None:
    answer = browser(company.specialist.user).get(page())
    text = answer.content.decode()
    for held in HeldClimb.objects.all():
        assert held.case.reference in text
    for words in ("Halden Foods", "level 1 → 2", "missed: First response", "Let them climb", "Leave them to people"):
        assert words in text


def test_somebody_of_the_front_line_reads_whom_to_ask_and_cannot_answer(company: Company, stormy: list[Case]) -> None:
    client = browser(company.agent.user)
    assert "Let them climb" not in client.get(page()).content.decode()
    before = everything(), list(Storm.objects.values())
    answer = client.post(page(), {"answer": "climb"})
    assert answer.status_code == 422
    assert "ask one of them" in answer.content.decode()
    assert (everything(), list(Storm.objects.values())) == before


def test_a_specialist_lets_them_climb_by_one_button(company: Company, stormy: list[Case]) -> None:
    answer = browser(company.specialist.user).post(page(), {"answer": "climb"}, follow=True)
    storm = Storm.objects.get()
    assert (storm.is_open, storm.let_climb, storm.ended_by) == (False, True, company.specialist.user)
    assert "They climb now" in answer.content.decode()


def test_an_administrator_without_an_agent_reads_and_answers_too(company: Company, stormy: list[Case]) -> None:
    client = browser(company.administrator)
    assert "Halden Foods" in client.get(page()).content.decode()
    assert client.post(page(), {"answer": "leave"}).status_code == 303
    assert Storm.objects.get().let_climb is False


def test_customers_and_strangers_find_no_storm(company: Company, stormy: list[Case]) -> None:
    assert browser(company.vera.user).get(page()).status_code == 404
    assert Client().get(page()).status_code == 302


def test_the_inbox_of_everybody_here_leads_to_the_storm(company: Company, stormy: list[Case]) -> None:
    for worker in (company.agent, company.specialist):
        assert page() in browser(worker.user).get("/desk/inbox/").content.decode()


def test_climbs_of_one_round_know_of_each_other_when_escalations_are_open_already(
    company: Company, brake: StormBrake
) -> None:
    cases = opened(company, ALLOWED + 1)
    for case in cases:
        Case.objects.filter(pk=case.pk).update(check_at=LATE)
        escalation.consider(case=case, actor=SYSTEM, at=LATE)
    assert climbed() == ALLOWED
