"""Macros: several acts on one case in one go, each by its own action, all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from customers.refusal import Refused
from escalations.actions import handling, journal, promises, resolution, triage
from escalations.actions.escalation import BriefText, escalate
from escalations.models import Case, Event, Macro, MacroStep, PauseReason, Skill, Watcher, filling, words
from escalations.rules import macros as rules
from escalations.rules.blanks import Blank
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Kind, Outcome, Reason, Verb

FIVE_MINUTES = 5
AROUND = ("contact__user", "organization", "team", "owner__user", "policy_version")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one step would do: its event, or None where there is nothing left to do; `refusal` says why it cannot be.

    `text` are its words with their blanks filled in.
    """

    number: int
    verb: Verb
    text: str = ""
    event: Event | None = None
    refusal: Refused | None = None


@dataclass(frozen=True, slots=True)
class _Acting:
    """One step about to be carried out, on the case as the steps before it left it."""

    case: Case
    actor: Standing
    at: datetime
    key: str | None
    values: Mapping[str, Any]
    known: Mapping[Blank, str]

    def __call__(self, action: Callable[..., Event], **given: Any) -> Event:
        return action(case=self.case, actor=self.actor, at=self.at, key=self.key, **given)

    def words(self, name: str) -> str:
        """A text with its blanks filled in. Raises Refused when the case says nothing of one of them."""
        found = filling.filled(self.values.get(name, ""), self.known)
        if found.missing:
            told = {"blanks": ", ".join(str(filling.BLANKS[blank]) for blank in found.missing)}
            raise Refused(name, "blank_empty", words.REMEDIES["blank_empty"] % told)
        return found.text

    def after(self, hours: int) -> datetime:
        """The instant after so many working hours of the level of the case."""
        schedule = self.case.policy_version.procedure().rung(self.case.level).schedule
        return schedule.add_working_time(self.at, 60 * hours)


class _Undo(Exception):
    """A look at what would happen is over; nothing of it stays."""


def offered(standing: Standing) -> list[Macro]:
    """The macros this person may use: those of everybody, and of their teams."""
    rows = Macro.objects.filter(is_active=True)
    return [row for row in rows if row.team_id is None or row.team_id in standing.team_ids]


def run(*, macro: Macro, case: Case, actor: Standing, at: datetime, key: str | None = None) -> list[Event]:
    """Carries out every step, or none of them. Raises Refused, naming the step that cannot be done, and why."""
    steps = _steps_of(macro, actor)
    with journal.locked(case, actor=actor, at=at, key=key) as work:
        if work.replayed:
            return [work.replayed]
        done: list[Event] = []
        for seen in _each(case, steps, actor, at, key):
            if seen.refusal:
                raise _of_step(seen, seen.refusal)
            if seen.event:
                done.append(seen.event)
    return done


def foresee(*, macro: Macro, case: Case, actor: Standing, at: datetime) -> list[Foreseen]:
    """What would happen, step by step up to the first one that is refused: all of it is done and taken back.

    Raises Refused when the macro is not this person's to use.
    """
    steps = _steps_of(macro, actor)
    found: list[Foreseen] = []
    try:
        with journal.locked(case, actor=actor, at=at):
            for seen in _each(case, steps, actor, at, None):
                found.append(seen)
                if seen.refusal:
                    break
            raise _Undo
    except _Undo:
        return found


def _steps_of(macro: Macro, actor: Standing) -> list[MacroStep]:
    if not macro.is_active or (macro.team_id and macro.team_id not in actor.team_ids):
        raise Refused("macro", "macro_gone", words.REMEDIES["macro_gone"])
    steps = list(macro.steps.order_by("position", "pk"))
    if not steps:
        raise Refused("macro", "macro_empty", words.REMEDIES["macro_empty"])
    return steps


def _each(case: Case, steps: list[MacroStep], actor: Standing, at: datetime, key: str | None) -> Iterator[Foreseen]:
    """Carries out the steps one by one. The first event has the key of the whole, so that a second use finds it."""
    recorded = 0
    for number, step in enumerate(steps, start=1):
        row = Case.objects.select_related(*AROUND).get(pk=case.pk)
        own_key = f"{key}:{number}" if key and recorded else key
        acting = _Acting(row, actor, at, own_key, step.values, filling.known_of(row, actor))
        seen = _carried_out(number, Verb(step.verb), acting)
        recorded += seen.event is not None
        yield seen


def _carried_out(number: int, verb: Verb, acting: _Acting) -> Foreseen:
    """One step in a savepoint of its own: a refused one leaves the work before it as it is."""
    if wrong := next(rules.problems(verb, acting.values), None):
        name, code = wrong
        return Foreseen(number, verb, refusal=Refused(name, code, filling.remedy(code, acting.values.get(name))))
    text = filling.filled(acting.values.get("text", ""), acting.known).text
    try:
        with transaction.atomic():
            return Foreseen(number, verb, text, event=_ACTS[verb](acting))
    except Refused as refusal:
        return Foreseen(number, verb, text, refusal=refusal)


def _of_step(seen: Foreseen, refusal: Refused) -> Refused:
    told = {"number": seen.number, "act": words.VERBS[seen.verb], "why": refusal.remedy}
    return Refused("", refusal.code, words.REMEDIES["step_refused"] % told)


# -- the acts a macro can be made of -------------------------------------------------------------------


def _take(acting: _Acting) -> Event | None:
    """Nothing to do for whoever owns the case already."""
    case = acting.case
    if case.owner_id == acting.actor.agent_id and not case.is_dormant:
        return None
    return acting(triage.take)


def _assess(acting: _Acting) -> Event:
    skill = Skill.objects.filter(slug=acting.values["skill"]).first()
    if skill is None:
        raise Refused("skill", "unknown_choice", words.REMEDIES["unknown_choice"])
    return acting(handling.assess, skill=skill, amount=acting.case.amount)


def _triage(acting: _Acting) -> Event:
    severity = acting.values.get("severity", acting.case.severity)
    level = acting.values.get("level", acting.case.level)
    return acting(triage.triage, severity=severity, level=level, reason=acting.words("why"))


def _promise(acting: _Acting) -> Event:
    text = acting.words("text")
    if hours := acting.values.get("hours"):
        due_at = acting.after(hours)
    else:
        limit = promises.usual(acting.case, acting.at).limit(text)
        due_at = promises.whole(promises.sensible(acting.case, acting.at, limit), FIVE_MINUTES)
    return acting(promises.make, due_at=due_at, text=text, reason=acting.words("why"))


def _hold(acting: _Acting) -> Event:
    reason = PauseReason.objects.filter(slug=acting.values["pause"]).first()
    if reason is None:
        raise Refused("reason", "reason_retired", words.REMEDIES["reason_retired"])
    return acting(handling.hold, reason=reason, wake_at=acting.after(acting.values["hours"]))


def _resolve(acting: _Acting) -> Event:
    return acting(
        resolution.resolve,
        outcome=Outcome(acting.values["outcome"]),
        text=acting.words("text"),
        cause=acting.values.get("cause", ""),
        prevention=acting.words("why"),
    )


def _escalate(acting: _Acting) -> Event:
    """To the next level for its expertise; what was tried and what it means are what the case says already."""
    case = acting.case
    last = case.messages.filter(contact=None).order_by("-pk").first()
    first = case.messages.filter(is_public=True).order_by("pk").first()
    impact = f"{words.IMPACTS[case.impact]}. {first.body if first else ''}".strip()
    return acting(
        escalate,
        kind=Kind.FUNCTIONAL,
        reason=Reason(acting.values["because"]),
        level=acting.values.get("level"),
        brief=BriefText(last.body if last else "", impact, acting.words("text")),
        justification=acting.words("why"),
    )


def _watch(acting: _Acting) -> Event | None:
    """Nothing to do for somebody who watches already: said again, it would end."""
    if Watcher.objects.filter(case=acting.case, agent_id=acting.actor.as_agent).exists():
        return None
    return acting(handling.watch)


_ACTS: Mapping[Verb, Callable[[_Acting], Event | None]] = {
    Verb.ASSESS: _assess,
    Verb.TRIAGE: _triage,
    Verb.TAKE: _take,
    Verb.REPLY: lambda acting: acting(handling.reply, text=acting.words("text")),
    Verb.NOTE: lambda acting: acting(handling.note, text=acting.words("text")),
    Verb.PROMISE: _promise,
    Verb.HOLD: _hold,
    Verb.RESOLVE: _resolve,
    Verb.ESCALATE: _escalate,
    Verb.WATCH: _watch,
}
