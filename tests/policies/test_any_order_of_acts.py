"""In any order of acts on the versions of a policy one runs at most, one is to come, and nothing frozen changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from customers.refusal import Refused
from escalations.actions import policies
from escalations.engine import housekeeping
from escalations.models import Level, Notice, PolicyVersion, Reading, Target, VersionState
from tests.policies import builders
from tests.policies.builders import AT

HOUR = timedelta(hours=1)
# What of a version that left the draft may still change; all else of it is frozen.
MOVES_ON = frozenset(
    {"state", "submitted_at", "submitted_by_id", "published_at", "published_by_id"}
    | {"effective_at", "review_by", "retired_at"}
)
TO_COME = (VersionState.DRAFT, VersionState.REVIEW, VersionState.SCHEDULED)
PEOPLE, VERSIONS = st.sampled_from([0, 1]), st.integers(min_value=0, max_value=3)


def stored() -> dict[str, list[Any]]:
    models: list[Any] = [PolicyVersion, Level, Target, Reading, Notice]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


def frozen() -> dict[Any, Any]:
    """Everything of versions that are no draft any more, but for what may move on."""
    versions = PolicyVersion.objects.exclude(state=VersionState.DRAFT)
    rows: dict[Any, Any] = {
        row["id"]: {name: value for name, value in row.items() if name not in MOVES_ON} for row in versions.values()
    }
    for model in (Level, Target):
        for row in model._default_manager.filter(version__in=versions).values():
            rows[model.__name__, row["version_id"], row["id"]] = row
    return rows


class Machine(RuleBasedStateMachine):
    """Two administrators and the engine act on one policy; a second policy takes everybody else."""

    def __init__(self) -> None:
        super().__init__()
        self.firm = builders.company()
        self.people = [self.firm.admin, builders.user("Zoe Second", is_staff=True, is_superuser=True)]
        builders.published(self.firm)
        self.policy = builders.policy("Gold")
        builders.draft(self.firm, self.policy)
        self.at: datetime = AT
        self.known: dict[Any, Any] = {}

    def pick(self, place: int) -> PolicyVersion:
        versions = list(self.policy.versions.order_by("-number"))
        return versions[min(place, len(versions) - 1)]

    def attempt(self, act: Callable[[], object]) -> None:
        """What is refused changes nothing."""
        before = stored()
        try:
            act()
        except Refused:
            assert stored() == before

    @rule(hours=st.integers(min_value=1, max_value=30))
    def time_passes(self, hours: int) -> None:
        self.at += hours * HOUR

    @rule(place=VERSIONS, by=PEOPLE)
    def submit(self, place: int, by: int) -> None:
        version = self.pick(place)
        self.attempt(lambda: policies.submit(version=version, by=self.people[by], at=self.at))

    @rule(place=VERSIONS, by=PEOPLE)
    def send_back(self, place: int, by: int) -> None:
        version = self.pick(place)
        was_frozen = version.state == VersionState.REVIEW
        self.attempt(lambda: policies.send_back(version=version, by=self.people[by], at=self.at))
        if was_frozen:  # it is a draft again, the only way back
            self.known = frozen()

    @rule(place=VERSIONS, by=PEOPLE, wait=st.sampled_from([None, -1, 0, 1, 20]))
    def publish(self, place: int, by: int, wait: int | None) -> None:
        version, who = self.pick(place), self.people[by]
        begins = None if wait is None else self.at + wait * HOUR
        self.attempt(lambda: policies.publish(version=version, by=who, at=self.at, effective_at=begins))
        version.refresh_from_db()
        if version.published_by_id is not None:
            assert version.published_by_id != version.submitted_by_id

    @rule()
    def the_engine_looks(self) -> None:
        housekeeping.take_effect(self.at)
        late = PolicyVersion.objects.filter(state=VersionState.SCHEDULED, effective_at__lte=self.at)
        assert not late.exists()

    @rule(place=VERSIONS, by=PEOPLE)
    def retire(self, place: int, by: int) -> None:
        version = self.pick(place)
        self.attempt(lambda: policies.retire(version=version, by=self.people[by], at=self.at))

    @rule(place=VERSIONS, by=PEOPLE, days=st.integers(min_value=-3, max_value=400))
    def look_again(self, place: int, by: int, days: int) -> None:
        version, day = self.pick(place), self.at.date() + timedelta(days=days)
        self.attempt(lambda: policies.looked_at_again(version=version, by=self.people[by], at=self.at, review_by=day))

    @precondition(lambda self: self.policy.versions.count() < 6)
    @rule(by=PEOPLE)
    def new_draft(self, by: int) -> None:
        self.attempt(lambda: policies.new_draft(policy=self.policy, by=self.people[by], at=self.at))

    @invariant()
    def one_runs_and_one_is_to_come(self) -> None:
        states = list(self.policy.versions.values_list("state", flat=True))
        assert states.count(VersionState.PUBLISHED) <= 1
        assert sum(state in TO_COME for state in states) <= 1

    @invariant()
    def nothing_frozen_has_changed(self) -> None:
        now = frozen()
        assert {key: now.get(key) for key in self.known} == self.known
        self.known = now

    @invariant()
    def nobody_was_asked_twice_and_only_of_what_took_effect(self) -> None:
        asked = list(Reading.objects.values_list("version", "agent"))
        assert len(asked) == len(set(asked))
        never = self.policy.versions.filter(published_at=None)
        assert not Reading.objects.filter(version__in=never).exists()


Machine.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


class TestAnyOrder(Machine.TestCase, TestCase):  # type: ignore[misc, valid-type]
    """The machine above, each run in a transaction of its own."""
