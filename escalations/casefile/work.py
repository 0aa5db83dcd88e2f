"""The work on an escalation as the staff sees it, and what each person has still to do of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import User
from escalations.casefile.faces import Face
from escalations.casefile.reading import CaseReading
from escalations.models import (
    Agent,
    Case,
    Clock,
    Finding,
    Plan,
    PlanStep,
    Request,
    Script,
    ScriptLine,
    ScriptTick,
)
from escalations.models.situations import scripts_for
from escalations.rules.events import FindingAdded, PlanMade, RequestMade
from escalations.rules.permits import Situation
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED, ClockKind, RequestState
from escalations.timing.stopwatch import ClockState
from knowledgebase.models import Article

SHOWN_AT_HOME = 8


@dataclass(frozen=True, slots=True)
class StepFace:
    """A step of the plan; `is_mine` when this person may say that it is done."""

    step: PlanStep
    is_overdue: bool
    is_mine: bool

    @property
    def is_done(self) -> bool:
        return self.step.done_at is not None


@dataclass(frozen=True, slots=True)
class PlanFace:
    """The plan that counts. `promise_at` is its target as a form of the desk wants it; empty when it is over."""

    plan: Plan
    steps: list[StepFace]
    promise_at: str

    @property
    def done(self) -> int:
        return sum(face.is_done for face in self.steps)


@dataclass(frozen=True, slots=True)
class RequestFace:
    """A request; the critical one is the open one that is due first, on which everything else waits."""

    request: Request
    clock: Face | None
    is_critical: bool = False


@dataclass(frozen=True, slots=True)
class LineFace:
    """A line of a script, where to read more, and what came of it."""

    line: ScriptLine
    article: str
    tick: ScriptTick | None


@dataclass(frozen=True, slots=True)
class ScriptFace:
    script: Script
    lines: list[LineFace]

    @property
    def done(self) -> int:
        return sum(face.tick is not None for face in self.lines)


@dataclass(frozen=True, slots=True)
class WorkFace:
    """Everything that is done on a case beside words: found, planned, asked of others, tried, followed up."""

    findings: list[Finding]
    plan: PlanFace | None
    asked: list[RequestFace]
    ended: list[Request]
    scripts: list[ScriptFace]
    watchers: list[Agent]
    is_watching: bool
    follow_up: Face | None


def work_face(
    reading: CaseReading, situation: Situation, standing: Standing, clocks: Sequence[Face], *, is_whole: bool = True
) -> WorkFace:
    """The work on this case for this person; `clocks` are the faces of its clocks, scripts are in a whole one only."""
    told = {event.kind for event in reading.events}
    requests = list(_requests(reading.case)) if RequestMade.kind in told else []
    live = (face for face in clocks if face.kind is ClockKind.FOLLOW_UP and face.is_live)
    watchers = [_agent(fact.number, fact.code, fact.name) for fact in reading.beside["watcher"]]
    return WorkFace(
        findings=_findings(reading),
        plan=_plan(reading, situation, standing) if PlanMade.kind in told else None,
        asked=_asked([row for row in requests if row.state == RequestState.OPEN], reading, clocks),
        ended=[row for row in requests if row.state != RequestState.OPEN],
        scripts=scripts(reading.case) if is_whole else [],
        watchers=watchers,
        is_watching=standing.agent_id in {agent.pk for agent in watchers},
        follow_up=next(live, None),
    )


def _agent(pk: int, uid: str, name: str) -> Agent:
    """As much of a colleague as a list of names shows."""
    return Agent(pk=pk, user=User(uid=uid, name=name))


def _findings(reading: CaseReading) -> list[Finding]:
    """What was found out, by its own date, with as much of its author as is shown."""
    written = {
        event.typed.finding: event.occurred_at for event in reading.events if isinstance(event.typed, FindingAdded)
    }
    found = []
    for fact in sorted(reading.beside["finding"], key=lambda fact: (fact.instant, fact.place)):
        author = _agent(0, fact.also, fact.name) if fact.also else None
        at = written.get(fact.code, fact.instant)
        found.append(Finding(uid=fact.code, body=fact.more, found_at=fact.instant, author=author, written_at=at))
    return found


def _requests(case: Case) -> QuerySet[Request]:
    return Request.objects.filter(case=case).select_related("team", "party", "asked_by__user", "answer").order_by("pk")


def _asked(rows: Sequence[Request], reading: CaseReading, clocks: Sequence[Face]) -> list[RequestFace]:
    """What is due first stands first and is the critical one; what has no clock comes by its age."""
    keys = {
        event.typed.request: f"{ClockKind.REQUEST}-{event.seq}"
        for event in reading.events
        if isinstance(event.typed, RequestMade)
    }
    faces = {face.key: face for face in clocks}
    found = [RequestFace(row, faces.get(keys.get(row.uid, ""))) for row in rows]
    late = datetime.max.replace(tzinfo=reading.at.tzinfo)
    found.sort(key=lambda face: (face.clock.due_at if face.clock and face.clock.due_at else late, face.request.pk))
    return [RequestFace(face.request, face.clock, is_critical=not place) for place, face in enumerate(found)]


def _plan(reading: CaseReading, situation: Situation, standing: Standing) -> PlanFace | None:
    climb = reading.around.escalation
    newest = Plan.objects.filter(escalation=climb).order_by("-pk").values("pk")[:1]
    rows = PlanStep.objects.filter(plan=Subquery(newest)).order_by("position")
    steps = list(rows.select_related("plan__author__user", "owner__user", "done_by__user"))
    if not steps:
        return None
    plan, today = steps[0].plan, timezone.localdate(reading.at)
    mine = {standing.agent_id, *situation.stands_in(standing.agent_id)}
    answers = situation.accountable_id is not None and situation.accountable_id == standing.agent_id
    ahead = plan.target_at and plan.target_at > reading.at
    return PlanFace(
        plan=plan,
        steps=[
            StepFace(
                step,
                is_overdue=step.done_at is None and step.due_on < today,
                is_mine=step.done_at is None and (answers or step.owner_id in mine),
            )
            for step in steps
        ],
        promise_at=timezone.localtime(plan.target_at).strftime("%Y-%m-%dT%H:%M") if ahead else "",
    )


# -- scripts -------------------------------------------------------------------------------------------


def scripts(case: Case) -> list[ScriptFace]:
    """The scripts offered here with what was ticked of them; none once the case is solved."""
    if case.state not in UNSOLVED:
        return []
    lines = ScriptLine.objects.filter(script__in=scripts_for(case), is_active=True)
    rows = list(lines.select_related("script", "article__category").order_by("script__name", "position", "pk"))
    ticks = {tick.line_id: tick for tick in _ticks(case)} if rows else {}
    found: dict[Script, list[LineFace]] = defaultdict(list)
    for line in rows:
        found[line.script].append(LineFace(line, _address(line.article), ticks.get(line.pk)))
    return [ScriptFace(script, faces) for script, faces in found.items()]


def _ticks(case: Case) -> QuerySet[ScriptTick]:
    return ScriptTick.objects.filter(case=case).select_related("line", "done_by__user").order_by("done_at", "pk")


def _address(article: Article | None) -> str:
    return reverse("help:article", args=[article.category.slug, article.slug]) if article else ""


def tried_so_far(case: Case) -> str:
    """What was done of the scripts, a line each, in the words of a brief; empty when nothing was."""
    return "\n".join(_told(tick) for tick in _ticks(case))


def _told(tick: ScriptTick) -> str:
    told = {"line": tick.line.body.rstrip(".")}
    return _("%(line)s: it helped.") % told if tick.helped else _("%(line)s: it did not help.") % told


# -- what one person has to do of it -------------------------------------------------------------------


def requests_to(standing: Standing) -> list[Request]:
    """Open requests to the teams of this person, the oldest first; bounded."""
    rows = Request.objects.filter(team__in=standing.team_ids, state=RequestState.OPEN.value)
    return list(rows.select_related("case__organization", "team").order_by("asked_at", "pk")[:SHOWN_AT_HOME])


def plan_steps(standing: Standing) -> list[PlanStep]:
    """Open steps of plans that are this person's, the first due first; bounded."""
    rows = PlanStep.objects.to_do().filter(owner=standing.agent_id).order_by("due_on", "pk")
    return list(rows.select_related("plan__escalation__case__organization")[:SHOWN_AT_HOME])


def follow_ups(standing: Standing) -> list[Clock]:
    """Follow-ups of cases this person owned last, and of cases of their teams that nobody owns; bounded."""
    theirs = Q(case__owner=standing.agent_id) | Q(case__owner=None, case__team__in=standing.team_ids)
    rows = Clock.objects.filter(theirs, kind=ClockKind.FOLLOW_UP.value, state=ClockState.RUNNING.value)
    return list(rows.select_related("case__organization", "case__contact").order_by("due_at", "pk")[:SHOWN_AT_HOME])
