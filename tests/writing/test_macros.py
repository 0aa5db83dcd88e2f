"""A macro does several things in one go: each by its own act, all of them or none, and as its preview said."""

from __future__ import annotations

from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import handling, macros, triage
from escalations.models import Case, Escalation, Event, Macro, Message, Notice, Skill, Team, Watcher
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker
from tests.work.ground import HOUR, MINUTE

Steps = list[tuple[str, dict[str, Any]]]
USUAL: Steps = [
    ("take", {}),
    ("triage", {"severity": 3, "why": "One site only"}),
    ("reply", {"text": "Hello {{ first_name }}, this is {{ me }} about {{ reference }}."}),
    ("promise", {"hours": 2}),
    ("note", {"text": "Look at the collector first."}),
    ("watch", {}),
]
KINDS = ["case.taken", "case.triaged", "message.sent", "promise.made", "note.added", "case.watched"]


def macro(steps: Steps, **fields: Any) -> Macro:
    made = Macro.objects.create(name="Take it and answer", **fields)
    for position, (verb, values) in enumerate(steps, start=1):
        made.steps.create(position=position, verb=verb, values=values)
    return made


def run(made: Macro, case: Case, who: Worker, **fields: Any) -> list[Event]:
    return macros.run(macro=made, case=case, actor=who.standing, at=MONDAY + MINUTE, **fields)


def test_every_step_is_an_act_of_its_own_in_order(company: Company) -> None:
    case = company.open()
    done = run(macro(USUAL), case, company.agent)
    case.refresh_from_db()
    assert [event.kind for event in done] == KINDS
    assert [event.seq for event in done] == list(range(2, 8))
    assert (case.owner, case.severity) == (company.agent.agent, 3)
    said = Message.objects.get(case=case, is_public=True, user=company.agent.user).body
    assert said == f"Hello Ida, this is {company.agent.user.name} about {case.reference}."
    assert Notice.objects.filter(event__in=done, recipient=company.ida.contact.code).exists()
    is_sound(case)


@pytest.mark.parametrize("verb", ["hold", "resolve"])
def test_a_step_that_is_refused_takes_back_those_before_it(company: Company, verb: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "hold": {"pause": "nowhere", "hours": 2},
        "resolve": {"outcome": "solved", "text": "By {{ news_by }}"},
    }
    case, made = company.open(), macro([*USUAL[:3], (verb, values[verb])])
    before = everything()
    with pytest.raises(Refused) as refused:
        run(made, case, company.agent)
    assert "4" in str(refused.value.remedy)
    assert everything() == before


def test_the_preview_says_what_will_happen_and_changes_nothing(company: Company) -> None:
    case, made = company.open(), macro(USUAL)
    before = everything()
    seen = macros.foresee(macro=made, case=case, actor=company.agent.standing, at=MONDAY + MINUTE)
    assert everything() == before
    done = run(made, case, company.agent)
    assert [step.event.kind for step in seen if step.event] == [event.kind for event in done]
    assert seen[2].text.startswith("Hello Ida,")


def test_the_preview_ends_at_the_step_that_is_refused_and_says_why(company: Company) -> None:
    hold = ("hold", {"pause": company.waiting.slug, "hours": 4})
    case, made = company.open(), macro([hold, hold, ("note", {"text": "Never"})])
    seen = macros.foresee(macro=made, case=case, actor=company.agent.standing, at=MONDAY)
    assert [step.refusal.code if step.refusal else "" for step in seen] == ["", "already_pending"]


def test_two_clicks_are_one(company: Company) -> None:
    case, made = company.open(), macro(USUAL)
    first = run(made, case, company.agent, key="desk:one")
    before = everything()
    assert run(made, case, company.agent, key="desk:one") == first[:1]
    assert everything() == before


def test_a_macro_belongs_to_its_team(company: Company) -> None:
    case, made = company.open(), macro(USUAL, team=Team.objects.get(slug="specialists"))
    assert macros.offered(company.agent.standing) == []
    assert macros.offered(company.specialist.standing) == [made]
    before = everything()
    with pytest.raises(Refused) as refused:
        run(made, case, company.agent)
    assert refused.value.code == "macro_gone"
    assert everything() == before


def test_what_is_so_already_stays_so(company: Company) -> None:
    case = company.open()
    handling.watch(case=case, actor=company.agent.standing, at=MONDAY)
    triage.take(case=case, actor=company.agent.standing, at=MONDAY)
    assert run(macro([("watch", {}), ("take", {})]), case, company.agent) == []
    assert Watcher.objects.filter(case=case).count() == 1


def test_a_climb_finds_its_brief_in_the_case(company: Company) -> None:
    case = company.open()
    done = run(
        macro([("note", {"text": "Restarted it."}), ("escalate", {"because": "skill", "text": "Please look."})]),
        case,
        company.agent,
    )
    case.refresh_from_db()
    assert [event.kind for event in done] == ["note.added", "escalation.requested"]
    assert case.level == 2
    is_sound(case)


def test_each_value_of_a_step_is_what_its_act_is_filled_in_with(company: Company) -> None:
    Skill.objects.create(slug="sql", name="Databases")
    case = company.open()
    done = run(
        macro(
            [
                ("assess", {"skill": "sql"}),
                ("triage", {"level": 2, "severity": 3, "why": "Only one site"}),
                ("hold", {"pause": company.waiting.slug, "hours": 4}),
            ]
        ),
        case,
        company.agent,
    )
    case.refresh_from_db()
    assert [event.kind for event in done] == ["case.assessed", "case.triaged", "case.held"]
    assert (case.skill and case.skill.slug, case.severity, case.level) == ("sql", 3, 2)
    assert (case.pause_reason, case.wake_at) == (company.waiting, MONDAY + 4 * HOUR + MINUTE)
    assert Message.objects.get(uid=done[1].data["message"]).body == "Only one site"


def test_a_solution_has_its_outcome_its_cause_and_what_prevents_it(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    ending = {"outcome": "workaround", "text": "Use the other form.", "cause": "product", "why": "Mend the form"}
    run(macro([("resolve", ending)]), case, company.specialist)
    case.refresh_from_db()
    climb = Escalation.objects.get(case=case)
    assert (case.outcome, climb.cause, climb.prevention) == ("workaround", "product", "Mend the form")


def test_a_macro_that_is_offered_no_longer_is_offered_to_nobody(company: Company) -> None:
    made = macro(USUAL, is_active=False)
    assert macros.offered(company.agent.standing) == []
    case = company.open()
    before = everything()
    with pytest.raises(Refused):
        run(made, case, company.agent)
    assert everything() == before
