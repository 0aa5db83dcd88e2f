"""What the customer says, and what the customer does not hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from escalations.rules.conditions.base import Holding, Plain, Progress, at_least_one
from escalations.rules.facts import CaseFacts
from escalations.rules.vocabulary import Reason


@dataclass(frozen=True, slots=True)
class Reopened(Plain):
    """Opened again so many times, within so many days (of 24 hours) if they are given.

    Every time that completes so many is a reason of its own.
    """

    at_least: int
    days: int | None = None
    code: ClassVar[str] = "reopened"
    because: ClassVar[Reason] = Reason.REPEATED

    def __post_init__(self) -> None:
        at_least_one(self.at_least)
        if self.days is not None:
            at_least_one(self.days)
            if self.at_least < 2:
                raise ValueError("within days it takes at least two times")

    def _near_enough(self, first: datetime, last: datetime) -> bool:
        return self.days is None or last - first <= timedelta(days=self.days)

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        times = facts.reopened
        complete = zip(times, times[self.at_least - 1 :], strict=False)  # each time with the one that makes so many
        return [Holding(f"reopened:{seq}", at) for (_seq, first), (seq, at) in complete if self._near_enough(first, at)]

    def progress(self, facts: CaseFacts) -> Progress:
        """What counts now: the times of the last days, or all that were needed once they were there."""
        if self.holdings(facts):
            return Progress(max(self.at_least, self._many(facts)), self.at_least)
        return Progress(self._many(facts), self.at_least)

    def _many(self, facts: CaseFacts) -> int:
        return sum(self._near_enough(at, facts.at) for _seq, at in facts.reopened)


@dataclass(frozen=True, slots=True)
class RepeatedComplaint(Plain):
    """The same customer raised so many cases on the same topic within so many days, this one included."""

    at_least: int
    days: int
    code: ClassVar[str] = "repeated_complaint"
    because: ClassVar[Reason] = Reason.REPEATED

    def __post_init__(self) -> None:
        at_least_one(self.at_least)
        at_least_one(self.days)

    def _many(self, facts: CaseFacts) -> int:
        first = facts.opened_at - timedelta(days=self.days)
        return 1 + sum(first <= opened for opened in facts.around.repeats)

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [Holding(self.name, facts.opened_at)] if self._many(facts) >= self.at_least else []

    def progress(self, facts: CaseFacts) -> Progress:
        return Progress(self._many(facts), self.at_least)


@dataclass(frozen=True, slots=True)
class CustomerAsked(Plain):
    """The customer asks for escalation and has no answer yet."""

    code: ClassVar[str] = "customer_asked"
    because: ClassVar[Reason] = Reason.CUSTOMER_ASKED

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [Holding(f"asked:{facts.asked[0]}", facts.asked[1])] if facts.asked else []


@dataclass(frozen=True, slots=True)
class LowRating(Plain):
    """The customer rated the solution this low, from 1 (bad) to 5."""

    at_most: int
    code: ClassVar[str] = "low_rating"
    because: ClassVar[Reason] = Reason.DISSATISFIED

    def __post_init__(self) -> None:
        at_least_one(self.at_most)
        if self.at_most > 4:
            raise ValueError("a score from 1 to 4 is needed")

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        if facts.rating is None or facts.rating[2] > self.at_most:
            return []
        return [Holding(f"rated:{facts.rating[0]}", facts.rating[1])]


@dataclass(frozen=True, slots=True)
class Silence(Plain):
    """The customer has heard nothing from a person for so many working hours."""

    hours: int
    code: ClassVar[str] = "silence"
    because: ClassVar[Reason] = Reason.SILENCE

    def __post_init__(self) -> None:
        at_least_one(self.hours)

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        if facts.heard is None:
            return []
        seq, at = facts.heard
        return [Holding(f"silence:{seq}", facts.schedule.add_working_time(at, self.hours * 60))]

    def progress(self, facts: CaseFacts) -> Progress:
        since = facts.heard[1] if facts.heard else facts.at
        return Progress(int(facts.schedule.working_time_between(since, facts.at) // 60), self.hours)
