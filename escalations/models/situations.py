"""A case with its open escalation as `rules.permits` sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Exists

from escalations.models.asks import Ask
from escalations.models.cases import Case
from escalations.models.clocks import Clock
from escalations.models.duty import Absence
from escalations.models.escalations import Brief, Decision, Escalation, Step
from escalations.models.policies import published_procedure
from escalations.models.reviews import Review, Survey
from escalations.models.scripts import Script
from escalations.models.work import PlanStep, Request
from escalations.rules.permits import Situation
from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import (
    UNSOLVED,
    AskState,
    CaseState,
    ClockKind,
    EscalationState,
    Move,
    RequestState,
)
from escalations.timing.stopwatch import ClockState


@dataclass(slots=True)
class Standpoint:
    """The rows around a case that nearly every question needs: its newest escalation, that one's steps, its wish.

    `step` is the current one, `steps` all of them in order, `decision` the newest that was asked for.
    """

    case: Case
    procedure: Procedure
    escalation: Escalation | None
    step: Step | None
    steps: tuple[Step, ...] = ()
    decision: Decision | None = None
    ask: Ask | None = None

    @property
    def open_escalation(self) -> Escalation | None:
        return self.escalation if self.escalation and self.escalation.next_check_at else None

    @property
    def arrival(self) -> Step | None:
        """The step that brought the case where it is: an expert who was lent since has moved nothing."""
        moved = (step for step in reversed(self.steps) if step.move != Move.LEND)
        return next(moved, self.step)

    @property
    def brief(self) -> Brief | None:
        """What the current level was told: the newest brief of the escalation."""
        briefs = (getattr(step, "brief", None) for step in reversed(self.steps))
        return next((brief for brief in briefs if brief), None)

    @property
    def review(self) -> Review | None:
        """What was learned from the newest escalation."""
        return getattr(self.escalation, "review", None)

    @property
    def open_decision(self) -> Decision | None:
        """The question that waits for an answer."""
        waits = self.open_escalation and self.decision and not self.decision.decided_at
        return self.decision if waits else None

    def situation(self, at: datetime) -> Situation:
        """The plain value that decisions read, at an instant: who is away then, and who stands in."""
        case, climb, step, came = self.case, self.open_escalation, self.step, self.arrival
        absences = Absence.objects.current(at).values_list("agent_id", "deputy_id")
        away = dict(absences)
        following = self.procedure.next_rung(case.level)
        decision = self.open_decision
        asked, planned, scripted = self._work()
        return Situation(
            state=CaseState(case.state),
            dormant=case.is_dormant,
            owner_id=case.owner_id,
            team_id=case.team_id,
            has_level_above=following is not None,
            has_level_below=any(rung.number < case.level for rung in self.procedure.rungs),
            escalation_state=EscalationState(climb.state) if climb else None,
            accountable_id=climb.accountable_id if climb else None,
            person_id=step.person_id if climb and step else None,
            asked_by_id=climb.asked_by_id if climb else None,
            sender_id=self._sender(climb),
            manager_id=case.account.manager_id if case.account else None,
            helpers=frozenset(s.person_id for s in self.steps if climb and s.move == Move.LEND),
            deciders=frozenset({decision.person_id} if decision else ()),
            teams_above=frozenset(rung.team_id for rung in self.procedure.rungs if rung.number > case.level),
            away=frozenset(away),
            deputies=frozenset(_stand_ins(away)),
            acknowledged=bool(climb and step and step.acknowledged_at),
            decision_open=decision is not None,
            decides_here=decision is None or (came is not None and decision.person_id == came.person_id),
            from_team_differs=bool(climb and came and came.from_team_id != came.to_team_id),
            promised=case.promised_at is not None,
            ask_open=self.ask is not None,
            has_requests=asked,
            has_plan_steps=climb is not None and planned,
            has_script=case.state in UNSOLVED and scripted,
            follow_up_open=case.state == CaseState.CLOSED and _follow_up_runs(case),
            rated=self._rated(),
            reviewed=self.review is not None,
            was_escalated=self.escalation is not None,
            must_know=self.procedure.must_know_at(case.level),
        )

    def _sender(self, climb: Escalation | None) -> int | None:
        """Who brought the case to where it is; what came by itself counts as sent by whoever began the escalation."""
        if climb is None:
            return None
        came = self.arrival
        return (came.asked_by_id if came else None) or climb.asked_by_id

    def _work(self) -> tuple[bool, bool, bool]:
        """Whether a request is open, a step of the plan to do, a script offered: one statement for all three."""
        found = Case.objects.filter(pk=self.case.pk).annotate(
            asked=Exists(Request.objects.filter(case=self.case, state=RequestState.OPEN.value)),
            planned=Exists(PlanStep.objects.to_do().filter(plan__escalation__case=self.case)),
            scripted=Exists(scripts_for(self.case)),
        )
        return found.values_list("asked", "planned", "scripted").get()

    def _rated(self) -> bool:
        if self.case.state not in (CaseState.RESOLVED, CaseState.CLOSED):
            return False
        return Survey.objects.filter(case=self.case, answered_at__gte=self.case.resolved_at).exists()


def _stand_ins(away: Mapping[int, int | None]) -> set[tuple[int, int]]:
    """Who answers for whom: along the chain of deputies, to the first who is there."""
    found = set()
    for absent in away:
        deputy, seen = away[absent], {absent}
        while deputy is not None and deputy in away and deputy not in seen:
            seen.add(deputy)
            deputy = away[deputy]
        if deputy is not None and deputy not in seen:
            found.add((deputy, absent))
    return found


def scripts_for(case: Case) -> models.QuerySet[Script]:
    """The scripts that are offered for the topic of a case at its level."""
    fitting = models.Q(topic=None) | models.Q(topic=case.topic_id) if case.topic_id else models.Q(topic=None)
    return Script.objects.filter(fitting, level=case.level, is_active=True)


def _follow_up_runs(case: Case) -> bool:
    running = Clock.objects.filter(case=case, kind=ClockKind.FOLLOW_UP.value, state=ClockState.RUNNING.value)
    return running.exists()


def standpoint(case: Case) -> Standpoint:
    """Reads the rows around a case, in at most four statements."""
    climbs = Escalation.objects.filter(case=case).select_related("accountable__user", "review__author__user")
    escalation = climbs.order_by("-id").first()
    steps: tuple[Step, ...] = ()
    decision = None
    if escalation:
        rows = Step.objects.filter(escalation=escalation).select_related(
            "from_team", "to_team", "person__user", "skill"
        )
        steps = tuple(rows.select_related("brief", "person__user", "instead_of__user").order_by("number"))
        asked = Decision.objects.filter(escalation=escalation).select_related("decided_by__user", "person__user")
        decision = asked.order_by("-id").first()
    ask = Ask.objects.filter(case=case, state=AskState.OPEN.value).select_related("contact", "stake").first()
    current = steps[-1] if steps else None
    return Standpoint(case, published_procedure(case.policy_version_id), escalation, current, steps, decision, ask)
