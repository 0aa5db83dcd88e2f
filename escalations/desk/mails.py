"""The original of a mail: as it came, for whoever may see its case; those without a case are for administrators."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from customers.models import User
from escalations.desk.pages import Page, StaffRequest, show, staff_only
from escalations.inbound.mail import Mail, parse
from escalations.inbound.reading import head_of
from escalations.models import Case, ReceivedMail, office_standing
from escalations.models.attachments import content_of

# The page of a mail is somebody else's: it runs nothing, loads nothing from anywhere, and leads nowhere by itself.
SHUT = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
)
PAGE = '<!doctype html><html><head><meta charset="utf-8"><base target="_blank"></head><body>{}</body></html>'


def readers_only(view: Page) -> Page:
    """For the staff, and for administrators with or without an agent of their own."""
    guarded = staff_only(view)

    @wraps(view)
    def opened(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (view if _administrator(request) else guarded)(request, *args, **kwargs)

    return opened


def _administrator(request: StaffRequest) -> User | None:
    """Who asks, if they may look at received mail in the back office; entering it alone is not enough."""
    user = request.user
    may = isinstance(user, User) and user.is_staff and user.has_perm("escalations.view_receivedmail")
    return user if isinstance(user, User) and may else None


def mail_or_404(request: StaffRequest, uid: str) -> ReceivedMail:
    """The mail of this uid, if the asking person may see its case, or administers what belongs to none."""
    row = get_object_or_404(ReceivedMail.objects.select_related("case"), uid=uid)
    administrator = _administrator(request)
    if row.case_id is None and administrator is None:
        raise Http404
    standing = office_standing(administrator) if administrator else request.standing
    if row.case_id and not Case.objects.visible_to(standing).filter(pk=row.case_id).exists():
        raise Http404
    return row


def read(row: ReceivedMail) -> tuple[bytes, Mail]:
    """The bytes and what they say. Raises Http404 when they are gone from the storage."""
    try:
        raw = content_of(row.sha256)
    except FileNotFoundError as problem:
        raise Http404 from problem
    return raw, parse(raw)


@readers_only
@require_safe
def mail(request: StaffRequest, uid: str) -> HttpResponse:
    """Everything a person can read of it: whom from and to, the whole text, what came along, what became of it."""
    row = mail_or_404(request, uid)
    raw, letter = read(row)
    context: dict[str, Any] = {"mail": row, "letter": letter, "head": head_of(raw), "is_cut": row.size > len(raw)}
    return show(request, "desk/received.html", context, here="queue")


@readers_only
@require_safe
@xframe_options_sameorigin
def page(request: StaffRequest, uid: str) -> HttpResponse:
    """Its HTML, made safe, in a frame of its own."""
    _raw, letter = read(mail_or_404(request, uid))
    return HttpResponse(PAGE.format(letter.html), headers={"Content-Security-Policy": SHUT})


@readers_only
@require_safe
def original(request: StaffRequest, uid: str) -> HttpResponse:
    """The bytes as they came, as a download."""
    row = mail_or_404(request, uid)
    raw, _letter = read(row)
    headers = {
        "Content-Disposition": f'attachment; filename="{row.uid}.eml"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    return HttpResponse(raw, content_type="message/rfc822", headers=headers)
