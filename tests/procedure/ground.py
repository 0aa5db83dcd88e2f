"""A procedure that says everything a procedure can say, in force since a week; and what is read of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from customers.models import SupportPlan
from escalations.actions import policies
from escalations.models import Communication, Level, PolicyVersion, Requirement, Role, Skill, Target, Training, Trigger
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.vocabulary import ClockKind, Document, Effect, Kind, NoticeGroup
from tests.cast import MONDAY, Company

DAY = timedelta(days=1)
PURPOSE = "So that no case stays with somebody who **cannot** solve it.\n\nIt covers every product we sell."
HANDING_OVER = "Say *what you tried*, what it means for the customer, and what you ask for."
CALMLY = "Let the customer finish. Then say what happens next, and when."
ROLES = (
    (Stage.IDENTIFICATION, Party.OWNER, None, Involvement.DOES, "Sees that a criterion is met and escalates."),
    (Stage.IDENTIFICATION, Party.LEAD, None, Involvement.ACCOUNTABLE, "Answers for what is not seen."),
    (Stage.TRIAGE, Party.LEAD, None, Involvement.ACCOUNTABLE, "Sees that it is taken up within the hour."),
    (Stage.TRIAGE, Party.TEAM, 2, Involvement.DOES, "Accepts, or says why not."),
    (Stage.INVESTIGATION, Party.ACCOUNTABLE, None, Involvement.DOES, "Finds the cause and writes it down."),
    (Stage.INVESTIGATION, Party.LEAD, None, Involvement.ACCOUNTABLE, "Answers for the time it takes."),
    (Stage.INVESTIGATION, Party.OUTSIDE, None, Involvement.CONSULTED, "Answers requests."),
    (Stage.RESOLUTION, Party.ACCOUNTABLE, None, Involvement.ACCOUNTABLE, "Answers for the solution."),
    (Stage.RESOLUTION, Party.OWNER, None, Involvement.DOES, "Tells the customer how it was solved."),
    (Stage.RESOLUTION, Party.CUSTOMER, None, Involvement.INFORMED, "Confirms the solution."),
    (Stage.RESOLUTION, Party.ACCOUNT_MANAGER, None, Involvement.CONSULTED, "Knows what else burns there."),
    (Stage.REVIEW, Party.TEAM, None, Involvement.DOES, "Writes down what was learned."),
    (Stage.REVIEW, Party.POLICY_OWNER, None, Involvement.ACCOUNTABLE, "Changes the procedure where it failed."),
)
TARGETS: tuple[tuple[ClockKind, int | None, int | None, bool, int], ...] = (
    (ClockKind.RESOLUTION, 1, None, True, 120),
    (ClockKind.RESOLUTION, 1, 3, False, 200),
    (ClockKind.ACKNOWLEDGEMENT, None, 2, False, 20),
    (ClockKind.NEXT_REPLY, 2, None, False, 45),
    (ClockKind.REVIEW, None, None, False, 960),
)


def gold() -> SupportPlan:
    return SupportPlan.objects.get_or_create(slug="gold", defaults={"name": "Gold"})[0]


def full_draft(company: Company, **changes: Any) -> PolicyVersion:
    """The next draft of the company's policy, with rows of every kind and two training texts."""
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY - 8 * DAY)
    for name, value in {"purpose": PURPOSE, "sign_in_above": 10_000, "leads_ask_from": 3, **changes}.items():
        setattr(draft, name, value)
    draft.save()
    for rows in (draft.roles, draft.requirements, draft.communications, draft.trainings):
        rows.all().delete()
    draft.triggers.exclude(condition="clock_breached").delete()
    draft.levels.filter(number=2).update(needs_training=True, remind_minutes=15, pass_on_minutes=30, waits_from=3)
    draft.levels.filter(number=1).update(authority_limit=500)
    draft.levels.filter(number=2).update(authority_limit=2_000)
    draft.levels.filter(number=3).update(authority_limit=20_000, notice_budget=4, forget_minutes=480)
    is_first = not draft.targets.filter(plan=gold()).exists()
    if is_first:
        draft.targets.update(position=100)
    for position, (clock, severity, level, with_plan, minutes) in enumerate(TARGETS if is_first else ()):
        Target.objects.create(
            version=draft,
            position=position,
            clock=clock.value,
            severity=severity,
            level=level,
            plan=gold() if with_plan else None,
            calendar=company.calendar,
            minutes=minutes,
        )
    for position, (stage, party, level, involvement, duty) in enumerate(ROLES):
        Role.objects.create(
            version=draft,
            position=position,
            stage=stage.value,
            party=party.value,
            level=level,
            involvement=involvement.value,
            duty=duty,
        )
    _rest(draft)
    return draft


def _rest(draft: PolicyVersion) -> None:
    skill, _made = Skill.objects.get_or_create(slug="radio", defaults={"name": "Radio links"})
    for position, (condition, parameters, effect) in enumerate(
        [
            ("reopened", {"at_least": 2}, Effect.ACT),
            ("silence", {"hours": 8}, Effect.NUDGE),
            ("missing_skill", {}, Effect.ACT),
        ],
        start=10,
    ):
        Trigger.objects.create(
            version=draft,
            position=position,
            condition=condition,
            parameters=parameters,
            effect=effect.value,
            kind=Kind.FUNCTIONAL.value,
            skill=skill if condition == "missing_skill" else None,
        )
    Requirement.objects.create(version=draft, document=Document.PLAN.value, level=3)
    Requirement.objects.create(version=draft, document=Document.EVIDENCE.value, kind=Kind.HIERARCHICAL.value)
    Communication.objects.create(version=draft, group=NoticeGroup.ASKED.value, severity=1)
    Communication.objects.create(version=draft, position=1, level=3, is_urgent=False)
    Training.objects.create(version=draft, key="handing-over", title="Handing over", text=HANDING_OVER, level=2)
    Training.objects.create(
        version=draft, position=1, key="calmly", title="Talking to customers", text=CALMLY, valid_days=100
    )


def publish(company: Company, draft: PolicyVersion, *, days_ago: int = 7) -> PolicyVersion:
    """Handed in by nobody and published by the administrator, so many days before Monday."""
    return policies.publish_written_by_program(
        version=draft, by=company.administrator, at=MONDAY - timedelta(days=days_ago)
    )


def in_force(company: Company, **changes: Any) -> PolicyVersion:
    """The full procedure, published; level 2 asks for training."""
    return publish(company, full_draft(company, **changes))


def team_of_level(version: PolicyVersion, number: int) -> int:
    return Level.objects.get(version=version, number=number).team_id
