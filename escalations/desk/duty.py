"""Who is on call now and in the next two weeks; turns are exchanged here, and somebody steps in for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.refusal import Refused
from escalations.actions import duty as actions
from escalations.casefile import duty_weeks
from escalations.casefile.duty_weeks import Shift
from escalations.desk.forms.base import DeskForm, MomentField
from escalations.desk.pages import StaffRequest, posted, see_other, show, staff_only
from escalations.models import Agent, DutyOverride, Rota

HERE = "duty"
SHIFTS_OFFERED = 20


class ExchangeForm(DeskForm):
    """Two coming shifts whose people take each other's."""

    shift = forms.TypedChoiceField(label=gettext_lazy("This turn"), coerce=int)
    other = forms.TypedChoiceField(
        label=gettext_lazy("in exchange for"),
        coerce=int,
        help_text=gettext_lazy("Whoever has it takes the first one, and is told at once."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, mine: list[Shift], others: list[Shift], **kwargs: Any
    ) -> None:
        super().__init__(data, about="duty", **kwargs)
        for name, shifts in (("shift", mine), ("other", others)):
            field: Any = self.fields[name]
            field.choices = [(shift.number, _shift_words(shift)) for shift in shifts]


class StepInForm(DeskForm):
    """Who is on duty for a while, whoever's turn it is."""

    agent = forms.ModelChoiceField(Agent.objects.none(), label=gettext_lazy("On duty"), empty_label=None)
    starts_at = MomentField(label=gettext_lazy("Steps in from"), missing="moment_missing")
    ends_at = MomentField(label=gettext_lazy("until"), missing="moment_missing")

    def __init__(self, data: Mapping[str, Any] | None = None, *, rota: Rota, only: int | None, **kwargs: Any) -> None:
        super().__init__(data, about="duty", **kwargs)
        members = Agent.objects.active().filter(memberships__team=rota.team_id)
        chosen: Any = self.fields["agent"]
        chosen.queryset = (members.filter(pk=only) if only else members).select_related("user").order_by("user__name")
        self.somebody = chosen.queryset.exists()
        self.fields["starts_at"].help_text = _("In your own time, %(zone)s.") % {
            "zone": timezone.get_current_timezone_name()
        }


def _shift_words(shift: Shift) -> str:
    """“Mon 7 Dec, 09:00 – Mon 14 Dec, 09:00 · Tomás Vega”, where the viewer is."""
    letters = pgettext("weekday, day and time, in Django's letters", "D j M, H:i")
    begins, ends = (date_format(timezone.localtime(instant), letters) for instant in (shift.begins, shift.ends))
    told = {"begins": begins, "ends": ends, "person": shift.agent}
    return _("%(begins)s – %(ends)s · %(person)s") % told


@staff_only
@require_safe
def duty(request: StaffRequest) -> HttpResponse:
    """Every team with whoever has it now, what comes in the next two weeks, and who is away."""
    at = timezone.now()
    context = {
        "at": at,
        "weeks": duty_weeks.weeks(at=at),
        "me": request.standing.agent_id,
        "teams": request.standing.team_ids,
        "arranges": actions.may_arrange(request.user),  # type: ignore[arg-type]
        "zone": timezone.get_current_timezone_name(),
    }
    return show(request, "desk/duty.html", context, here=HERE)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def exchange(request: StaffRequest, team: str) -> HttpResponse:
    """Two turns change hands; who does not arrange the duty of others gives one of the own."""
    rota, at, me = _rota(team), timezone.now(), request.standing.agent_id
    shifts = duty_weeks.coming(rota, at=at, number=SHIFTS_OFFERED)
    arranges = actions.may_arrange(request.user)  # type: ignore[arg-type]
    mine = [shift for shift in shifts if arranges or shift.agent.pk == me]
    others = [shift for shift in shifts if arranges or shift.agent.pk != me]
    form = ExchangeForm(posted(request), mine=mine, others=others, initial=_meant(request, mine, others))
    if form.is_bound and form.is_valid() and _done(form, actions.exchange, request, rota=rota):
        messages.success(request, _("The two turns are exchanged; the other person is told."))
        return see_other("desk:duty")
    context = {"rota": rota, "form": form, "possible": "other" in form.initial}
    return show(request, "desk/duty_exchange.html", context, here=HERE, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def step_in(request: StaffRequest, team: str) -> HttpResponse:
    """Somebody of the team takes the duty for a while: oneself, or whom a lead chooses."""
    rota = _rota(team)
    only = None if actions.may_arrange(request.user) else request.standing.as_agent  # type: ignore[arg-type]
    form = StepInForm(posted(request), rota=rota, only=only, initial={"agent": request.standing.agent_id})
    if form.is_bound and form.is_valid() and _done(form, actions.step_in, request, rota=rota):
        messages.success(request, _("It is written down; whose turn it was is told."))
        return see_other("desk:duty")
    context = {"rota": rota, "form": form, "possible": form.somebody}
    return show(request, "desk/duty_step_in.html", context, here=HERE, status=422 if form.errors else 200)


@staff_only
@require_POST
def step_out(request: StaffRequest, pk: int) -> HttpResponse:
    """What was put there ends; whose turn it is has it again."""
    row = get_object_or_404(DutyOverride.objects.select_related("rota"), pk=pk)
    try:
        actions.step_out(override=row, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refused:
        messages.error(request, str(refused.remedy))
    else:
        messages.success(request, _("The order of the rota holds again."))
    return see_other("desk:duty")


def _meant(request: StaffRequest, mine: list[Shift], others: list[Shift]) -> dict[str, int]:
    """The turn a link named, or the first one, and the first of somebody else in exchange."""
    first = next((shift for shift in mine if str(shift.number) == request.GET.get("shift")), next(iter(mine), None))
    if first is None:
        return {}
    other = next((shift for shift in others if shift.agent != first.agent), None)
    return {"shift": first.number} | ({"other": other.number} if other else {})


def _rota(team: str) -> Rota:
    return get_object_or_404(Rota.objects.select_related("team"), team__slug=team)


def _done(form: DeskForm, act: Any, request: StaffRequest, **about: Any) -> bool:
    """Calls the action once; False when it was refused, which the form then shows."""
    try:
        act(by=request.user, at=timezone.now(), **about, **form.arguments())
    except Refused as refused:
        form.refuse(refused)
        return False
    return True
