"""The parts of a step: where it goes, what is written down for whoever gets it, and the rows and event it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalations.actions import alarm, journal, routing
from escalations.actions.escalation import documents
from escalations.actions.escalation.questions import Question, ask, asked_instead
from escalations.models import Agent, Brief, Decision, Escalation, Event, Skill, Step, Team, Watcher
from escalations.rules import events
from escalations.rules.vocabulary import AskState, CaseState, Kind, Move, Reason, Source
from knowledgebase.models import Article

LEADING_UP = (Move.CLIMB, Move.JUMP)
# What somebody above was asked to decide is not asked of whoever gets the case below, nor of an expert who helps.
STAYING_ABOVE = (Move.HAND_BACK, Move.STEP_BACK, Move.LEND)


@dataclass(frozen=True, slots=True)
class BriefText:
    """What the next level must know. From `question` on it is what a hierarchical step asks to be decided."""

    tried: str
    impact: str
    asked: str
    question: str = ""
    evidence: str = ""
    articles: tuple[Article, ...] = ()
    options: tuple[str, ...] = ()
    recommendation: str = ""
    amount: int = 0
    currency: str = ""
    due_at: datetime | None = None

    def wanted(self) -> Question:
        """The question with all that belongs to it."""
        return Question(self.question, self.options, self.recommendation, self.amount, self.currency, self.due_at)

    def check(self, kind: Kind) -> None:
        """Raises Refused naming the first part that is missing."""
        for name in ("tried", "impact", "asked"):
            documents.must_say(name, getattr(self, name), "brief_missing")
        if kind is Kind.HIERARCHICAL:
            documents.must_say("question", self.question, "question_missing")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a step goes, who gets it and why, and what comes with it.

    `message` is the uid of what it says on the timeline, `why` of the justification beside it.
    """

    level: int
    team: Team
    found: routing.Found
    move: Move
    kind: Kind
    reason: Reason
    brief: BriefText | None = None
    message: str = ""
    justification: str = ""
    skill: Skill | None = None
    causes: tuple[str, ...] = ()
    rule: str = ""


def request(work: journal.Work, target: Target, source: Source) -> Event:
    """Begins an escalation with its first step; a wish of the customer is granted by it."""
    row = work.case
    work.remember_criteria()
    wished = _grant(work, target)
    climb = Escalation(case=row, source=source.value, reason=target.reason.value, accountable=target.found.person)
    climb.started_at, climb.asked_by_id = work.at, work.actor.agent_id
    climb.from_level, climb.from_team = row.level, row.team
    if target.move is Move.LEND and row.owner and routing.present(row.owner, work.at):
        climb.accountable = row.owner
    data = _move(work, climb, target, number=1)
    _watch(work)
    return work.record(events.EscalationRequested(**data.as_json(), source=source.value, ask=wished))


def step(work: journal.Work, target: Target) -> Event:
    """Another step of the open escalation. It waits for triage again at its new place; an expert lent leaves it."""
    climb, before = work.escalation, work.step
    work.remember_criteria()
    wished = _grant(work, target)
    before.ended_at = work.at
    if target.move is not Move.LEND:
        climb.step(accountable=target.found.person, next_check_at=work.at)
    if target.move not in STAYING_ABOVE:
        asked_instead(work, before.person, target.found.person)
    data = _move(work, climb, target, number=before.number + 1)
    return work.record(events.EscalationStepped(**data.as_json(), ask=wished))


def _grant(work: journal.Work, target: Target) -> str:
    """What the customer asked for happens now; one handed back, to wherever it came from, leaves the ask open."""
    wish = work.around.ask
    if wish is None or target.move not in LEADING_UP:
        return ""
    work.watch(wish)
    wish.state, wish.answered_at, wish.answered_by_id = AskState.GRANTED.value, work.at, work.actor.agent_id
    return wish.uid


def _watch(work: journal.Work) -> None:
    """Whoever escalates a case of somebody else hears what becomes of it."""
    if work.actor.agent_id and work.actor.agent_id != work.case.owner_id:
        Watcher.objects.get_or_create(case=work.case, agent_id=work.actor.agent_id)


def _move(work: journal.Work, climb: Escalation, target: Target, *, number: int) -> events.StepTaken:
    """Writes the step with its brief and question, moves the case, and gives the data of the event."""
    row, found = work.case, target.found
    before_level, before_team = row.level, row.team
    if row.state == CaseState.PENDING:
        row.resume()
    row.level, row.team = target.level, target.team
    climb.next_check_at = work.next_check(work.at)
    if climb._state.adding:
        climb.save(force_insert=True)
        work.watch(climb)
    why = work.say(target.justification, public=False) if target.justification.strip() else None
    taken = Step.objects.create(
        escalation=climb,
        number=number,
        move=target.move.value,
        kind=target.kind.value,
        reason=target.reason.value,
        from_level=before_level,
        to_level=target.level,
        from_team=before_team,
        to_team=target.team,
        person=found.person,
        asked_by_id=work.actor.agent_id,
        because=found.because,
        instead_of=found.instead_of,
        skill=target.skill,
        justification=why,
        is_automatic=bool(target.causes),
        started_at=work.at,
    )
    work.stands_at(climb, taken)
    if alarm.is_needed(found.because, found.passed_over, is_entitled=found.is_entitled):
        alarm.nobody(row, about=f"step:{taken.uid}", level=target.level, at=work.at)
    brief, decision = _written(work, climb, taken, target)
    return _told(taken, target, brief, decision)


def _told(taken: Step, target: Target, brief: str, decision: Decision | None) -> events.StepTaken:
    """What the event says of this step."""
    found = target.found
    return events.StepTaken(
        escalation=taken.escalation.uid,
        step=taken.uid,
        move=target.move.value,
        climb_kind=target.kind.value,
        reason=target.reason.value,
        from_level=taken.from_level,
        to_level=target.level,
        from_team=taken.from_team.uid,
        to_team=target.team.uid,
        person=found.person.code,
        because=found.because,
        brief=brief,
        decision=decision.uid if decision else "",
        message=target.message,
        causes=list(target.causes),
        why=taken.justification.uid if taken.justification else "",
        skill=target.skill.slug if target.skill else "",
        instead_of=found.instead_of.code if found.instead_of else "",
        passed_over=list(found.passed_over),
        rule=target.rule,
        decision_due_at=decision.due_at.isoformat() if decision and decision.due_at else "",
    )


def _written(work: journal.Work, climb: Escalation, taken: Step, target: Target) -> tuple[str, Decision | None]:
    """The brief and, for a hierarchical step, the question, as rows."""
    text = target.brief
    if text is None:
        return "", None
    brief = Brief.objects.create(step=taken)
    fill(brief, text)
    if target.kind is not Kind.HIERARCHICAL:
        return brief.uid, None
    return brief.uid, ask(work, climb, taken, text.wanted(), target.found.person)


def fill(brief: Brief, text: BriefText) -> None:
    """Writes these words into a brief."""
    brief.tried, brief.impact, brief.asked = text.tried.strip(), text.impact.strip(), text.asked.strip()
    brief.evidence = text.evidence.strip()
    brief.save(update_fields=["tried", "impact", "asked", "evidence"])
    brief.articles.set(text.articles)


def team_of(team_id: int) -> Team:
    return Team.objects.get(pk=team_id)


def agent_of(work: journal.Work) -> Agent:
    """Whoever acts. Raises LookupError for anybody but an agent, which `permits` prevents."""
    return Agent.objects.select_related("user").get(pk=work.actor.as_agent)
