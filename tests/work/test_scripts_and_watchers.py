"""What the front line tries in order, what a case takes, and who wants to hear of it."""

from __future__ import annotations

from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, policies
from escalations.casefile.work import tried_so_far
from escalations.models import Case, Requirement, Script, ScriptLine, ScriptTick, Skill, Topic, Trigger, Watcher
from escalations.rules.vocabulary import Document, Effect, Kind, Reason
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.work.ground import HOUR, MINUTE, accepted, all_rows, script, told


def tick(company: Company, case: Case, line: ScriptLine, *, helped: bool = False, **fields: Any) -> None:
    handling.tick(case=case, actor=company.agent.standing, at=MONDAY, line=line, helped=helped, **fields)


def test_a_line_is_ticked_once_with_what_came_of_it(company: Company) -> None:
    case = company.open()
    first, second = script(company)
    tick(company, case, first)
    tick(company, case, second, helped=True)
    assert list(ScriptTick.objects.values_list("line", "helped", "done_by")) == [
        (first.pk, False, company.agent.agent.pk),
        (second.pk, True, company.agent.agent.pk),
    ]
    case.refresh_from_db()
    assert case.owner == company.agent.agent
    before = all_rows()
    with pytest.raises(Refused) as refused:
        tick(company, case, first)
    assert (refused.value.field, refused.value.code) == ("line", "line_done")
    assert all_rows() == before
    is_sound(case)


def test_what_was_tried_fills_itself_in(company: Company) -> None:
    case = company.open()
    assert tried_so_far(case) == ""
    first, second = script(company, "Restart the collector.", "Read the lock file")
    tick(company, case, first)
    tick(company, case, second, helped=True)
    assert tried_so_far(case) == "Restart the collector: it did not help.\nRead the lock file: it helped."


@pytest.mark.parametrize("wrong", ["retired line", "retired script", "other level", "other topic"])
def test_lines_of_other_scripts_are_not_ticked(company: Company, wrong: str) -> None:
    case = company.open()
    script(company)
    other = Script.objects.create(
        name="Another",
        level=2 if wrong == "other level" else 1,
        topic=company.topic if wrong == "other topic" else None,
        is_active=wrong != "retired script",
    )
    line = ScriptLine.objects.create(script=other, body="Call the plant", is_active=wrong != "retired line")
    before = all_rows()
    with pytest.raises(Refused) as refused:
        tick(company, case, line)
    assert (refused.value.field, refused.value.code) == ("line", "line_unknown")
    assert all_rows() == before


def test_the_script_of_a_topic_is_for_cases_of_that_topic(company: Company) -> None:
    case = company.open(topic=company.topic)
    line = ScriptLine.objects.create(
        script=Script.objects.create(name="Meters", topic=company.topic), body="Read the meter"
    )
    tick(company, case, line)
    elsewhere = company.open(topic=Topic.objects.create(slug="billing", name="Billing"))
    with pytest.raises(Refused) as refused:
        tick(company, elsewhere, line)
    assert refused.value.code == "no_script"


def test_a_procedure_that_wants_the_script_names_what_is_not_done(company: Company) -> None:
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    draft.requirements.all().delete()
    Requirement.objects.create(version=draft, document=Document.SCRIPT.value)
    policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY)
    case = company.open()
    first, second = script(company)
    tick(company, case, first)
    before = all_rows()
    with pytest.raises(Refused) as refused:
        company.escalate(case, MONDAY)
    assert refused.value.code == "script_missing"
    assert "Read the lock file" in refused.value.remedy
    assert "Restart the collector" not in refused.value.remedy
    assert all_rows() == before
    tick(company, case, second)
    assert company.escalate(case, MONDAY).level == 2


# -- what it takes -------------------------------------------------------------------------------------


def test_what_a_case_takes_is_on_record_and_the_ladder_looks_at_it(company: Company) -> None:
    """Nobody of the front line can do it: a trigger that looks for missing skills climbs."""
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    Trigger.objects.create(
        version=draft, position=9, condition="missing_skill", parameters={}, effect=Effect.ACT, kind=Kind.FUNCTIONAL
    )
    policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY)
    firmware = Skill.objects.create(slug="firmware", name="Firmware")
    case = company.open()
    made = handling.assess(
        case=case, actor=company.agent.standing, at=MONDAY + MINUTE, skill=firmware, amount=1200, currency="EUR"
    )
    assert made.data == {"skill": "firmware", "amount": 1200, "currency": "EUR"}
    case.refresh_from_db()
    assert (case.skill, case.amount, case.currency) == (firmware, 1200, "EUR")
    assert case.check_at == MONDAY + MINUTE
    handling.assess(case=case, actor=company.agent.standing, at=MONDAY + 2 * MINUTE)
    case.refresh_from_db()
    assert (case.skill, case.amount, case.currency) == (None, 0, "")
    is_sound(case)


@pytest.mark.parametrize(
    ("amount", "currency", "field", "code"),
    [
        (5, "USD", "currency", "other_currency"),
        (-1, "", "amount", "amount_range"),
        (2**31, "", "amount", "amount_range"),
    ],
)
def test_amounts_are_whole_units_of_the_currency_of_the_procedure(
    company: Company, amount: int, currency: str, field: str, code: str
) -> None:
    case = company.open()
    before = all_rows()
    with pytest.raises(Refused) as refused:
        handling.assess(case=case, actor=company.agent.standing, at=MONDAY, amount=amount, currency=currency)
    assert (refused.value.field, refused.value.code) == (field, code)
    assert all_rows() == before


# -- watching ------------------------------------------------------------------------------------------


def test_whoever_watches_hears_of_changes_until_it_is_said_again(company: Company) -> None:
    case = accepted(company)
    standing = company.executive.standing
    made = handling.watch(case=case, actor=standing, at=MONDAY)
    assert made.data == {"watcher": company.executive.agent.code, "watches": True}
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + HOUR, text="Any news?")
    assert told(company.executive) == ["message.received"]
    handling.watch(case=case, actor=standing, at=MONDAY + HOUR)
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + 2 * HOUR, text="Hello?")
    assert told(company.executive) == ["message.received"]
    is_sound(case)


def test_a_colleague_can_be_put_on_watch_but_nobody_who_left(company: Company) -> None:
    case = company.open()
    agent = company.executive.agent
    handling.watch(case=case, actor=company.agent.standing, at=MONDAY, watcher=agent)
    assert Watcher.objects.get(case=case).agent == agent
    agent.is_active = False
    agent.save()
    before = all_rows()
    with pytest.raises(Refused) as refused:
        handling.watch(case=case, actor=company.agent.standing, at=MONDAY, watcher=agent)
    assert (refused.value.field, refused.value.code) == ("watcher", "watcher_unknown")
    assert all_rows() == before


def test_nobody_ends_the_watch_of_a_colleague(company: Company) -> None:
    case, agent = company.open(), company.executive.agent
    handling.watch(case=case, actor=company.executive.standing, at=MONDAY)
    made = handling.watch(case=case, actor=company.agent.standing, at=MONDAY, watcher=agent)
    assert made.data == {"watcher": agent.code, "watches": True}
    assert Watcher.objects.get(case=case).agent == agent
    handling.watch(case=case, actor=company.executive.standing, at=MONDAY, watcher=agent)
    assert not Watcher.objects.filter(case=case).exists()


def test_ticks_stay_with_the_case_when_it_climbs(company: Company) -> None:
    case = company.open()
    tick(company, case, script(company)[0])
    escalation.escalate(
        case=case,
        actor=company.agent.standing,
        at=MONDAY,
        kind=Kind.FUNCTIONAL,
        reason=Reason.SKILL,
        brief=company.brief(),
    )
    assert "Restart the collector" in tried_so_far(case)
