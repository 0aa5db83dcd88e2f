"""What somebody did a moment ago is undone by its inverse, on record; what others did since is not."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from escalations.actions import handling, resolution, triage
from escalations.models import Case, Skill, Watcher
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Outcome
from tests.cast import Company
from tests.desk.conftest import NOW, SignIn
from tests.work.ground import all_rows

LATER = NOW + timedelta(days=1)
Act = Callable[[Company, Case, Standing], object]


def take(company: Company, case: Case, ben: Standing) -> None:
    triage.take(case=case, actor=ben, at=NOW)


def triaged(company: Company, case: Case, ben: Standing) -> None:
    triage.triage(case=case, actor=ben, at=NOW, severity=1, level=2, reason="Worse.")


def hold(company: Company, case: Case, ben: Standing) -> None:
    handling.hold(case=case, actor=ben, at=NOW, reason=company.waiting, wake_at=LATER)


def resume(company: Company, case: Case, ben: Standing) -> None:
    hold(company, case, company.specialist.standing)
    handling.resume(case=case, actor=ben, at=NOW)


def resolve(company: Company, case: Case, ben: Standing) -> None:
    resolution.resolve(case=case, actor=ben, at=NOW, outcome=Outcome.SOLVED, text="Done.")


def watch(company: Company, case: Case, ben: Standing) -> None:
    handling.watch(case=case, actor=ben, at=NOW)


def assess(company: Company, case: Case, ben: Standing) -> None:
    handling.assess(case=case, actor=ben, at=NOW, skill=Skill.objects.create(slug="x", name="Firmware"), amount=900)


def facts(case: Case) -> tuple[object, ...]:
    """What an act can change, and undoing brings back."""
    case.refresh_from_db()
    watchers = Watcher.objects.filter(case=case).count()
    held = (case.pause_reason_id, case.wake_at) if case.state == CaseState.PENDING else None
    state = CaseState.OPEN if case.state == CaseState.NEW else case.state  # the first act opens it for good
    return state, case.owner_id, case.severity, case.level, held, case.skill_id, case.amount, watchers


def pressed(client: Client, case: Case) -> dict[str, str]:
    """What the button of the page sends; nothing where none is offered."""
    page = client.get(f"/desk/cases/{case.reference}/").content.decode()
    found = re.search(rf'action="/desk/cases/{case.reference}/undo/">.*?name="seq" value="(\d+)"', page)
    return {"seq": found[1]} if found else {}


@pytest.mark.parametrize("act", [take, triaged, hold, resolve, watch, assess])
def test_undoing_brings_back_what_was_and_keeps_both_on_record(company: Company, sign_in: SignIn, act: Act) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    if act is not take:
        take(company, case, company.agent.standing)
    before = facts(case)
    act(company, case, company.agent.standing)
    assert facts(case) != before
    lines = case.last_seq
    form = pressed(client, case)
    for _press in range(2):
        assert client.post(f"/desk/cases/{case.reference}/undo/", form).status_code == 303
    assert facts(case) == before
    assert case.last_seq == lines + 1


def test_going_on_is_undone_by_holding_again_as_before(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    resume(company, case, company.agent.standing)
    client.post(f"/desk/cases/{case.reference}/undo/", pressed(client, case))
    case.refresh_from_db()
    assert (case.state, case.pause_reason, case.wake_at) == (CaseState.PENDING, company.waiting, LATER)


def test_a_case_goes_back_to_the_owner_before(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    triage.take(case=case, actor=company.specialist.standing, at=NOW)
    take(company, case, company.agent.standing)
    client.post(f"/desk/cases/{case.reference}/undo/", pressed(client, case))
    case.refresh_from_db()
    assert case.owner == company.specialist.agent


def test_nobody_undoes_what_is_old_or_of_somebody_else_or_followed_by_another_act(
    company: Company, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    take(company, case, company.agent.standing)
    form = pressed(client, case)
    assert pressed(sign_in(company.specialist.user), case) == {}
    triage.triage(case=case, actor=company.specialist.standing, at=NOW, severity=1, level=1, reason="Worse.")
    assert pressed(client, case) == {}
    before = all_rows()
    answer = client.post(f"/desk/cases/{case.reference}/undo/", form, follow=True)
    assert "It cannot be undone any more" in answer.content.decode()
    assert all_rows() == before
    other = company.open()
    take(company, other, company.agent.standing)
    standing_clock.shift(timedelta(minutes=11))
    assert pressed(client, other) == {}
