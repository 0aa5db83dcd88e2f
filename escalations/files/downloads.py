"""The one way a file of a message leaves the house: as a download, after asking who wants it."""

from __future__ import annotations

import logging

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import get_conditional_response

from escalations.casefile.attachments import attachment_for
from escalations.models import Attachment
from escalations.models.attachments import place_of
from escalations.rules.files import served_type
from escalations.rules.standing import Standing

logger = logging.getLogger(__name__)

# Whatever the file is, a browser saves it, or draws it as a picture where a page of ours asks for one; never does it
# run anything of it, and no other site gets at it.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


class BytesMissing(Http404):
    """The row of a file is there, and its bytes are gone: nobody at a browser has made a mistake."""


def download(request: HttpRequest, standing: Standing, uid: str) -> HttpResponseBase:
    """The file of this uid for whoever stands there.

    Raises Http404 alike for what is not there and not theirs, and BytesMissing, which is logged.
    """
    row = attachment_for(standing, uid)
    if row is None:
        raise Http404
    etag = f'"{row.sha256}"'
    try:
        answer = get_conditional_response(request, etag=etag) or _content(row)
    except FileNotFoundError as problem:
        logger.exception("the bytes of attachment %s of case %s are missing", row.uid, row.case_id)
        raise BytesMissing from problem
    for header, value in {**HEADERS, "ETag": etag}.items():
        answer[header] = value
    return answer


def downloaded(request: HttpRequest, standing: Standing, uid: str) -> HttpResponseBase:
    """The same for people: when the bytes are gone, a page says so. Raises Http404."""
    try:
        return download(request, standing, uid)
    except BytesMissing:
        return render(request, "file_missing.html", status=404)


def _content(row: Attachment) -> HttpResponseBase:
    kept = default_storage.open(place_of(row.sha256), "rb")
    return FileResponse(kept, as_attachment=True, filename=row.name, content_type=served_type(row.content_type))
