"""The past played forward: acts happen in their order, and the engine does its part whenever something was due."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.db.models import Min

from escalations.actions import deliveries, intake
from escalations.actions.attachments import Upload
from escalations.engine.batch import LEASE
from escalations.engine.delivery import BATCH, deliver
from escalations.engine.sweep import sweep
from escalations.management.demonstration.people import Cast
from escalations.models import Case, Clock, Escalation, Request, Topic
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Impact, Urgency
from escalations.timing.schedule import Schedule

FILES = "django.core.mail.backends.filebased.EmailBackend"
LOOKS_BACK = timedelta(days=120)
LATE = 0.6  # hours


class Stuck(RuntimeError):
    """The sweep left something undone that was due, so time would stand still."""


@dataclass(frozen=True, slots=True)
class Line:
    """One act of a story, so many working hours after its case was opened, by the person with this address."""

    after: float
    who: str
    act: Callable[[Moment], Any]


@dataclass(frozen=True, slots=True)
class Story:
    """A case, opened so many working hours ago, and what happened to it until now."""

    hours_ago: float
    contact: str
    topic: str
    impact: Impact
    urgency: Urgency
    subject: str
    text: str
    lines: tuple[Line, ...] = ()
    files: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """Now in a story: its case, who acts, and when."""

    stage: Stage
    case: Case
    who: str
    at: datetime

    @property
    def standing(self) -> Standing:
        return self.stage.cast.standing(self.who, self.at.date())

    @property
    def by(self) -> dict[str, Any]:
        """What every action is told."""
        return {"case": self.case, "actor": self.standing, "at": self.at}


@dataclass(slots=True)
class Stage:
    """People, hours and the present; time only moves forward, and never beyond `now`."""

    cast: Cast
    office: Schedule
    now: datetime
    at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.at = self.now - LOOKS_BACK

    def in_hours(self, hours: float) -> datetime:
        """The working instant so many working hours from now; the past is negative."""
        minutes = round(60 * hours)
        if minutes >= 0:
            return self.office.add_working_time(self.now, minutes)
        begin = self.now - LOOKS_BACK
        worked = self.office.working_time_between(begin, self.now)
        return self.office.add_working_time(begin, worked + minutes)

    def past(self, story: Story) -> Iterator[datetime]:
        """When its case was opened, then the instant of each line. Raises ValueError for the future."""
        for hours in uneven(story):
            yield min(self.in_hours(hours - story.hours_ago), self.now)

    def play(self, stories: Iterable[Story]) -> list[Case]:
        """Tells all stories at once, act by act in the order of time, until now."""
        told, cases = list(stories), dict[int, Case]()
        agenda = [(at, number, index) for number, story in enumerate(told) for index, at in enumerate(self.past(story))]
        for at, number, index in sorted(agenda):
            self.advance(at)
            if index == 0:
                cases[number] = self._open(told[number], at)
            else:
                line = told[number].lines[index - 1]
                line.act(Moment(self, cases[number], line.who, at))
        self.advance(self.now)
        return list(cases.values())

    def _open(self, story: Story, at: datetime) -> Case:
        return intake.open_case(
            actor=self.cast.standing(story.contact, at.date()),
            at=at,
            contact=self.cast.contacts[story.contact],
            subject=story.subject,
            text=story.text,
            topic=Topic.objects.get(slug=story.topic),
            impact=story.impact,
            urgency=story.urgency,
            files=story.files,
        )

    def advance(self, to: datetime) -> None:
        """Lets time pass: the engine sweeps whenever something is due, and mail leaves. Raises Stuck."""
        while (due := next_due()) and due <= to:
            self.at = max(due, self.at)
            sweep(self.at)
            post(self.at)
            if (left := next_due()) and left <= self.at:
                raise Stuck(f"still due at {left}")
        self.at = to
        post(to)


def uneven(story: Story) -> Iterator[float]:
    """The hours of a story after its beginning, each a little late, as people are, and never later than what follows.

    Raises ValueError when the story is longer than the time since.
    """
    hours = [0.0, *(line.after for line in story.lines)]
    for index, (after, following) in enumerate(pairwise([*hours, story.hours_ago])):
        if following < after:
            raise ValueError(f"“{story.subject}” goes on into the future, or back")
        lateness = (7 * len(story.subject) + 13 * index) % 10 / 10
        yield after + lateness * min((following - after) / 2, LATE)


def next_due() -> datetime | None:
    """The next instant at which the engine has anything to do; None when nothing waits."""
    found = (
        Clock.objects.aggregate(at=Min("next_at")),
        Escalation.objects.open().aggregate(at=Min("next_check_at")),
        Case.objects.aggregate(at=Min("promised_at")),
        Case.objects.aggregate(at=Min("wake_at")),
        Case.objects.aggregate(at=Min("check_at")),
        Request.objects.aggregate(at=Min("next_chase_at")),
    )
    return min((row["at"] for row in found if row["at"]), default=None)


def post(at: datetime) -> None:
    """Mail of the past becomes files, which can be read in the product, dated as it was written.

    Where a mail server is set up nothing of the past is sent: it is put on record as accepted, and nobody is flooded.
    """
    send = deliver if settings.EMAIL_BACKEND == FILES else _put_on_record
    while send(at) >= BATCH:
        pass


def _put_on_record(at: datetime) -> int:
    """What is waiting counts as accepted; gives how many notices there were."""
    notices = deliveries.lease(at=at, until=at + LEASE, limit=BATCH)
    for notice in notices:
        deliveries.accepted(notice=notice, at=at)
    return len(notices)
