"""Reading what is sent, with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, parsers


class BoundedJSONParser(parsers.JSONParser):
    """JSON of a bounded depth; its size was looked at before."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as problem:
            raise exceptions.ParseError(_("The request is nested too deeply.")) from problem


class FormWithFiles(parsers.MultiPartParser):
    """A form as browsers and curl send files; more parts than anybody fills in are not read."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except SuspiciousOperation as problem:
            raise exceptions.ParseError(_("The form has too many parts, or one that is too long.")) from problem
