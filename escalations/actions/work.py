"""The work on an escalation: what was found, how it is solved, and what others are asked for meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from customers.refusal import Refused
from escalations.actions import journal
from escalations.models import Agent, Case, Event, Finding, OutsideParty, Plan, PlanStep, Request, Team, words
from escalations.models.standings import is_entitled
from escalations.rules import events
from escalations.rules.standing import SYSTEM, Right, Standing
from escalations.rules.vocabulary import EscalationState, RequestState, Verb

USUAL_CHASE = 480  # working minutes: a working day
SHORTEST_CHASE, LONGEST_CHASE = 15, 168 * 60


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One thing to do, by whom, and by which day."""

    body: str
    owner: Agent
    due_on: date


def refused(field: str, code: str, **told: object) -> Refused:
    """A refusal at this field, in the words of its code."""
    return Refused(field, code, words.REMEDIES[code] % told if told else words.REMEDIES[code])


def fits(field: str, text: str, most: int) -> str:
    """The text without blanks around it. Raises Refused when it has more than `most` characters."""
    if len(text.strip()) > most:
        raise refused(field, "too_long", most=most)
    return text.strip()


# -- findings and the plan -----------------------------------------------------------------------------


def find(
    *, case: Case, actor: Standing, at: datetime, text: str, found_at: datetime | None = None, key: str | None = None
) -> Event:
    """Something was found out, now or at `found_at` before. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.FIND, key=key) as work:
        if work.replayed:
            return work.replayed
        if not text.strip():
            raise refused("text", "text_missing")
        if found_at and found_at > work.at:
            raise refused("found_at", "found_in_the_future")
        found = Finding.objects.create(
            escalation=work.escalation,
            author_id=actor.agent_id,
            found_at=found_at or work.at,
            body=text.strip(),
            written_at=work.at,
        )
        return work.record(events.FindingAdded(found.uid, work.escalation.uid))


def plan(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    steps: Sequence[PlanLine],
    target_at: datetime | None = None,
    key: str | None = None,
) -> Event:
    """How it is solved, by whom and by when; a second plan takes the place of the first. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.PLAN, key=key) as work:
        if work.replayed:
            return work.replayed
        _check_steps(work, steps)
        if target_at and target_at <= work.at:
            raise refused("target_at", "date_in_the_past")
        climb = work.escalation
        if climb.state == EscalationState.INVESTIGATING:
            climb.plan()
        made = Plan.objects.create(escalation=climb, author_id=actor.agent_id, target_at=target_at, written_at=work.at)
        rows = [
            PlanStep(plan=made, position=position, body=line.body.strip(), owner=line.owner, due_on=line.due_on)
            for position, line in enumerate(steps, start=1)
        ]
        PlanStep.objects.bulk_create(rows)
        target = target_at.isoformat() if target_at else ""
        return work.record(events.PlanMade(made.uid, climb.uid, [row.uid for row in rows], target))


def _check_steps(work: journal.Work, steps: Sequence[PlanLine]) -> None:
    """Raises Refused unless every step says what is done, by somebody who works here, today or later."""
    zone = ZoneInfo(work.around.procedure.rung(work.case.level).schedule.timezone)
    if not steps or not all(line.body.strip() for line in steps):
        raise refused("steps", "plan_step_missing")
    for line in steps:
        fits("steps", line.body, 300)
        if not line.owner.works:
            raise refused("steps", "inactive_agent")
        if not is_entitled(line.owner.pk, [Right.WORK]):
            raise refused("steps", "person_role", person=line.owner)
        if line.due_on < work.at.astimezone(zone).date():
            raise refused("steps", "date_in_the_past")


def finish(*, case: Case, actor: Standing, at: datetime, step: PlanStep, key: str | None = None) -> Event:
    """A step of the plan is done, says its owner, a deputy, or whoever is accountable. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.FINISH, key=key) as work:
        if work.replayed:
            return work.replayed
        rows = PlanStep.objects.to_do().filter(plan__escalation=work.escalation, pk=step.pk)
        row = rows.select_related("plan", "owner__user").first()
        if row is None:
            raise refused("step", "plan_step_unknown")
        if actor.agent_id not in _may_finish(work, row):
            raise refused("step", "not_your_step", owner=row.owner)
        work.watch(row)
        row.done_at, row.done_by_id = work.at, actor.agent_id
        return work.record(events.PlanStepFinished(row.plan.uid, row.uid))


def _may_finish(work: journal.Work, row: PlanStep) -> set[int]:
    deputies = {deputy for deputy, absent in work.around.situation(work.at).deputies if absent == row.owner_id}
    return {row.owner_id, work.escalation.accountable_id, *deputies}


# -- requests ------------------------------------------------------------------------------------------


def request(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    text: str,
    team: Team | None = None,
    party: OutsideParty | None = None,
    contact: str = "",
    their_reference: str = "",
    chase_minutes: int = USUAL_CHASE,
    key: str | None = None,
) -> Event:
    """Asks another team, or somebody outside, for a part of the work; whoever is accountable stays so.

    Until it is answered both sides are reminded every `chase_minutes` working minutes. Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.REQUEST, key=key) as work:
        if work.replayed:
            return work.replayed
        _check_request(work, text, team, party, chase_minutes)
        made = Request.objects.create(
            case=work.case,
            escalation=work.around.open_escalation,
            team=team,
            party=party,
            contact=fits("contact", contact, 120),
            their_reference=fits("their_reference", their_reference, 80),
            body=text.strip(),
            asked_by_id=actor.agent_id,
            asked_at=work.at,
            chase_minutes=chase_minutes,
            next_chase_at=_next_chase(work, chase_minutes),
        )
        work.own()
        return work.record(events.RequestMade(made.uid, team.uid if team else "", party.slug if party else ""))


def _check_request(
    work: journal.Work, text: str, team: Team | None, party: OutsideParty | None, chase_minutes: int
) -> None:
    if (team is None) == (party is None):
        raise refused("team", "request_of_one")
    if team and team.pk == work.case.team_id:
        raise refused("team", "own_team")
    if party and not party.is_active:
        raise refused("party", "unknown_choice")
    if not text.strip():
        raise refused("text", "text_missing")
    if not SHORTEST_CHASE <= chase_minutes <= LONGEST_CHASE:
        raise refused("chase_minutes", "rhythm_range")


def _next_chase(work: journal.Work, minutes: int) -> datetime:
    """In the working time of the level, so that nobody is reminded at night."""
    return work.around.procedure.rung(work.case.level).schedule.add_working_time(work.at, minutes)


def answer_request(
    *, case: Case, actor: Standing, at: datetime, request: Request, text: str, key: str | None = None
) -> Event:
    """What whoever was asked says, noted by them or by anybody who heard it; it stays inside. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.ANSWER_REQUEST, key=key) as work:
        if work.replayed:
            return work.replayed
        row = _open_request(work, request)
        row.answer, row.answered_at = work.say(text, public=False), work.at
        row.state, row.next_chase_at = RequestState.ANSWERED.value, None
        return work.record(events.RequestAnswered(row.uid, row.answer.uid))


def cancel_request(
    *, case: Case, actor: Standing, at: datetime, request: Request, text: str = "", key: str | None = None
) -> Event:
    """It is no longer needed; why may be said as an internal note. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.CANCEL_REQUEST, key=key) as work:
        if work.replayed:
            return work.replayed
        row = _open_request(work, request)
        row.state, row.next_chase_at = RequestState.CANCELLED.value, None
        message = work.say(text, public=False).uid if text.strip() else ""
        return work.record(events.RequestCancelled(row.uid, message))


def _open_request(work: journal.Work, request: Request) -> Request:
    """The request of this case, watched. Raises Refused when it does not wait for an answer."""
    row = Request.objects.filter(case=work.case, pk=request.pk, state=RequestState.OPEN.value).first()
    if row is None:
        raise refused("request", "request_unknown")
    work.watch(row)
    return row


def cancel_open(work: journal.Work) -> list[str]:
    """The case is solved: nobody needs an answer any more. Gives the uids of what was open."""
    rows = list(Request.objects.filter(case=work.case, state=RequestState.OPEN.value).order_by("pk"))
    for row in rows:
        work.watch(row)
        row.state, row.next_chase_at = RequestState.CANCELLED.value, None
    return [row.uid for row in rows]


def chase(request_id: int, at: datetime) -> Event | None:
    """The engine's: reminds of a request that nobody answered; None when that is no longer due.

    After an outage there is one reminder, not one for each that was missed.
    """
    row = Request.objects.select_related("case").filter(pk=request_id).first()
    if row is None:
        return None
    with journal.locked(row.case, actor=SYSTEM, at=at) as work:
        row.refresh_from_db()
        if row.next_chase_at is None or row.next_chase_at > work.at:
            return None
        work.watch(row)
        row.chased += 1
        row.next_chase_at = _next_chase(work, row.chase_minutes)
        return work.record(events.RequestChased(row.uid, row.chased))
