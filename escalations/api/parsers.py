"""Reading what is sent, with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, parsers, status


class TooLarge(exceptions.APIException):
    """A body longer than this installation takes."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request is too large; send less at once.")
    default_code = "too_large"


class BoundedJSONParser(parsers.JSONParser):
    """JSON of a bounded size and depth."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        meta = parser_context["request"].META if parser_context else {}
        if int(meta.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as problem:
            raise exceptions.ParseError(_("The request is nested too deeply.")) from problem
