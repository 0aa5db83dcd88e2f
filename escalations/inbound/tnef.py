"""What Outlook packs into winmail.dat (TNEF): the attachments, and the text where the mail has none.

A stream of attributes: level (1 byte), id (4), length (4), data, checksum (2), all little-endian. Some attributes hold
a list of properties: type (2), id (2), value. Reading goes forward only, and stops where the bytes do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from escalations.inbound.charsets import decode

SIGNATURE = struct.pack("<I", 0x223E9F78)
MAX_ATTACHMENTS, MAX_PROPERTIES = 100, 2000

TEXT, CODEPAGE, MESSAGE_PROPERTIES = 0x0002800C, 0x00069007, 0x00069003
NEW_ATTACHMENT, DATA, TITLE, ATTACHMENT_PROPERTIES = 0x00069002, 0x0006800F, 0x00018010, 0x00069005

BODY, HTML, BINARY, LONG_NAME, SHORT_NAME, MIME_TYPE, CONTENT_ID = (
    0x1000, 0x1013, 0x3701, 0x3707, 0x3704, 0x370E, 0x3712,
)  # fmt: skip
FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}  # bytes, padded to four
VARIABLE = {0x0D, 0x1E, 0x1F, 0x102}
UNICODE, MANY, NAMED = 0x1F, 0x1000, 0x8000


class TnefError(ValueError):
    """These bytes are no TNEF, or end in the middle of it."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of the package, under the name the sender's Outlook knows."""

    name: str
    content_type: str
    content_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Package:
    """What was in a winmail.dat."""

    files: tuple[File, ...]
    text: str
    html: str


class _Bytes:
    """A place in the stream that only moves forward."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, size: int) -> bytes:
        if size > len(self.data) - self.at:
            raise TnefError("the data end too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.take(size), "little")

    def padded(self, size: int) -> bytes:
        taken = self.take(size)
        self.at += -size % 4
        return taken

    def has_more(self) -> bool:
        return self.at < len(self.data)


@dataclass(slots=True)
class _Draft:
    """A file while its attributes come in; what the properties say is worth more."""

    title: str = ""
    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""

    def take(self, identity: int, value: bytes, text: str) -> None:
        if identity == BINARY:
            self.content = self.content or value
        elif identity == LONG_NAME:
            self.name = text
        elif identity == SHORT_NAME:
            self.title = self.title or text
        elif identity == MIME_TYPE:
            self.content_type = text.lower()
        elif identity == CONTENT_ID:
            self.content_id = text.strip("<> ")

    def file(self) -> File:
        return File(self.name or self.title, self.content_type, self.content_id, self.content)


def unpack(data: bytes) -> Package:
    """The package in these bytes. Raises TnefError when they cannot be read to their end."""
    return _Unpacking().read(data)


class _Unpacking:
    def __init__(self) -> None:
        self.charset, self.text, self.html = "cp1252", "", ""
        self.drafts: list[_Draft] = []

    def read(self, data: bytes) -> Package:
        if not data.startswith(SIGNATURE):
            raise TnefError("the signature is missing")
        stream = _Bytes(data)
        stream.take(6)
        while stream.has_more():
            stream.take(1)
            identity, value = stream.number(), stream.take(stream.number())
            stream.take(2)
            self._attribute(identity, value)
        files = tuple(draft.file() for draft in self.drafts if draft.content)
        return Package(files, self.text, self.html)

    def _attribute(self, identity: int, value: bytes) -> None:
        if identity == CODEPAGE and len(value) >= 4:
            self.charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif identity == TEXT:
            self.text = self.text or self._string(value)
        elif identity == MESSAGE_PROPERTIES:
            self._message(value)
        elif identity == NEW_ATTACHMENT:
            if len(self.drafts) >= MAX_ATTACHMENTS:
                raise TnefError("too many attachments")
            self.drafts.append(_Draft())
        elif self.drafts:
            self._of_attachment(self.drafts[-1], identity, value)

    def _message(self, value: bytes) -> None:
        for identity, kind, data in _properties(value):
            if identity == BODY:
                self.text = self._string(data, kind) or self.text
            elif identity == HTML:
                self.html = self._string(data, kind)

    def _of_attachment(self, draft: _Draft, identity: int, value: bytes) -> None:
        if identity == DATA:
            draft.content = value
        elif identity == TITLE:
            draft.title = self._string(value)
        elif identity == ATTACHMENT_PROPERTIES:
            for known, kind, data in _properties(value):
                draft.take(known, data, self._string(data[:4000], kind))

    def _string(self, value: bytes, kind: int = 0) -> str:
        text = decode(value, "utf-16-le" if kind == UNICODE else self.charset, set())
        return text.rstrip()


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each property with one value, as (id, type, value)."""
    stream = _Bytes(data)
    for _number in range(min(stream.number(), MAX_PROPERTIES)):
        kind, identity = stream.number(2), stream.number(2)
        if identity >= NAMED:
            _skip_name(stream)
        for value in list(_values(stream, kind))[:1]:
            yield identity, kind & ~MANY, value


def _skip_name(stream: _Bytes) -> None:
    stream.take(16)
    if stream.number():
        stream.padded(stream.number())
    else:
        stream.take(4)


def _values(stream: _Bytes, kind: int) -> Iterator[bytes]:
    single = kind & ~MANY
    if single not in VARIABLE and single not in FIXED:
        raise TnefError("a property has an unknown type")
    count = stream.number() if single in VARIABLE or kind & MANY else 1
    for _number in range(count):
        yield stream.padded(stream.number()) if single in VARIABLE else stream.take(FIXED[single])
