"""Files of messages, for the staff."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from escalations.desk.pages import StaffRequest, staff_only
from escalations.files.downloads import downloaded


@staff_only
@require_safe
def file(request: StaffRequest, uid: str, name: str) -> HttpResponseBase:
    """A file as a download; its `name` stands in the address for whoever reads that."""
    return downloaded(request, request.standing, uid)
