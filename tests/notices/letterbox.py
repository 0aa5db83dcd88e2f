"""Stories in which everything happens that anybody is told of; what is internal carries a mark."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from escalations.actions import escalation, handling, journal, promises, resolution, review, triage
from escalations.channels import letters
from escalations.engine.sweep import sweep
from escalations.models import Case, Notice
from escalations.rules import events
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Kind, Outcome, Reason, Verdict
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
        (handling.note, ben, {"text": SECRET}),
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


def everything(company: Company) -> list[Notice]:
    """Every notice of these stories."""
    climbed_and_solved(company)
    left_alone(company)
    only_reminding(company)
    reassigned(company)
    promised(company)
    return list(Notice.objects.select_related("event__case", "case").order_by("pk"))


def letter_of(notice: Notice) -> letters.Letter:
    reader = letters.reader_of(notice.recipient)
    assert reader is not None
    return letters.write(notice, reader)


def newest(case: Case, recipient: str) -> Notice:
    """The last mail to this person about this case."""
    return Notice.objects.filter(case=case, recipient=recipient, channel="mail").order_by("-pk")[0]
