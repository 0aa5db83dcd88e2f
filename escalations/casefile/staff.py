"""A case as the staff sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from escalations.casefile import climbs, promises, sentences
from escalations.casefile.attachments import FileFace
from escalations.casefile.climbs import ClimbFace
from escalations.casefile.extent import WHOLE, Extent, Window, sort_of, window
from escalations.casefile.faces import Face
from escalations.casefile.reading import CaseReading, read_case
from escalations.casefile.rungs import Criterion, RungFace, criteria
from escalations.casefile.undoing import Undo, undoable
from escalations.casefile.work import WorkFace, work_face
from escalations.models import Agent, Ask, Brief, Case, Decision, Escalation, Review, Step, words
from escalations.models.events import Told
from escalations.rules import permits, routing
from escalations.rules.ladder import Forecast
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED, ClockKind, Verb


@dataclass(frozen=True, slots=True)
class Offer:
    """A verb as a screen shows it: open to this person now, or refused with the reason in words."""

    verb: Verb
    name: Any
    refusal: str
    why: Any

    @property
    def is_open(self) -> bool:
        return not self.refusal

    @property
    def mend(self) -> str:
        """The page on which the reason can be mended; empty where there is none."""
        return mends(self.refusal)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the timeline; `sort` is message (public), note (internal) or event.

    `note` are internal words beside it, `kept` says which promise of news its words kept, and `kept_late` that it was
    over by then; `files` came with its words. `original` is the uid of the mail that brought it, if one did; `told` are
    the names of those whom a note mentions.
    """

    seq: int
    at: datetime
    kind: str
    sort: str
    who: str
    from_customer: bool
    words: str
    text: str
    is_automatic: bool
    note: str = ""
    kept: str = ""
    kept_late: bool = False
    files: tuple[FileFace, ...] = ()
    original: str = ""
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffCasefile:
    """Everything the case page of the desk shows."""

    case: Case
    at: datetime
    timeline: list[Entry]
    part: Window
    clocks: list[Face]
    ended_clocks: int
    rungs: list[RungFace]
    criteria: list[Criterion]
    joins: Forecast | None
    climb: ClimbFace
    escalation: Escalation | None
    step: Step | None
    brief: Brief | None
    decision: Decision | None
    review: Review | None
    accountable: Agent | None
    promised_at: datetime | None
    owed_since: datetime | None
    offers: dict[str, Offer]
    work: WorkFace
    ask: Ask | None
    has_script: bool = False
    undo: Undo | None = None

    @property
    def ask_clock(self) -> Face | None:
        """By when the customer who asks for escalation is answered."""
        return next((face for face in self.clocks if face.kind is ClockKind.ASK and face.is_live), None)

    @property
    def promise(self) -> Face | None:
        """The clock of the open promise of news; it is the one of news as long as there is one."""
        news = (face for face in self.clocks if face.kind is ClockKind.NEXT_UPDATE and face.is_live)
        return next(news, None) if self.promised_at else None

    @property
    def due_next(self) -> Face | None:
        """The clock that runs out first."""
        return next((face for face in self.clocks if face.state == "running"), None)


def mends(refusal: str) -> str:
    """The page on which the reason of a refusal can be mended; empty where there is none."""
    return reverse("desk:procedures") if refusal == "training_missing" else ""


def offers_for(case: permits.Situation, standing: Standing) -> dict[str, Offer]:
    """Every verb, open or refused, by its code; the very table that actions enforce."""
    return {
        verb.value: Offer(verb, words.VERBS[verb], code, words.against(code, standing))
        for verb, code in permits.offers(case, standing).items()
    }


def staff_casefile(case: Case, standing: Standing, at: datetime, extent: Extent = WHOLE) -> StaffCasefile:
    """The case for this person at this instant, as far as it is wanted."""
    reading = read_case(case, at)
    around = reading.around
    climb = around.open_escalation
    kept = promises.kept(reading)
    faces, situation = reading.faces(ended=extent.is_whole), around.situation(reading.at)
    part = window(reading, extent)
    return StaffCasefile(
        case=case,
        at=reading.at,
        timeline=[_entry(reading, event, kept.get(event.seq)) for event in part.events],
        part=part,
        clocks=faces,
        ended_clocks=sum(clock.ended_at is not None for _track, clock in reading.readings),
        rungs=climbs.rungs(reading),
        criteria=criteria(reading.position),
        joins=reading.forecast,
        climb=climbs.climb_face(reading),
        escalation=around.escalation,
        step=around.step,
        brief=around.brief,
        decision=around.decision,
        review=around.review,
        accountable=_accountable(case, climb),
        promised_at=case.promised_at,
        owed_since=promises.owed_since(reading),
        offers=offers_for(situation, standing),
        work=work_face(reading, situation, standing, faces, is_whole=extent.is_whole),
        ask=around.ask if case.state in UNSOLVED else None,
        has_script=situation.has_script,
        undo=undoable(reading.events, standing, reading.at),
    )


def _accountable(case: Case, climb: Escalation | None) -> Agent | None:
    """Who answers for the case now; the team's lead is only looked up when nobody nearer does."""
    nearer = [agent for agent in (climb.accountable if climb else None, case.owner) if agent]
    lead = None if nearer else case.team.lead()
    agents = {agent.pk: agent for agent in (*nearer, lead) if agent}
    found = routing.accountable(
        escalation_person=climb.accountable_id if climb else None, owner=case.owner_id, lead=lead.pk if lead else None
    )
    return agents[found] if found else None


def _entry(reading: CaseReading, event: Told, kept: promises.Kept | None) -> Entry:
    said = reading.messages.get(str(event.data.get("message", "")))
    why = reading.messages.get(str(event.data.get("why", "")))
    return Entry(
        seq=event.seq,
        at=event.occurred_at,
        kind=event.kind,
        sort=sort_of(reading, event),
        who=reading.names.person(event.actor),
        from_customer=event.actor_kind == "customer",
        words=sentences.for_staff(event.typed, reading.names),
        text=said.body if said else "",
        is_automatic=event.actor_kind == "system",
        note=why.body if why else "",
        kept=kept.for_staff() if kept else "",
        kept_late=bool(kept and kept.late),
        files=reading.files.get(said.uid, ()) if said else (),
        original=(said and said.mail) or str(event.data.get("original", "")),
        told=tuple(reading.names.person(code) for code in event.data.get("mentioned", ())),
    )
