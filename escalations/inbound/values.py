"""What a mail says, as plain values. Every string can be stored: no NUL, no lone surrogate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalations.rules.vocabulary import MailKind as Kind

__all__ = ["Address", "Attachment", "Bounce", "Kind", "Mail"]


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody in a header; the address in lower case, empty when what stood there is none."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along; the name is safe for any file system, the size in bytes.

    Inline is what the HTML shows by its content id.
    """

    name: str
    content_type: str
    size: int
    content: bytes
    content_id: str
    is_inline: bool


@dataclass(frozen=True, slots=True)
class Bounce:
    """Word that a mail of ours did not arrive: at whom, and whether a server still tries (then it is not permanent)."""

    addresses: tuple[str, ...]
    status: str
    is_permanent: bool
    diagnostic: str
    original_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as far as it could be read; `problems` says by codes what could not.

    Ids are without brackets. `reply` is `text` without quotes and signature. `returned_ids` are the ids of mails that a
    bounce or a complaint brings back.
    """

    subject: str
    sender: Address
    reply_to: tuple[Address, ...]
    recipients: tuple[Address, ...]
    copies: tuple[Address, ...]
    delivered_to: tuple[str, ...]
    text: str
    reply: str
    html: str
    attachments: tuple[Attachment, ...]
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    returned_ids: tuple[str, ...]
    sent_at: datetime | None
    auto_submitted: str
    list_id: str
    kind: Kind
    bounce: Bounce | None
    problems: tuple[str, ...]
