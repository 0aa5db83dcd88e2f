"""A person looks at a case and confirms or corrects where the matrix put it."""

from __future__ import annotations

from datetime import datetime

from customers.refusal import Refused
from escalations.actions import journal, routing
from escalations.actions.intake import front_team
from escalations.models import Agent, Case, Event, Team, words
from escalations.models.standings import is_entitled
from escalations.rules import events
from escalations.rules.routing import Wanted
from escalations.rules.standing import Right, Standing
from escalations.rules.vocabulary import CaseState, Severity, Verb


def known_severity(value: int) -> int:
    """Raises Refused unless this is a severity."""
    if value not in [int(severity) for severity in Severity]:
        raise Refused("severity", "unknown_severity", words.REMEDIES["unknown_severity"])
    return value


def triage(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    severity: int,
    level: int,
    reason: str = "",
    key: str | None = None,
) -> Event:
    """Confirms or corrects severity and level; clocks still running get the targets of the new severity.

    A correction needs its reason in words, kept as an internal note. Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.TRIAGE, key=key) as work:
        if work.replayed:
            return work.replayed
        row, procedure = work.case, work.around.procedure
        known_severity(severity)
        if not procedure.has_level(level):
            raise Refused("level", "unknown_level", words.REMEDIES["unknown_level"])
        corrected = (severity, level) != (row.severity, row.level)
        if corrected and not reason.strip():
            raise Refused("reason", "text_missing", words.REMEDIES["text_missing"])
        note = work.say(reason, public=False).uid if reason.strip() else ""
        team = row.team
        if level != row.level:
            team = Team.objects.get(pk=front_team(procedure, level, row.topic))
        data = events.CaseTriaged(row.severity, severity, row.level, level, row.team.uid, team.uid, message=note)
        work.own()
        row.severity, row.level, row.team = severity, level, team
        return work.record(data)


def _wake_up(work: journal.Work, keeper: Agent) -> list[str]:
    """An imported case comes to life: nobody waits any more, and its escalation has somebody who works here.

    Gives the reasons to climb that stand by now: whoever takes it knows them, and nothing climbs for them.
    """
    if work.case.state == CaseState.PENDING:
        work.case.resume()
    if climb := work.around.open_escalation:
        climb.accountable, climb.next_check_at = keeper, work.next_check(work.at)
        work.step.person = keeper
    return [holding.cause for _trigger, holding in work.position().unused() if holding.since <= work.at]


def _refuse_role(work: journal.Work, keeper: Agent) -> None:
    """Raises Refused unless the role of whoever gets the case lets them work on it as it stands."""
    procedure = work.around.procedure
    climbing = work.case.is_dormant and work.around.open_escalation is not None
    rights = routing.needed(procedure, procedure.rung(work.case.level), Wanted()) if climbing else [Right.WORK]
    if not is_entitled(keeper.pk, rights):
        raise Refused("owner", "person_role", words.REMEDIES["person_role"] % {"person": keeper})


def take(*, case: Case, actor: Standing, at: datetime, owner: Agent | None = None, key: str | None = None) -> Event:
    """Makes a case the actor's, or `owner`'s; an imported case wakes up. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.TAKE, key=key) as work:
        if work.replayed:
            return work.replayed
        row = work.case
        keeper = owner or Agent.objects.select_related("user").get(pk=actor.as_agent)
        if not keeper.works:
            raise Refused("owner", "inactive_agent", words.REMEDIES["inactive_agent"])
        if keeper.pk == row.owner_id and not row.is_dormant:
            raise Refused("owner", "already_theirs", words.REMEDIES["already_theirs"])
        _refuse_role(work, keeper)
        causes = _wake_up(work, keeper) if row.is_dormant else []
        row.owner, row.is_dormant = keeper, False
        return work.record(events.CaseTaken(owner=keeper.code, causes=causes))


def give_back(*, case: Case, actor: Standing, at: datetime, key: str | None = None) -> Event:
    """The owner gives the case back to the team: nobody owns it. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.TAKE, key=key) as work:
        if work.replayed:
            return work.replayed
        if work.case.owner_id is None or work.case.owner_id != actor.agent_id:
            raise Refused("owner", "not_yours", words.REMEDIES["not_yours"])
        work.case.owner = None
        return work.record(events.CaseTaken(owner=""))
