"""Everybody says when he is away and who stands in, and that he is back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from customers.refusal import Refused
from escalations.actions import absences
from escalations.casefile import standing_in
from escalations.desk.forms.base import DeskForm, MomentField
from escalations.desk.pages import StaffRequest, posted, see_other, show, staff_only
from escalations.models import Absence, Agent


class AbsenceForm(DeskForm):
    """From when until when, and who stands in."""

    starts_at = MomentField(label=gettext_lazy("Away from"), missing="moment_missing")
    ends_at = MomentField(label=gettext_lazy("Back on"), missing="moment_missing")
    deputy = forms.ModelChoiceField(
        Agent.objects.none(),
        label=gettext_lazy("Who stands in"),
        required=False,
        empty_label=gettext_lazy("nobody"),
        help_text=gettext_lazy("Gets your escalations. Without a deputy they go to whoever can be asked next."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, agent: Agent, **kwargs: Any) -> None:
        super().__init__(data, about="absence", **kwargs)
        others = Agent.objects.active().exclude(pk=agent.pk)
        chosen: Any = self.fields["deputy"]
        chosen.queryset = others.select_related("user").order_by("user__name")
        zone = {"zone": timezone.get_current_timezone_name()}
        self.fields["starts_at"].help_text = _("In your own time, %(zone)s.") % zone


def _mine(request: StaffRequest) -> QuerySet[Absence]:
    return Absence.objects.filter(agent=request.standing.as_agent).select_related("agent__user", "deputy__user")


@staff_only
def absence(request: StaffRequest, pk: int | None = None) -> HttpResponse:
    """My absences that are not over, and the form for one more, or for the one that is changed."""
    at = timezone.now()
    mine = _mine(request).filter(ends_at__gt=at).order_by("starts_at")
    row = get_object_or_404(mine, pk=pk) if pk else Absence(agent_id=request.standing.as_agent)
    form = AbsenceForm(posted(request), agent=row.agent, initial=_known(row))
    if request.method == "POST" and form.is_valid():
        for name, value in form.arguments().items():
            setattr(row, name, value)
        try:
            absences.save(absence=row, by=request.user, at=at)  # type: ignore[arg-type]
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("It is written down; your work is handed over when it begins."))
            return see_other("desk:absence")
    context = {"mine": list(mine), "form": form, "changed": row if pk else None}
    context["stand_ins"] = standing_in.stand_ins(request.standing, at=at)
    return show(request, "desk/absence.html", context, here="absence", status=422 if form.errors else 200)


def _known(row: Absence) -> dict[str, Any]:
    if row._state.adding:
        return {}
    return {
        "starts_at": timezone.localtime(row.starts_at),
        "ends_at": timezone.localtime(row.ends_at),
        "deputy": row.deputy_id,
    }


@staff_only
@require_POST
def ended(request: StaffRequest, pk: int) -> HttpResponse:
    """I am back, or stay after all."""
    row = get_object_or_404(_mine(request), pk=pk)
    try:
        absences.end(absence=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refused:
        messages.error(request, str(refused.remedy))
    else:
        messages.success(request, _("You count as there again."))
    return see_other("desk:absence")
