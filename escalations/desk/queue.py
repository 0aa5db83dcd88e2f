"""Cases as a list that answers to a question: the address. By what is due next, unless it is asked for otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from escalations.casefile import lines, saved
from escalations.casefile.questions import Question, read
from escalations.desk import queue_words
from escalations.desk.forms.queue import FilterForm
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.desk.several import TOGETHER
from escalations.models import Case

HERE = "queue"
LONGEST_KNOWN = 4_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: the question, where its page begins, and the saved view it came from."""

    question: Question
    after: str
    saved: str

    @property
    def front(self) -> str:
        """The address of the first page."""
        return urlencode([("saved", self.saved)] if self.saved else []) + "&" * bool(self.saved) + self.question.address

    @property
    def here(self) -> str:
        """The address of this page."""
        return f"{self.front}&{urlencode({'after': self.after})}" if self.after else self.front


def asked_in(request: StaffRequest) -> Asked:
    question = read(dict(request.GET.lists()))
    return Asked(question, request.GET.get("after", "")[:400], request.GET.get("saved", ""))


@staff_only
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """One page of the answer. A number leads straight to its case; a saved view alone to its own question."""
    at, asked = timezone.now(), asked_in(request)
    if case := _numbered(request, asked.question.words):
        return redirect("desk:case", reference=case.reference)
    furniture = saved.furniture(request.standing, asked.question)
    view = furniture.called(asked.saved) if asked.saved else None
    if asked.saved and view is None:
        raise Http404
    if view and set(request.GET) == {"saved"}:
        return redirect(f"{reverse('desk:queue')}?saved={view.uid}&{view.question.address}")
    context = _list(request, asked, at) | {
        "furniture": furniture,
        "saved": view,
        "is_changed": view is not None and view.question != asked.question,
        "views": queue_words.VIEWS,
        "titles": queue_words.COLUMNS,
        "together": [(verb.value, title) for verb, title in TOGETHER.items()],
        "chips": [*queue_words.chips(asked.question, furniture.names), *queue_words.arranged(asked.question)],
        "plain": Question(view=asked.question.view, columns=asked.question.columns).address,
        "kept": [pair for pair in asked.question.pairs() if pair[0] not in ("q", "view")],
    }
    return show(request, "desk/queue.html", context, here=HERE)


def _list(request: StaffRequest, asked: Asked, at: datetime) -> dict[str, Any]:
    """The page itself, and what its lines show."""
    question = asked.question
    return {
        "at": at,
        "question": question,
        "address": question.address,
        "front": asked.front,
        "here_address": asked.here,
        "after": asked.after,
        "page": lines.page(question, request.standing, at=at, after=asked.after),
        "show": dict.fromkeys(question.columns, True),
    }


def _numbered(request: StaffRequest, words: str) -> Case | None:
    """The case whose number was looked for, if the asking person may see it."""
    pk = Case.pk_of(words) if words else 0
    return Case.objects.visible_to(request.standing).filter(pk=pk).first() if pk else None


@staff_only
@require_safe
def live(request: StaffRequest) -> HttpResponse:
    """What is different now from the lines that somebody has before them: those lines anew, and how many others moved.

    `known` says which lines they are, as number and mark each; nothing is shown in another place by itself.
    """
    at, asked = timezone.now(), asked_in(request)
    known = _known(request.GET.get("known", "")[:LONGEST_KNOWN])
    context = _list(request, asked, at)
    now = [line.reference for line in context["page"].lines]
    context |= {"known": known, "moved": _moved(list(known), now)}
    return render(request, "desk/_live.html", context)


def _known(said: str) -> dict[str, str]:
    pairs = (pair.partition(":") for pair in said.split(",") if pair)
    return {reference: mark for reference, _colon, mark in pairs}


def _moved(before: list[str], now: list[str]) -> int:
    """How many lines came or went, and how many of the others stand in another place among each other."""
    stayed = [one for one in before if one in set(now)]
    here = [one for one in now if one in set(before)]
    shifted = sum(old != new for old, new in zip(stayed, here, strict=True))
    return len(before) + len(now) - 2 * len(stayed) + shifted


@staff_only
@require_safe
def filters(request: StaffRequest) -> HttpResponse:
    """Everything the list can be asked for, as a form whose answer is an address."""
    asked = asked_in(request)
    kept = {"view": asked.question.view, "q": asked.question.words, "saved": asked.saved}
    context = {
        "form": FilterForm(asked.question),
        "front": asked.front,
        "kept": [(name, value) for name, value in kept.items() if value],
    }
    template = "desk/_filter.html" if request.htmx else "desk/filter.html"
    return show(request, template, context, here=HERE)
