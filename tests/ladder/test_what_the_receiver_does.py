"""Declined, returned, handed back, redirected, stepped back, withdrawn: who hears of it, and where the case is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, resolution, triage
from escalations.casefile.home import home
from escalations.engine.sweep import sweep
from escalations.models import Case, Message, Notice, Skill, Step, Team
from escalations.rules.vocabulary import Document, Kind, Outcome, Reason
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker, worker
from tests.ladder.ground import (
    DAY,
    HOUR,
    MINUTE,
    able,
    at_levels,
    kinds,
    newest_step,
    no_triggers,
    place,
    ticking,
    told,
    up,
    wanted,
)
from tests.notices.letterbox import letter_of
from tests.policies.newer import newer

SECOND = timedelta(seconds=1)


@pytest.fixture
def case(company: Company) -> Case:
    """Escalated to the specialists by its owner."""
    return company.escalate(company.open(), MONDAY + MINUTE)


def test_declined_with_advice_it_is_back_and_whoever_asked_reads_why(company: Company, case: Case) -> None:
    escalation.decline(
        case=case, actor=company.specialist.standing, at=MONDAY + 5 * MINUTE, reason="Article 12 solves it."
    )
    assert place(case) == (1, "front")
    assert told(company.agent)[-1] == told(company.ida)[-1] == "escalation.declined"
    note = Message.objects.get(uid=case.events.order_by("-seq")[0].data["message"])
    assert (note.body, note.is_public) == ("Article 12 solves it.", False)
    company.escalate(case, MONDAY + 30 * MINUTE)  # and may be escalated anew
    is_sound(case)


@pytest.mark.parametrize("act", ["decline", "give_back", "hand_back", "step_back", "withdraw"])
def test_none_of_it_goes_without_words(company: Company, case: Case, act: str) -> None:
    who = company.agent if act == "withdraw" else company.specialist
    before = everything()
    with pytest.raises(Refused):
        getattr(escalation, act)(case=case, actor=who.standing, at=MONDAY + 5 * MINUTE, reason="  ")
    assert everything() == before


def test_returned_as_incomplete_it_waits_for_whoever_asked_and_then_for_the_receiver(
    company: Company, case: Case
) -> None:
    mara, ben = company.specialist, company.agent
    escalation.give_back(case=case, actor=mara.standing, at=MONDAY + 5 * MINUTE, reason="Which firmware is it?")
    assert told(ben)[-1] == "escalation.returned"
    assert "escalation.returned" not in told(company.ida)
    assert case.escalations.get().state == "incomplete"
    assert case.clocks.get(kind="acknowledgement").state == "met"
    sweep(MONDAY + 50 * MINUTE)  # nobody is reminded of what is not theirs to do
    assert "escalation.reminded" not in told(mara)
    with pytest.raises(Refused, match="not_requested"):
        escalation.accept(case=case, actor=mara.standing, at=MONDAY + 51 * MINUTE, text="I take it.")
    escalation.complete(case=case, actor=ben.standing, at=MONDAY + 55 * MINUTE, brief=company.brief())
    assert told(mara)[-1] == "escalation.completed"
    assert case.escalations.get().state == "requested"
    running = case.clocks.filter(state="running").values_list("kind", flat=True)
    assert {"acknowledgement", "triage"} <= set(running)
    is_sound(case)


def returned(company: Company, case: Case) -> None:
    """Five minutes after nine the specialist misses something in the brief of the owner."""
    at = MONDAY + 5 * MINUTE
    escalation.give_back(case=case, actor=company.specialist.standing, at=at, reason="Which firmware is it?")


def test_whoever_owes_what_is_missing_is_asked_again_until_the_brief_is_complete(company: Company) -> None:
    newer(company, no_triggers, at_levels(2, remind_minutes=20, pass_on_minutes=30, forget_minutes=60))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    kim = worker("Kim Aas", case.team, is_lead=False)
    mara, ben = company.specialist, company.agent
    returned(company, case)
    sweep(MONDAY + 25 * MINUTE - SECOND)
    assert "brief.chased" not in kinds(case)
    ticking(MONDAY + 25 * MINUTE, MONDAY + 6 * HOUR, sweep, every=5 * MINUTE)
    assert told(ben).count("brief.chased") == kinds(case).count("brief.chased") == 4  # after 20 minutes, 40, 80, 160
    assert told(mara).count("brief.chased") == 4  # whoever waits for it knows that it was asked for
    mails = Notice.objects.filter(recipient=ben.user.code, channel="mail", event__kind="brief.chased")
    letter = letter_of(mails.order_by("-pk")[0])
    assert "this is reminder 4:\n\n> Which firmware is it?" in letter.text
    for nobody in (kim, company.ida, company.manager):
        assert not {"brief.chased", "escalation.passed_on"} & set(told(nobody))
    assert not {"escalation.reminded", "escalation.passed_on", "escalation.forgotten"} & set(kinds(case))
    noon = MONDAY + 7 * HOUR
    escalation.complete(case=case, actor=ben.standing, at=noon, brief=company.brief())
    sweep(noon + 20 * MINUTE)
    assert told(ben).count("brief.chased") == 4
    assert told(mara)[-1] == "escalation.reminded"
    is_sound(case)


def test_a_brief_is_asked_for_every_working_day_though_the_level_reminds_never(company: Company) -> None:
    newer(company, no_triggers, at_levels(2, remind_minutes=0, pass_on_minutes=0, forget_minutes=0))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    returned(company, case)
    ticking(MONDAY + HOUR, MONDAY + 3 * DAY + HOUR, sweep, every=HOUR)
    assert told(company.agent).count("brief.chased") == 3
    is_sound(case)


def test_an_expert_lent_since_is_not_asked_for_the_brief_and_whoever_sent_it_is(company: Company) -> None:
    newer(company, no_triggers, at_levels(2, remind_minutes=20))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    mara, expert = company.specialist.standing, company.executive
    skill = Skill.objects.create(slug="firmware", name="Firmware")
    able(expert, skill)
    escalation.acknowledge(case=case, actor=mara, at=MONDAY + 2 * MINUTE, severity=2, text="I have it.")
    returned(company, case)
    escalation.lend(case=case, actor=mara, at=MONDAY + 6 * MINUTE, skill=skill, asked="Read the log.")
    sweep(MONDAY + 25 * MINUTE)
    assert told(company.agent)[-1] == "brief.chased"
    assert not {"brief.chased", "escalation.reminded"} & set(told(expert))
    is_sound(case)


def test_nobody_is_asked_for_a_brief_while_the_case_waits_or_after_it_is_solved(company: Company) -> None:
    newer(company, no_triggers, at_levels(2, remind_minutes=20))
    case = company.escalate(company.open(), MONDAY + MINUTE)
    ben = company.agent.standing
    returned(company, case)
    handling.hold(case=case, actor=ben, at=MONDAY + 6 * MINUTE, reason=company.waiting, wake_at=MONDAY + 2 * HOUR)
    ticking(MONDAY + 7 * MINUTE, MONDAY + 119 * MINUTE, sweep, every=10 * MINUTE)
    assert "brief.chased" not in kinds(case)
    ticking(MONDAY + 2 * HOUR, MONDAY + 2 * HOUR + MINUTE, sweep)
    assert told(company.agent)[-1] == "brief.chased"
    at = MONDAY + 3 * HOUR
    resolution.resolve(case=case, actor=ben, at=at, outcome=Outcome.SOLVED, text="It was the cable.")
    resolution.reopen(case=case, actor=company.ida.standing, at=at + MINUTE, text="It is back.")
    ticking(at + 2 * MINUTE, at + 4 * HOUR, sweep, every=10 * MINUTE)
    assert kinds(case).count("brief.chased") == 1
    assert "escalation.reminded" in told(company.specialist, since=at)
    is_sound(case)


def test_a_brief_returned_for_its_evidence_is_not_completed_without(company: Company) -> None:
    newer(company, wanted(Document.EVIDENCE))
    whole_brief = replace(company.brief(), evidence="The log of the night.")
    case = company.open()
    mara, ben = company.specialist.standing, company.agent.standing
    asked: dict[str, Any] = {"kind": Kind.FUNCTIONAL, "reason": Reason.SKILL, "brief": whole_brief}
    escalation.escalate(case=case, actor=ben, at=MONDAY + MINUTE, **asked)
    escalation.give_back(case=case, actor=mara, at=MONDAY + 5 * MINUTE, reason="The log is of another night.")
    before = everything()
    with pytest.raises(Refused) as refused:
        escalation.complete(case=case, actor=ben, at=MONDAY + 6 * MINUTE, brief=company.brief())
    assert (refused.value.code, everything()) == ("evidence_missing", before)
    escalation.complete(case=case, actor=ben, at=MONDAY + 7 * MINUTE, brief=whole_brief)
    assert case.escalations.get().state == "requested"


def waits_for(who: Worker, case: Case) -> bool:
    """Whether the brief is on the home page of this person, to be completed."""
    return case.pk in [row.case.pk for row in home(who.standing, at=MONDAY + HOUR).to_complete]


def test_after_a_second_climb_the_brief_is_owed_by_whoever_climbed_last(company: Company, case: Case) -> None:
    mara, ben, jan = company.specialist, company.agent, company.manager
    triage.take(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, owner=jan.agent)
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, text="I look at it.")
    up(company, case, MONDAY + 5 * MINUTE)
    skill = Skill.objects.create(slug="firmware", name="Firmware")
    able(company.executive, skill)
    escalation.acknowledge(case=case, actor=jan.standing, at=MONDAY + 6 * MINUTE, severity=2, text="I have it.")
    escalation.lend(case=case, actor=jan.standing, at=MONDAY + 6 * MINUTE, skill=skill, asked="Read the log.")
    escalation.give_back(case=case, actor=jan.standing, at=MONDAY + 7 * MINUTE, reason="Which firmware is it?")
    assert told(mara)[-1] == "escalation.returned"
    assert "escalation.returned" not in told(ben)
    assert waits_for(mara, case)
    assert not waits_for(ben, case)
    escalation.complete(case=case, actor=mara.standing, at=MONDAY + 9 * MINUTE, brief=company.brief())
    assert told(jan)[-1] == "escalation.completed"
    is_sound(case)


def test_what_climbed_on_by_itself_is_returned_to_whoever_began_it(company: Company, case: Case) -> None:
    Case.objects.filter(pk=case.pk).update(owner=None)
    Step.objects.filter(escalation__case=case).update(asked_by=None)
    escalation.give_back(case=case, actor=company.specialist.standing, at=MONDAY + 7 * MINUTE, reason="Which one?")
    assert told(company.agent)[-1] == "escalation.returned"
    assert waits_for(company.agent, case)
    escalation.complete(case=case, actor=company.agent.standing, at=MONDAY + 9 * MINUTE, brief=company.brief())


def test_declined_after_a_second_climb_whoever_climbed_and_the_leads_it_comes_back_to_hear_of_it(
    company: Company, case: Case
) -> None:
    mara = company.specialist
    kim = worker("Kim Aas", mara.agent.memberships.get().team)
    up(company, case, MONDAY + 5 * MINUTE)
    escalation.decline(case=case, actor=company.manager.standing, at=MONDAY + 6 * MINUTE, reason="You may decide it.")
    assert place(case) == (2, "specialists")
    assert told(mara)[-1] == told(kim)[-1] == told(company.agent)[-1] == "escalation.declined"
    is_sound(case)


def test_what_climbed_by_itself_from_nobody_is_returned_to_nobody(company: Company) -> None:
    case = company.open()
    sweep(MONDAY + 61 * MINUTE)
    before = everything()
    with pytest.raises(Refused, match="nobody_asked"):
        escalation.give_back(
            case=case, actor=company.specialist.standing, at=MONDAY + 65 * MINUTE, reason="What is this?"
        )
    assert everything() == before
    triage.take(case=case, actor=company.specialist.standing, at=MONDAY + 66 * MINUTE, owner=company.agent.agent)
    escalation.give_back(case=case, actor=company.specialist.standing, at=MONDAY + 67 * MINUTE, reason="What is it?")
    assert told(company.agent)[-1] == "escalation.returned"


def test_handed_back_it_is_with_the_team_it_came_from_however_far_it_went(company: Company, case: Case) -> None:
    mara, jan = company.specialist, company.manager
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, text="I look at it.")
    up(company, case, MONDAY + 5 * MINUTE)
    escalation.hand_back(case=case, actor=jan.standing, at=MONDAY + 9 * MINUTE, reason="You may decide this.")
    assert place(case) == (2, "specialists")
    assert newest_step(case).person == mara.agent
    assert told(mara)[-1] == "escalation.stepped"
    climb = case.escalations.get()
    assert (climb.state, climb.accountable) == ("requested", mara.agent)
    assert case.clocks.filter(kind="triage", state="running").count() == 1
    is_sound(case)


def test_redirected_to_a_colleague_or_another_team_it_waits_for_them(company: Company, case: Case) -> None:
    mara = company.specialist
    team = mara.agent.memberships.get().team
    kim = worker("Kim Aas", team, is_lead=False)
    network = Team.objects.create(slug="network", name="Network", public_name="Network")
    noa = worker("Noa Falk", network)
    said: dict[str, Any] = {"case": case, "reason": "This is about cabling."}
    escalation.redirect(**said, actor=mara.standing, at=MONDAY + 5 * MINUTE, person=kim.agent)
    assert (newest_step(case).person, case.escalations.get().accountable) == (kim.agent, kim.agent)
    assert "escalation.stepped" in told(kim)
    escalation.redirect(**said, actor=kim.standing, at=MONDAY + 6 * MINUTE, team=network)
    assert place(case) == (2, "network")
    assert told(noa) == ["escalation.stepped"]
    before = everything()
    with pytest.raises(Refused) as refused:
        escalation.redirect(**said, actor=noa.standing, at=MONDAY + 7 * MINUTE)
    assert (refused.value.field, everything()) == ("team", before)
    escalation.hand_back(case=case, actor=noa.standing, at=MONDAY + 8 * MINUTE, reason="The cables are fine.")
    assert place(case) == (2, "specialists")
    is_sound(case)


def test_stepped_back_it_goes_on_below_with_the_team_that_had_it(company: Company, case: Case) -> None:
    jan = company.manager
    up(company, case, MONDAY + 5 * MINUTE)
    up(company, case, MONDAY + 6 * MINUTE, by=jan)
    before = everything()
    with pytest.raises(Refused) as refused:
        escalation.step_back(
            case=case, actor=company.executive.standing, at=MONDAY + 7 * MINUTE, reason="Not for me.", level=4
        )
    assert (refused.value.field, everything()) == ("level", before)
    escalation.step_back(
        case=case, actor=company.executive.standing, at=MONDAY + 7 * MINUTE, reason="No authority needed.", level=2
    )
    assert place(case) == (2, "specialists")
    assert told(company.specialist)[-1] == "escalation.stepped"
    assert case.escalations.get().state == "requested"
    is_sound(case)


def test_de_escalated_it_is_back_where_it_began_and_the_customer_is_told(company: Company, case: Case) -> None:
    mara = company.specialist.standing
    before = everything()
    with pytest.raises(Refused, match="accept_first"):
        escalation.de_escalate(case=case, actor=mara, at=MONDAY + 2 * MINUTE, reason="It is quiet again.")
    assert everything() == before
    escalation.accept(case=case, actor=mara, at=MONDAY + 2 * MINUTE, text="I look at it.")
    up(company, case, MONDAY + 5 * MINUTE)
    jan = company.manager.standing
    escalation.accept(case=case, actor=jan, at=MONDAY + 6 * MINUTE, text="I look at it.")
    escalation.de_escalate(case=case, actor=jan, at=MONDAY + 9 * MINUTE, reason="The meters send again.")
    assert place(case) == (1, "front")
    climb = case.escalations.get()
    assert (climb.state, climb.ended_early) == ("closed", True)
    assert told(company.agent)[-1] == told(company.ida)[-1] == "escalation.de_escalated"
    is_sound(case)


def test_withdrawn_by_whoever_asked_the_receiver_is_told(company: Company, case: Case) -> None:
    kim = worker("Kim Aas", Team.objects.create(slug="other", name="Other", public_name="Other"))
    before = everything()
    with pytest.raises(Refused, match="other_team"):
        escalation.withdraw(case=case, actor=kim.standing, at=MONDAY + 2 * MINUTE, reason="Not mine.")
    assert everything() == before
    escalation.withdraw(case=case, actor=company.agent.standing, at=MONDAY + 3 * MINUTE, reason="It was the plug.")
    assert place(case) == (1, "front")
    assert told(company.specialist)[-1] == "escalation.withdrawn"
    assert case.clocks.filter(state="running", kind__in=["acknowledgement", "triage"]).count() == 0
    is_sound(case)


def test_acknowledging_tells_the_customer_and_nothing_is_heard_without_words_to_them(
    company: Company, case: Case
) -> None:
    mara = company.specialist.standing
    before = everything()
    with pytest.raises(Refused) as refused:
        escalation.acknowledge(case=case, actor=mara, at=MONDAY + 2 * MINUTE, severity=1, text=" ")
    assert (refused.value.field, everything()) == ("text", before)
    escalation.acknowledge(case=case, actor=mara, at=MONDAY + 2 * MINUTE, severity=1, text="Mara has it; news by noon.")
    case.refresh_from_db()
    assert case.severity == 1
    assert told(company.ida)[-1] == "escalation.acknowledged"
    handling.note(case=case, actor=mara, at=MONDAY + 3 * MINUTE, text="Quiet so far.")
    assert kinds(case).count("escalation.acknowledged") == 1
    is_sound(case)
