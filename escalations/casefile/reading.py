"""What both casefiles are made from: the rows of one case, read once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalations.casefile import people, rungs
from escalations.casefile.faces import Face, face
from escalations.models import Case, Event, HeldClimb, Message, PauseReason, Standpoint, Team, standpoint
from escalations.models.policies import procedure_of
from escalations.models.positions import position
from escalations.rules import effects, ladder
from escalations.rules import events as e
from escalations.rules.tracks import Track
from escalations.timing.stopwatch import Reading


@dataclass(slots=True)
class CaseReading:
    """A case with its events, words and clocks at one instant."""

    case: Case
    at: datetime
    around: Standpoint
    events: list[Event]
    lines: list[e.Line]
    messages: dict[str, Message]
    names: people.Names
    readings: list[tuple[Track, Reading]]
    pauses: dict[str, Any]
    here: ladder.Position | None = None

    @property
    def since(self) -> datetime | None:
        """When the current step of an open escalation began."""
        return self.around.step.started_at if self.around.open_escalation and self.around.step else None

    @property
    def teams(self) -> dict[int, Team]:
        return {team.pk: team for team in self.names.teams.values()}

    def faces(self) -> list[Face]:
        """All clocks, those that still run first, by what is due first."""
        found = [face(track, reading, self.at, self.pauses) for track, reading in self.readings]
        late = datetime.max.replace(tzinfo=self.at.tzinfo)
        return sorted(found, key=lambda item: (not item.is_live, item.due_at or late))

    def visited(self) -> set[int]:
        """Every level the case has been at."""
        levels = {self.case.entry_level, self.case.level}
        for line in self.lines:
            if isinstance(line.data, e.StepTaken):
                levels |= {line.data.from_level, line.data.to_level}
        return levels

    def forecast(self) -> ladder.Forecast | None:
        """The next climb by itself; none once the case is solved, on import, or while nothing runs."""
        found = ladder.forecast(self.position()) if not self.case.is_dormant else None
        if found and found.at <= self.at and HeldClimb.objects.waiting().filter(case=self.case).exists():
            return None  # the storm brake holds it until somebody has looked
        return found

    def position(self) -> ladder.Position:
        """Where the case stands on its ladder; asked of the database once."""
        if self.here is None:
            self.here = position(self.case, self.lines, self.at, since=self.since)
        return self.here

    def rungs(self) -> list[rungs.RungFace]:
        return rungs.rung_faces(self.around.procedure, self.teams, self.case.level, self.visited(), self.forecast())


def read_case(case: Case, at: datetime) -> CaseReading:
    """Reads everything around a case; the number of statements does not depend on how much happened."""
    rows = list(Event.objects.filter(case=case).order_by("seq"))
    lines = [e.Line(row.seq, row.occurred_at, row.typed) for row in rows]
    around = standpoint(case)
    instant = max(at, lines[-1].at) if lines else at
    written = (
        Message.objects.filter(case=case)
        .select_related("user__agent", "contact", "mail")
        .prefetch_related("attachments")
    )
    return CaseReading(
        case=case,
        at=instant,
        around=around,
        events=rows,
        lines=lines,
        messages={message.uid: message for message in written},
        names=people.names_in(rows),
        readings=effects.readings(effects.tracks(lines, procedure_of), instant),
        pauses={reason.slug: reason for reason in PauseReason.objects.all()},
    )
