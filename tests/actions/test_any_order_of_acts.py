"""Random people do random things to random cases while time passes: what must hold, holds after every single act."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from customers.refusal import Refused
from escalations.actions import (
    clocks,
    escalation,
    handling,
    moving,
    people,
    promises,
    resolution,
    review,
    triage,
)
from escalations.engine.sweep import sweep
from escalations.models import Agent, Case, Escalation, Event, PauseReason, PolicyVersion, standpoint
from escalations.models.policies import published_procedure
from escalations.rules import permits
from escalations.rules.lint import PROMISED
from escalations.rules.standing import SYSTEM, Standing
from escalations.rules.vocabulary import CLIMBING, Elapsed, Kind, Outcome, Reason, Verb
from escalations.timing.stopwatch import ClockState
from tests.actions.soundness import everything, is_sound
from tests.actions.versions import EVERY_CLOCK, another
from tests.cast import MONDAY, Company, Worker, worker
from tests.rules import lifecycle

MINUTES = (0, 0, 1, 7, 31, 61, 121, 240, 481, 1440, 2 * 1440, 4 * 1440)
WORDS = st.sampled_from(["The collector stands still.", "Wir kümmern uns – bis Mittag.", "It is late.", "", "  "])

words = {"text": WORDS}
climbing = {
    "kind": st.sampled_from(Kind),
    "reason": st.sampled_from([Reason.SKILL, Reason.AUTHORITY]),
    "level": st.none() | st.integers(0, 6),
    "brief": st.builds(escalation.BriefText, *[st.sampled_from(["", "known", "known", "known"])] * 4),
}
promising = {"due_at": st.sampled_from(MINUTES), "reason": WORDS, **words}
ACTS: dict[Verb, tuple[Callable[..., Event], dict[str, st.SearchStrategy[Any]]]] = {
    Verb.REPLY: (handling.reply, words),
    Verb.NOTE: (handling.note, words),
    Verb.TRIAGE: (
        triage.triage,
        {"severity": st.integers(0, 5), "level": st.integers(0, 5), "reason": WORDS},
    ),
    Verb.TAKE: (triage.take, {}),
    Verb.HOLD: (handling.hold, {"wake_at": st.sampled_from(MINUTES)}),
    Verb.RESUME: (handling.resume, {}),
    Verb.PROMISE: (promises.make, promising),
    Verb.MOVE_PROMISE: (promises.move, promising),
    Verb.ESCALATE: (escalation.escalate, climbing),
    Verb.CLIMB: (escalation.climb, climbing),
    Verb.ACKNOWLEDGE: (escalation.acknowledge, {"severity": st.integers(0, 5), **words}),
    Verb.ACCEPT: (escalation.accept, {"severity": st.none() | st.integers(1, 5), **words}),
    Verb.DECLINE: (escalation.decline, {"reason": WORDS}),
    Verb.HAND_BACK: (escalation.hand_back, {"reason": WORDS}),
    Verb.DECIDE: (
        escalation.decide,
        {"verdict": st.sampled_from(["approved", "refused", "maybe"]), "answer": WORDS},
    ),
    Verb.RESOLVE: (resolution.resolve, {"outcome": st.sampled_from([*Outcome, "gone"]), **words}),
    Verb.CONFIRM: (resolution.confirm, {}),
    Verb.REOPEN: (resolution.reopen, words),
    Verb.CLOSE: (resolution.close, {}),
    Verb.RATE: (resolution.rate, {"score": st.integers(0, 6), "comment": WORDS}),
    Verb.REVIEW: (review.write_review, {"causes": WORDS, "lessons": WORDS}),
}
# What fails is told as it was found: making a story shorter takes minutes on a database, and the steps read well.
MANY = settings(
    max_examples=int(os.environ.get("STORIES", "12")),
    stateful_step_count=30,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
STATES = {model: {(source, target) for source, _act, target in lifecycle.arrows(model)} for model in (Case, Escalation)}


@dataclass(frozen=True)
class Done:
    """An act that succeeded, to be sent again."""

    verb: Verb
    case: Case
    actor: Standing
    arguments: dict[str, Any]
    event: int


class AnyOrder(RuleBasedStateMachine):
    """Three cases, six colleagues, three customers; `cast` is set by the test."""

    cast: Company
    others: tuple[Worker, ...]
    reasons: tuple[PauseReason, ...]
    first_version: PolicyVersion

    def __init__(self) -> None:
        super().__init__()
        self.version = self.first_version
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.now: datetime = MONDAY
        self.cases: list[Case] = []
        self.states: dict[Case, tuple[str, dict[int, str]]] = {}
        self.done: list[Done] = []

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)
        published_procedure.cache_clear()  # the keys of versions that never were come back with other rows

    # -- what happens ----------------------------------------------------------------------------------

    @initialize()
    def two_cases_come_in(self) -> None:
        for who in (self.cast.ida, self.cast.vera):
            self.cases.append(self.cast.open(who, self.now))

    @precondition(lambda self: len(self.cases) < 3)
    @rule()
    def another_case_comes_in(self) -> None:
        self.cases.append(self.cast.open(self.cast.otto, self.now))

    @rule(minutes=st.sampled_from(MINUTES), sweeping=st.booleans())
    def time_passes(self, minutes: int, sweeping: bool) -> None:
        self.now += timedelta(minutes=minutes)
        if sweeping:
            self.the_engine_sweeps()

    def the_engine_sweeps(self) -> None:
        for _tick in range(3):  # waking a case can uncover a clock, and that a climb; each has its own tick
            sweep(self.now)
        last = Event.objects.order_by("pk").values_list("pk", flat=True).last()
        sweep(self.now)
        assert list(Event.objects.filter(pk__gt=last or 0).values_list("case_id", "kind", "data")) == []
        for case in self.cases:
            case.refresh_from_db()
            assert case.wake_at is None or case.wake_at > self.now
            assert case.check_at is None
            assert case.promised_at is None or case.promised_at > self.now
            assert not case.clocks.filter(next_at__lte=self.now).exists()
        assert not Escalation.objects.open().filter(next_check_at__lte=self.now).exists()

    @rule(data=st.data(), verb=st.sampled_from(Verb))
    def somebody_tries(self, data: st.DataObject, verb: Verb) -> None:
        """Anything at all, allowed or not."""
        case = data.draw(st.sampled_from(self.cases))
        self.act(data, verb, case, data.draw(st.sampled_from(self.standings(case))))

    @rule(data=st.data(), acts=st.integers(1, 6))
    def work_goes_on(self, data: st.DataObject, acts: int) -> None:
        """One case for a while, by what is offered to anybody, so that stories get somewhere."""
        case = data.draw(st.sampled_from(self.cases))
        for _act in range(acts):
            self.now += timedelta(minutes=data.draw(st.sampled_from(MINUTES[:8])))
            if offered := self.offered(case):
                verb = data.draw(st.sampled_from([each for each in Verb if each in offered]))
                self.act(data, verb, case, data.draw(st.sampled_from(offered[verb])))
                self.every_case_is_sound()

    def act(self, data: st.DataObject, verb: Verb, case: Case, actor: Standing) -> None:
        behind = data.draw(st.sampled_from((0, 0, 0, 2)), label="behind")  # the clock of one machine is not exact
        self.attempt(verb, case, actor, self.arguments(data, verb), self.now - timedelta(minutes=behind))

    @precondition(lambda self: bool(self.done))
    @rule(data=st.data())
    def the_same_form_comes_again(self, data: st.DataObject) -> None:
        once = data.draw(st.sampled_from(self.done))
        before = everything()
        call, _arguments = ACTS[once.verb]
        again = call(case=once.case, actor=once.actor, at=self.now, **once.arguments)
        assert again.pk == once.event
        assert everything() == before

    @rule(data=st.data(), elapsed=st.sampled_from(Elapsed), on_severity=st.sampled_from(Elapsed))
    def the_policy_gets_another_version(self, data: st.DataObject, elapsed: Elapsed, on_severity: Elapsed) -> None:
        """Some kinds of clocks, of other lengths; then some case is moved to what is published."""
        minutes = data.draw(st.sampled_from((30, 300)))
        kept = {*PROMISED} | data.draw(st.sets(st.sampled_from(list(EVERY_CLOCK))))
        with suppress(Refused), transaction.atomic():  # too many have left for a policy that can be published
            self.version = another(self.cast, dict.fromkeys(kept, minutes), on_severity=on_severity, at=self.now)
        self.a_case_is_moved(data, elapsed)

    @rule(data=st.data(), elapsed=st.sampled_from(Elapsed))
    def a_case_is_moved(self, data: st.DataObject, elapsed: Elapsed) -> None:
        case = data.draw(st.sampled_from(self.cases))
        before = everything()
        try:
            moving.move(case=case, version=self.version, elapsed=elapsed, actor=SYSTEM, at=self.now)
        except Refused:
            assert everything() == before

    @rule(data=st.data())
    def somebody_leaves_or_comes_back(self, data: st.DataObject) -> None:
        agent = data.draw(st.sampled_from([person.agent for person in self.colleagues]))
        agent = Agent.objects.select_related("user").get(pk=agent.pk)
        before = everything()
        try:
            act = people.deactivate if agent.is_active else people.reactivate
            act(agent=agent, by=self.cast.administrator, at=self.now)
        except Refused:
            assert everything() == before

    # -- what it takes ---------------------------------------------------------------------------------

    @property
    def colleagues(self) -> list[Worker]:
        cast = self.cast
        return [cast.agent, cast.specialist, cast.manager, cast.executive, *self.others]

    def standings(self, case: Case) -> list[Standing]:
        """Everybody of ours, and those customers who may see this case."""
        customers = [who.standing for who in (self.cast.ida, self.cast.otto, self.cast.vera)]
        may_see = [who for who in customers if Case.objects.visible_to(who).filter(pk=case.pk).exists()]
        return [*(person.standing for person in self.colleagues), *may_see]

    def offered(self, case: Case) -> dict[Verb, list[Standing]]:
        situation = standpoint(Case.objects.get(pk=case.pk)).situation()
        found: dict[Verb, list[Standing]] = {}
        for who in self.standings(case):
            for verb, code in permits.offers(situation, who).items():
                if not code:
                    found.setdefault(verb, []).append(who)
        return found

    def arguments(self, data: st.DataObject, verb: Verb) -> dict[str, Any]:
        found = {name: data.draw(values, label=name) for name, values in ACTS[verb][1].items()}
        if verb is Verb.HOLD:
            found["reason"] = data.draw(st.sampled_from(self.reasons))
        for instant in {"wake_at", "due_at"} & set(found):
            found[instant] = self.now + timedelta(minutes=found[instant])
        found["key"] = f"form-{len(self.done)}-{data.draw(st.integers(0, 10**9))}"
        return found

    def attempt(self, verb: Verb, case: Case, actor: Standing, arguments: dict[str, Any], at: datetime) -> None:
        before = everything()
        code = permits.refusal(verb, standpoint(Case.objects.get(pk=case.pk)).situation(), actor)
        try:
            event = ACTS[verb][0](case=case, actor=actor, at=at, **arguments)
        except Refused as refused:
            assert everything() == before
            assert not code or refused.code == code
            assert str(refused.remedy)
        else:
            assert not code
            assert (event.actor, event.case_id) == (actor.code, case.pk)
            self.done.append(Done(verb, case, actor, arguments, event.pk))

    # -- what holds ------------------------------------------------------------------------------------

    @invariant()
    def every_case_is_sound(self) -> None:
        for case in self.cases:
            is_sound(case)
            self.moved_legally(case)
            self.reads_as_stored(case)

    def reads_as_stored(self, case: Case) -> None:
        """Read now, a clock is what its row says, but for the instants that have passed since the last event."""
        now = max(self.now, case.last_event_at or self.now)
        rows = {(row.kind, row.start_seq): row for row in case.clocks.all()}
        for track, reading in clocks.computed(case.events.all().lines(), now):
            row = rows[track.kind, track.start_seq]
            passed = {
                "warned_at": row.warned_at or (row.warn_at if row.warn_at and row.warn_at <= now else None),
                "breached_at": row.breached_at or (row.due_at if row.due_at and row.due_at <= now else None),
            }
            if row.state != ClockState.RUNNING:
                passed = {}
            said = {name: passed.get(name, getattr(row, name)) for name in clocks.columns(track, reading)}
            assert said == clocks.columns(track, reading)

    def moved_legally(self, case: Case) -> None:
        """From the states before to those now there is a way of at most two transitions on each machine."""
        climbs = dict(Escalation.objects.filter(case=case).values_list("pk", "state"))
        state, earlier = self.states.get(case, (case.state, {}))
        assert is_way(Case, state, case.state)
        for pk, now in climbs.items():
            assert is_way(Escalation, earlier.get(pk, "requested"), now)
        assert len([now for now in climbs.values() if now in [*CLIMBING, "resolved"]]) <= 1
        self.states[case] = (case.state, climbs)


def is_way(model: type[Case] | type[Escalation], source: str, target: str) -> bool:
    arrows = STATES[model]
    return source == target or any(
        ((source, middle) in arrows and (middle, target) in arrows) or (source, target) in arrows
        for _start, middle in arrows
    )


@pytest.mark.django_db
def test_whatever_happens_in_whatever_order_every_case_stays_sound(company: Company) -> None:
    AnyOrder.cast = company
    AnyOrder.others = (
        worker("Sam Second", company.specialist.agent.teams.get(), is_lead=False),
        worker("Nora New", company.agent.agent.teams.get(), is_lead=False),
    )
    stops = [kind.value for kind in EVERY_CLOCK]
    nothing_runs = PauseReason.objects.create(slug="nothing-runs", name="Nothing runs", public_label="", stops=stops)
    AnyOrder.reasons = (company.waiting, nothing_runs)
    AnyOrder.first_version = another(company)
    run_state_machine_as_test(AnyOrder, settings=MANY)
