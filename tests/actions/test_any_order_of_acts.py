"""Random people do random things to random cases while time passes: what must hold, holds after every single act."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any

import pytest
from django.db import transaction

from customers.refusal import Refused
from escalations.actions import absences, clocks, moving, people, storms
from escalations.engine.sweep import sweep
from escalations.models import (
    Absence,
    Agent,
    Case,
    Clock,
    Escalation,
    Event,
    HeldClimb,
    OutsideParty,
    PauseReason,
    PolicyVersion,
    Request,
    Rota,
    RotaMember,
    Script,
    ScriptLine,
    Skill,
    Storm,
    StormBrake,
    standpoint,
)
from escalations.models.policies import published_procedure
from escalations.rules import permits
from escalations.rules.lint import PROMISED
from escalations.rules.owed import ESCALATION_CLOCKS
from escalations.rules.standing import SYSTEM, Standing
from escalations.rules.vocabulary import CLIMBING, Elapsed, Verb
from escalations.timing.stopwatch import ClockState
from tests.actions.acting import ACTS, LONG, MOMENTS, Moment, arguments
from tests.actions.soundness import everything, is_sound
from tests.actions.versions import ALL_CLOCKS, another
from tests.cast import MONDAY, Company, Worker, worker
from tests.rules import lifecycle

# Every story is told the same way each time; more of them by hand: STORIES=300.
STORIES = int(os.environ.get("STORIES", "3"))
STEPS = 60

# What stories must be full of to be worth telling.
EVENTFUL = {
    *("case.held", "case.taken", "case.resolved", "clock.warned", "clock.breached", "message.received", "message.sent"),
    *("escalation.requested", "escalation.stepped", "escalation.acknowledged", "escalation.accepted", "ask.made"),
}
STATES = {model: {(source, target) for source, _act, target in lifecycle.arrows(model)} for model in (Case, Escalation)}


@dataclass(frozen=True)
class Done:
    """An act that succeeded, to be sent again."""

    verb: Verb
    case: Case
    actor: Standing
    arguments: dict[str, Any]
    event: int


@dataclass
class Story:
    """Up to three cases, six colleagues, three customers, and what happens to them; `told` is the story so far."""

    cast: Company
    others: Sequence[Worker]
    version: PolicyVersion
    dice: random.Random
    now: datetime = MONDAY
    cases: list[Case] = field(default_factory=list)
    states: dict[Case, tuple[str, dict[int, str]]] = field(default_factory=dict)
    often: Counter[Verb] = field(default_factory=Counter)
    seen: dict[Case, int] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def tell(self, steps: int) -> Counter[str]:
        """The whole story, undone at its end; how often which kind of event happened in it."""
        try:
            with transaction.atomic():
                for who in (self.cast.ida, self.cast.vera, self.cast.otto):
                    self.cases.append(self.cast.open(who, self.now))
                for _step in range(steps):
                    self.step()
                    for case in self.cases:
                        self.is_sound(case)
                for case in self.cases:
                    self.is_sound(case, again=True)
                found = Counter(Event.objects.values_list("kind", flat=True))
                transaction.set_rollback(True)
        except Exception as problem:
            problem.add_note("\n".join(self.told))
            raise
        finally:
            published_procedure.cache_clear()  # the keys of versions that never were come back with other rows
        return found

    def step(self) -> None:
        happens = {
            self.work_goes_on: 10,
            self.somebody_tries: 4,
            self.time_passes: 4,
            self.the_same_form_comes_again: 1,
            self.somebody_leaves_or_comes_back: 1,
            self.somebody_is_away_or_back: 2,
            self.somebody_looks_at_a_storm: 1,
            self.a_case_is_moved: 1,
            self.the_policy_gets_another_version: 1,
        }
        self.dice.choices(list(happens), list(happens.values()))[0]()

    def say(self, what: str, case: Case | None = None, **given: object) -> None:
        details = ", ".join(f"{name}={value}" for name, value in given.items())
        self.told.append(f"{self.now:%d %H:%M} {case.reference if case else ''} {what} {details}")

    # -- what happens ----------------------------------------------------------------------------------

    def time_passes(self) -> None:
        """For a while, or until just before, at or after the next instant at which anything is due."""
        self.now += timedelta(minutes=self.dice.choice(LONG))
        if soon := [at for at in self.instants() if at > self.now]:
            exactly = timedelta(minutes=self.dice.choice((-1, 0, 0, 1)))
            self.now = max(self.now, self.dice.choice([self.now, min(soon) + exactly]))
        self.say("time passes")
        if self.dice.random() < 0.7:
            self.the_engine_sweeps()

    def instants(self) -> list[datetime]:
        """What the engine looks for."""
        told = Clock.objects.filter(next_at__isnull=False).values_list("next_at", flat=True)
        marks = Case.objects.values_list("promised_at", "wake_at", "check_at")
        checks = Escalation.objects.open().values_list("next_check_at", flat=True)
        others = (*Request.objects.values_list("next_chase_at", flat=True), *self.absences_begin())
        return [at for at in (*told, *chain.from_iterable(marks), *checks, *others) if at]

    def absences_begin(self) -> list[datetime]:
        return list(Absence.objects.filter(handed_over_at=None).values_list("starts_at", flat=True))

    def the_engine_sweeps(self) -> None:
        self.say("the engine sweeps")
        for _tick in range(6):  # one thing for a case at a time: woken, climbed, told again, passed on, forgotten …
            sweep(self.now)
        last = Event.objects.order_by("pk").values_list("pk", flat=True).last()
        sweep(self.now)
        assert list(Event.objects.filter(pk__gt=last or 0).values_list("case_id", "kind", "data")) == []
        for case in self.cases:
            case.refresh_from_db()
            assert case.wake_at is None or case.wake_at > self.now
            assert case.check_at is None or case.check_at > self.now
            assert case.promised_at is None or case.promised_at > self.now
            assert not case.clocks.filter(next_at__lte=self.now).exists()
        assert not Escalation.objects.open().filter(next_check_at__lte=self.now).exists()
        assert not Request.objects.filter(next_chase_at__lte=self.now).exists()
        assert not HeldClimb.objects.released().exists()
        self.nobody_away_answers_while_others_could()

    def nobody_away_answers_while_others_could(self) -> None:
        """Whoever answers for an escalation is there, or else nobody who could is."""
        away = set(Absence.objects.current(self.now).values_list("agent_id", flat=True))
        for climb in Escalation.objects.open().filter(accountable__in=away).select_related("case"):
            rung = standpoint(climb.case).procedure.rung(climb.case.level)
            there = Agent.objects.active().exclude(pk__in=away)
            assert not there.filter(memberships__team=climb.case.team_id).exists()
            assert not there.filter(pk=rung.last_resort_id).exists()

    def work_goes_on(self) -> None:
        """On one case for a while, by what is offered to anybody, mostly what was seldom done: so stories get on."""
        case = self.dice.choice(self.cases)
        for _act in range(self.dice.randint(1, 5)):
            self.now += timedelta(minutes=self.dice.choice(MOMENTS))
            if offered := self.offered(case):
                verbs = [verb for verb in Verb if verb in offered]
                (verb,) = self.dice.choices(verbs, [1 / (1 + self.often[verb]) ** 2 for verb in verbs])
                self.act(verb, case, self.dice.choice(offered[verb]), careful=self.dice.random() < 0.9)
                self.is_sound(case)

    def somebody_tries(self) -> None:
        """Anything at all, allowed or not."""
        case = self.dice.choice(self.cases)
        self.act(self.dice.choice(list(Verb)), case, self.dice.choice(self.standings(case)))

    def the_same_form_comes_again(self) -> None:
        if self.done:
            once = self.dice.choice(self.done)
            self.say(f"{once.verb} comes again", once.case)
            before = everything()
            call, _arguments = ACTS[once.verb]
            again = call(case=once.case, actor=once.actor, at=self.now, **once.arguments)
            assert again.pk == once.event
            assert everything() == before

    def somebody_leaves_or_comes_back(self) -> None:
        agent = self.dice.choice([person.agent for person in self.colleagues])
        agent = Agent.objects.select_related("user").get(pk=agent.pk)
        act = people.deactivate if agent.is_active else people.reactivate
        self.say(f"{act.__name__} {agent}")
        before = everything()
        try:
            act(agent=agent, by=self.cast.administrator, at=self.now)
        except Refused:
            assert everything() == before

    def somebody_is_away_or_back(self) -> None:
        """At once or soon, with a deputy or without; some of it cannot be, and is refused."""
        agent, deputy = (self.dice.choice(self.colleagues).agent for _who in range(2))
        before = everything()
        by, current = self.cast.administrator, Absence.objects.filter(agent=agent, ends_at__gt=self.now).first()
        try:
            if current:
                self.say(f"{agent} is back")
                absences.end(absence=current, by=by, at=self.now)
            else:
                begins = self.now + timedelta(minutes=self.dice.choice((0, 0, 61)))
                ends = begins + timedelta(minutes=self.dice.choice((0, 240, 2880)))
                row = Absence(agent=agent, starts_at=begins, ends_at=ends)
                row.deputy = self.dice.choice((None, deputy, deputy))
                self.say(f"{agent} is away", begins=begins, ends=ends, deputy=row.deputy)
                absences.save(absence=row, by=by, at=self.now)
        except Refused:
            assert everything() == before

    def somebody_looks_at_a_storm(self) -> None:
        if storm := Storm.objects.filter(is_open=True).first():
            let_climb = self.dice.random() < 0.5
            self.say("a storm is over", let_climb=let_climb)
            storms.end(storm=storm, by=self.cast.administrator, let_climb=let_climb, at=self.now)

    def a_case_is_moved(self) -> None:
        case, elapsed = self.dice.choice(self.cases), self.dice.choice(list(Elapsed))
        self.say("is moved", case, to=self.version, elapsed=elapsed)
        before = everything()
        try:
            moving.move(case=case, version=self.version, elapsed=elapsed, actor=SYSTEM, at=self.now)
        except Refused:
            assert everything() == before

    def the_policy_gets_another_version(self) -> None:
        """Some kinds of clocks, of other lengths; then some case is moved to what is published."""
        minutes, on_severity = self.dice.choice((30, 300)), self.dice.choice(list(Elapsed))
        kept = [kind for kind in ALL_CLOCKS if kind in PROMISED or self.dice.random() < 0.5]
        lengths = {kind: min(minutes, 120) if kind in ESCALATION_CLOCKS else minutes for kind in kept}
        watchful = self.dice.random() < 0.5
        self.say("another version", minutes=minutes, on_severity=on_severity, kept=kept)
        with suppress(Refused), transaction.atomic():  # too many have left for a policy that can be published
            self.version = another(self.cast, lengths, on_severity=on_severity, at=self.now, watchful=watchful)
        self.a_case_is_moved()

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
        situation = self.situation(case, self.now)
        found: dict[Verb, list[Standing]] = {}
        for who in self.standings(case):
            for verb, code in permits.offers(situation, who).items():
                if not code:
                    found.setdefault(verb, []).append(who)
        return found

    def situation(self, case: Case, at: datetime) -> permits.Situation:
        """As an act at this instant finds it: no event is earlier than the one before it."""
        row = Case.objects.get(pk=case.pk)
        return standpoint(row).situation(max(at, row.last_event_at or at))

    def act(self, verb: Verb, case: Case, actor: Standing, *, careful: bool = False) -> None:
        chosen = arguments(verb, Moment(self.dice, case, self.now, careful))
        self.say(verb, case, by=actor.code, **chosen)
        chosen["key"] = f"form-{len(self.told)}"
        behind = timedelta(minutes=self.dice.choice((0, 0, 0, 2)))  # the clock of one machine is not exact
        self.attempt(verb, case, actor, chosen, self.now - behind)

    def attempt(self, verb: Verb, case: Case, actor: Standing, arguments: dict[str, Any], at: datetime) -> None:
        before = everything()
        code = permits.refusal(verb, self.situation(case, at), actor)
        try:
            event = ACTS[verb][0](case=case, actor=actor, at=at, **arguments)
        except Refused as refused:
            assert everything() == before
            assert not code or refused.code == code
            assert str(refused.remedy)
        else:
            assert not code
            arrived = case.pk if verb is Verb.MERGE else Case.objects.get(pk=case.pk).goes_on_as().pk
            assert (event.actor, event.case_id) == (actor.code, arrived)
            self.often[verb] += 1
            self.done.append(Done(verb, case, actor, arguments, event.pk))

    # -- what holds ------------------------------------------------------------------------------------

    def is_sound(self, case: Case, *, again: bool = False) -> None:
        """Looks at a case to which anything has happened since the last look, or `again` at any."""
        seq = Case.objects.values_list("last_seq", flat=True).get(pk=case.pk)
        if seq == self.seen.get(case) and not again:
            return
        self.seen[case] = seq
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
        """From the states before to those now there is a way of at most three transitions on each machine."""
        climbs = dict(Escalation.objects.filter(case=case).values_list("pk", "state"))
        state, earlier = self.states.get(case, (case.state, {}))
        assert is_way(Case, state, case.state)
        for pk, now in climbs.items():
            assert is_way(Escalation, earlier.get(pk, "requested"), now)
        assert len([now for now in climbs.values() if now in [*CLIMBING, "resolved"]]) <= 1
        self.states[case] = (case.state, climbs)


def is_way(model: type[Case] | type[Escalation], source: str, target: str) -> bool:
    """Whether at most three transitions lead from one state to the other."""
    reached = {source}
    for _transition in range(3):
        reached |= {after for before, after in STATES[model] if before in reached}
    return target in reached


def furnish(company: Company, *others: Worker) -> None:
    """What the ladder can use: managers, skills, turns, a script, somebody outside, a brake that is pulled soon."""
    front, upper, manager, head = (
        person.agent for person in (company.agent, company.specialist, company.manager, company.executive)
    )
    for below, above in ((front, upper), (upper, manager), (manager, head)):
        Agent.objects.filter(pk=below.pk).update(manager=above)
    for slug, able in (("electrics", (upper, others[0].agent)), ("law", (head,))):
        Skill.objects.create(slug=slug, name=slug.title()).agents.set(able)
    rota = Rota.objects.create(
        team=upper.teams.get(), anchor=date(2026, 3, 2), hands_over=time(13), shift_days=1, time_zone="Europe/Berlin"
    )
    for position, agent in enumerate((upper, others[0].agent)):
        RotaMember.objects.create(rota=rota, position=position, agent=agent)
    script = Script.objects.create(name="Readings", level=1)
    for position, body in enumerate(("Restart the collector.", "Read the log.")):
        ScriptLine.objects.create(script=script, position=position, body=body)
    OutsideParty.objects.create(slug="carrier", name="Carrier")
    StormBrake.objects.create(climbs=3, minutes=60)


@pytest.fixture
def story(company: Company) -> Callable[[int], Story]:
    """The beginning of a story, by its number: a policy that promises every clock, and reasons to stop none or all."""
    others = (
        worker("Sam Second", company.specialist.agent.teams.get(), is_lead=False),
        worker("Nora New", company.agent.agent.teams.get(), is_lead=False),
    )
    stops = [kind.value for kind in ALL_CLOCKS]
    PauseReason.objects.create(slug="nothing-runs", name="Nothing runs", public_label="", stops=stops)
    furnish(company, *others)
    version = another(company, ALL_CLOCKS, watchful=True)
    return lambda number: Story(company, others, version, random.Random(number))


def test_whatever_happens_in_whatever_order_every_case_stays_sound(story: Callable[[int], Story]) -> None:
    happened = Counter[str]()
    for number in range(STORIES):
        happened += story(number).tell(STEPS)
    assert EVENTFUL - set(happened) == set()
