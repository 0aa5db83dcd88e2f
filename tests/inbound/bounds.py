"""What holds for every mail that was read, whatever it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from escalations.inbound.mail import Mail

# For each byte of the mail, and for each mail: HTML grows by what makes it safe, heads are short and many.
PER_BYTE, PER_MAIL = 45, 4096


def strings(value: object) -> Iterator[str]:
    """Every string inside a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from strings(each)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from strings(getattr(value, field.name))


def size(mail: Mail) -> int:
    """Everything that came out: bytes of the attachments, and characters of all strings."""
    return sum(map(len, strings(mail))) + sum(each.size for each in mail.attachments)


def faults(raw: bytes, mail: Mail) -> list[str]:
    """What must never be: a fault in the reader, text that cannot be stored, more coming out than went in."""
    found = ["the reader failed"] * ("unreadable" in mail.problems)
    for text in strings(mail):
        if "\0" in text or any("\ud800" <= each <= "\udfff" for each in text):
            found.append(f"cannot be stored: {text[:50]!r}")
    if size(mail) > PER_BYTE * len(raw) + PER_MAIL:
        found.append(f"{size(mail):,} came out of {len(raw):,} bytes")
    if sum(each.size for each in mail.attachments) > len(raw):
        found.append("the attachments are larger than the mail")
    if any(each.size != len(each.content) or not each.name or "/" in each.name for each in mail.attachments):
        found.append("an attachment has a wrong size or name")
    return found
