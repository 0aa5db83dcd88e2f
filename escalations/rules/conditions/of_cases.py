"""Signs that a case is too complicated here, and what the case is and takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from escalations.rules.conditions.base import Holding, Plain, Progress, at_least_one
from escalations.rules.facts import CaseFacts
from escalations.rules.vocabulary import Impact, Reason


@dataclass(frozen=True, slots=True)
class Counted(Plain):
    """So many of something that happens again and again; holds once for a case."""

    at_least: int

    def __post_init__(self) -> None:
        at_least_one(self.at_least)

    def times(self, facts: CaseFacts) -> tuple[datetime, ...]:
        raise NotImplementedError

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        times = self.times(facts)
        return [Holding(self.name, times[self.at_least - 1])] if len(times) >= self.at_least else []

    def progress(self, facts: CaseFacts) -> Progress:
        return Progress(len(self.times(facts)), self.at_least)


@dataclass(frozen=True, slots=True)
class HandOffs(Counted):
    """The case went through so many hands after the first."""

    code: ClassVar[str] = "hand_offs"
    because: ClassVar[Reason] = Reason.COMPLEXITY

    def times(self, facts: CaseFacts) -> tuple[datetime, ...]:
        return facts.hand_offs


@dataclass(frozen=True, slots=True)
class Exchanges(Counted):
    """The customer had to answer us so many times."""

    code: ClassVar[str] = "exchanges"
    because: ClassVar[Reason] = Reason.COMPLEXITY

    def times(self, facts: CaseFacts) -> tuple[datetime, ...]:
        return facts.exchanges


@dataclass(frozen=True, slots=True)
class DaysOpen(Plain):
    """Opened so many days ago, nights and holidays included, as the customer counts them."""

    days: int
    code: ClassVar[str] = "days_open"
    because: ClassVar[Reason] = Reason.COMPLEXITY

    def __post_init__(self) -> None:
        at_least_one(self.days)

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [Holding(self.name, facts.opened_at + timedelta(days=self.days))]

    def progress(self, facts: CaseFacts) -> Progress:
        return Progress((facts.at - facts.opened_at).days, self.days)


@dataclass(frozen=True, slots=True)
class Age(Plain):
    """Opened so many working hours ago, in the hours of its level."""

    hours: int
    code: ClassVar[str] = "age"
    because: ClassVar[Reason] = Reason.UNRESOLVED

    def __post_init__(self) -> None:
        at_least_one(self.hours)

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [Holding(self.name, facts.schedule.add_working_time(facts.opened_at, self.hours * 60))]

    def progress(self, facts: CaseFacts) -> Progress:
        return Progress(int(facts.schedule.working_time_between(facts.opened_at, facts.at) // 60), self.hours)


@dataclass(frozen=True, slots=True)
class ImpactIs(Plain):
    """What the customer said it means for the business."""

    impact: Impact
    code: ClassVar[str] = "impact"
    because: ClassVar[Reason] = Reason.IMPACT

    def __post_init__(self) -> None:
        object.__setattr__(self, "impact", Impact(self.impact))

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [Holding(self.name, facts.opened_at)] if facts.impact == self.impact else []


@dataclass(frozen=True, slots=True)
class TierIs(Plain):
    """The tier of the customer."""

    tier: str
    code: ClassVar[str] = "tier"
    because: ClassVar[Reason] = Reason.IMPACT
    allowed: ClassVar[tuple[str, ...]] = ("standard", "plus", "vip")

    def __post_init__(self) -> None:
        if self.tier not in self.allowed:
            raise ValueError(f"a tier is needed: {', '.join(self.allowed)}")

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        return [Holding(self.name, facts.opened_at)] if facts.tier == self.tier else []


@dataclass(frozen=True, slots=True)
class MissingSkill(Plain):
    """Nobody who has the case now can do what it takes."""

    code: ClassVar[str] = "missing_skill"
    because: ClassVar[Reason] = Reason.SKILL

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        since = facts.assessed[1] if facts.assessed else facts.opened_at
        return [Holding(f"skill:{facts.around.skill}", since)] if facts.around.lacks_skill else []


@dataclass(frozen=True, slots=True)
class MissingAuthority(Plain):
    """Nobody who has the case now may decide the amount in question."""

    code: ClassVar[str] = "missing_authority"
    because: ClassVar[Reason] = Reason.AUTHORITY

    def holdings(self, facts: CaseFacts) -> list[Holding]:
        since = facts.assessed[1] if facts.assessed else facts.opened_at
        cause = f"authority:{facts.around.amount}:{facts.around.currency.lower()}"
        return [Holding(cause, since)] if facts.around.lacks_authority else []
