"""Two inboxes of work: escalations to take up, and questions to decide – one at a time, and the next by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from escalations.casefile import waiting
from escalations.casefile.waiting import Facing, Waiting
from escalations.desk.acts import ACTS
from escalations.desk.forms.receiving import DecideForm
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.desk.verbs import path_of
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import ClockKind, Verb


@dataclass(frozen=True, slots=True)
class Inbox:
    """One of the two: its words, what it lists, which clocks it is about, and the keys of what can be done."""

    name: str
    title: Any
    empty: Any
    rows: Callable[[Standing], list[Waiting]]
    clocks: tuple[ClockKind, ...]
    keys: Mapping[Verb, str]


TRIAGE = Inbox(
    "triage",
    _("Triage"),
    _("Nothing waits for you to take it up."),
    waiting.to_triage,
    (ClockKind.ACKNOWLEDGEMENT, ClockKind.TRIAGE),
    {
        Verb.ACKNOWLEDGE: "a",
        Verb.ACCEPT: "t",
        Verb.RETURN: "b",
        Verb.REDIRECT: "s",
        Verb.DECLINE: "x",
        Verb.CLIMB: "e",
    },
)
DECISIONS = Inbox(
    "decisions",
    _("Decisions"),
    _("Nobody waits for your decision."),
    waiting.to_decide,
    (ClockKind.DECISION,),
    {Verb.RETURN: "b", Verb.REDIRECT: "s", Verb.CLIMB: "e"},
)


@staff_only
@require_safe
def triage(request: StaffRequest) -> HttpResponse:
    """Escalations that wait for this person, the most urgent first."""
    return _page(request, TRIAGE)


@staff_only
@require_safe
def decisions(request: StaffRequest) -> HttpResponse:
    """Questions that wait for this person, the first due first."""
    return _page(request, DECISIONS)


def _page(request: StaffRequest, inbox: Inbox) -> HttpResponse:
    rows = inbox.rows(request.standing)
    place = _place(rows, request.GET.get("at", ""))
    context: dict[str, Any] = {"inbox": inbox, "rows": rows, "place": place, "most": waiting.MOST}
    if rows:
        file = waiting.facing(rows[place].case, request.standing, timezone.now(), inbox.clocks)
        context |= {
            "at": file.at,
            "row": rows[place],
            "case": file.case,
            "file": file,
            "acts": _acts(inbox, file),
            "why": file.offers[_first(inbox)].why,
            "form": _decide(request, inbox, file),
            "before": rows[place - 1] if place else None,
            "after": rows[place + 1] if place + 1 < len(rows) else None,
        }
    return show(request, "desk/waiting.html", context, here=inbox.name)


def _place(rows: list[Waiting], reference: str) -> int:
    """Where the asked case stands; the first, where it does not wait any more."""
    return next((place for place, row in enumerate(rows) if row.case.reference == reference), 0)


def _first(inbox: Inbox) -> Verb:
    return Verb.DECIDE if inbox is DECISIONS else Verb.ACCEPT


def _acts(inbox: Inbox, file: Facing) -> list[dict[str, Any]]:
    """What this person can do with it here, each with its key."""
    return [
        {
            "name": file.offers[verb].name,
            "path": path_of(verb),
            "key": key,
            "look": "grave" if ACTS[verb].grave else "",
            "verb": verb.value,
        }
        for verb, key in inbox.keys.items()
        if file.offers[verb].is_open
    ]


def _decide(request: StaffRequest, inbox: Inbox, file: Facing) -> DecideForm | None:
    """The question is answered on the page itself."""
    if inbox is not DECISIONS or not file.offers[Verb.DECIDE].is_open:
        return None
    case = file.case
    procedure = case.policy_version.procedure()
    return DecideForm(case=case, procedure=procedure, asked=file.decision, standing=request.standing)
