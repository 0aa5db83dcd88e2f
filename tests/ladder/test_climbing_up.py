"""Up the ladder by people: to a skill, with an expert lent, over levels, pulled up; and what each person received."""

from __future__ import annotations

from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, resolution, work
from escalations.actions.escalation import BriefText
from escalations.models import Event, Notice, Script, ScriptLine, Skill, Step, TeamMembership
from escalations.rules.vocabulary import Document, Kind, Outcome, Reason
from knowledgebase.models import Article
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker, worker
from tests.knowledgebase import shelf
from tests.ladder.ground import HOUR, MINUTE, able, away, kinds, newest_step, place, told, up, wanted
from tests.policies.newer import newer


@pytest.fixture
def database() -> Skill:
    return Skill.objects.create(slug="database", name="Databases")


def colleague(company: Company, name: str) -> Worker:
    """Another specialist, who leads nobody."""
    return worker(name, company.specialist.agent.memberships.get().team, is_lead=False)


def test_esc_19_a_functional_climb_goes_to_whoever_has_the_skill_and_the_owner_is_kept(
    company: Company, database: Skill
) -> None:
    kim, ben = colleague(company, "Kim Aas"), company.agent
    able(kim, database)
    case = company.open()
    handling.reply(case=case, actor=ben.standing, at=MONDAY, text="Heard you.")
    company.escalate(case, MONDAY + MINUTE, skill=database)
    assert (newest_step(case).person, newest_step(case).because) == (kim.agent, "skill")
    assert told(kim) == ["escalation.requested"]
    escalation.accept(case=case, actor=kim.standing, at=MONDAY + 5 * MINUTE, text="I look at the indexes.")
    handling.reply(case=case, actor=kim.standing, at=MONDAY + 6 * MINUTE, text="Which table is it?")
    up(company, case, MONDAY + 9 * MINUTE, by=kim)
    case.refresh_from_db()
    assert case.owner == ben.agent
    assert told(ben)[-2:] == ["escalation.accepted", "escalation.stepped"]
    is_sound(case)


def test_esc_19_the_expert_who_is_lent_helps_while_the_owner_stays_accountable(
    company: Company, database: Skill
) -> None:
    able(company.specialist, database)
    case, ben = company.open(), company.agent
    handling.reply(case=case, actor=ben.standing, at=MONDAY, text="Heard you.")
    escalation.lend(case=case, actor=ben.standing, at=MONDAY + MINUTE, skill=database, asked="Is this index ever used?")
    assert place(case) == (1, "front")
    climb = case.escalations.get()
    assert (climb.accountable, newest_step(case).person) == (ben.agent, company.specialist.agent)
    assert told(company.specialist) == ["escalation.requested"]
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY + 9 * MINUTE, text="An expert helps now.")
    climb.refresh_from_db()
    case.refresh_from_db()
    assert (climb.state, climb.accountable, case.owner) == ("investigating", ben.agent, ben.agent)
    is_sound(case)


def test_who_helps_is_never_the_one_who_answers_for_it_already(company: Company, database: Skill) -> None:
    able(company.specialist, database)
    case, mara = company.escalate(company.open(), MONDAY + MINUTE), company.specialist
    escalation.accept(case=case, actor=mara.standing, at=MONDAY + 2 * MINUTE, text="I have it.")
    before = everything()
    with pytest.raises(Refused, match="unknown_skill"):
        escalation.lend(
            case=case, actor=company.agent.standing, at=MONDAY + HOUR, skill=database, asked="Is it the index?"
        )
    assert everything() == before


def test_an_expert_is_lent_only_once_somebody_has_said_to_have_it(company: Company, database: Skill) -> None:
    kim, mara = colleague(company, "Kim Aas"), company.specialist
    able(kim, database)
    case = company.escalate(company.open(), MONDAY + MINUTE)
    before = everything()
    asking: dict[str, Any] = {"case": case, "actor": mara.standing, "skill": database, "asked": "Is it the index?"}
    with pytest.raises(Refused, match="acknowledge_first"):
        escalation.lend(**asking, at=MONDAY + 2 * MINUTE)
    assert everything() == before
    escalation.acknowledge(case=case, actor=mara.standing, at=MONDAY + 3 * MINUTE, severity=2, text="I have it.")
    escalation.lend(**asking, at=MONDAY + 4 * MINUTE)
    assert newest_step(case).person == kim.agent
    is_sound(case)


def test_for_an_owner_who_is_away_the_expert_answers_for_it(company: Company, database: Skill) -> None:
    able(company.specialist, database)
    case, ben = company.open(), company.agent
    handling.reply(case=case, actor=ben.standing, at=MONDAY, text="Heard you.")
    nina = worker("Nina Falk", case.team, is_lead=False)
    away(ben, MONDAY + MINUTE, MONDAY + HOUR)
    escalation.lend(case=case, actor=nina.standing, at=MONDAY + 2 * MINUTE, skill=database, asked="Is it the index?")
    assert case.escalations.get().accountable == company.specialist.agent
    is_sound(case)


def test_a_case_to_which_an_expert_was_lent_still_goes_back_to_where_it_came_from(
    company: Company, database: Skill
) -> None:
    kim = colleague(company, "Kim Aas")
    able(kim, database)
    case, mara = company.escalate(company.open(), MONDAY + MINUTE), company.specialist.standing
    escalation.accept(case=case, actor=mara, at=MONDAY + 2 * MINUTE, text="I look at it.")
    escalation.lend(case=case, actor=mara, at=MONDAY + 3 * MINUTE, skill=database, asked="Is it the index?")
    escalation.acknowledge(case=case, actor=kim.standing, at=MONDAY + 4 * MINUTE, severity=2, text="An expert helps.")
    escalation.hand_back(case=case, actor=mara, at=MONDAY + 5 * MINUTE, reason="Yes: rebuild it, see article 12.")
    assert place(case) == (1, "front")
    assert "escalation.stepped" in told(company.agent)
    is_sound(case)


def test_esc_07_a_jump_says_which_levels_it_left_out_and_nobody_of_them_is_told(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE, level=4, kind=Kind.HIERARCHICAL)
    step = newest_step(case)
    assert (step.move, step.from_level, step.to_level) == ("jump", 1, 4)
    assert told(company.executive) == ["escalation.requested"]
    assert told(company.specialist) == told(company.manager) == []
    assert "escalation.passed_on" not in kinds(case)  # skipped, not timed out
    is_sound(case)


def test_a_manager_pulls_a_case_up_and_answers_for_it(company: Company) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Heard you.")
    before = everything()
    with pytest.raises(Refused) as refused:
        escalation.pull_up(case=case, actor=company.manager.standing, at=MONDAY + MINUTE, justification=" ")
    assert (refused.value.field, everything()) == ("justification", before)
    with pytest.raises(Refused, match="not_above"):
        escalation.pull_up(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, justification="Mine.")
    escalation.pull_up(
        case=case, actor=company.manager.standing, at=MONDAY + MINUTE, justification="The press asks about it."
    )
    assert place(case) == (3, "managers")
    climb = case.escalations.get()
    assert (climb.source, climb.accountable, climb.justification) == (
        "manager",
        company.manager.agent,
        "The press asks about it.",
    )
    assert told(company.agent)[-1] == "escalation.requested"
    assert told(company.manager) == []  # whoever does it knows
    case.refresh_from_db()
    assert case.owner == company.agent.agent
    is_sound(case)


def test_nobody_escalates_to_themselves(company: Company) -> None:
    specialists = company.specialist.agent.memberships.get().team
    TeamMembership.objects.create(team=specialists, agent=company.agent.agent, is_lead=True)
    company.escalate(company.open(), MONDAY + MINUTE)
    assert Step.objects.get().person == company.specialist.agent


def test_esc_05_three_receivers_of_a_level_are_one_event_and_three_notices(company: Company) -> None:
    specialists = company.specialist.agent.memberships.get().team
    team = [company.specialist, *(worker(name, specialists) for name in ("Kim Aas", "Lea Dorn"))]
    case = company.escalate(company.open(), MONDAY + MINUTE)
    event = Event.objects.get(case=case, kind="escalation.requested")
    assert [told(person) for person in team] == [["escalation.requested"]] * 3
    assert Notice.objects.filter(event=event, channel="in_app", recipient__in=[p.user.code for p in team]).count() == 3
    is_sound(case)


def test_esc_20_another_group_gets_one_notice_and_the_group_before_none(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE, text="I look at it.")
    colleague(company, "Kim Aas")
    before = Notice.objects.count()
    up(company, case, MONDAY + 5 * MINUTE)
    new = Notice.objects.order_by("pk")[before:]
    assert sorted((row.recipient, row.channel) for row in new if row.recipient == company.manager.user.code) == [
        (company.manager.user.code, "in_app"),
        (company.manager.user.code, "mail"),
    ]
    told_of_it = {row.recipient for row in new}
    assert told_of_it == {company.manager.user.code, company.ida.contact.code, company.agent.user.code}


# -- the gate of what must be in writing -----------------------------------------------------------------


def refused_and_unchanged(field: str, code: str, act: object) -> None:
    before = everything()
    with pytest.raises(Refused) as refused:
        act()  # type: ignore[operator]
    assert (refused.value.field, refused.value.code) == (field, code)
    assert everything() == before


@pytest.mark.parametrize("part", ["tried", "impact", "asked"])
def test_a_climb_without_a_brief_says_what_is_missing_and_changes_nothing(company: Company, part: str) -> None:
    case = company.open()
    whole: dict[str, Any] = {"tried": "Restarted it", "impact": "No billing", "asked": "Find the cause"}
    refused_and_unchanged(
        part,
        "brief_missing",
        lambda: escalation.escalate(
            case=case,
            actor=company.agent.standing,
            at=MONDAY,
            kind=Kind.FUNCTIONAL,
            reason=Reason.SKILL,
            brief=BriefText(**{**whole, part: "  "}),
        ),
    )


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        (Document.EVIDENCE, "evidence", "evidence_missing"),
        (Document.ARTICLES, "articles", "articles_missing"),
        (Document.SCRIPT, "tried", "script_missing"),
        (Document.JUSTIFICATION, "justification", "justification_missing"),
    ],
)
def test_esc_25_what_must_be_in_writing_before_a_climb_stops_it_until_it_is(
    company: Company, document: Document, field: str, code: str
) -> None:
    newer(company, wanted(document, level=2))
    script = Script.objects.create(name="Readings stop", level=1)
    line = ScriptLine.objects.create(script=script, body="Restart the collector")
    case, ben = company.open(), company.agent.standing
    article: Article = shelf.published(shelf.category("metering"), "collector")
    refused_and_unchanged(field, code, lambda: company.escalate(case, MONDAY + MINUTE))
    handling.tick(case=case, actor=ben, at=MONDAY + MINUTE, line=line, helped=False)
    escalation.escalate(
        case=case,
        actor=ben,
        at=MONDAY + 2 * MINUTE,
        kind=Kind.FUNCTIONAL,
        reason=Reason.SKILL,
        brief=BriefText("Restarted", "No billing", "The cause", evidence="The log of Monday", articles=(article,)),
        justification="The night shift cannot reach the meters.",
    )
    assert place(case) == (2, "specialists")
    up(company, case, MONDAY + 9 * MINUTE)  # the level above does not want it
    is_sound(case)


def test_esc_25_what_must_be_in_writing_before_resolving_stops_it_until_it_is(company: Company) -> None:
    newer(company, *(wanted(document) for document in (Document.FINDING, Document.CAUSE, Document.PREVENTION)))
    case, mara = company.escalate(company.open(), MONDAY + MINUTE), company.specialist.standing
    escalation.accept(case=case, actor=mara, at=MONDAY + 2 * MINUTE, text="I look at it.")

    def solve(**given: Any) -> None:
        told_customer = "The lock is gone."
        resolution.resolve(
            case=case, actor=mara, at=MONDAY + 9 * MINUTE, outcome=Outcome.SOLVED, text=told_customer, **given
        )

    refused_and_unchanged("", "finding_missing", solve)
    work.find(case=case, actor=mara, at=MONDAY + 5 * MINUTE, text="The lock is never released.")
    refused_and_unchanged("cause", "cause_missing", solve)
    refused_and_unchanged("prevention", "prevention_missing", lambda: solve(cause="product"))
    solve(cause="product", prevention="Release it in a finally block.")
    case.refresh_from_db()
    assert case.state == "resolved"
    is_sound(case)


def test_esc_25_without_the_plan_a_level_wants_nothing_is_solved_there(company: Company) -> None:
    newer(company, wanted(Document.PLAN, level=2))
    case, mara = company.escalate(company.open(), MONDAY + MINUTE), company.specialist
    at = MONDAY + 2 * MINUTE
    escalation.accept(case=case, actor=mara.standing, at=at, text="I look at it.")

    def solve() -> None:
        resolution.resolve(case=case, actor=mara.standing, at=at, outcome=Outcome.SOLVED, text="It is gone.")

    refused_and_unchanged("", "plan_missing", solve)
    steps = [work.PlanLine("Release the lock", mara.agent, MONDAY.date())]
    work.plan(case=case, actor=mara.standing, at=at, steps=steps)
    solve()
    assert case.escalations.get().state == "resolved"
