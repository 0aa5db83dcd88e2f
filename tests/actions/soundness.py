"""What must be true of every case at every moment, and what a refusal must leave alone."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from django.db import models

from escalations.actions import clocks
from escalations.casefile import promises
from escalations.models import (
    Absence,
    AccountEscalation,
    Ask,
    Brief,
    Bulletin,
    Case,
    Clock,
    Decision,
    Escalation,
    Event,
    Finding,
    HeldClimb,
    Message,
    Notice,
    Participant,
    Plan,
    PlanStep,
    PolicyVersion,
    Request,
    Review,
    ScriptTick,
    Step,
    Storm,
    Survey,
    Watcher,
)
from escalations.models.events import chain_of
from escalations.models.policies import procedure_of
from escalations.rules import effects, events
from escalations.rules.audience import AUDIENCE, Role
from escalations.rules.owed import AFTER_THE_END
from escalations.rules.vocabulary import CLIMBING, UNSOLVED, AskState, CaseState, EscalationState
from escalations.timing.stopwatch import ClockState

OPERATIONAL: tuple[type[models.Model], ...] = (
    Case, Participant, Watcher, Message, Event, Clock, Escalation, Step, Brief, Decision, Notice, Review, Survey,
    Ask, Finding, Plan, PlanStep, Request, ScriptTick, AccountEscalation, Absence, Storm, HeldClimb, Bulletin,
)  # fmt: skip
PLAIN = re.compile(r"[a-z0-9_:.+T-]*|[A-Z]{3}")

Rows = dict[str, list[Any]]


def everything() -> Rows:
    """Every operational row there is, column by column."""
    return {model.__name__: list(model._default_manager.order_by("pk").values_list()) for model in OPERATIONAL}


def is_sound(case: Case) -> None:
    """The journal holds, the rows are its projection, and nobody has been forgotten."""
    case.refresh_from_db()
    lines = list(Event.objects.filter(case=case).order_by("seq"))
    assert [line.seq for line in lines] == list(range(1, case.last_seq + 1))
    assert chain_of(case.uid, lines) == case.chain
    assert [line.occurred_at for line in lines] == sorted(line.occurred_at for line in lines)
    assert clocks.differences(case) == []
    owed_news_are_found(case)
    says_nothing_private(lines)
    climbs_once_a_reason(case, lines)
    one_question_at_a_time(case)
    the_case_is_legal(case)
    waiting_is_on_record(case, lines)
    the_climb_is_legal(case)
    notices_are_single(lines)


def owed_news_are_found(case: Case) -> None:
    """Lists find the broken promise whose news are owed where the journal knows of one, and no other."""
    since = clocks.news_owed_since(effects.tracks(case.events.all().lines(), procedure_of))
    found = Clock.objects.filter(promises.nobody_kept(), case=case).values_list("due_at", flat=True)
    assert list(found) == ([since] if since else [])


def says_nothing_private(lines: list[Event]) -> None:
    for line in lines:
        for value in line.data.values():
            for word in value if isinstance(value, list) else [value]:
                assert isinstance(word, bool | int) or PLAIN.fullmatch(word), (line.kind, word)


def climbs_once_a_reason(case: Case, lines: list[Event]) -> None:
    """No cause is used twice, and no rule climbs with the case more often than any version of its policy allows."""
    used: list[str] = []
    rules = Counter[str]()
    for line in lines:
        match line.typed:
            case events.StepTaken(causes=causes, rule=rule):
                used += causes
                rules.update([rule] if rule else [])
            case events.CriteriaMet(causes=causes) | events.ClimbReleased(climbs=False, causes=causes):
                used += causes
    assert [cause for cause, times in Counter(used).items() if times > 1] == []
    bound = max(PolicyVersion.objects.filter(policy=case.policy_version.policy_id).values_list("rule_bound", flat=True))
    assert max(rules.values(), default=0) <= bound


def the_case_is_legal(case: Case) -> None:
    assert (case.pause_reason_id is not None) == (case.state == CaseState.PENDING)
    assert (case.wake_at is not None) == (case.state in (CaseState.PENDING, CaseState.RESOLVED))
    assert (case.resolved_at is not None) == (case.state in (CaseState.RESOLVED, CaseState.CLOSED))
    assert (case.closed_at is not None) == (case.state == CaseState.CLOSED)
    assert bool(case.outcome) == (case.resolved_at is not None)
    if case.state != CaseState.CLOSED and case.owner:
        assert case.owner.works
    if case.state not in UNSOLVED:
        live = Clock.objects.filter(case=case, state__in=[ClockState.RUNNING, ClockState.PAUSED])
        assert {clock.kind for clock in live} <= set(AFTER_THE_END)


def waiting_is_on_record(case: Case, lines: list[Event]) -> None:
    """A case waits as long as nothing since has ended it: going on, words of the customer, a climb, a solution."""
    ends = {
        "case.resumed",
        "message.received",
        "ask.made",
        "escalation.requested",
        "escalation.stepped",
        "case.resolved",
        "case.merged",
    }
    told = {*ends, "case.held"}
    said = [line.kind for line in lines if line.kind in told or line.data.get("owed")]
    assert (case.state == CaseState.PENDING) == (said[-1:] == ["case.held"])


def the_climb_is_legal(case: Case) -> None:
    """An open escalation has an active accountable person, a next check, one current step, its case the same state."""
    for climb in Escalation.objects.filter(case=case).select_related("accountable__user"):
        steps = list(climb.steps.order_by("number"))
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        assert all(step.ended_at for step in steps[:-1])
        is_open = climb.next_check_at is not None
        assert is_open == (climb.state in [*CLIMBING, EscalationState.RESOLVED])
        assert is_open == (climb.ended_at is None)
        if not is_open:
            continue
        assert climb.accountable.works
        assert (climb.state in CLIMBING) == (case.state in UNSOLVED)
        assert (climb.state == EscalationState.RESOLVED) == (case.state == CaseState.RESOLVED)
        assert (case.level, case.team_id) == (steps[-1].to_level, steps[-1].to_team_id)
        assert steps[-1].ended_at is None
        the_accountable_know(climb, steps[-1])


def the_accountable_know(climb: Escalation, step: Step) -> None:
    """Since the current step began, whoever answers for it was told in the inbox, or acted."""
    since = Event.objects.get(data__step=step.uid, kind__in=["escalation.requested", "escalation.stepped"])
    later = Event.objects.filter(case=climb.case_id, seq__gte=since.seq)
    code = climb.accountable.code
    told = Notice.objects.filter(event__in=later, recipient=code, channel="in_app", accepted_at__isnull=False)
    assert told.exists() or later.filter(actor=code).exists()


def one_question_at_a_time(case: Case) -> None:
    """What is asked is asked of somebody who works here, once; the customer's wish too."""
    climb = Escalation.objects.open().filter(case=case).first()
    if climb and climb.state in CLIMBING:
        newest = climb.decisions.order_by("pk").last()
        assert newest is None or newest.decided_at or newest.person.works
    assert Ask.objects.filter(case=case, state=AskState.OPEN).count() <= 1
    if case.state not in UNSOLVED:
        assert not Request.objects.filter(case=case, next_chase_at__isnull=False).exists()
    if case.state == CaseState.CLOSED:
        assert not Ask.objects.filter(case=case, state=AskState.OPEN).exists()


def notices_are_single(lines: list[Event]) -> None:
    """Nobody is told of their own act, customers only of what is for them, and the inbox at once."""
    kinds = {line.pk: line for line in lines}
    found = list(Notice.objects.filter(event__in=lines))
    assert len({(row.event_id, row.recipient, row.channel) for row in found}) == len(found)
    for row in found:
        line = kinds[row.event_id or 0]
        assert line.kind in AUDIENCE
        assert row.recipient != line.actor or line.kind == events.CaseOpened.kind
        if row.recipient.startswith("contact:"):
            assert Role.CUSTOMER in AUDIENCE[line.kind]
        if row.channel == "in_app":
            assert row.accepted_at is not None
