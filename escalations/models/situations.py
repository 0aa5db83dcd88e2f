"""A case with its open escalation as `rules.permits` sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q, Value

from escalations.models.asks import Ask
from escalations.models.cases import Case
from escalations.models.clocks import Clock
from escalations.models.duty import Absence
from escalations.models.escalations import Brief, Decision, Escalation, Step
from escalations.models.links import CaseLink
from escalations.models.policies import published_procedure
from escalations.models.reviews import Review, Survey
from escalations.models.scripts import Script
from escalations.models.work import PlanStep, Request
from escalations.rules.events import AskMade, EscalationRequested
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
        away, facts = self._beside(at)
        following = self.procedure.next_rung(case.level)
        decision = self.open_decision
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
            has_requests="asked" in facts,
            has_plan_steps="planned" in facts,
            has_script="scripted" in facts,
            follow_up_open="followed_up" in facts,
            rated="rated" in facts,
            reviewed=self.review is not None,
            was_escalated=self.escalation is not None,
            linked="linked" in facts,
            merged=case.merged_into_id is not None,
            must_know=self.procedure.must_know_at(case.level),
        )

    def _sender(self, climb: Escalation | None) -> int | None:
        """Who brought the case to where it is; what came by itself counts as sent by whoever began the escalation."""
        if climb is None:
            return None
        came = self.arrival
        return (came.asked_by_id if came else None) or climb.asked_by_id

    def _beside(self, at: datetime) -> tuple[dict[int, int | None], set[str]]:
        """Who is away, with the deputy, and which facts hold that other rows know; one statement."""
        away = Absence.objects.current(at).annotate(part=Value("away"), first=F("agent_id"), second=F("deputy_id"))
        holding = [rows.annotate(part=Value(name), first=F("pk"), second=F("pk")) for name, rows in self._facts()]
        columns = [rows.order_by().values_list("part", "first", "second") for rows in (away, *holding)]
        found = list(columns[0].union(*columns[1:]))
        deputies = {agent: deputy for part, agent, deputy in found if part == "away"}
        return deputies, {part for part, _one, _other in found} - {"away"}

    def _facts(self) -> Iterator[tuple[str, models.QuerySet[Any]]]:
        """What can hold of a case in this state, each with the rows by which it does."""
        case = self.case
        yield "linked", CaseLink.objects.filter(Q(case=case) | Q(other=case))
        yield "asked", Request.objects.filter(case=case, state=RequestState.OPEN.value)
        if self.open_escalation:
            yield "planned", PlanStep.objects.to_do().filter(plan__escalation__case=case)
        if case.state in UNSOLVED:
            yield "scripted", scripts_for(case)
        if case.state == CaseState.CLOSED:
            yield "followed_up", _follow_up_runs(case)
        if case.state in (CaseState.RESOLVED, CaseState.CLOSED):
            yield "rated", Survey.objects.filter(case=case, answered_at__gte=case.resolved_at)


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


def _follow_up_runs(case: Case) -> models.QuerySet[Clock]:
    return Clock.objects.filter(case=case, kind=ClockKind.FOLLOW_UP.value, state=ClockState.RUNNING.value)


def standpoint(case: Case, told: Set[str] | None = None) -> Standpoint:
    """Reads the rows around a case, in at most three statements.

    `told` are the kinds of events in its journal, where somebody has read it: what it never told of is not looked for.
    """
    steps = _steps(case) if told is None or EscalationRequested.kind in told else ()
    escalation = steps[0].escalation if steps else None
    decision = None
    if escalation:
        asked = Decision.objects.filter(escalation=escalation).select_related("decided_by__user", "person__user")
        decision = asked.order_by("-id").first()
    ask = _open_ask(case) if told is None or AskMade.kind in told else None
    current = steps[-1] if steps else None
    return Standpoint(case, published_procedure(case.policy_version_id), escalation, current, steps, decision, ask)


def _steps(case: Case) -> tuple[Step, ...]:
    """The steps of the newest escalation in their order, each with that escalation."""
    newest = Escalation.objects.filter(case=case).order_by("-id").values("pk")[:1]
    rows = (
        Step.objects.filter(escalation=models.Subquery(newest))
        .order_by("number")
        .select_related(
            "escalation__accountable__user",
            "escalation__review__author__user",
            "from_team",
            "to_team",
            "person__user",
            "skill",
            "brief",
            "instead_of__user",
        )
    )
    steps = tuple(rows)
    for step in steps[1:]:
        step.escalation = steps[0].escalation  # one row is one object, whoever changes it
    return steps


def _open_ask(case: Case) -> Ask | None:
    return Ask.objects.filter(case=case, state=AskState.OPEN.value).select_related("contact", "stake").first()
