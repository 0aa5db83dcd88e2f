"""What the queue calls its views, filters, orders and columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from customers.models import Tier
from escalations.casefile.questions import ANY, ME, NOBODY, Question
from escalations.models import words
from escalations.rules.vocabulary import OPEN_ESCALATION, CaseState, Origin, Severity

VIEWS: Mapping[str, Any] = {"team": _("My team"), "mine": _("Mine"), "escalated": _("Escalated"), "all": _("All")}
SORTS: Mapping[str, Any] = {
    "due": _("What is due next"),
    "severity": _("Severity, the oldest first"),
    "newest": _("The newest first"),
    "oldest": _("The oldest first"),
}
GROUPS: Mapping[str, Any] = {"": _("Not at all"), "level": _("By level"), "customer": _("By customer")}
COLUMNS: Mapping[str, Any] = {
    "due": _("Due"),
    "level": _("Level"),
    "what": _("What is due"),
    "severity": _("Severity"),
    "state": _("State"),
    "team": _("Team"),
    "topic": _("Topic"),
    "origin": _("Came by"),
    "opened": _("Opened"),
    "owner": _("Owner"),
}
FILTERS: Mapping[str, Any] = {
    "state": _("State"),
    "severity": _("Severity"),
    "level": _("Level"),
    "stage": _("Escalation"),
    "due": _("Due"),
    "promised": _("Promised"),
    "hold": _("On hold"),
    "team": _("Team"),
    "owner": _("Owner"),
    "customer": _("Customer"),
    "topic": _("Topic"),
    "tier": _("Tier"),
    "origin": _("Came by"),
}
VALUES: Mapping[str, Mapping[str, Any]] = {
    "state": {state.value: words.CASE_STATES[state] for state in CaseState},
    "severity": {str(int(one)): words.SEVERITIES[one] for one in Severity},
    "stage": {
        ANY: _("escalated"),
        **{state.value: words.ESCALATION_STATES[state] for state in OPEN_ESCALATION},
    },
    "due": {
        "late": _("is late"),
        "hour": _("within an hour"),
        "today": _("by the end of today"),
        "week": _("within seven days"),
    },
    "promised": {"today": _("news by today")},
    "hold": {"yes": _("only what waits"), "no": _("without what waits")},
    "owner": {ME: _("me"), NOBODY: _("nobody")},
    "tier": dict(Tier.choices),
    "origin": {origin.value: words.ORIGINS[origin] for origin in Origin},
}


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing the list is narrowed by, and the question without it."""

    name: Any
    value: Any
    rest: str


def chips(question: Question, names: Mapping[tuple[str, str], str]) -> Iterator[Chip]:
    """What the list is narrowed by, each with the address of the list without it."""
    if question.words:
        told = _now("“%(words)s”") % {"words": question.words}
        yield Chip(_("Search"), told, question.without_words().address)
    for name, value in question.parts():
        said = VALUES.get(name, {}).get(value) or names.get((name, value), value)
        yield Chip(FILTERS[name], said, question.without(name, value).address)


def arranged(question: Question) -> Iterator[Chip]:
    """How the list is ordered and grouped, where that is not as usual."""
    plain = Question()
    if question.sort != plain.sort:
        yield Chip(_("Order"), SORTS[question.sort], question.but(sort=plain.sort).address)
    if question.group:
        yield Chip(_("Groups"), GROUPS[question.group], question.but(group="").address)
