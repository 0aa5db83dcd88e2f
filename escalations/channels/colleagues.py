"""What a colleague needs to act on a letter: what happened, by whom, what is owed next and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from escalations.channels.phrases import Reader, message_of, moment, name_of, one_line, quoted, team_of
from escalations.models import (
    Ask,
    Brief,
    Case,
    Decision,
    Event,
    Finding,
    Message,
    Notice,
    PauseReason,
    Plan,
    PlanStep,
    Request,
    Review,
    Skill,
    Step,
    Survey,
    words,
)
from escalations.models.tokens import decision_url
from escalations.rules import events as e
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import ClockKind, Move, Verdict
from escalations.timing.stopwatch import ClockState

BACKWARDS = (Move.HAND_BACK, Move.STEP_BACK)


def staff_context(notice: Notice, event: Event, case: Case, reader: Reader) -> dict[str, Any]:
    """Everything the template of this event may say to a colleague."""
    data = event.typed
    said = message_of(case.pk, data, public_only=False)
    return {
        "name": one_line(reader.name),
        "reads_for": name_of(notice.instead_of),
        "reference": case.reference,
        "subject": one_line(case.subject),
        "customer": one_line(case.organization or case.contact),
        "severity": words.SEVERITIES.get(case.severity, ""),
        "level_now": case.level,
        "team_now": one_line(case.team.name),
        "level": getattr(data, "to_level", getattr(data, "level", case.level)),
        "from_level": getattr(data, "from_level", case.level),
        "team": one_line(team_of(data, case.team).name),
        "who": name_of(event.actor),
        "words": said,
        "quoted": quoted(said),
        "score": getattr(data, "score", 0),
        "how": getattr(data, "how", ""),
        "by": getattr(data, "by", ""),
        "outcome": words.OUTCOMES.get(getattr(data, "outcome", ""), ""),
        "rule": words.CONDITIONS.get(getattr(data, "rule", ""), ""),
        "why": _note_of(case, data),
        "link": f"{settings.BELAY_URL}/desk/cases/{case.reference}/",
        **_clock_words(event, case),
        **promised(event),
        **joined(data),
        **_part(notice, event, case),
    }


def _note_of(case: Case, data: e.EventData) -> str:
    """The reason a colleague gave beside this event, marked line by line; never for customers."""
    uid = getattr(data, "why", "")
    note = Message.objects.filter(uid=uid, case=case).first() if uid else None
    return quoted(note.body) if note else ""


def _clock_words(event: Event, case: Case) -> dict[str, Any]:
    """The clock this event tells of, and what is due next on the case."""
    data, told_at = event.typed, event.occurred_at
    running = list(case.clocks.filter(state=ClockState.RUNNING.value, due_at__isnull=False).order_by("due_at", "id"))
    due = {clock.kind: clock.due_at for clock in reversed(running)}
    return {
        "clock": words.CLOCKS.get(getattr(data, "clock", ""), ""),
        "due": moment(getattr(data, "due_at", ""), told_at),
        "owed": words.CLOCKS.get(running[0].kind, "") if running else "",
        "owed_by": moment(running[0].due_at, told_at) if running else "",
        "acknowledge_by": moment(due.get(ClockKind.ACKNOWLEDGEMENT), told_at),
        "ask_by": moment(due.get(ClockKind.ASK), told_at),
    }


def joined(data: e.EventData) -> dict[str, Any]:
    """The other case where one goes on in another: which one, what ended with it, and what is owed there."""
    if not isinstance(data, (e.CaseMerged, e.CaseAbsorbed)):
        return {}
    other = Case.objects.visible_to(SYSTEM).filter(uid=data.other).only("pk").first()
    return {
        "goes_on": other.reference if other else "",
        "ended": bool(getattr(data, "escalation", "")),
        "owed_there": bool(getattr(data, "owed", False)),
    }


def promised(event: Event) -> dict[str, Any]:
    """By when news were promised, and by when before it was moved."""
    data, told_at = event.typed, event.occurred_at
    if not isinstance(data, (e.PromiseMade, e.PromiseMoved, e.PromiseBroken)):
        return {}
    before = data.from_due_at if isinstance(data, e.PromiseMoved) else ""
    return {
        "promised": moment(data.due_at, told_at),
        "promised_before": moment(before, told_at),
        "sooner": bool(before) and datetime.fromisoformat(data.due_at) < datetime.fromisoformat(before),
    }


def _part(notice: Notice, event: Event, case: Case) -> dict[str, Any]:
    """What only some kinds of events have to say."""
    data = event.typed
    found = _person_words(notice, data)
    for kinds, part in _PARTS:
        if isinstance(data, kinds):
            found |= part(data, notice, event.occurred_at)
    return found


# -- people and steps ----------------------------------------------------------------------------------


def _person_words(notice: Notice, data: e.EventData) -> dict[str, Any]:
    """Whom this event is about, whom it leaves, and why it is this one."""
    person = getattr(data, "person", "") or getattr(data, "owner", "") or getattr(data, "accountable", "")
    left = (getattr(data, name, "") for name in ("from_owner", "from_accountable", "from_person"))
    return {
        "person": name_of(person),
        "is_mine": person == notice.recipient,
        "left": name_of(next(filter(None, left), "")),
        "is_away": getattr(data, "away", False),
        "because": words.BECAUSE.get(getattr(data, "because", ""), ""),
        "stands_in_for": name_of(getattr(data, "instead_of", "")),
        "manager": name_of(getattr(data, "manager", "")),
    }


def _step_words(data: e.StepTaken, notice: Notice, told_at: datetime) -> dict[str, Any]:
    """Which way it went and why, and what the next level was told and asked."""
    skill = Skill.objects.filter(slug=data.skill).first() if data.skill else None
    jumped = data.move == Move.JUMP
    return {
        "lent": data.move == Move.LEND,
        "redirected": data.move == Move.REDIRECT,
        "handed_back": data.move in BACKWARDS,
        "by_itself": bool(data.causes),
        "reason": words.REASONS.get(data.reason, ""),
        "kind": words.KINDS.get(data.climb_kind, ""),
        "skill": one_line(skill.name) if skill else "",
        "skipped": ", ".join(map(str, range(data.from_level + 1, data.to_level))) if jumped else "",
        "brief": _brief(Brief.objects.filter(uid=data.brief).first() if data.brief else None),
    }


def _brief_now(data: e.EscalationPassedOn | e.EscalationCompleted, notice: Notice, told_at: datetime) -> dict[str, Any]:
    """The brief of the step that is passed on or completed."""
    step = Step.objects.filter(uid=data.step).first()
    return {"brief": _brief(Brief.objects.filter(step=step).first() if step else None)}


def _brief(found: Brief | None) -> dict[str, str]:
    """Its words alone: whoever writes own words for a letter reaches nothing beyond them."""
    if found is None:
        return {}
    return {"tried": found.tried, "impact": found.impact, "asked": found.asked, "evidence": found.evidence}


def _missing(data: e.BriefChased, notice: Notice, told_at: datetime) -> dict[str, Any]:
    """What the brief lacks, as it was said when it was returned."""
    note = Message.objects.filter(uid=data.missing, case=notice.case_id).first()
    return {"missing": quoted(note.body) if note else "", "times": data.times}


def _question(
    data: e.StepTaken | e.DecisionAsked | e.DecisionMade, notice: Notice, told_at: datetime
) -> dict[str, Any]:
    """What is to be decided, or was; whoever is asked gets a link for each answer while it is open."""
    around = ("person__user", "escalation")
    found = Decision.objects.filter(uid=data.decision).select_related(*around).first() if data.decision else None
    return _asked_words(found, data, notice, told_at) if found else {}


def _question_now(data: e.EscalationPassedOn | e.CaseReassigned, notice: Notice, told_at: datetime) -> dict[str, Any]:
    """The open question, for whoever is asked it now."""
    waits = Decision.objects.filter(escalation__case=notice.case_id, decided_at=None).order_by("-pk")
    found = waits.select_related("person__user", "escalation").first()
    return _asked_words(found, data, notice, told_at) if found and found.person.code == notice.recipient else {}


def _asked_words(found: Decision, data: e.EventData, notice: Notice, told_at: datetime) -> dict[str, Any]:
    is_asked = found.person.code == notice.recipient and found.decided_at is None
    return {
        "question": found.question,
        "options": found.options,
        "recommendation": found.recommendation,
        "amount": f"{formats.number_format(found.amount, force_grouping=True)} {found.currency}"
        if found.amount
        else "",
        "decide_by": moment(found.due_at, told_at),
        "answers": list(_answers(found)) if is_asked else [],
        "verdict": words.VERDICTS.get(getattr(data, "verdict", ""), ""),
        "answer": found.answer,
        "chosen": found.chosen,
    }


def _amount(asked: Decision) -> str:
    return f"{formats.number_format(asked.amount, force_grouping=True)} {asked.currency}" if asked.amount else ""


def _answers(asked: Decision) -> Iterable[dict[str, str]]:
    """Each answer with the page on which it is chosen already; opening it decides nothing."""
    page = decision_url(asked, asked.person)
    for number, option in enumerate(asked.options, start=1):
        chosen = urlencode({"verdict": Verdict.APPROVED.value, "option": number})
        yield {"words": _("Yes: %(option)s") % {"option": one_line(option)}, "link": f"{page}?{chosen}"}
    if not asked.options:
        yield {"words": _("Yes"), "link": f"{page}?{urlencode({'verdict': Verdict.APPROVED.value})}"}
    yield {"words": _("No"), "link": f"{page}?{urlencode({'verdict': Verdict.REFUSED.value})}"}


# -- the work ------------------------------------------------------------------------------------------


def _hold(data: e.CaseHeld, notice: Notice, told_at: datetime) -> dict[str, Any]:
    reason = PauseReason.objects.filter(slug=data.reason).first()
    return {"waits_for": one_line(reason.name) if reason else "", "wakes": moment(data.wake_at, told_at)}


def _account(data: e.CaseJoinedAccount, notice: Notice, told_at: datetime) -> dict[str, Any]:
    return {"rhythm": data.minutes}


def _finding(data: e.FindingAdded, notice: Notice, told_at: datetime) -> dict[str, Any]:
    found = Finding.objects.filter(uid=data.finding).first()
    return {"finding": quoted(found.body) if found else ""}


def _plan(data: e.PlanMade, notice: Notice, told_at: datetime) -> dict[str, Any]:
    plan = Plan.objects.filter(uid=data.plan).first()
    steps = plan.steps.select_related("owner__user").order_by("position") if plan else ()
    return {"plan_steps": [_plan_line(step) for step in steps], "plan_target": moment(data.target_at, told_at)}


def _plan_step(data: e.PlanStepFinished, notice: Notice, told_at: datetime) -> dict[str, Any]:
    steps = PlanStep.objects.filter(plan__uid=data.plan).select_related("owner__user").order_by("position")
    done = next((step for step in steps if step.uid == data.step), None)
    return {
        "plan_step": one_line(done.body) if done else "",
        "plan_left": [_plan_line(step) for step in steps if step.done_at is None],
    }


def _plan_line(step: PlanStep) -> str:
    """What, by whom and by when."""
    values = {"what": one_line(step.body), "who": one_line(step.owner), "due": formats.date_format(step.due_on)}
    return _("%(what)s (%(who)s, by %(due)s)") % values


def _request(
    data: e.RequestMade | e.RequestAnswered | e.RequestCancelled | e.RequestChased, notice: Notice, told_at: datetime
) -> dict[str, Any]:
    found = Request.objects.filter(uid=data.request).select_related("team", "party").first()
    if found is None:
        return {}
    return {
        "whom": one_line(found.whom),
        "request_body": quoted(found.body),
        "asked_on": moment(found.asked_at, told_at),
        "times": getattr(data, "times", 0),
        "is_outside": found.party is not None,
        "outside_contact": one_line(found.contact),
        "their_reference": one_line(found.their_reference),
    }


def _ask(data: e.AskMade, notice: Notice, told_at: datetime) -> dict[str, Any]:
    found = Ask.objects.filter(uid=data.ask).first()
    return {"ask_reason": words.ASK_REASONS.get(data.reason, ""), "reach": one_line(found.reach) if found else ""}


def _released(data: e.ClimbReleased, notice: Notice, told_at: datetime) -> dict[str, Any]:
    return {"climbs": data.climbs}


def _survey(data: e.SurveyAnswered, notice: Notice, told_at: datetime) -> dict[str, Any]:
    found = Survey.objects.filter(uid=data.survey).first()
    return {"comment": quoted(found.comment) if found else ""}


def _review(data: e.ReviewWritten, notice: Notice, told_at: datetime) -> dict[str, Any]:
    found = Review.objects.filter(uid=data.review).first()
    return {"causes": found.causes if found else "", "lessons": found.lessons if found else ""}


Part = Callable[[Any, Notice, datetime], dict[str, Any]]

_PARTS: tuple[tuple[tuple[type[e.EventData], ...], Part], ...] = (
    ((e.StepTaken,), _step_words),
    ((e.EscalationPassedOn, e.EscalationCompleted), _brief_now),
    ((e.BriefChased,), _missing),
    ((e.StepTaken, e.DecisionAsked, e.DecisionMade), _question),
    ((e.EscalationPassedOn, e.CaseReassigned), _question_now),
    ((e.CaseHeld,), _hold),
    ((e.CaseJoinedAccount,), _account),
    ((e.FindingAdded,), _finding),
    ((e.PlanMade,), _plan),
    ((e.PlanStepFinished,), _plan_step),
    ((e.RequestMade, e.RequestAnswered, e.RequestCancelled, e.RequestChased), _request),
    ((e.AskMade,), _ask),
    ((e.ClimbReleased,), _released),
    ((e.SurveyAnswered,), _survey),
    ((e.ReviewWritten,), _review),
)
