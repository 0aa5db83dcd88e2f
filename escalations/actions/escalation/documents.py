"""The completeness gate: what the procedure wants in writing before a case climbs or is resolved."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from customers.refusal import Refused
from escalations.actions import journal
from escalations.models import Finding, Plan, ScriptLine, words
from escalations.models.situations import scripts_for
from escalations.rules.vocabulary import TO_CLIMB, TO_RESOLVE, Document, Kind


def must_say(field: str, text: str, code: str) -> None:
    """Raises Refused for this field when there are no words."""
    if not text.strip():
        raise Refused(field, code, words.REMEDIES[code])


def check_climb(
    work: journal.Work, *, level: int, kind: Kind, evidence: str, has_articles: bool, justification: str
) -> None:
    """Raises Refused for the first document that a climb to this level lacks."""
    given: Mapping[Document, Callable[[], None]] = {
        Document.EVIDENCE: lambda: must_say("evidence", evidence, "evidence_missing"),
        Document.ARTICLES: lambda: must_say("articles", "given" if has_articles else "", "articles_missing"),
        Document.SCRIPT: lambda: _script_done(work),
        Document.JUSTIFICATION: lambda: must_say("justification", justification, "justification_missing"),
    }
    for document in work.around.procedure.required(TO_CLIMB, level=level, kind=kind):
        given[document]()


def check_brief(work: journal.Work, *, level: int, kind: Kind, evidence: str, has_articles: bool) -> None:
    """Raises Refused for the first document of those that go with a brief which a brief for this level lacks."""
    required = work.around.procedure.required(TO_CLIMB, level=level, kind=kind)
    if Document.EVIDENCE in required:
        must_say("evidence", evidence, "evidence_missing")
    if Document.ARTICLES in required:
        must_say("articles", "given" if has_articles else "", "articles_missing")


def check_resolution(work: journal.Work, *, cause: str, prevention: str) -> None:
    """Raises Refused for the first document that resolving an escalated case lacks."""
    climb = work.around.open_escalation
    if climb is None:
        return
    given: Mapping[Document, Callable[[], None]] = {
        Document.FINDING: lambda: _exists(Finding.objects.filter(escalation=climb).exists(), "finding_missing"),
        Document.PLAN: lambda: _exists(Plan.objects.filter(escalation=climb).exists(), "plan_missing"),
        Document.CAUSE: lambda: must_say("cause", cause, "cause_missing"),
        Document.PREVENTION: lambda: must_say("prevention", prevention, "prevention_missing"),
    }
    for document in work.around.procedure.required(TO_RESOLVE, level=work.case.level):
        given[document]()


def _exists(found: bool, code: str) -> None:
    if not found:
        raise Refused("", code, words.REMEDIES[code])


def _script_done(work: journal.Work) -> None:
    """Every offered line of the scripts of this case is ticked."""
    lines = ScriptLine.objects.filter(script__in=scripts_for(work.case), is_active=True)
    left = [line.body for line in lines.exclude(ticks__case=work.case)]
    if left:
        raise Refused("tried", "script_missing", words.REMEDIES["script_missing"] % {"lines": "; ".join(left[:3])})
