"""The open escalation of a case for whoever works on it: who has it and why, what follows by itself, how it came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from customers.models import User
from escalations.casefile.criteria import told
from escalations.casefile.gathering import Fact
from escalations.casefile.reading import CaseReading
from escalations.casefile.rungs import RungFace
from escalations.models import Brief, HeldClimb, Step, watching, words
from escalations.rules import events as e
from escalations.rules.attention import Care, Watchfulness
from escalations.rules.vocabulary import TO_CLIMB, Document, Kind, Move
from knowledgebase.models import Article, Category


@dataclass(frozen=True, slots=True)
class Having:
    """Who was asked by the current step, and why just this person; `passed_over` are others with the reason."""

    person: str
    because: Any
    instead_of: str
    passed_over: list[tuple[str, Any]]
    skill: str
    since: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Following:
    """Something that happens by itself if nobody acts; `why` says on what grounds, empty where it is plain."""

    what: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a brief: whether it is there, and whether the procedure wants it."""

    name: Any
    is_there: bool
    is_wanted: bool = True


@dataclass(frozen=True, slots=True)
class BriefFace:
    """A brief with everything that came with it."""

    brief: Brief
    articles: list[Article]
    justification: str
    parts: list[Part]

    @property
    def have(self) -> int:
        return sum(part.is_there for part in self.parts)

    @property
    def missing(self) -> list[Part]:
        return [part for part in self.parts if not part.is_there]


@dataclass(frozen=True, slots=True)
class ClimbFace:
    """What the way up of a case says beside its ladder.

    `waited` counts the working minutes from when criteria were first met until the case was escalated, `held` is a
    climb that waits until somebody has looked at a storm.
    """

    has_it: Having | None
    follows: list[Following]
    brief: BriefFace | None
    held: HeldClimb | None
    waited: float | None


def climb_face(reading: CaseReading) -> ClimbFace:
    return ClimbFace(who_has_it(reading), follows(reading), brief(reading), reading.held, waited(reading))


# -- who has it and why --------------------------------------------------------------------------------


def who_has_it(reading: CaseReading) -> Having | None:
    """Whoever the current step asks, with the explanation of the routing; None without an open escalation."""
    step = reading.around.step
    chosen = _chosen(reading, step) if reading.around.open_escalation and step else None
    if step is None or chosen is None:
        return None
    over = [code.rpartition(":") for code in chosen.passed_over]
    people = [(code, why) for code, _sep, why in over if not code.startswith("level:")]
    empty = [number for code, _sep, _why in over if (number := code.removeprefix("level:")) != code]
    names = _named(reading, [chosen.instead_of, *(code for code, _why in people)])
    return Having(
        person=str(step.person),
        because=words.BECAUSE.get(chosen.because, ""),
        instead_of=names[chosen.instead_of] if chosen.instead_of else "",
        passed_over=[
            *((_("Level %(level)s") % {"level": number}, _("where nobody is")) for number in empty),
            *((names[code], words.OVER[why]) for code, why in people),
        ],
        skill=step.skill.name if step.skill else "",
        since=step.started_at,
        acknowledged_at=step.acknowledged_at,
    )


def _chosen(reading: CaseReading, step: Step) -> e.StepTaken | e.EscalationPassedOn | None:
    """The event by which the person was chosen who has the step now."""
    for line in reversed(reading.lines):
        if isinstance(line.data, e.StepTaken | e.EscalationPassedOn) and line.data.step == step.uid:
            return line.data
    return None


def _named(reading: CaseReading, codes: Iterable[str]) -> dict[str, str]:
    """Names for these codes; one statement, none when all of them are known."""
    wanted = {code for code in codes if code}
    unknown = [code.removeprefix("user:") for code in wanted if code not in reading.names.people]
    found = User.objects.filter(uid__in=unknown).values_list("uid", "name") if unknown else ()
    known = reading.names.people | {f"user:{uid}": name for uid, name in found}
    return {code: known.get(code) or _("somebody who left") for code in wanted}


# -- what follows by itself ----------------------------------------------------------------------------


def follows(reading: CaseReading) -> list[Following]:
    """What happens by itself if nobody acts, the first thing first."""
    joins = reading.forecast
    found = list(_cares(reading))
    if joins:
        what = _("Level %(level)d, %(name)s, joins") % {"level": joins.to.number, "name": joins.to.name}
        found.append(Following(what, joins.at, told(joins.trigger.condition)))
    return sorted(found, key=lambda item: item.at)


def _cares(reading: CaseReading) -> Iterator[Following]:
    """What is done for a step that nobody looks after."""
    case, around = reading.case, reading.around
    now = watching.watchfulness(case, around, reading.lines)
    if now is None or not around.procedure.has_level(case.level):
        return
    reminded: Watchfulness = replace(now, reminders=now.reminders or 1)
    then = None if now.heard or now.is_owed else watching.next_care(case, around, reminded, reading.at)
    if then and then.care is Care.REMIND:
        then = None  # nobody else is left: it is told again and again, of which the next time is enough
    first = None if then and now.reminders else watching.care_for_same(case, around, now)
    person = str(around.step.person) if around.step else ""
    said = {
        Care.REMIND: _("%(person)s is told again") % {"person": person},
        Care.PASS_ON: _("It passes on to the next who can be asked"),
        Care.FORGOTTEN: _("It counts as forgotten and has to be acknowledged again"),
    }
    why = _("nobody has acknowledged it") if not now.heard else _("nothing was done for the time of this level")
    if now.is_owed:
        said[Care.REMIND] = _("Whoever sent it here is asked again for what is missing")
        why = _("the brief was returned as incomplete")
    for due in (first, then):
        if due:
            yield Following(said[due.care], due.at, why)


def waited(reading: CaseReading) -> float | None:
    """The working minutes from when criteria were first met until the case was escalated; None while it was not."""
    met, climb, procedure = reading.case.criteria_met_at, reading.around.escalation, reading.around.procedure
    if met is None or climb is None or climb.started_at < met or not procedure.has_level(climb.from_level):
        return None
    return procedure.rung(climb.from_level).schedule.working_time_between(met, climb.started_at)


# -- the way it came -----------------------------------------------------------------------------------


def rungs(reading: CaseReading) -> list[RungFace]:
    """The levels from the top down, with when the case left them, and who jumped over which."""
    left: dict[int, datetime] = {}
    skipped: dict[int, tuple[datetime, str]] = {}
    for event, line in zip(reading.events, reading.lines, strict=True):
        if isinstance(line.data, e.StepTaken):
            low, high = line.data.from_level, line.data.to_level
            left[low] = line.at
            if line.data.move == Move.JUMP:
                skipped |= dict.fromkeys(range(low + 1, high), (line.at, reading.names.person(event.actor)))
    return [_storied(face, left, skipped) for face in reading.rungs()]


def _storied(face: RungFace, left: dict[int, datetime], skipped: dict[int, tuple[datetime, str]]) -> RungFace:
    if face.place == "below" and face.was_visited:
        return replace(face, left_at=left.get(face.number))
    at, by = skipped.get(face.number, (None, ""))
    return replace(face, skipped_at=at, skipped_by=by) if face.place == "below" and at else face


# -- what it brought -----------------------------------------------------------------------------------


def brief(reading: CaseReading) -> BriefFace | None:
    """The newest brief, and how complete it is."""
    found = reading.around.brief
    step = next((step for step in reading.around.steps if found and step.pk == found.step_id), None)
    if found is None or step is None:
        return None
    articles = [_article(fact) for fact in sorted(reading.beside["article"], key=lambda fact: fact.name)]
    said = {message.pk: message.body for message in reading.messages.values()}
    justification = said.get(step.justification_id or 0, "")
    kind = Kind(step.kind)
    wanted = reading.around.procedure.required(TO_CLIMB, level=step.to_level, kind=kind)
    parts = [
        Part(_("what was tried"), bool(found.tried)),
        Part(_("what it means for the customer"), bool(found.impact)),
        Part(_("what is asked"), bool(found.asked)),
        Part(_("evidence"), bool(found.evidence), Document.EVIDENCE in wanted),
        Part(_("articles tried"), bool(articles), Document.ARTICLES in wanted),
        Part(_("justification"), bool(justification), Document.JUSTIFICATION in wanted),
    ]
    return BriefFace(found, articles, justification, parts)


def _article(fact: Fact) -> Article:
    """As much of an article as its link shows."""
    return Article(title=fact.name, slug=fact.also, category=Category(slug=fact.more))
