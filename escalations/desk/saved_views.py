"""Saved views of the queue: save, rename, change, order, delete. Those of others do not exist here."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from customers.refusal import Refused
from escalations.actions import saved_views as actions
from escalations.casefile import saved
from escalations.casefile.questions import Question, read
from escalations.desk import queue_words
from escalations.desk.forms.saved_views import ChangeForm, SaveForm
from escalations.desk.pages import StaffRequest, posted, see_other, show, staff_only
from escalations.models import SavedView

HERE = "queue"


def _asked(request: StaffRequest) -> Question:
    """What the queue was asked before somebody came here; it stands in the address of the form."""
    return read(dict(request.GET.lists()))


def _theirs(request: StaffRequest, uid: str) -> SavedView:
    """A view that this person may change."""
    return get_object_or_404(saved.changeable(request.standing), uid=uid)


def _to_queue(row: SavedView) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('desk:queue')}?saved={row.uid}", status=303)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: StaffRequest) -> HttpResponse:
    """All views somebody may change, and a form to save what the queue shows as a new one."""
    question = _asked(request)
    form = SaveForm(posted(request), teams=saved.led(request.standing))
    if form.is_bound and form.is_valid() and (made := _save(request, form, question)):
        messages.success(request, _("Saved; it stands among the tabs of the queue."))
        return _to_queue(made)
    furniture = saved.furniture(request.standing, question)
    mine = saved.changeable(request.standing).select_related("team").order_by("team__name", "position", "name", "pk")
    context = {
        "at": timezone.now(),
        "form": form,
        "mine": mine,
        "address": question.address,
        "chips": [*queue_words.chips(question, furniture.names), *queue_words.arranged(question)],
        "scope": queue_words.VIEWS[question.view],
    }
    return show(request, "desk/saved_views.html", context, here=HERE, status=422 if form.is_bound else 200)


def _save(request: StaffRequest, form: SaveForm, question: Question) -> SavedView | None:
    """Saves it; None when it was refused, which the form then shows."""
    said = form.cleaned_data
    try:
        kept = saved.kept_of(question)
        return actions.save(actor=request.standing, name=said["name"], team=said.get("team"), kept=kept)
    except Refused as refused:
        form.refuse(refused)
        return None


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: StaffRequest, uid: str) -> HttpResponse:
    """Another name for a view, or another question: the one in the address."""
    row, question = _theirs(request, uid), _asked(request)
    form = ChangeForm(posted(request), initial={"name": row.name, "takes_over": "view" in request.GET})
    if "view" not in request.GET:
        del form.fields["takes_over"]
    if form.is_bound and form.is_valid() and _change(form, row, question):
        messages.success(request, _("Changed."))
        return _to_queue(row)
    context = {"form": form, "view": row, "address": question.address}
    return show(request, "desk/saved_view.html", context, here=HERE, status=422 if form.is_bound else 200)


def _change(form: ChangeForm, row: SavedView, question: Question) -> bool:
    kept = saved.kept_of(question) if form.cleaned_data.get("takes_over") else None
    try:
        actions.change(view=row, name=form.cleaned_data["name"], kept=kept)
    except Refused as refused:
        form.refuse(refused)
        return False
    return True


@staff_only
@require_POST
def move(request: StaffRequest, uid: str) -> HttpResponse:
    """One place up or down among the tabs."""
    actions.move(view=_theirs(request, uid), up=request.POST.get("way") == "up")
    return see_other("desk:saved_views")


@staff_only
@require_POST
def delete(request: StaffRequest, uid: str) -> HttpResponse:
    """The tab is gone; no case is."""
    actions.delete(view=_theirs(request, uid))
    messages.success(request, _("The view is gone; its cases are where they were."))
    return see_other("desk:saved_views")
