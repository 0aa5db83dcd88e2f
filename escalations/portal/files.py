"""Files of public messages, for the customer."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from escalations.files.downloads import downloaded
from escalations.portal.pages import CustomerRequest, customers_only


@customers_only
@require_safe
def file(request: CustomerRequest, uid: str, name: str) -> HttpResponseBase:
    """A file as a download; its `name` stands in the address for whoever reads that."""
    return downloaded(request, request.standing_as_customer, uid)
