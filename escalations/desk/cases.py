"""One case as the staff sees it, and a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.refusal import Refused
from escalations.actions import deliveries, intake
from escalations.casefile.related import related
from escalations.casefile.staff import Offer, StaffCasefile, staff_casefile
from escalations.casefile.undoing import Undo
from escalations.casefile.unread import unread_of
from escalations.desk.acts import ACTS
from escalations.desk.composer import composers, others
from escalations.desk.forms.daily import NewCaseForm
from escalations.desk.pages import StaffRequest, case_or_404, posted, see_other, sent_files, show, staff_only
from escalations.desk.story import local_time, story, wanted
from escalations.desk.verbs import keyed, path_of
from escalations.models import Case
from escalations.rules.vocabulary import ClockKind, Origin, Verb

UPWARD = (Verb.ESCALATE, Verb.CLIMB)
FIRST = (Verb.ACKNOWLEDGE, Verb.ACCEPT, Verb.DECIDE, Verb.COMPLETE)
# What a verb and its counterpart share is one key: never are both open.
KEYS = {
    Verb.ESCALATE: "e",
    Verb.CLIMB: "e",
    Verb.ACKNOWLEDGE: "a",
    Verb.ACCEPT: "y",
    Verb.TAKE: "t",
    Verb.PROMISE: "p",
    Verb.MOVE_PROMISE: "p",
    Verb.HOLD: "h",
    Verb.RESUME: "h",
    Verb.RESOLVE: "s",
}
BUTTONS = (
    *FIRST,
    Verb.PULL_UP,
    Verb.TAKE,
    Verb.TRIAGE,
    Verb.PROMISE,
    Verb.HOLD,
    Verb.RESUME,
    Verb.ASK_DECISION,
    Verb.LEND,
    Verb.RESOLVE,
    Verb.CLOSE,
    Verb.REOPEN,
    Verb.REVIEW,
)
# Ways to give an escalation away, or to end it before its case does.
AWAY = (
    Verb.RETURN,
    Verb.REDIRECT,
    Verb.HAND_BACK,
    Verb.STEP_BACK,
    Verb.DECLINE,
    Verb.DE_ESCALATE,
    Verb.WITHDRAW,
)
# Cases that belong together, or apart.
JOINING = (Verb.LINK, Verb.MERGE, Verb.SPLIT)


@dataclass(frozen=True, slots=True)
class Button:
    """An open verb as it is pressed: its address, its key, and how much it stands out."""

    verb: str
    name: Any
    path: str
    key: str
    look: str


def button(offer: Offer, look: str = "") -> Button:
    return Button(offer.verb.value, offer.name, path_of(offer.verb), KEYS.get(offer.verb, ""), look)


def buttons(file: StaffCasefile) -> list[Button]:
    """Everything this person can do now beside writing and climbing, what is urgent first and marked."""
    found = [file.offers[verb] for verb in BUTTONS if file.offers[verb].is_open]
    return [button(offer, "main" if index == 0 and offer.verb in FIRST else "") for index, offer in enumerate(found)]


def away(file: StaffCasefile) -> list[Button]:
    """How this person can give the escalation away, or end it."""
    return [
        button(file.offers[verb], "grave" if ACTS[verb].grave else "") for verb in AWAY if file.offers[verb].is_open
    ]


def joining(file: StaffCasefile) -> list[Button]:
    """How this person can link, merge or split the case."""
    return [button(file.offers[verb]) for verb in JOINING if file.offers[verb].is_open]


def upward(file: StaffCasefile) -> Iterator[Button]:
    """Escalate, or climb further: whichever is open."""
    for verb in UPWARD:
        if file.offers[verb].is_open:
            yield button(file.offers[verb], "main wide")


def moving(file: StaffCasefile) -> Button | None:
    """Moving the open promise, where it is shown; None without one, and when it is due already."""
    offer = file.offers[Verb.MOVE_PROMISE]
    return button(offer) if offer.is_open and file.promised_at and file.promised_at > file.at else None


def clocks_of(file: StaffCasefile) -> dict[str, Any]:
    """The clock of the solution, which everybody asks for, and the others beside what is due next and the promise."""
    live = [face for face in file.clocks if face not in (file.due_next, file.promise)]
    solution = next((face for face in live if face.kind is ClockKind.RESOLUTION), None)
    return {"solution": solution, "live": [face for face in live if face is not solution]}


def undoing(file: StaffCasefile) -> Undo | None:
    """What this person can undo of what they did a moment ago."""
    return file.undo if file.undo and file.offers[file.undo.verb].is_open else None


def read_inbox(request: StaffRequest, case: Case, at: datetime) -> int:
    """Whoever opens a case has read what the inbox said of it; gives how many notices are still new."""
    unread = unread_of(request.standing.code)
    if request.method == "GET" and not hasattr(request, "seeing") and unread.may_have(case.pk):
        deliveries.seen(recipient=request.standing.code, at=at, case=case)
        return unread.without(case.pk)
    return unread.number


@staff_only
@require_safe
def case(request: StaffRequest, reference: str) -> HttpResponse:
    """What happened, clocks, ladder, and everything that can be done."""
    row, extent = case_or_404(request, reference), wanted(request)
    file = staff_casefile(row, request.standing, timezone.now(), extent)
    context = story(row, file, extent) | {
        "unread": read_inbox(request, row, file.at),
        "local_time": local_time(row.contact, file.at),
        "here_rung": next((rung for rung in file.rungs if rung.place == "here"), None),
        "next_rung": next((rung for rung in file.rungs if rung.place == "next"), None),
        **clocks_of(file),
        "near": [criterion for criterion in file.criteria if criterion.state != "not"],
        "far": [criterion for criterion in file.criteria if criterion.state == "not"],
        "buttons": buttons(file),
        "away": away(file),
        "joining": joining(file),
        "upward": list(upward(file)),
        "moving": moving(file),
        "undo": undoing(file),
        "related": related(row, request.standing),
        "composers": composers(row, row.policy_version.procedure(), file),
        "others": others(file),
    }
    return show(request, "desk/case.html", context, here="queue")


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """A case that somebody told us by telephone or in person."""
    form = NewCaseForm(posted(request), files=sent_files(request))
    if request.method == "POST" and form.is_valid() and (opened := _open(request, form)):
        messages.success(request, _("The case is open; the customer has a confirmation."), extra_tags=form.drafts)
        return see_other("desk:case", reference=opened.reference)
    return show(request, "desk/new.html", {"form": form}, here="queue", status=422 if form.is_bound else 200)


def _open(request: StaffRequest, form: NewCaseForm) -> Case | None:
    """Opens the case once; None when it was refused, which the form then shows."""
    key = keyed(request.standing, form.cleaned_data["key"])
    try:
        return intake.open_case(
            actor=request.standing, at=timezone.now(), origin=Origin.DESK, key=key, **form.arguments()
        )
    except Refused as refusal:
        form.refuse(refusal)
        return None
