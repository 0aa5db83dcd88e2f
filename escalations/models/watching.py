"""Whether somebody looks after the current step of an escalation, and what follows if nobody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Exists, Q

from customers.models import UndeliverableAddress
from escalations.models.cases import Case
from escalations.models.duty import Absence
from escalations.models.notices import Notice
from escalations.models.people import Agent
from escalations.models.situations import Standpoint
from escalations.rules import attention, events
from escalations.rules.attention import Due, Watchfulness
from escalations.rules.vocabulary import CaseState, Channel, EscalationState

# Whoever has the step is expected to act in these; a brief that was returned is owed by whoever sent it, and a solved
# case by nobody.
CARED_FOR = (EscalationState.REQUESTED, EscalationState.INVESTIGATING, EscalationState.RESOLVING)


def watchfulness(case: Case, around: Standpoint, lines: Sequence[events.Line]) -> Watchfulness | None:
    """What was done so far to get the current step, or the brief it lacks, looked after; None while nobody has to."""
    climb, step = around.open_escalation, around.step
    if climb is None or step is None or case.state == CaseState.PENDING:
        return None
    if climb.state == EscalationState.INCOMPLETE:
        return attention.owed_brief(lines)
    return attention.watchfulness(lines, step.uid) if climb.state in CARED_FOR else None


def next_care(case: Case, around: Standpoint, now: Watchfulness, at: datetime) -> Due | None:
    """What is done next for the current step if nobody acts."""
    rung = around.procedure.rung(case.level)
    if now.heard or now.is_owed:
        return care_for_same(case, around, now)
    now = _with_dead_address(case, around, now)
    others = bool(rung.pass_on_minutes or now.unreached_at) and _anybody_else(case, around, now, at)
    return attention.next_care(rung, now, others=True) if others else care_for_same(case, around, now)


def care_for_same(case: Case, around: Standpoint, now: Watchfulness) -> Due | None:
    """What is done next for whoever has the current step, when it cannot be passed on."""
    procedure = around.procedure
    is_last = procedure.next_rung(case.level) is None
    return attention.next_care(procedure.rung(case.level), now, others=False, is_last=is_last)


def asked_before(around: Standpoint, now: Watchfulness) -> frozenset[int]:
    """The agents who had the current step already."""
    return frozenset(Agent.objects.filter(_was_asked(around, now)).values_list("pk", flat=True))


def _was_asked(around: Standpoint, now: Watchfulness) -> Q:
    uids = [code.removeprefix("user:") for code in now.asked]
    return Q(user__uid__in=uids) | Q(pk=around.step.person_id if around.step else None)


def _anybody_else(case: Case, around: Standpoint, now: Watchfulness, at: datetime) -> bool:
    """Whether anybody of the team, or the last resort, is there and was not asked yet."""
    rung = around.procedure.rung(case.level)
    away = Absence.objects.current(at).values("agent_id")
    there = Agent.objects.active().exclude(_was_asked(around, now)).exclude(pk__in=away)
    return there.filter(Q(memberships__team=case.team_id) | Q(pk=rung.last_resort_id)).exists()


def _with_dead_address(case: Case, around: Standpoint, now: Watchfulness) -> Watchfulness:
    """Whoever has the step is not reached either when mail to them comes back since before they were asked."""
    if now.unreached_at or around.step is None:
        return now
    user = around.step.person.user
    asked_at = now.asked_at or now.since
    told = Notice.objects.filter(case=case, recipient=user.code, channel=Channel.IN_APP.value)
    seen = told.filter(written_at__gte=asked_at, seen_at__isnull=False)
    dead = UndeliverableAddress.objects.filter(~Exists(seen), email__iexact=user.email)
    return replace(now, unreached_at=asked_at) if dead.exists() else now
