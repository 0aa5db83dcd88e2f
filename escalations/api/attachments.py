"""Files of messages: how they are listed, and one of them as it was sent."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request

from escalations.api.documents import documented
from escalations.api.door import ApiView
from escalations.files.downloads import download


class File(serializers.Serializer):
    """A file that came with a message."""

    uid = serializers.CharField(help_text="Names its content: attachments/{uid}/.")
    name = serializers.CharField()
    content_type = serializers.CharField(help_text="As whoever sent it said; nobody has looked whether it is true.")
    size = serializers.IntegerField(help_text="In bytes.")


class OneAttachment(ApiView):
    """One file."""

    @documented(
        summary="The content of a file",
        description="Byte for byte as it was sent, as a download. Whoever may read the message may load its files.",
        operation_id="attachments_read",
        answers={(200, "*/*"): OpenApiTypes.BINARY, 304: None},
        problems=(404,),
    )
    def get(self, request: Request, uid: str) -> HttpResponseBase:
        return download(request, self.standing, uid)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Files come as what they are, whatever a program would rather have."""
        return super().perform_content_negotiation(request, force=True)
