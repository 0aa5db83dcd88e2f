"""A case with its open escalation as `rules.permits` sees it."""

from __future__ import annotations

from dataclasses import dataclass

from escalations.models.cases import Case
from escalations.models.escalations import Decision, Escalation, Step
from escalations.models.reviews import Review, Survey
from escalations.rules.permits import Situation
from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import CaseState, EscalationState


@dataclass(slots=True)
class Standpoint:
    """The rows around a case that nearly every question needs: its newest escalation, current step and open decision."""

    case: Case
    procedure: Procedure
    escalation: Escalation | None
    step: Step | None
    decision: Decision | None

    @property
    def open_escalation(self) -> Escalation | None:
        return self.escalation if self.escalation and self.escalation.next_check_at else None

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
            rated=self._rated(),
            reviewed=bool(self.escalation and Review.objects.filter(escalation=self.escalation).exists()),
            was_escalated=self.escalation is not None,
        )

    def _rated(self) -> bool:
        if self.case.state not in (CaseState.RESOLVED, CaseState.CLOSED):
            return False
        return Survey.objects.filter(case=self.case, answered_at__gte=self.case.resolved_at).exists()


def standpoint(case: Case) -> Standpoint:
    """Reads the rows around a case, in at most three statements."""
    climbs = Escalation.objects.filter(case=case).select_related("accountable__user")
    escalation = climbs.order_by("-id").first()
    step = None
    if escalation:
        steps = Step.objects.filter(escalation=escalation).select_related("from_team", "to_team", "person__user")
        step = steps.order_by("-number").first()
    decision = Decision.objects.filter(step=step).first() if step else None
    return Standpoint(case, case.policy_version.procedure(), escalation, step, decision)
