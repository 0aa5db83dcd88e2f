"""The files of our words to a customer: those that travel with the letter, and those it can only name."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from email.encoders import encode_base64
from email.mime.base import MIMEBase

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _

from customers.models import Contact
from escalations.channels.phrases import Letter, Reader
from escalations.models import Attachment, Notice
from escalations.models.attachments import content_of
from escalations.rules.files import UNKNOWN

logger = logging.getLogger(__name__)

MB = 1 << 20
# Kinds that are something else than a bare file within a mail, and that programs take apart.
NOT_BARE = ("multipart", "message")


@dataclass(frozen=True, slots=True)
class Enclosures:
    """The parts that travel, and the files that do not."""

    parts: tuple[MIMEBase, ...] = ()
    left_out: tuple[Attachment, ...] = ()


def enclosures(notice: Notice, reader: Reader) -> Enclosures:
    """The files of the words in this letter, in their order, as long as they fit into MAIL_ATTACHMENTS_MB together.

    One whose bytes are gone is left out, too: words of ours do not wait for it. Colleagues find files on the desk.
    """
    parts, left_out, room = [], [], settings.MAIL_ATTACHMENTS_MB * MB
    for row in _files(notice) if reader.is_customer else ():
        content = _content(row) if row.size <= room else None
        if content is None:
            left_out.append(row)
        else:
            room -= row.size
            parts.append(_part(row, content))
    return Enclosures(tuple(parts), tuple(left_out))


def _files(notice: Notice) -> Iterable[Attachment]:
    """What came with public words of ours; nobody gets his own files back."""
    uid = notice.event.data.get("message", "") if notice.event else ""
    ours = {"message__uid": uid, "message__is_public": True, "message__user__isnull": False}
    return Attachment.objects.filter(case=notice.case_id, **ours) if uid else ()


def _content(row: Attachment) -> bytes | None:
    try:
        return content_of(row.sha256)
    except FileNotFoundError:
        logger.exception("the bytes of attachment %s of case %s are missing", row.uid, row.case_id)
        return None


def _part(row: Attachment, content: bytes) -> MIMEBase:
    """The file byte for byte, whatever it holds."""
    kind = UNKNOWN if row.content_type.startswith(NOT_BARE) else row.content_type
    part = MIMEBase(*kind.split("/", 1))
    part.set_payload(content)
    encode_base64(part)
    name = row.name if row.name.isascii() else ("utf-8", "", row.name)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def naming(letter: Letter, left_out: Iterable[Attachment], notice: Notice, reader: Reader) -> Letter:
    """The letter, saying below it what did not fit into the mail and where it is."""
    with translation.override(reader.language):
        lines = [f"– {row.name} ({filesizeformat(row.size)})" for row in left_out]
        if not lines:
            return letter
        told = [_("These files did not fit into the mail:"), *lines, "", *_where(notice)]
    return replace(letter, text="\n".join([letter.text, *told, ""]))


def _where(notice: Notice) -> list[str]:
    """How a reader gets at them: by signing in, or, for those who cannot, by asking."""
    _kind, _sep, uid = notice.recipient.partition(":")
    if notice.case is None or not Contact.objects.filter(uid=uid, user__is_active=True).exists():
        return [_("Answer this mail if you need them, and we find another way.")]
    return [_("They stand with your case:"), f"{settings.BELAY_URL}/portal/cases/{notice.case.reference}/"]
