"""Every verb as random people do it: the action, and what they may say with it – some of it wrong on purpose."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from escalations.actions import (
    asks,
    escalation,
    handling,
    links,
    merging,
    promises,
    resolution,
    review,
    splitting,
    triage,
    work,
)
from escalations.models import (
    Agent,
    Case,
    CaseLink,
    Decision,
    Event,
    Message,
    OutsideParty,
    PauseReason,
    PlanStep,
    Request,
    ScriptLine,
    Skill,
    Team,
)
from escalations.rules.vocabulary import AskReason, Cause, Kind, LinkKind, Outcome, Reason, Verb

MOMENTS = (0, 0, 1, 7, 31, 61, 121)
LONG = (*MOMENTS, 240, 481, 1440, 2 * 1440, 4 * 1440)
WORDS = ("The collector stands still.", "Wir kümmern uns – bis Mittag.", "It is late.", "", "  ")
SEVERITIES = (0, 1, 2, 3, 4, 5)
UNKNOWN = ("gone", "maybe", "moon", "USD")


@dataclass(frozen=True)
class Moment:
    """What somebody who does something now can choose from; whoever is `careful` leaves out what cannot be right."""

    dice: random.Random
    case: Case
    now: datetime
    careful: bool = False

    def of(self, values: Sequence[Any]) -> Any:
        """One of these; with care, words that say something, and no word that nobody knows."""
        said = [value for value in values if not isinstance(value, str) or (value.strip() and value not in UNKNOWN)]
        return self.dice.choice(said if self.careful and said else values)

    def minutes(self, *choices: int) -> datetime:
        return self.now + timedelta(minutes=self.dice.choice(choices))

    def any(self, model: type[Any], **wanted: object) -> Any:
        """A row that fits, or none where there is none."""
        rows = list(model.objects.filter(**wanted).order_by("pk"))
        return self.dice.choice(rows) if rows else None

    def agent(self) -> Agent:
        return self.dice.choice(list(Agent.objects.select_related("user").order_by("pk")))


Choice = Sequence[Any] | Callable[[Moment], Any]
Act = tuple[Callable[..., Event], Mapping[str, Choice]]


def briefs(now: Moment) -> escalation.BriefText:
    """Mostly complete, with any question."""
    if not now.careful and now.dice.random() < 0.15:
        return escalation.BriefText("", "late", "look", "may we?")
    asked = question(now)
    return escalation.BriefText(
        *("tried", "late", "look", asked.text),
        options=asked.options,
        amount=asked.amount,
        currency=asked.currency,
        due_at=asked.due_at,
    )


def question(now: Moment) -> escalation.Question:
    due_at = now.minutes(61, 240, 61 if now.careful else -1) if now.dice.random() < 0.3 else None
    return escalation.Question(
        now.of(("May we refund the month?", "Shall we send somebody?", "")),
        options=now.dice.choice(((), (), ("Refund", "Replace"))),
        amount=now.dice.choice((0, 0, 500, 3000, 90_000)),
        currency="EUR" if now.careful else now.dice.choice(("", "EUR", "EUR", "USD")),
        due_at=due_at,
    )


def plan_lines(now: Moment) -> list[work.PlanLine]:
    due = now.now.date() + timedelta(days=3 if now.careful else now.dice.choice((1, 3, -2)))
    return [work.PlanLine(now.of(WORDS[:4]), now.agent(), due) for _line in range(now.dice.randint(now.careful, 3))]


def some_request(now: Moment) -> Request:
    return now.any(Request, case=now.case) or now.any(Request) or Request(pk=0)


def some_plan_step(now: Moment) -> PlanStep:
    return now.any(PlanStep, plan__escalation__case=now.case) or now.any(PlanStep) or PlanStep(pk=0)


def some_case(now: Moment) -> Case:
    return now.any(Case)


def some_messages(now: Moment) -> list[Message]:
    return [message for message in (now.any(Message, case=now.case), now.any(Message)) if message]


def open_decision(now: Moment) -> str:
    """The question that is open on the case, an older one, or the open one without naming it."""
    found = now.any(Decision, escalation__case=now.case)
    return found.uid if found and now.dice.random() < 0.5 else ""


words: dict[str, Choice] = {"text": WORDS}
why: dict[str, Choice] = {"reason": WORDS}
climbing: dict[str, Choice] = {
    "kind": tuple(Kind),
    "reason": (Reason.SKILL, Reason.AUTHORITY),
    "level": (None, None, None, 0, 1, 2, 3, 4, 6),
    "skill": lambda now: now.dice.choice((None, None, now.any(Skill))),
    "justification": ("", "It cannot wait."),
    "brief": briefs,
}
promising: dict[str, Choice] = {
    "due_at": lambda now: now.minutes(0, 31, 61, 61, 121, 240, 1440),
    "reason": WORDS[:4],
    **words,
}
ACTS: Mapping[Verb, Act] = {
    Verb.REPLY: (handling.reply, words),
    Verb.NOTE: (handling.note, words),
    Verb.TRIAGE: (triage.triage, {"severity": SEVERITIES, "level": (0, 1, 1, 2, 3, 5), **why}),
    Verb.ASSESS: (
        handling.assess,
        {
            "skill": lambda now: now.dice.choice((None, now.any(Skill))),
            "amount": (0, 0, 400, 4000, -1),
            "currency": ("", "EUR", "USD"),
        },
    ),
    Verb.TAKE: (triage.take, {}),
    Verb.HOLD: (handling.hold, {"reason": lambda now: now.any(PauseReason), "wake_at": lambda now: now.minutes(*LONG)}),
    Verb.RESUME: (handling.resume, {}),
    Verb.PROMISE: (promises.make, promising),
    Verb.MOVE_PROMISE: (promises.move, promising),
    Verb.TICK: (handling.tick, {"line": lambda now: now.any(ScriptLine), "helped": (True, False)}),
    Verb.WATCH: (handling.watch, {"watcher": lambda now: now.dice.choice((None, now.agent()))}),
    Verb.ESCALATE: (escalation.escalate, climbing),
    Verb.PULL_UP: (escalation.pull_up, {"justification": WORDS}),
    Verb.CLIMB: (escalation.climb, climbing),
    Verb.ACKNOWLEDGE: (escalation.acknowledge, {"severity": SEVERITIES, **words}),
    Verb.ACCEPT: (escalation.accept, {"severity": (None, *SEVERITIES[1:]), **words}),
    Verb.DECLINE: (escalation.decline, why),
    Verb.RETURN: (escalation.give_back, why),
    Verb.COMPLETE: (escalation.complete, {"brief": briefs}),
    Verb.REDIRECT: (
        escalation.redirect,
        {
            "team": lambda now: now.dice.choice((None, now.any(Team))),
            "person": lambda now: now.dice.choice((None, now.agent())),
            **why,
        },
    ),
    Verb.HAND_BACK: (escalation.hand_back, why),
    Verb.STEP_BACK: (escalation.step_back, {"level": (None, None, 1, 2, 4), **why}),
    Verb.LEND: (escalation.lend, {"skill": lambda now: now.any(Skill), "asked": WORDS}),
    Verb.ASK_DECISION: (
        escalation.ask_decision,
        {"question": question, "person": lambda now: now.dice.choice((None, None, now.agent()))},
    ),
    Verb.DECIDE: (
        escalation.decide,
        {
            "verdict": ("approved", "refused", "maybe"),
            "answer": WORDS,
            "option": (0, 0, 1, 2, 3),
        },
    ),
    Verb.WITHDRAW: (escalation.withdraw, why),
    Verb.DE_ESCALATE: (escalation.de_escalate, why),
    Verb.FIND: (work.find, {"found_at": lambda now: now.dice.choice((None, now.minutes(-60, 60))), **words}),
    Verb.PLAN: (
        work.plan,
        {"steps": plan_lines, "target_at": lambda now: now.dice.choice((None, now.minutes(1440, -1)))},
    ),
    Verb.FINISH: (work.finish, {"step": some_plan_step}),
    Verb.REQUEST: (
        work.request,
        {
            "team": lambda now: now.dice.choice((None, now.any(Team))),
            "party": lambda now: now.dice.choice((None, None, now.any(OutsideParty))),
            "chase_minutes": (0, 60, 480),
            **words,
        },
    ),
    Verb.ANSWER_REQUEST: (work.answer_request, {"request": some_request, **words}),
    Verb.CANCEL_REQUEST: (work.cancel_request, {"request": some_request, **words}),
    Verb.RESOLVE: (
        resolution.resolve,
        {"outcome": (Outcome.SOLVED, Outcome.SOLVED, *Outcome, "gone"), "cause": ("", *Cause, "moon"), **words},
    ),
    Verb.CONFIRM: (resolution.confirm, {}),
    Verb.REOPEN: (resolution.reopen, words),
    Verb.CLOSE: (resolution.close, {}),
    Verb.FOLLOW_UP: (resolution.follow_up, {"public": (True, False), **words}),
    Verb.RATE: (resolution.rate, {"score": (0, 1, 5, 6), "comment": WORDS}),
    Verb.REVIEW: (review.write_review, {"causes": WORDS, "lessons": WORDS}),
    Verb.ASK: (asks.ask, {"reason": tuple(AskReason), **words}),
    Verb.WITHDRAW_ASK: (asks.withdraw_ask, {}),
    Verb.DECLINE_ASK: (asks.decline_ask, words),
    Verb.LINK: (links.link, {"other": some_case, "kind": tuple(LinkKind)}),
    Verb.UNLINK: (links.unlink, {"link": lambda now: now.any(CaseLink) or CaseLink(pk=0, case=now.case)}),
    Verb.MERGE: (merging.merge, {"into": some_case, **words}),
    Verb.SPLIT: (splitting.split, {"messages": some_messages, "subject": WORDS}),
}


def arguments(verb: Verb, now: Moment) -> dict[str, Any]:
    """What this verb is done with this time."""
    found = ACTS[verb][1]
    return {name: of(now) if callable(of) else now.of(of) for name, of in found.items()}
