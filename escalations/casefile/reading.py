"""What both casefiles are made from: the rows of one case, read once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import Case as Choice
from django.db.models import IntegerField, Value, When
from django.db.models.functions import Cast, Coalesce

from escalations.casefile import people, rungs
from escalations.casefile.attachments import FileFace, file_face
from escalations.casefile.faces import Face, face
from escalations.casefile.gathering import Fact, Part, gathered
from escalations.models import (
    Attachment,
    Case,
    Event,
    Finding,
    HeldClimb,
    Message,
    PauseReason,
    Standpoint,
    Watcher,
    standpoint,
)
from escalations.models.events import Told
from escalations.models.policies import procedure_of
from escalations.models.positions import position
from escalations.rules import effects, ladder
from escalations.rules import events as e
from escalations.rules.tracks import Track
from escalations.timing.stopwatch import Reading


class Said(NamedTuple):
    """Words on a case; `mail` is the uid of the mail that brought them, `job_title` that of whoever of ours wrote."""

    uid: str
    pk: int
    is_public: bool
    body: str
    mail: str
    job_title: str


@dataclass
class CaseReading:
    """A case with its events, words and clocks at one instant.

    `beside` are small facts of other tables: files, watchers, findings, articles of the brief, a climb that is held.
    """

    case: Case
    at: datetime
    around: Standpoint
    events: list[Told]
    lines: list[e.Line]
    messages: dict[str, Said]
    names: people.Names
    tracks: effects.Tracks
    readings: list[tuple[Track, Reading]]
    beside: dict[str, list[Fact]]

    @property
    def since(self) -> datetime | None:
        """When the current step of an open escalation began."""
        return self.around.step.started_at if self.around.open_escalation and self.around.step else None

    @property
    def teams(self) -> dict[int, people.TeamName]:
        return {team.pk: team for team in self.names.teams.values()}

    def faces(self, *, ended: bool = True) -> list[Face]:
        """The clocks, those that still run first, by what is due first; those that have ended where they are wanted."""
        pauses = {fact.code: fact.name for fact in self.beside["pause"]}
        wanted = [(track, reading) for track, reading in self.readings if ended or not reading.ended_at]
        found = [face(track, reading, self.at, pauses) for track, reading in wanted]
        late = datetime.max.replace(tzinfo=self.at.tzinfo)
        return sorted(found, key=lambda item: (not item.is_live, item.due_at or late))

    @cached_property
    def files(self) -> dict[str, tuple[FileFace, ...]]:
        """The files that came with words, in their order, by the uid of the words."""
        found: dict[str, tuple[FileFace, ...]] = {}
        for fact in self.beside["file"]:
            found[fact.code] = (*found.get(fact.code, ()), file_face(fact.also, fact.name, fact.more, fact.number))
        return found

    @property
    def held(self) -> HeldClimb | None:
        """The climb that waits until somebody has looked at a storm, which is open."""
        waits = next((fact for fact in self.beside["held"] if fact.code), None)
        return HeldClimb(to_level=waits.number, held_at=waits.instant) if waits else None

    def visited(self) -> set[int]:
        """Every level the case has been at."""
        levels = {self.case.entry_level, self.case.level}
        for line in self.lines:
            if isinstance(line.data, e.StepTaken):
                levels |= {line.data.from_level, line.data.to_level}
        return levels

    @cached_property
    def forecast(self) -> ladder.Forecast | None:
        """The next climb by itself; none once the case is solved, on import, or while nothing runs."""
        found = ladder.forecast(self.position) if not self.case.is_dormant else None
        if found and found.at <= self.at and self.beside["held"]:
            return None  # the storm brake holds it until somebody has looked
        return found

    @cached_property
    def position(self) -> ladder.Position:
        """Where the case stands on its ladder."""
        return position(self.case, self.lines, self.at, since=self.since, folded=self.tracks)

    def rungs(self) -> list[rungs.RungFace]:
        return rungs.rung_faces(self.around.procedure, self.teams, self.case.level, self.visited(), self.forecast)


def read_case(case: Case, at: datetime) -> CaseReading:
    """Reads everything around a case; the number of statements does not depend on how much happened."""
    rows = Event.objects.filter(case=case).told()
    lines = [e.Line(row.seq, row.occurred_at, row.typed) for row in rows]
    around = standpoint(case, {row.kind for row in rows})
    instant = max(at, lines[-1].at) if lines else at
    found = gathered([*people.parts_of(rows), *_parts_beside(case, around)])
    tracks = effects.tracks(lines, procedure_of)
    return CaseReading(
        case=case,
        at=instant,
        around=around,
        events=rows,
        lines=lines,
        messages={fact.code: _said(fact) for fact in found["said"]},
        names=people.names_of(found),
        tracks=tracks,
        readings=effects.readings(tracks, instant),
        beside=found,
    )


def _said(fact: Fact) -> Said:
    return Said(fact.code, fact.place, bool(fact.number), fact.name, fact.more, fact.also)


def _parts_beside(case: Case, around: Standpoint) -> Iterator[Part]:
    words = {"code": "uid", "name": "body", "number": Cast("is_public", IntegerField()), "place": "pk"}
    brought = {"more": Coalesce("mail__uid", Value("")), "also": Coalesce("user__agent__job_title", Value(""))}
    yield "said", Message.objects.filter(case=case), words | brought
    yield "pause", PauseReason.objects.all(), {"code": "slug", "name": "name"}
    of_message = {"code": "message__uid", "also": "uid", "name": "name", "more": "content_type"}
    yield "file", Attachment.objects.filter(case=case), {**of_message, "number": "size", "place": "pk"}
    of_agent = {"code": "agent__user__uid", "name": "agent__user__name", "number": "agent_id", "place": "pk"}
    yield "watcher", Watcher.objects.filter(case=case), of_agent
    held = HeldClimb.objects.waiting().filter(case=case)
    is_open = Choice(When(storm__is_open=True, then=Value("open")), default=Value(""))
    yield "held", held, {"code": is_open, "number": "to_level", "at": "held_at", "place": "pk"}
    if around.escalation:
        findings = Finding.objects.filter(escalation=around.escalation)
        of_author = {
            "also": Coalesce("author__user__uid", Value("")),
            "name": Coalesce("author__user__name", Value("")),
        }
        yield "finding", findings, {**of_author, "code": "uid", "more": "body", "at": "found_at", "place": "pk"}
    if around.brief:
        yield "article", around.brief.articles.all(), {"name": "title", "more": "category__slug", "also": "slug"}
