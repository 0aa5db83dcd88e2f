"""An administrator ends the look as somebody else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from escalations.actions import seeing
from escalations.models import SeeingAs


@require_POST
def ended(request: HttpRequest) -> HttpResponse:
    """Back to the page of the person in the back office, as oneself."""
    uid = request.session.pop(seeing.SESSION_KEY, "")
    look = SeeingAs.objects.filter(uid=uid, administrator=request.user.pk).first()
    if look is None:
        return HttpResponseRedirect(reverse("landing"))
    seeing.end(look=look, at=timezone.now())
    return HttpResponseRedirect(reverse("admin:customers_user_change", args=[look.person_id]))
