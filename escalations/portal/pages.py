"""What every page of the portal shares: who may enter, whose case it is, and the instant it was made at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.datastructures import MultiValueDict
from django_htmx.middleware import HtmxDetails

from escalations.actions import set_aside
from escalations.models import Case
from escalations.rules.standing import Standing

CASEFILE_ROWS = ("policy_version", "organization__plan", "contact", "team", "owner__user", "topic", "pause_reason")


class CustomerRequest(HttpRequest):
    """A request as the middleware hands it to the portal."""

    standing_as_customer: Standing
    htmx: HtmxDetails


Page = Callable[Concatenate[CustomerRequest, ...], HttpResponseBase]


def customers_only(view: Page) -> Page:
    """Asks the anonymous to sign in; for everybody who is no customer there is nothing here."""

    @wraps(view)
    def guarded(request: CustomerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.standing_as_customer.is_customer:
            raise Http404
        response = _answered(view, request, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return guarded


def _answered(view: Page, request: CustomerRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """The page; or, of a case that cannot be read and is set aside for that, one that says so."""
    try:
        return view(request, *args, **kwargs)
    except (Http404, PermissionDenied):
        raise
    except Exception:
        reference = kwargs.get("reference", "")
        theirs = Case.objects.visible_to(request.standing_as_customer).filter(pk=Case.pk_of(reference)).first()
        if theirs is None or not set_aside.cannot_be_read(case_id=theirs.pk, at=timezone.now()):
            raise
    return show(request, "unreadable.html", {"reference": theirs.reference}, status=503)


def show(
    request: CustomerRequest, template: str, context: dict[str, Any], *, here: str = "portal", status: int = 200
) -> HttpResponse:
    """Render a page of the portal; all its relative times are seen from one instant, `at`."""
    return render(request, f"portal/{template}", {"at": timezone.now(), "here": here} | context, status=status)


def see_other(name: str, *args: str) -> HttpResponse:
    """Where to go after a form was carried out: a plain GET that may be repeated."""
    return HttpResponseRedirect(reverse(name, args=args), status=303)


def case_or_404(request: CustomerRequest, reference: str) -> Case:
    """The case of this reference if this customer may follow it; else it does not exist."""
    rows = Case.objects.visible_to(request.standing_as_customer).select_related(*CASEFILE_ROWS)
    return get_object_or_404(rows, pk=Case.pk_of(reference))


def sent_files(request: CustomerRequest) -> MultiValueDict[str, UploadedFile] | None:
    """The files that were sent; None when the form is only shown."""
    return request.FILES if request.method == "POST" else None


def posted(request: CustomerRequest) -> QueryDict | None:
    """What was sent; None when the form is only shown."""
    return request.POST if request.method == "POST" else None


def keyed(request: CustomerRequest, key: str) -> str | None:
    """The idempotency key of a form: nobody can use up another person's."""
    return f"portal:{request.standing_as_customer.code}:{key}" if key else None
