"""What the tests of the portal share: browsers of the cast, addresses, and words nobody at a customer may read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import User
from escalations.actions import escalation, handling, promises, resolution
from escalations.actions.attachments import Upload
from escalations.models import Agent, Case, PauseReason, Policy
from escalations.rules.vocabulary import Kind, Outcome, Verdict
from tests.cast import MONDAY, Company

VERBS: dict[str, dict[str, Any]] = {
    "reply": {"text": "It happened again."},
    "confirm": {},
    "reopen": {"text": "It still fails."},
    "withdraw_ask": {},
    "rate": {"score": "4", "comment": "Quick."},
}
ASKED: dict[str, Any] = {"reason": "no_news", "text": "We cannot bill on Thursday.", "reach": "+49 30 1234"}
RAISED: dict[str, Any] = {
    "subject": "Scanner stands still",
    "text": "Since this morning.",
    "impact": "high",
    "urgency": "high",
}
HOUR = timedelta(hours=1)
# Everything that `full_of_secrets` leaves in the case and that stays with us.
INTERNAL = [
    "an inner note",
    "inner trace",  # a file of that note
    "an inner delay",  # why a promise of news was so late
    "inner pause",
    "inner policy",
    "inner answer",
    "Platform specialists",  # the team's own name; customers read its public one
    "Restarted the collector",  # what was tried, from the brief
    "May we refund the month?",
    "Ben Okafor",
    "Mara Lindt",
    "@belay.example",
    "matrix",
]


def browser(user: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(user)
    return client


def page(name: str, *arguments: str) -> str:
    return reverse(f"portal:{name}", args=arguments)


def act(case: Case, verb: str) -> str:
    return page("act", case.reference, verb)


def pages_of(case: Case) -> list[str]:
    """Every address of the portal that names this case."""
    return [
        page("case", case.reference),
        page("received", case.reference),
        page("clocks", case.reference),
        page("ask", case.reference),
        *(act(case, verb) for verb in VERBS),
    ]


def resolved(company: Company, at: datetime = MONDAY) -> Case:
    """A case of Ida that we believe is solved."""
    case = company.open(at=at)
    text = "The collector was restarted."
    resolution.resolve(case=case, actor=company.agent.standing, at=at + HOUR, outcome=Outcome.SOLVED, text=text)
    case.refresh_from_db()
    return case


def full_of_secrets(company: Company) -> Case:
    """A case of Ida through which everything internal has passed that there is."""
    Policy.objects.filter(pk=company.policy.pk).update(name="inner policy", slug="inner-policy")
    PauseReason.objects.filter(pk=company.waiting.pk).update(name="inner pause", slug="inner-pause")
    company.waiting.refresh_from_db()
    Agent.objects.filter(pk=company.agent.agent.pk).update(job_title="Support engineer")
    case, staff, other = company.open(), company.agent.standing, company.specialist.standing
    at = MONDAY + HOUR
    trace = Upload.of("inner trace.log", "text/plain", b"an inner line")
    handling.note(case=case, actor=staff, at=at, text="an inner note", files=[trace])
    handling.reply(case=case, actor=staff, at=at, text="We look into it.")
    company.escalate(case, at, kind=Kind.HIERARCHICAL)
    promises.make(case=case, actor=staff, at=at, due_at=at + 99 * HOUR, reason="an inner delay")
    promises.move(case=case, actor=staff, at=at, due_at=at + 199 * HOUR, text="Later.", reason="an inner delay")
    escalation.acknowledge(case=case, actor=other, at=at, severity=1, text="Heard you.")
    escalation.decide(case=case, actor=other, at=at, verdict=Verdict.APPROVED, answer="inner answer")
    handling.hold(case=case, actor=staff, at=at, reason=company.waiting, wake_at=timezone.now() + 24 * HOUR)
    case.refresh_from_db()
    return case
