"""What the engine does on the ladder: climbs, reminds, passes on, and brings back what was forgotten."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from escalations.actions import alarm, journal, looking, routing, storms
from escalations.actions.escalation.questions import amount_asked, asked_instead, is_asked
from escalations.actions.escalation.steps import Target, request, step, team_of
from escalations.actions.escalation.upward import wanted_of
from escalations.actions.routing import Found
from escalations.models import Case, Event, Rota, Skill, watching
from escalations.rules import events, ladder
from escalations.rules.attention import Care, Watchfulness
from escalations.rules.procedure import Rung
from escalations.rules.routing import Because, Wanted
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import EscalationState, Kind, Move, Source
from escalations.timing.rotation import on_duty


def consider(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """Looks at the ladder of a case and climbs, reminds or waits as its procedure says: one act an evaluation.

    None when nothing had to be recorded; the case is looked at again when it may matter.
    """
    with journal.locked(case, actor=actor, at=at) as work:
        if work.case.is_dormant:
            work.case.check_at = None
            work.save()
            return None
        here = work.position()
        looking.remember_criteria(work.case, here)
        event = _carry_out(work, here, ladder.next_move(here)) or _care(work)
        if event is None:
            looking.look_ahead(work.case, work.around, work.lines, work.at, after_looking=True)
            work.save()
        return event


def _carry_out(work: journal.Work, here: ladder.Position, move: ladder.Next) -> Event | None:
    if isinstance(move, ladder.Climb):
        if storm := storms.holds(work, move):
            return storm if isinstance(storm, Event) else None
        if target := _upward(work, move):
            name = hashlib.sha256("+".join(move.reasons).encode()).hexdigest()[:24]
            work.key = f"climb:{work.case.uid}:{name}"
            source = Source.CLOCK if move.trigger.condition.clocks else Source.RULE
            return step(work, target) if work.around.open_escalation else request(work, target, source)
        return _nobody_above(work, here, move)
    if isinstance(move, ladder.Nudge):
        rule = move.stopped.condition.name if move.stopped else ""
        return work.record(events.CriteriaMet(list(move.reasons), move.since.isoformat(), rule))
    return None


def _nobody_above(work: journal.Work, here: ladder.Position, move: ladder.Climb) -> Event | None:
    """The whole ladder above is empty, last resorts included: whoever has the case and the administrators are told.

    Once, and without using the reasons up: it climbs as soon as somebody is there when it is looked at again.
    """
    since = min(holding.since for _trigger, holding in here.unused() if holding.cause in move.reasons)
    told = events.CriteriaMet(causes=[], since=since.isoformat())
    if any(line.data == told for line in work.lines):
        return None
    alarm.nobody(work.case, about=f"case:{work.case.uid}:{work.case.last_seq}", level=move.to.number, at=work.at)
    return work.record(told)


def _upward(work: journal.Work, move: ladder.Climb) -> Target | None:
    """Where it goes: the next level with anybody on it; None when the whole ladder above is empty."""
    trigger, procedure = move.trigger, work.around.procedure
    skill = Skill.objects.filter(slug=trigger.skill).first() if trigger.skill else work.case.skill
    wanted = wanted_of(work, trigger.kind, skill, 0)
    rung: Rung | None = move.to
    empty: tuple[str, ...] = ()
    while rung:
        if found := routing.find(rung, procedure, work.at, wanted=wanted):
            return Target(
                level=rung.number,
                team=team_of(rung.team_id),
                found=replace(found, passed_over=(*empty, *found.passed_over)),
                move=Move.CLIMB if rung is move.to else Move.JUMP,
                kind=trigger.kind,
                reason=trigger.condition.reason,
                skill=skill if trigger.kind is Kind.FUNCTIONAL else None,
                causes=move.reasons,
                rule=trigger.condition.name,
            )
        empty = (*empty, alarm.empty_level(rung.number))
        rung = procedure.next_rung(rung.number)
    return None


# -- looking after a step ------------------------------------------------------------------------------


def _care(work: journal.Work) -> Event | None:
    """Whatever is due for a step that nobody looks after."""
    now = watching.watchfulness(work.case, work.around, work.lines)
    if now is None:
        return None
    due = watching.next_care(work.case, work.around, now, work.at)
    if due and due.care is Care.PASS_ON and due.at <= work.at:
        if found := next_candidate(work, now):
            return pass_on(work, found)
        due = watching.care_for_same(work.case, work.around, now)
    if due and due.at <= work.at:
        if due.care is Care.FORGOTTEN:
            return _forgotten(work)
        if now.is_owed:
            times = now.reminders + 1
            return work.record(events.BriefChased(work.escalation.uid, work.step.uid, now.missing, times))
        person = work.step.person.code
        return work.record(events.EscalationReminded(work.escalation.uid, work.step.uid, person))
    shift = None if now.heard or now.is_owed else _next_shift(work, now)
    return pass_on(work, shift) if shift else None


def _forgotten(work: journal.Work) -> Event:
    """Acknowledged, and then nothing: it waits for somebody to say again that he has it."""
    taken, climb = work.step, work.escalation
    taken.acknowledged_at = None
    return work.record(events.EscalationForgotten(climb.uid, taken.uid, taken.person.code))


def next_candidate(work: journal.Work, now: Watchfulness) -> Found | None:
    """The next who can be asked at this level; the last resort only once."""
    procedure, row, taken = work.around.procedure, work.case, work.step
    asked = watching.asked_before(work.around, now)
    skill = taken.skill.slug if taken.skill else ""
    wanted = Wanted(skill=skill, amount=amount_asked(work), but_not=asked, decides=is_asked(work))
    rung = procedure.rung(row.level)
    if taken.move == Move.LEND and taken.skill:
        found = routing.expert(rung, procedure, skill, work.at, but_not=asked, level=row.level)
    else:
        found = routing.find(rung, procedure, work.at, team_id=row.team_id, wanted=wanted)
    # Somebody has it already: it is worth nothing in hands that can do less with it.
    return found if found and found.is_entitled and found.person.pk not in asked else None


def _next_shift(work: journal.Work, now: Watchfulness) -> Found | None:
    """Whoever is on duty now, when another shift has begun since somebody was asked and nobody acknowledged."""
    taken = work.step
    if taken.because not in looking.IN_TURN:
        return None
    rota = Rota.objects.select_related("calendar").filter(team=work.case.team_id).first()
    turn = on_duty(rota.rotation(), work.at) if rota else None
    if turn is None or turn.agent == taken.person_id or turn.start <= taken.started_at:
        return None
    procedure, row = work.around.procedure, work.case
    wanted = Wanted(but_not=watching.asked_before(work.around, now))
    found = routing.find(procedure.rung(row.level), procedure, work.at, team_id=row.team_id, wanted=wanted)
    return found if found and found.is_entitled and found.because == Because.DUTY else None


def pass_on(work: journal.Work, found: Found, *, away: bool = False) -> Event:
    """The same step in other hands, to be acknowledged by them; an expert lent never becomes accountable by it.

    `away` says that whoever had it is absent.
    """
    taken, climb = work.step, work.escalation
    before, anew = taken.person, _counts_no_more(work)
    if taken.move != Move.LEND and climb.accountable_id == before.pk:
        climb.accountable = found.person
    asked_instead(work, before, found.person)
    taken.person, taken.because = found.person, found.because
    taken.acknowledged_at = None if anew else taken.acknowledged_at
    if alarm.is_needed(found.because, (), is_entitled=found.is_entitled):
        alarm.nobody(work.case, about=f"step:{taken.uid}", level=work.case.level, at=work.at)
    return work.record(
        events.EscalationPassedOn(
            escalation=climb.uid,
            step=taken.uid,
            from_person=before.code,
            person=found.person.code,
            because=found.because,
            instead_of=found.instead_of.code if found.instead_of else "",
            passed_over=list(found.passed_over),
            away=away,
            anew=anew,
        )
    )


def _counts_no_more(work: journal.Work) -> bool:
    """Whether the step was acknowledged by whoever gives it away now.

    What a colleague has taken up meanwhile stays so, and what was returned is acknowledged once it is complete.
    """
    taken, climb = work.step, work.escalation
    if taken.acknowledged_at is None or climb.state == EscalationState.INCOMPLETE:
        return False
    return taken.move == Move.LEND or climb.accountable_id == taken.person_id
