"""Files that come with a message, kept in the same transaction as its words.

Bytes are kept before the row that names them. A transaction that is taken back leaves bytes that no row names: nobody
can reach them, and the same content takes their place when it comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from customers.refusal import Refused
from escalations.models import Attachment, Message, words
from escalations.models.attachments import keep
from escalations.rules.files import safe_name, safe_type

MB = 1 << 20  # as pages tell sizes


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a door received it; `size` in bytes, `read` gives them when its turn comes."""

    name: str
    content_type: str
    size: int
    read: Callable[[], bytes]

    @classmethod
    def of(cls, name: str, content_type: str, content: bytes) -> Upload:
        """A file whose bytes are at hand."""
        return cls(name, content_type, len(content), lambda: content)


def add(
    *,
    message: Message,
    name: str,
    content_type: str,
    content: bytes,
    at: datetime,
    content_id: str = "",
    is_inline: bool = False,
) -> Attachment:
    """One more file of a message, within the caller's transaction. Raises Refused when it is too large or one too many.

    `content_id` is what the words of a mail call it by, where it is shown within them.
    """
    _check_size(name, len(content))
    _check_number(name, message.attachments.count())
    row = _row(message, name, content_type, content, at)
    row.content_id, row.is_inline = "".join(filter(str.isprintable, content_id))[:255], is_inline
    row.save(force_insert=True)
    return row


def add_all(*, message: Message, files: Sequence[Upload], at: datetime) -> list[Attachment]:
    """The files of a message that was just written, within its transaction. Raises Refused, naming file and limit.

    All are looked at before the first is read, and one after the other is in memory.
    """
    for number, file in enumerate(files):
        _check_number(file.name, number)
        _check_size(file.name, file.size)
    return Attachment.objects.bulk_create(
        _row(message, file.name, file.content_type, file.read(), at) for file in files
    )


def _check_size(name: str, size: int) -> None:
    if size > settings.MAX_ATTACHMENT_MB * MB:
        said = {"name": safe_name(name), "limit": settings.MAX_ATTACHMENT_MB}
        raise Refused("files", "file_too_large", words.REMEDIES["file_too_large"] % said)


def _check_number(name: str, before: int) -> None:
    if before >= settings.MAX_ATTACHMENTS:
        said = {"name": safe_name(name), "limit": settings.MAX_ATTACHMENTS}
        raise Refused("files", "too_many_files", words.REMEDIES["too_many_files"] % said)


def _row(message: Message, name: str, content_type: str, content: bytes, at: datetime) -> Attachment:
    """Keeps the bytes; the row is not saved yet."""
    return Attachment(
        case_id=message.case_id,
        message=message,
        name=safe_name(name),
        content_type=safe_type(content_type),
        size=len(content),
        sha256=keep(content),
        added_at=at,
    )
