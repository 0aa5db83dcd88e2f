"""Somebody stops working here, or comes back: their work is handed over in the same act."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from customers import actions as sign_ins
from customers.models import User
from customers.refusal import Refused
from escalations.actions import journal, routing
from escalations.models import AccountEscalation, Agent, Case, Escalation, Level, VersionState, office_standing
from escalations.models.positions import may_decide
from escalations.rules import events
from escalations.rules.routing import Wanted
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED, CaseState

logger = logging.getLogger(__name__)
_HELD = [state.value for state in (*UNSOLVED, CaseState.RESOLVED)]


@transaction.atomic
def deactivate(*, agent: Agent, by: User, at: datetime) -> Agent:
    """This person works here no longer and cannot sign in, unless as a customer.

    Their cases stay with the team and have no owner; open escalations they answer for go to whom routing names, each
    with an event and its notices. Raises Refused when somebody must be put in their place first; then nothing changed.
    """
    row = _locked(agent)
    if not row.is_active:
        raise Refused("agent", "already_inactive", _("This person is already inactive."))
    if row.user_id == by.pk:
        raise Refused("agent", "yourself", _("You cannot deactivate yourself; ask another administrator."))
    _refuse_last_resort(row)
    _refuse_account_manager(row)
    cases = list(held_by(row).order_by("pk"))
    _set_active(row, active=False)
    actor = office_standing(by)
    for case in cases:
        hand_over(case=case, agent=row, actor=actor, at=at)
    agent.refresh_from_db()
    logger.info("%s deactivated %s at %s", by.code, row.code, at)
    return agent


@transaction.atomic
def reactivate(*, agent: Agent, by: User, at: datetime) -> Agent:
    """This person works here again, in the same teams and without their former cases. Raises Refused."""
    row = _locked(agent)
    if row.works:
        raise Refused("agent", "already_active", _("This person is already active."))
    _set_active(row, active=True)
    agent.refresh_from_db()
    logger.info("%s reactivated %s at %s", by.code, row.code, at)
    return agent


def held_by(agent: Agent) -> QuerySet[Case]:
    """The cases this person owns, answers for, helps with or is asked to decide, and that are not closed."""
    owned = Q(owner=agent, state__in=_HELD)
    climbs = Escalation.objects.open()
    answered = climbs.filter(accountable=agent)
    helped = climbs.filter(steps__person=agent, steps__ended_at=None)
    asked = climbs.filter(decisions__person=agent, decisions__decided_at=None)
    parts = [Q(pk__in=found.values("case")) for found in (answered, helped, asked)]
    return Case.objects.filter(owned | parts[0] | parts[1] | parts[2])


def last_resort_of(agent: Agent) -> list[Level]:
    """The levels of published versions, in effect or not yet, that would have nobody in the end without this person."""
    taken = (VersionState.SCHEDULED, VersionState.PUBLISHED)
    levels = Level.objects.filter(last_resort=agent, version__state__in=taken)
    return list(levels.select_related("version__policy", "team").order_by("version__policy__position", "number"))


def _locked(agent: Agent) -> Agent:
    return Agent.objects.select_for_update(of=("self",), no_key=True).select_related("user").get(pk=agent.pk)


def _refuse_last_resort(agent: Agent) -> None:
    levels = last_resort_of(agent)
    if levels:
        names = ", ".join(f"{level.version.policy}: {level} ({level.team})" for level in levels)
        remedy = _("This person is the last resort of %(levels)s; publish a version with somebody else there first.")
        raise Refused("agent", "last_resort", remedy % {"levels": names})


def _refuse_account_manager(agent: Agent) -> None:
    """Nobody would have these customers in hand any more, and nobody could tell them so."""
    managed = AccountEscalation.objects.filter(manager=agent, closed_at=None).select_related("organization")
    if customers := ", ".join(str(account) for account in managed):
        remedy = _(
            "This person has %(customers)s in hand; end that account escalation first; others can open another one."
        )
        raise Refused("agent", "manages_account", remedy % {"customers": customers})


def _set_active(agent: Agent, *, active: bool) -> None:
    """Customers who also work here keep their sign-in: it opens the portal."""
    agent.is_active = active
    agent.save(update_fields=["is_active"])
    if active or not hasattr(agent.user, "contact"):
        sign_ins.set_active(user=agent.user, active=active)


def hand_over(*, case: Case, agent: Agent, actor: Standing, at: datetime) -> None:
    """What somebody who left has of this case goes to others. Raises Refused when nobody is left to take it."""
    with journal.locked(case, actor=actor, at=at) as work:
        row, climb = work.case, work.around.open_escalation
        owned = row.owner_id == agent.pk
        if owned:
            row.owner = None
        answered = climb if climb and climb.accountable_id == agent.pk else None
        because = ""
        if answered:
            answered.accountable, because = _successor(work)
        if climb and work.step.person_id == agent.pk:
            work.step.person = climb.accountable
        asked = work.around.open_decision
        asked_now = _ask_another(work) if asked and asked.person_id == agent.pk else ""
        work.record(
            events.CaseReassigned(
                from_owner=agent.code if owned else "",
                escalation=answered.uid if answered else "",
                from_accountable=agent.code if answered else "",
                accountable=answered.accountable.code if answered else "",
                because=because,
                asked=asked_now,
            )
        )


def _ask_another(work: journal.Work) -> str:
    """The first from this level up who may decide so much, else whoever answers for the escalation; their code."""
    procedure, wanted = work.around.procedure, Wanted(amount=work.decision.amount, decides=True)
    work.decision.person = work.escalation.accountable
    for rung in procedure.rungs:
        found = routing.find(rung, procedure, work.at, wanted=wanted) if rung.number >= work.case.level else None
        if found and may_decide(found.person, procedure, wanted.amount):
            work.decision.person = found.person
            break
    return work.decision.person.code


def _successor(work: journal.Work) -> tuple[Agent, str]:
    """Who answers for the escalation of this case now. Raises Refused when nobody is left."""
    rung = work.around.procedure.rung(work.case.level)
    found = routing.find(rung, work.around.procedure, work.at, team_id=work.case.team_id)
    if found is None:
        remedy = _("Nobody could take over %(case)s: add somebody active to the team “%(team)s” first.")
        named = {"case": work.case.reference, "team": work.case.team}
        raise Refused("agent", "nobody_takes_over", remedy % named)
    return found.person, found.because
