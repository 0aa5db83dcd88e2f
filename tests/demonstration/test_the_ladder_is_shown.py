"""The demonstration shows what the ladder can do: each kind of work, and people who are on duty, away, or asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db.models import F

from customers.models import User
from escalations.casefile.staff import staff_casefile
from escalations.management.demonstration.people import BEN, BRANDT, LENA, MARA, TOMAS
from escalations.models import (
    Absence,
    AccountEscalation,
    Agent,
    Ask,
    Case,
    Decision,
    Escalation,
    Event,
    Finding,
    Level,
    OutsideParty,
    Plan,
    Request,
    Rota,
    ScriptLine,
    Step,
    Storm,
    staff_standing,
)
from escalations.rules.conditions import CONDITIONS
from escalations.timing.rotation import on_duty

pytestmark = pytest.mark.django_db


def agent(email: str) -> Agent:
    return Agent.objects.get(user__email=email)


def test_an_expert_is_lent_while_the_owner_stays_accountable(loaded: datetime) -> None:
    lent = Step.objects.get(move="lend")
    assert (lent.person, lent.escalation.accountable, lent.from_level) == (agent(TOMAS), agent(BEN), lent.to_level)
    assert lent.acknowledged_at is not None


def test_a_decision_with_options_waits_for_the_manager_and_is_due_soon(loaded: datetime) -> None:
    open_one = Decision.objects.get(decided_at=None, step__escalation__state="investigating", amount__gt=4_000)
    assert (open_one.person, len(open_one.options), open_one.was_needed) == (agent(BRANDT), 3, True)
    assert open_one.due_at is not None
    assert loaded < open_one.due_at < loaded + timedelta(days=1)


def test_one_brief_was_returned_and_one_escalation_ended_early(loaded: datetime) -> None:
    assert Escalation.objects.filter(state="incomplete").count() == 1
    ended = Escalation.objects.get(ended_early=True)
    assert ended.case.state == "open"


def test_findings_a_plan_in_progress_and_a_request_that_was_chased(loaded: datetime) -> None:
    counts = [Finding.objects.filter(escalation=climb).count() for climb in Escalation.objects.open()]
    assert max(counts) == 3
    plan = Plan.objects.get(escalation__state="resolving")
    assert [step.done_at is not None for step in plan.steps.order_by("position")] == [True, False, False]
    assert plan.target_at is not None
    assert plan.target_at > loaded
    chased = Request.objects.get(party__isnull=False)
    assert (chased.state, chased.chased > 0, chased.next_chase_at is not None) == ("open", True, True)
    assert OutsideParty.objects.get() == chased.party


def test_one_ask_was_declined_with_a_reason_and_one_waits(loaded: datetime) -> None:
    assert sorted(Ask.objects.values_list("state", flat=True)) == ["declined", "open"]
    declined = Ask.objects.get(state="declined")
    assert declined.answer is not None
    assert declined.answer.is_public


def test_the_cases_of_one_customer_are_in_one_hand(loaded: datetime) -> None:
    account = AccountEscalation.objects.get()
    assert (account.manager, account.organization.name) == (agent(BRANDT), "Norlight Energy")
    assert Case.objects.unsolved().filter(account=account).count() >= 3


def test_whoever_was_escalated_and_closed_long_ago_was_followed_up(loaded: datetime) -> None:
    assert Event.objects.filter(kind="follow_up.sent").count() >= 4
    solved = Escalation.objects.filter(resolved_at__isnull=False)
    assert not solved.filter(cause="").exists()
    assert not solved.filter(prevention="").exists()


def test_two_take_turns_one_is_away_and_nothing_is_held_back(loaded: datetime) -> None:
    turn = on_duty(Rota.objects.get().rotation(), loaded)
    assert turn is not None
    assert turn.agent == agent(MARA).pk
    away = Absence.objects.get()
    assert (away.agent, away.deputy) == (agent(LENA), agent(TOMAS))
    assert away.starts_at < loaded < away.ends_at
    assert Step.objects.filter(person=agent(LENA), started_at__gt=away.starts_at).count() == 0
    assert Storm.objects.count() == 0


def test_limits_of_authority_grow_with_the_level(loaded: datetime) -> None:
    limits = Level.objects.filter(version__policy__slug="standard").order_by("number")
    amounts = list(limits.order_by("number").values_list("authority_limit", flat=True))
    assert amounts[-1] is None
    assert amounts[:-1] == sorted(amount or 0 for amount in amounts[:-1])
    assert set(limits.filter(number__gte=3).values_list("notice_budget", flat=True)) <= {4, 6}


def test_every_line_of_a_script_has_its_place_and_some_were_ticked(loaded: datetime) -> None:
    assert ScriptLine.objects.filter(article__isnull=False).count() >= 5
    assert ScriptLine.objects.filter(ticks__isnull=False).count() >= 2


def test_most_conditions_are_used_and_what_happens_next_is_told_on_a_case(loaded: datetime) -> None:
    case = Case.objects.filter(level=2, escalations__state="requested").order_by("-opened_at")[0]
    file = staff_casefile(case, staff_standing(User.objects.get(email=MARA)), loaded)
    used = {criterion.name for criterion in file.criteria}
    assert len(used) >= 12
    assert len(CONDITIONS) >= 12
    assert file.climb.follows
    assert file.climb.has_it is not None


def test_no_step_stands_where_it_began(loaded: datetime) -> None:
    same = Step.objects.filter(from_level=F("to_level"), from_team=F("to_team")).exclude(move="lend")
    assert not same.exists()
