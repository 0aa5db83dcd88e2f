"""The files of a case as one person may see them."""

from __future__ import annotations

from dataclasses import dataclass

from escalations.models import Attachment, Case
from escalations.rules.files import is_picture
from escalations.rules.standing import Standing

LARGEST_DRAWN = 2_000_000  # bytes


@dataclass(frozen=True, slots=True)
class FileFace:
    """A file as it is listed; `size` in bytes, `is_drawn` when it may stand as a picture within the page."""

    uid: str
    name: str
    content_type: str
    size: int
    is_drawn: bool

    @property
    def extension(self) -> str:
        """What stands after the last full stop of the name, such as LOG; nothing when that is no short word."""
        _stem, dot, last = self.name.rpartition(".")
        return last.upper() if dot and last.isalnum() and len(last) <= 4 else ""


def file_face(uid: str, name: str, content_type: str, size: int) -> FileFace:
    return FileFace(uid, name, content_type, size, is_picture(content_type) and 0 < size <= LARGEST_DRAWN)


def attachment_for(standing: Standing, uid: str) -> Attachment | None:
    """The file of this uid, if this person may see its case and, being no staff, reads the message it came with."""
    rows = Attachment.objects.filter(uid=uid, case__in=Case.objects.visible_to(standing))
    if not standing.is_staff:
        rows = rows.filter(message__is_public=True)
    return rows.first()
