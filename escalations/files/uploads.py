"""Files that come in with a form: its field, and what stands before the disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalations.actions.attachments import MB, Upload


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Files that go with words; what is too much of them is refused by the action, as from every other door."""

    widget = FilesInput

    def __init__(self) -> None:
        limits = lazy(_limits, str)()
        super().__init__(required=False, allow_empty_file=True, label=gettext_lazy("Files"), help_text=limits)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The limits and the words by which the list of what was chosen tells them before anything is sent."""
        return super().widget_attrs(widget) | {
            "data-most": settings.MAX_ATTACHMENTS,
            "data-megabytes": settings.MAX_ATTACHMENT_MB,
            "data-remove": gettext_lazy("Remove"),
            "data-too-large": gettext_lazy("too large: it would be refused"),
            "data-too-many": gettext_lazy("one too many: it would be refused"),
        }

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """The files that were chosen, in their order; none of them is read yet."""
        return [uploaded(file) for file in data or []]


def uploaded(file: UploadedFile) -> Upload:
    """The file as actions take it, not read yet."""
    return Upload(file.name or "", file.content_type or "", file.size or 0, file.read)


def _limits() -> str:
    said = {"number": settings.MAX_ATTACHMENTS, "size": settings.MAX_ATTACHMENT_MB}
    return _("Screenshots, logs, documents: up to %(number)s files of %(size)s MB each.") % said


class BoundedUpload(FileUploadHandler):
    """Stands before Django's own handlers, and throws away what is beyond the limits of a message while it comes in.

    The disk never fills up with it, and whoever sent it still gets an answer in words: the file arrives without its
    content and with its true size.
    """

    number = 0
    is_over = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.number += 1
        self.is_over = self.number > settings.MAX_ATTACHMENTS

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Hands the bytes on, or keeps them from everybody after it."""
        self.is_over = self.is_over or start + len(raw_data) > settings.MAX_ATTACHMENT_MB * MB
        return None if self.is_over else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """The file without its content where that was thrown away; else whatever the next one made of it."""
        if not self.is_over:
            return None
        return UploadedFile(BytesIO(), self.file_name, self.content_type, file_size)
