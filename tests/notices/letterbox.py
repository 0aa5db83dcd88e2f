"""Stories in which everything happens that anybody is told of; what is internal carries a mark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from escalations.actions import (
    accounts,
    asks,
    escalation,
    handling,
    journal,
    merging,
    promises,
    resolution,
    review,
    triage,
    work,
)
from escalations.channels import letters
from escalations.channels.mail import folded
from escalations.channels.phrases import Letter
from escalations.engine.sweep import sweep
from escalations.models import AccountEscalation, Case, Notice, OutsideParty, PlanStep, Request, Skill, Step
from escalations.rules import events
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import AskReason, Kind, Outcome, Reason, Verdict
from tests.cast import MONDAY, Company

SECRET = "what only colleagues may read"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def secret_brief(question: str = "") -> escalation.BriefText:
    return escalation.BriefText(f"Tried: {SECRET}", f"Means: {SECRET}", f"Asked: {SECRET}", question)


def climbed_and_solved(company: Company) -> Case:
    """A person escalates; it is declined, asked again for a decision, decided, solved, doubted, rated and reviewed."""
    case = company.open(subject="Meter readings stop arriving")
    ben, mara, jan, ida = company.agent, company.specialist, company.manager, company.ida
    acts: list[tuple[Any, Any, dict[str, Any]]] = [
        (triage.take, mara, {"owner": ben.agent}),
        (triage.triage, mara, {"severity": 1, "level": 1, "reason": SECRET}),
        (handling.reply, ben, {"text": "Heard you. You hear from me by noon."}),
        (handling.note, ben, {"text": SECRET, "mentioned": [mara.agent]}),
        (handling.reply, ida, {"text": "The log is attached."}),
        (escalation.escalate, ben, {"kind": Kind.FUNCTIONAL, "reason": Reason.SKILL, "brief": secret_brief()}),
        (escalation.decline, mara, {"reason": SECRET}),
        (escalation.escalate, ben, {"kind": Kind.FUNCTIONAL, "reason": Reason.IMPACT, "brief": secret_brief()}),
        (escalation.acknowledge, mara, {"severity": 1, "text": "I have it now."}),
        (escalation.accept, mara, {}),
        (
            escalation.climb,
            mara,
            {"kind": Kind.HIERARCHICAL, "reason": Reason.AUTHORITY, "brief": secret_brief(f"May we? {SECRET}")},
        ),
        (escalation.decide, jan, {"verdict": Verdict.APPROVED, "answer": f"Yes: {SECRET}"}),
        (escalation.hand_back, jan, {"reason": SECRET}),
        (escalation.accept, mara, {"text": "I go on with it."}),
        (resolution.resolve, mara, {"outcome": Outcome.SOLVED, "text": "The lock is gone."}),
        (resolution.reopen, ida, {"text": "It is back."}),
        (resolution.resolve, ben, {"outcome": Outcome.SOLVED, "text": "Now it is gone for good."}),
        (resolution.confirm, ida, {}),
        (resolution.rate, ida, {"score": 4, "comment": "Took a while."}),
        (review.write_review, jan, {"causes": f"Cause: {SECRET}", "lessons": f"Lesson: {SECRET}"}),
    ]
    for minute, (act, who, words) in enumerate(acts, start=1):
        act(case=case, actor=who.standing, at=MONDAY + minute * MINUTE, **words)
    return case


def left_alone(company: Company) -> None:
    """A case climbs by the clock, one wakes from hold, one closes in silence, one by us."""
    company.open(subject="Nobody answers")
    waiting = company.open(subject="Waits for the customer")
    handling.reply(case=waiting, actor=company.agent.standing, at=MONDAY, text="Which version is it?")
    handling.hold(
        case=waiting, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=MONDAY + 2 * HOUR
    )
    sweep(MONDAY + 50 * MINUTE)
    sweep(MONDAY + 2 * HOUR)
    for subject in ("Solved and silent", "Solved and closed by us"):
        case = company.open(subject=subject)
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="I look at it.")
        resolution.resolve(
            case=case, actor=company.specialist.standing, at=MONDAY, outcome=Outcome.SOLVED, text="Try again."
        )
    resolution.close(case=case, actor=company.agent.standing, at=MONDAY + HOUR)
    sweep(MONDAY + 3 * DAY)


def only_reminding(company: Company) -> None:
    """A missed clock whose trigger leaves the climb to people."""
    case = company.open(subject="At the top already")
    escalation.escalate(
        case=case,
        actor=company.agent.standing,
        at=MONDAY,
        kind=Kind.FUNCTIONAL,
        reason=Reason.SKILL,
        brief=secret_brief(),
        level=4,
    )
    sweep(MONDAY + HOUR)


def promised(company: Company) -> None:
    """Somebody promises news on a case of somebody else, moves it, and nobody writes; once later, once sooner."""
    mara = company.specialist.standing
    for subject, moved, words in (
        ("Promised and broken", 3, ""),
        ("Promised and sooner", 1, "The part is on its way."),
    ):
        case = company.open(subject=subject)
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Heard you.")
        said: dict[str, Any] = {"case": case, "actor": mara, "text": words, "reason": SECRET}
        promises.make(at=MONDAY, due_at=MONDAY + 2 * HOUR, **said)
        promises.move(at=MONDAY + HOUR / 2, due_at=MONDAY + moved * HOUR, **said)
        promises.break_promise(case=case, actor=SYSTEM, at=MONDAY + moved * HOUR)


def reassigned(company: Company) -> None:
    """Somebody left, and the case went to somebody else."""
    with journal.locked(company.open(subject="Left behind"), actor=SYSTEM, at=MONDAY) as work:
        work.record(events.CaseReassigned(from_owner=company.agent.user.code))
    mara, eva = company.specialist.user.code, company.executive.user.code
    case = company.escalate(company.open(subject="Somebody is on holiday"), MONDAY)
    climb = case.escalations.get().uid
    with journal.locked(case, actor=SYSTEM, at=MONDAY + MINUTE) as work:
        work.record(events.CaseReassigned("", climb, eva, mara, "deputy", away=True))


def question() -> escalation.Question:
    """With all that a question may carry."""
    return escalation.Question(
        f"May we refund? {SECRET}",
        options=(f"A month {SECRET}", f"A week {SECRET}"),
        recommendation=f"The week: {SECRET}",
        amount=12500,
        currency="EUR",
        due_at=MONDAY + DAY,
    )


def worked_on(company: Company) -> Case:
    """Everything that is done on the way to a solution: an expert, findings, a plan, requests, a decision."""
    case, ben, mara, jan = company.open(), company.agent, company.specialist, company.manager
    skill = Skill.objects.create(slug="radio", name="Radio links")
    mara.agent.skills.add(skill)
    party = OutsideParty.objects.create(slug="carrier", name="The carrier")
    steps = [work.PlanLine(f"Swap it {SECRET}", owner.agent, MONDAY.date()) for owner in (ben, mara)]
    handling.watch(case=case, actor=ben.standing, at=MONDAY, watcher=jan.agent)
    escalation.lend(case=case, actor=ben.standing, at=MONDAY, skill=skill, asked=SECRET)
    asked: dict[str, Any] = {"kind": Kind.FUNCTIONAL, "reason": Reason.SKILL, "brief": secret_brief()}
    escalation.climb(case=case, actor=ben.standing, at=MONDAY, skill=skill, justification=SECRET, **asked)
    escalation.give_back(case=case, actor=mara.standing, at=MONDAY, reason=SECRET)
    missing = case.messages.order_by("-pk")[0]
    with journal.locked(case, actor=SYSTEM, at=MONDAY) as now:
        now.record(events.BriefChased(now.escalation.uid, now.step.uid, missing.uid, 1))
    escalation.complete(case=case, actor=ben.standing, at=MONDAY, brief=secret_brief())
    escalation.accept(case=case, actor=mara.standing, at=MONDAY, text="I have it.")
    work.find(case=case, actor=mara.standing, at=MONDAY, text=SECRET)
    work.plan(case=case, actor=mara.standing, at=MONDAY, steps=steps, target_at=MONDAY + DAY)
    mine = PlanStep.objects.get(owner=ben.agent)
    work.finish(case=case, actor=ben.standing, at=MONDAY, step=mine)
    escalation.ask_decision(case=case, actor=mara.standing, at=MONDAY, question=question())
    for whom in ({"team": jan.agent.teams.get()}, {"party": party, "contact": "Desk 4", "their_reference": "X-1"}):
        work.request(case=case, actor=mara.standing, at=MONDAY, text=SECRET, **whom)
    ours, theirs = Request.objects.order_by("pk")
    for row in (ours, theirs):
        work.chase(row.pk, MONDAY + 3 * DAY)
    late = MONDAY + 4 * DAY
    work.answer_request(case=case, actor=mara.standing, at=late, request=theirs, text=SECRET)
    work.cancel_request(case=case, actor=mara.standing, at=late, request=ours, text=SECRET)
    escalation.decide(case=case, actor=jan.standing, at=late, verdict=Verdict.APPROVED, answer=SECRET, option=1)
    handling.hold(case=case, actor=mara.standing, at=late, reason=company.waiting, wake_at=late + DAY)
    handling.reply(case=case, actor=company.ida.standing, at=late, text="It goes on.")
    escalation.de_escalate(case=case, actor=mara.standing, at=late, reason=SECRET)
    return case


def without_anybody(company: Company) -> None:
    """What the engine says when nobody looks after a step, and after a storm."""
    case = company.escalate(company.open(), MONDAY)
    step = Step.objects.get(escalation__case=case)
    mara, eva = company.specialist.user.code, company.executive.user.code
    told: list[events.EventData] = [
        events.EscalationReminded(step.escalation.uid, step.uid, mara),
        events.EscalationPassedOn(step.escalation.uid, step.uid, mara, eva, "deputy", company.manager.user.code),
        events.EscalationPassedOn(step.escalation.uid, step.uid, eva, mara, "deputy", eva, away=True, anew=True),
        events.EscalationForgotten(step.escalation.uid, step.uid, eva),
        events.ClimbReleased("storm", climbs=True, causes=[]),
        events.ClimbReleased("storm", climbs=False, causes=[]),
        events.CriteriaMet(causes=[], rule="clock_breached"),
        events.FollowUpPlanned(step.escalation.uid),
        events.MailBounced("mail", "notice", mara, seen=False),
        events.MailRecorded("mail", "message"),
    ]
    for number, data in enumerate(told, start=1):  # in rounds of their own: what is told in one round is one notice
        with journal.locked(case, actor=SYSTEM, at=MONDAY + number * MINUTE) as now:
            now.record(data)
    escalation.withdraw(case=case, actor=company.agent.standing, at=MONDAY + HOUR, reason=SECRET)


def asked_for(company: Company) -> None:
    """A customer asks for escalation: withdrawn, declined, granted; and all of theirs in one hand."""
    for answer in ("withdrawn", "declined", "granted"):
        case = company.open(subject=f"Asked for and {answer}")
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="I look at it.")
        asks.ask(
            case=case,
            actor=company.ida.standing,
            at=MONDAY,
            reason=AskReason.NO_NEWS,
            text="It stands still.",
            reach="By telephone",
        )
        if answer == "withdrawn":
            asks.withdraw_ask(case=case, actor=company.ida.standing, at=MONDAY)
        elif answer == "declined":
            asks.decline_ask(case=case, actor=company.specialist.standing, at=MONDAY, text="The part is on its way.")
        else:
            company.escalate(case, MONDAY)
    manager = company.manager
    account = accounts.open_account(
        organization=company.ida.organization,
        actor=manager.standing,
        at=MONDAY,
        manager=company.executive.agent,
        why=SECRET,
        rhythm_minutes=120,
        cases=[case],
    )
    assert isinstance(account, AccountEscalation)
    accounts.remove(account, case=case, actor=company.executive.standing, at=MONDAY)


def followed_up(company: Company) -> None:
    """After the end somebody asks once more."""
    case = company.escalate(company.open(subject="All is well"), MONDAY)
    mara = company.specialist.standing
    escalation.accept(case=case, actor=mara, at=MONDAY, text="I have it.")
    resolution.resolve(case=case, actor=mara, at=MONDAY, outcome=Outcome.SOLVED, text="Try again.")
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY)
    with journal.locked(case, actor=mara, at=MONDAY + DAY) as now:
        now.record(events.FollowUpSent("", now.say("Is all well?", public=True).uid))


def merged(company: Company) -> None:
    """Two cases of one customer go on as one; both were escalated."""
    case, other = (company.escalate(company.open(subject=f"The same {number}"), MONDAY) for number in (1, 2))
    merging.merge(case=case, into=other, actor=company.agent.standing, at=MONDAY, text="Both are one matter.")


def everything(company: Company) -> list[Notice]:
    """Every notice of these stories."""
    worked_on(company)
    without_anybody(company)
    asked_for(company)
    followed_up(company)
    climbed_and_solved(company)
    left_alone(company)
    only_reminding(company)
    reassigned(company)
    promised(company)
    merged(company)
    told = Notice.objects.filter(event__isnull=False, folded_into=None)
    return list(told.select_related("event__case", "case").order_by("pk"))


def letter_of(notice: Notice) -> Letter:
    reader = letters.reader_of(notice.recipient)
    assert reader is not None
    return letters.write(notice, reader, folded(notice))


def newest(case: Case, recipient: str) -> Notice:
    """The last mail to this person about this case."""
    return Notice.objects.filter(case=case, recipient=recipient, channel="mail").order_by("-pk")[0]
