"""A case with its open escalation as `rules.permits` sees it."""

from __future__ import annotations

from dataclasses import dataclass

from escalations.models.cases import Case
from escalations.models.escalations import Brief, Decision, Escalation, Step
from escalations.models.policies import published_procedure
from escalations.models.reviews import Review, Survey
from escalations.rules.permits import Situation
from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import CaseState, EscalationState


@dataclass(slots=True)
class Standpoint:
    """The rows around a case that nearly every question needs: its newest escalation and that one's current step."""

    case: Case
    procedure: Procedure
    escalation: Escalation | None
    step: Step | None

    @property
    def open_escalation(self) -> Escalation | None:
        return self.escalation if self.escalation and self.escalation.next_check_at else None

    @property
    def decision(self) -> Decision | None:
        """What the current step asks to be decided."""
        return getattr(self.step, "decision", None)

    @property
    def brief(self) -> Brief | None:
        """What the current level was told."""
        return getattr(self.step, "brief", None)

    @property
    def review(self) -> Review | None:
        """What was learned from the newest escalation."""
        return getattr(self.escalation, "review", None)

    def situation(self) -> Situation:
        """The plain value that decisions read."""
        case, climb, step = self.case, self.open_escalation, self.step
        return Situation(
            state=CaseState(case.state),
            dormant=case.is_dormant,
            owner_id=case.owner_id,
            team_id=case.team_id,
            has_level_above=self.procedure.next_rung(case.level) is not None,
            escalation_state=EscalationState(climb.state) if climb else None,
            accountable_id=climb.accountable_id if climb else None,
            acknowledged=bool(climb and step and step.acknowledged_at),
            decision_open=bool(climb and self.decision and not self.decision.decided_at),
            from_team_differs=bool(climb and step and step.from_team_id != step.to_team_id),
            promised=case.promised_at is not None,
            rated=self._rated(),
            reviewed=self.review is not None,
            was_escalated=self.escalation is not None,
        )

    def _rated(self) -> bool:
        if self.case.state not in (CaseState.RESOLVED, CaseState.CLOSED):
            return False
        return Survey.objects.filter(case=self.case, answered_at__gte=self.case.resolved_at).exists()


def standpoint(case: Case) -> Standpoint:
    """Reads the rows around a case, in at most two statements."""
    climbs = Escalation.objects.filter(case=case).select_related("accountable__user", "review__author__user")
    escalation = climbs.order_by("-id").first()
    step = None
    if escalation:
        steps = Step.objects.filter(escalation=escalation).select_related("from_team", "to_team", "person__user")
        step = steps.select_related("brief", "decision__decided_by__user").order_by("-number").first()
    return Standpoint(case, published_procedure(case.policy_version_id), escalation, step)
