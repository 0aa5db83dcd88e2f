"""Climbing: up the ladder by a person or by the clock, and back to where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from customers.refusal import Refused
from escalations.actions import journal, routing
from escalations.actions.triage import known_severity
from escalations.models import Agent, Brief, Case, Decision, Escalation, Event, Step, Team, words
from escalations.models.policies import procedure_of
from escalations.rules import effects, events, ladder
from escalations.rules.procedure import Rung
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Kind, Move, Reason, Source, Verb


@dataclass(frozen=True, slots=True)
class BriefText:
    """What the next level must know; `question` is what a hierarchical step asks to be decided."""

    tried: str
    impact: str
    asked: str
    question: str = ""

    def check(self, kind: Kind) -> None:
        """Raises Refused naming the first part that is missing."""
        for name in ("tried", "impact", "asked"):
            if not getattr(self, name).strip():
                raise Refused(name, "brief_missing", words.REMEDIES["brief_missing"])
        if kind is Kind.HIERARCHICAL and not self.question.strip():
            raise Refused("question", "question_missing", words.REMEDIES["question_missing"])


@dataclass(frozen=True, slots=True)
class Target:
    """Where a step goes: level, team, person and why that person."""

    level: int
    team: Team
    person: Agent
    because: str
    move: Move
    kind: Kind
    reason: Reason
    brief: BriefText | None = None
    message: str = ""
    causes: tuple[str, ...] = field(default=())


def escalate(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    kind: Kind,
    reason: Reason,
    brief: BriefText,
    level: int | None = None,
    source: Source = Source.AGENT,
    key: str | None = None,
) -> Event:
    """Asks the next level (or `level`, a jump) to take this case up. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.ESCALATE, key=key) as work:
        if work.replayed:
            return work.replayed
        target = _upward(work, Kind(kind), Reason(reason), brief, level)
        work.own()
        return _request(work, target, source)


def climb(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    kind: Kind,
    reason: Reason,
    brief: BriefText,
    level: int | None = None,
    key: str | None = None,
) -> Event:
    """Takes an open escalation further up. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.CLIMB, key=key) as work:
        if work.replayed:
            return work.replayed
        return _step(work, _upward(work, Kind(kind), Reason(reason), brief, level))


def hand_back(*, case: Case, actor: Standing, at: datetime, reason: str, key: str | None = None) -> Event:
    """Gives the case back to the team this step came from, with the reason as an internal note. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.HAND_BACK, key=key) as work:
        if work.replayed:
            return work.replayed
        step, advice = work.step, work.say(reason, public=False)
        person, because = _returning_to(work, step)
        return _step(
            work,
            Target(
                level=step.from_level,
                team=step.from_team,
                person=person,
                because=because,
                move=Move.HAND_BACK,
                kind=Kind(step.kind),
                reason=Reason(step.reason),
                message=advice.uid,
            ),
        )


def acknowledge(
    *, case: Case, actor: Standing, at: datetime, severity: int, text: str, key: str | None = None
) -> Event:
    """Heard: confirms the severity and tells the customer in the same act who has it and when news comes.

    Raises Refused.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.ACKNOWLEDGE, key=key) as work:
        if work.replayed:
            return work.replayed
        climb_, step = work.escalation, work.step
        told = _tell_customer(work, text)
        data = events.EscalationAcknowledged(climb_.uid, step.uid, work.case.severity, severity, told)
        _acknowledged(work, severity)
        return work.record(data)


def accept(
    *, case: Case, actor: Standing, at: datetime, severity: int | None = None, text: str = "", key: str | None = None
) -> Event:
    """Takes the escalation up; whoever did not acknowledge before tells the customer now. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.ACCEPT, key=key) as work:
        if work.replayed:
            return work.replayed
        climb_, step, before = work.escalation, work.step, work.case.severity
        severity = severity or before
        told = _tell_customer(work, text) if text.strip() or not step.acknowledged_at else ""
        _acknowledged(work, severity)
        climb_.accept(at=work.at)
        climb_.accountable_id = work.actor.agent_id or climb_.accountable_id
        work.case.owner_id = work.case.owner_id or work.actor.agent_id
        return work.record(events.EscalationAccepted(climb_.uid, step.uid, before, severity, told))


def decline(*, case: Case, actor: Standing, at: datetime, reason: str, key: str | None = None) -> Event:
    """Says no, with reason and advice as an internal note; the case goes back to where it came from. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.DECLINE, key=key) as work:
        if work.replayed:
            return work.replayed
        row, climb_, step = work.case, work.escalation, work.step
        advice = work.say(reason, public=False)
        data = events.EscalationDeclined(
            climb_.uid, step.uid, row.level, step.from_level, row.team.uid, step.from_team.uid, advice.uid
        )
        climb_.decline(at=work.at)
        step.ended_at = work.at
        row.level, row.team = step.from_level, step.from_team
        return work.record(data)


def decide(*, case: Case, actor: Standing, at: datetime, verdict: str, answer: str, key: str | None = None) -> Event:
    """Answers the question of a hierarchical step. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.DECIDE, key=key) as work:
        if work.replayed:
            return work.replayed
        decision = work.decision
        if verdict not in words.VERDICTS:
            raise Refused("verdict", "unknown_choice", words.REMEDIES["unknown_choice"])
        if not answer.strip():
            raise Refused("answer", "text_missing", words.REMEDIES["text_missing"])
        decision.verdict, decision.answer = verdict, answer.strip()
        decision.decided_by_id, decision.decided_at = work.actor.agent_id, work.at
        return work.record(events.DecisionMade(work.escalation.uid, decision.uid, verdict))


def consider(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """The engine's: looks at the ladder of a case and climbs, reminds or waits as its procedure says.

    None when nothing had to be recorded; the case is looked at again when it may matter.
    """
    with journal.locked(case, actor=actor, at=at) as work:
        row, climb_ = work.case, work.around.open_escalation
        row.check_at = None
        tracks = effects.tracks(work.lines, procedure_of)
        since = work.around.step.started_at if climb_ and work.around.step else None
        move = ladder.next_move(
            work.around.procedure,
            effects.facts(tracks, work.at),
            level=row.level,
            since=since,
            used=effects.used_causes(work.lines),
            at=work.at,
        )
        if climb_:
            _look_again(work, climb_, move)
        if row.is_dormant or row.state in (CaseState.RESOLVED, CaseState.CLOSED):
            move = None
        return _carry_out(work, move)


def _carry_out(work: journal.Work, move: ladder.Climb | ladder.Wait | ladder.Nudge | None) -> Event | None:
    if isinstance(move, ladder.Climb) and (target := _by_clock(work, move)):
        work.key = f"climb:{work.case.uid}:{move.reasons[0]}"
        return _step(work, target) if work.around.open_escalation else _request(work, target, Source.CLOCK)
    if isinstance(move, (ladder.Nudge, ladder.Climb)):
        return work.record(events.CriteriaMet(causes=list(move.reasons)))
    work.save()
    return None


def _by_clock(work: journal.Work, move: ladder.Climb) -> Target | None:
    """Where the clock sends it: the next level with anybody on it; None when the whole ladder above is empty."""
    rung: Rung | None = move.to
    while rung:
        if found := routing.person_for(rung.team_id, last_resort_id=rung.last_resort_id):
            person, because = found
            made = Move.CLIMB if rung is move.to else Move.JUMP
            team = Team.objects.get(pk=rung.team_id)
            return Target(rung.number, team, person, because, made, move.kind, Reason.CLOCK, causes=move.reasons)
        rung = work.around.procedure.next_rung(rung.number)
    return None


def _look_again(work: journal.Work, climb_: Escalation, move: ladder.Climb | ladder.Wait | ladder.Nudge | None) -> None:
    """When the ladder is looked at next: when the dwell ends, else after another dwell of this level."""
    climb_.next_check_at = move.until if isinstance(move, ladder.Wait) else work.next_check(work.at)


# -- the parts of a step -------------------------------------------------------------------------------


def _upward(work: journal.Work, kind: Kind, reason: Reason, brief: BriefText, level: int | None) -> Target:
    brief.check(kind)
    procedure = work.around.procedure
    following = procedure.next_rung(work.case.level)
    number = level or (following.number if following else 0)
    if not procedure.has_level(number) or number <= work.case.level:
        raise Refused("level", "unknown_level", words.REMEDIES["unknown_level"])
    rung = procedure.rung(number)
    person, because = routing.must_find(rung.team_id, last_resort_id=rung.last_resort_id)
    move = Move.CLIMB if following and number == following.number else Move.JUMP
    return Target(number, Team.objects.get(pk=rung.team_id), person, because, move, kind, reason, brief)


def _returning_to(work: journal.Work, step: Step) -> tuple[Agent, str]:
    """Who gets a case handed back: its owner, who knows it, else the team it came from."""
    owner = work.case.owner
    if owner and owner.works:
        return owner, ""
    rung = work.around.procedure.rung(step.from_level)
    return routing.must_find(step.from_team_id, last_resort_id=rung.last_resort_id)


def _request(work: journal.Work, target: Target, source: Source) -> Event:
    """Begins an escalation with its first step."""
    row = work.case
    if row.state == CaseState.PENDING:
        row.resume()
    climb_ = Escalation(case=row, source=source.value, reason=target.reason.value, accountable=target.person)
    climb_.started_at = work.at
    data = _move(work, climb_, target, number=1)
    return work.record(events.EscalationRequested(**data.as_json(), source=source.value))


def _step(work: journal.Work, target: Target) -> Event:
    """Another step of the open escalation: it waits for triage again, at its new place."""
    climb_, step = work.escalation, work.step
    if work.case.state == CaseState.PENDING:
        work.case.resume()
    step.ended_at = work.at
    climb_.step(accountable=target.person, next_check_at=work.at)
    data = _move(work, climb_, target, number=step.number + 1)
    return work.record(events.EscalationStepped(**data.as_json()))


def _move(work: journal.Work, climb_: Escalation, target: Target, *, number: int) -> events.StepTaken:
    """Writes the step with its brief and question, moves the case, and gives the data of the event."""
    row, before_level, before_team = work.case, work.case.level, work.case.team
    row.level, row.team = target.level, target.team
    climb_.next_check_at = work.next_check(work.at)
    if climb_._state.adding:
        climb_.save(force_insert=True)
        work.watch(climb_)
    step = Step.objects.create(
        escalation=climb_,
        number=number,
        move=target.move.value,
        kind=target.kind.value,
        reason=target.reason.value,
        from_level=before_level,
        to_level=target.level,
        from_team=before_team,
        to_team=target.team,
        person=target.person,
        because=target.because,
        started_at=work.at,
    )
    work.around.escalation = work.about = climb_
    work.around.step = step
    brief, decision = _written(step, target)
    return events.StepTaken(
        escalation=climb_.uid,
        step=step.uid,
        move=target.move.value,
        climb_kind=target.kind.value,
        reason=target.reason.value,
        from_level=before_level,
        to_level=target.level,
        from_team=before_team.uid,
        to_team=target.team.uid,
        person=target.person.code,
        because=str(target.because),
        brief=brief,
        decision=decision,
        message=target.message,
        causes=list(target.causes),
    )


def _written(step: Step, target: Target) -> tuple[str, str]:
    """The brief and, for a hierarchical step, the question, as rows; their uids."""
    text = target.brief
    if text is None:
        return "", ""
    brief = Brief.objects.create(step=step, tried=text.tried, impact=text.impact, asked=text.asked)
    if target.kind is not Kind.HIERARCHICAL:
        return brief.uid, ""
    return brief.uid, Decision.objects.create(step=step, question=text.question).uid


def _tell_customer(work: journal.Work, text: str) -> str:
    if not text.strip():
        raise Refused("text", "tell_customer", words.REMEDIES["tell_customer"])
    return work.say(text, public=True).uid


def _acknowledged(work: journal.Work, severity: int) -> None:
    work.case.severity = known_severity(severity)
    for row in (work.step, work.escalation):
        row.acknowledged_at = row.acknowledged_at or work.at
