"""The API against its own document: made-up requests of staff and of a customer get only what it promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as promises

from config.wsgi import application
from customers.models import User
from escalations.actions import asks, escalation, handling, resolution, work
from escalations.actions.attachments import Upload
from escalations.models import Attachment, PlanStep, Request, Skill, Team
from escalations.rules.vocabulary import AskReason, Document, Kind, Outcome
from knowledgebase import actions as knowledge
from knowledgebase.models import Article, Category
from tests.api.calls import basic
from tests.cast import MONDAY, Company, worker
from tests.work.ground import accepted, carrier, line, script, strict

pytestmark = [pytest.mark.conformance, pytest.mark.django_db]

EXAMPLES = 20
ARTICLE = "how-to-read-a-meter"
KEPT = [
    checks.not_a_server_error,
    promises.status_code_conformance,
    promises.content_type_conformance,
    promises.response_schema_conformance,
]
PROFILE = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests stay inside the transaction of the test, as those of Django's own client do."""
    for ending in (request_started, request_finished):
        ending.disconnect(close_old_connections)
    yield
    for ending in (request_started, request_finished):
        ending.connect(close_old_connections)


def cases_in_every_state(company: Company) -> dict[str, str]:
    """A case by each verb that can be done with it; under the empty word a new one."""
    agent, specialist = company.agent.standing, company.specialist.standing
    strict(company, Document.CAUSE)
    log = Upload.of("meter.log", "text/plain", b"03:00 no reading")
    new, asked, taken, waiting, solved, ended, wished = (company.open(company.ida) for _ in range(7))
    handling.reply(case=new, actor=company.ida.standing, at=MONDAY, text="See.", files=[log])
    company.escalate(asked, MONDAY)
    company.escalate(taken, MONDAY, kind=Kind.HIERARCHICAL)
    escalation.accept(case=taken, actor=specialist, at=MONDAY, text="We have it.")
    wake_at = timezone.now() + timedelta(days=9)
    handling.hold(case=waiting, actor=agent, at=MONDAY, reason=company.waiting, wake_at=wake_at)
    company.escalate(ended, MONDAY)
    for case in (solved, ended):
        resolution.resolve(case=case, actor=agent, at=MONDAY, outcome=Outcome.SOLVED, text="Done.", cause="product")
    resolution.confirm(case=ended, actor=company.ida.standing, at=MONDAY)
    asks.ask(case=wished, actor=company.ida.standing, at=MONDAY, reason=AskReason.GROWING, text="It grows.")
    incomplete = company.escalate(company.open(company.ida), MONDAY)
    escalation.give_back(case=incomplete, actor=specialist, at=MONDAY, reason="Which one?")
    worked = accepted(company)
    work.plan(case=worked, actor=specialist, at=MONDAY, steps=[line(company.specialist)])
    work.request(case=worked, actor=specialist, at=MONDAY, text="May we?", party=carrier())
    verbs = {
        new: [""],
        asked: ["acknowledge", "accept", "decline", "return", "redirect", "step_back", "withdraw"],
        taken: ["decide", "climb", "hand_back"],
        incomplete: ["complete"],
        worked: ["ask_decision", "find", "plan", "finish", "answer_request", "cancel_request", "de_escalate"],
        wished: ["withdraw_ask", "decline_ask"],
        waiting: ["resume"],
        solved: ["confirm", "close", "rate", "reopen"],
        ended: ["review", "follow_up"],
    }
    return {verb: case.reference for case, suited in verbs.items() for verb in suited}


def publish_article() -> None:
    """Something to read."""
    shelf = knowledge.save_category(category=Category(slug="meters", name="Meters"))
    draft = Article(slug=ARTICLE, category=shelf, title="Meters", body="Look at the cable.")
    knowledge.publish(article=knowledge.save_article(article=draft, actor=None, at=MONDAY), actor=None, at=MONDAY)


def names_that_exist(company: Company) -> dict[str, Any]:
    """What a program of somebody who knows the house would write into these fields."""
    knowing = Skill.objects.create(slug="databases", name="Databases")
    worker("Xenia Roy", Team.objects.get(slug="specialists"), is_lead=False).agent.skills.add(knowing)
    due_on = timezone.localdate() + timedelta(days=1)
    return {
        "slug": ARTICLE,
        "uid": Attachment.objects.get().uid,
        "contact": company.otto.contact.uid,
        "organization": company.ida.organization.uid,
        "topic": company.topic.slug,
        "owner": company.manager.user.uid,
        "wake_at": (timezone.now() + timedelta(days=1)).isoformat(),
        "skill": knowing.slug,
        "team": "managers",
        "party": "carrier",
        "person": company.executive.user.uid,
        "watcher": company.manager.user.uid,
        "articles": [ARTICLE],
        "currency": "EUR",
        "line": script(company)[0].uid,
        "step": PlanStep.objects.get().uid,
        "request": Request.objects.get().uid,
        "steps": [{"body": "Renew it", "owner": company.agent.user.uid, "due_on": due_on.isoformat()}],
    }


def informed(body: Any, path: str, known: dict[str, Any]) -> Any:
    """The made-up body with names that exist instead of made-up ones."""
    if not isinstance(body, dict):
        return body
    right = {**known, "level": 1 if path.endswith("/triage/") else None}
    right |= {"reason": "customer"} if path.endswith("/hold/") else {}
    return {name: right.get(name, value) for name, value in body.items()}


@dataclass
class Visitor:
    """Tries operations as this person, each request on the same untouched rows; counts operations by status."""

    user: User
    references: dict[str, str]
    known: dict[str, Any]
    seen: Counter[str] = field(default_factory=Counter)

    def ask(self, made_up: Any, is_right: bool) -> None:
        """One request; `is_right` puts names that exist where made-up ones stand."""
        verb = made_up.path.rstrip("/").rpartition("/")[2]
        if "reference" in made_up.path_parameters:
            suited = self.references.get(verb, self.references[""])
            made_up.path_parameters["reference"] = suited if is_right else "B-1"
        if is_right:
            made_up.path_parameters |= {
                name: self.known[name] for name in ("slug", "uid") if name in made_up.path_parameters
            }
            made_up.body = informed(made_up.body, made_up.path, self.known)
        with transaction.atomic():
            answer = made_up.call(headers=basic(self.user))
            transaction.set_rollback(True)
        self.seen[f"{made_up.operation.label} {answer.status_code}"] += 1
        made_up.validate_response(answer, checks=KEPT, headers=basic(self.user))

    def try_everything(self) -> None:
        """Every operation of the document."""
        document = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
        for found in document.get_all_operations():
            operation: Any = found.ok()  # type: ignore[union-attr]
            valid, invalid = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

            @PROFILE
            @given(made_up=st.one_of(valid, invalid, valid), is_right=st.sampled_from([True, True, False]))
            def ask(made_up: Any, is_right: bool) -> None:
                self.ask(made_up, is_right)

            ask()

    def done(self) -> set[str]:
        """The operations that succeeded at least once."""
        return {label.rpartition(" ")[0] for label in self.seen if label[-3] == "2"}


def of_a_case(verbs: set[str]) -> set[str]:
    return {f"POST /api/v1/cases/{{reference}}/{verb}/" for verb in verbs}


def test_every_request_of_staff_gets_an_answer_that_the_document_promises(company: Company) -> None:
    visitor = Visitor(company.specialist.user, cases_in_every_state(company), names_that_exist(company))
    publish_article()
    visitor.try_everything()
    assert len(visitor.done()) > 40
    assert visitor.done() & of_a_case({"confirm", "rate", "ask", "withdraw_ask"}) == set()


def test_every_request_of_a_customer_gets_an_answer_that_the_document_promises(company: Company) -> None:
    visitor = Visitor(company.ida.user, cases_in_every_state(company), names_that_exist(company))
    publish_article()
    visitor.try_everything()
    assert "GET /api/v1/attachments/{uid}/" in visitor.done()
    own = of_a_case({"messages", "confirm", "rate", "reopen", "ask", "withdraw_ask"}) | {"POST /api/v1/cases/"}
    assert {label for label in visitor.done() if label.startswith("POST")} == own
