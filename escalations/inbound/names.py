"""Names for attachments: what the sender called them, as far as any file system and any reader can bear it."""

from __future__ import annotations

import re
import unicodedata

from escalations.inbound.charsets import clean

MAX_NAME, MAX_BYTES, MAX_EXTENSION = 100, 200, 12  # characters, bytes in UTF-8, characters

ENDINGS = {
    "application/pdf": "pdf", "application/zip": "zip", "application/json": "json", "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.ms-excel": "xls", "application/pgp-signature": "asc", "application/pgp-encrypted": "asc",
    "application/pkcs7-mime": "p7m", "application/x-pkcs7-mime": "p7m", "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s", "application/ms-tnef": "dat", "image/jpeg": "jpg", "image/png": "png",
    "image/gif": "gif", "image/svg+xml": "svg", "image/webp": "webp", "text/calendar": "ics", "text/csv": "csv",
    "text/html": "html", "text/plain": "txt", "text/rfc822-headers": "txt", "text/vcard": "vcf", "text/xml": "xml",
    "message/delivery-status": "txt", "message/disposition-notification": "txt", "message/feedback-report": "txt",
    "message/global": "eml", "message/global-delivery-status": "txt", "message/rfc822": "eml",
}  # fmt: skip
FORBIDDEN = re.compile(r'[<>:"|?*]')
# Devices of Windows, with any ending; a file of that name cannot be made there.
DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)
NOTHING = " ._-"


def safe(name: str, content_type: str, number: int) -> str:
    """A short name without any path; `attachment-3.pdf` for the third attachment when nothing is left of it."""
    last = re.split(r"[/\\]", clean(name[:4000]))[-1]
    visible = "".join(" " if each.isspace() else each for each in last if each.isspace() or _is_visible(each))
    bare = FORBIDDEN.sub("_", " ".join(visible.split())).strip(" .")
    if not bare.strip(NOTHING):
        return f"attachment-{number}.{ENDINGS.get(content_type, 'bin')}"
    return _shortened(f"_{bare}" if DEVICE.match(bare) else bare)


def _is_visible(character: str) -> bool:
    """Neither control nor formatting (which turns the direction of writing), nor without a meaning."""
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _shortened(name: str) -> str:
    """Within both limits; the ending stays, because it says what the file is."""
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > MAX_EXTENSION:
        stem, dot, ending = name, "", ""
    room = MAX_NAME - len(dot + ending)
    kept = stem[:room].encode()[: MAX_BYTES - len((dot + ending).encode())].decode("utf-8", "ignore")
    return kept.rstrip(" .") + dot + ending
