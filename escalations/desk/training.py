"""I confirm that I read a version and can apply a text, and a lead sees who of their people has confirmed which."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers.refusal import Refused
from escalations.actions import readings, trainings
from escalations.casefile.procedure import people as reading
from escalations.desk.pages import StaffRequest, see_other, show, staff_only
from escalations.desk.procedure import version_or_404
from escalations.models import Agent, Team

SEES_EVERYBODY = "escalations.view_trainingrecord"


@staff_only
@require_POST
def confirmed(request: StaffRequest, slug: str, number: int, key: str) -> HttpResponse:
    """This person has read a text and can apply it."""
    version = version_or_404(request, slug, number)
    try:
        made = trainings.confirm(version=version, key=key, agent=_me(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused.remedy))
        anchor = "training"
    else:
        messages.success(request, _("It is written down."))
        anchor = f"training-{made.key}"
    address = reverse("desk:procedure_version", args=[slug, number])
    return HttpResponse(status=303, headers={"Location": f"{address}#{anchor}"})


@staff_only
@require_POST
def read(request: StaffRequest, slug: str, number: int) -> HttpResponse:
    """This person has read this version."""
    version = version_or_404(request, slug, number)
    try:
        readings.confirm(version=version, agent=_me(request), at=timezone.now())
    except Refused as refused:
        messages.error(request, str(refused.remedy))
    else:
        messages.success(request, _("It is written down."))
    return see_other("desk:procedure_version", slug=slug, number=number)


def _me(request: StaffRequest) -> Agent:
    return Agent.objects.select_related("user").get(pk=request.standing.as_agent)


@staff_only
@require_safe
def people(request: StaffRequest) -> HttpResponse:
    """The people I lead × the texts they must know; administrators see every team. Nobody else finds the page."""
    sees_everybody = request.user.is_staff and request.user.has_perm(SEES_EVERYBODY)
    teams = Team.objects.all() if sees_everybody else reading.teams_led(request.standing)
    named = list(teams.distinct())
    if not named:
        raise Http404
    at = timezone.now()
    context = {"at": at, "teams": named, "table": reading.table(teams, at)}
    return show(request, "desk/procedure/training.html", context, here="procedure")
