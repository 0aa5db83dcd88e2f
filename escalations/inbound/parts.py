"""A mail as a tree of parts: where each begins and ends, and its content as it was before it was packed for the way.

The standard library's parser keeps every line in the air once per level and falls over deep nesting; this one reads
each level once, and knows where to stop.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from escalations.inbound import headers
from escalations.inbound.headers import Headers

MAX_DEPTH, MAX_PARTS = 12, 500

CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}")
# The first delimiter in the body itself, when the head names none or a wrong one.
DELIMITER = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200}?)[ \t]*\r?\nContent-", re.IGNORECASE)
UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]{1,200}\r?\n", re.MULTILINE)
PLAIN_ENCODINGS = {"", "7bit", "8bit", "binary", "7-bit", "8-bit"}
UU_ENCODINGS = {"x-uuencode", "uuencode", "x-uue", "uue"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part with its own head; a multipart has children instead of a body."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    content_id: str
    body: bytes
    children: tuple[Part, ...] = ()

    @property
    def is_multipart(self) -> bool:
        return bool(self.children)

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in their order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def content(self, problems: set[str]) -> bytes:
        """The body unpacked; what is packed in an unknown way comes as it is."""
        encoding = self.headers.word("content-transfer-encoding")
        if encoding == "base64":
            return _from_base64(self.body, problems)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in UU_ENCODINGS:
            return _from_uu(self.body, problems)
        if encoding not in PLAIN_ENCODINGS:
            problems.add("encoding-unknown")
        return self.body


def _from_base64(data: bytes, problems: set[str]) -> bytes:
    if data.translate(None, b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n\t "):
        problems.add("encoding-broken")
    return headers.base64(data)


def _from_uu(data: bytes, problems: set[str]) -> bytes:
    begin = UU_BEGIN.search(data)
    lines: list[bytes] = []
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() == b"end":
            break
        try:
            # A line may claim more than it holds, and would be filled up with zeros.
            lines.append(binascii.a2b_uu(line)[: len(line) * 3 // 4] if line.strip() else b"")
        except binascii.Error:
            problems.add("encoding-broken")
    return b"".join(lines)


class Reader:
    """Reads one mail and counts its parts."""

    def __init__(self, problems: set[str]) -> None:
        self.problems = problems
        self.parts = 0

    def read(self, data: bytes, depth: int = 0) -> Part:
        """The part that these bytes are, with everything inside it."""
        self.parts += 1
        head, body = headers.split(data, self.problems)
        content_type, parameters = headers.parameters(head.raw("content-type"))
        disposition, more = headers.parameters(head.raw("content-disposition"))
        children: tuple[Part, ...] = ()
        if content_type.startswith("multipart/"):
            children = self._children(body, parameters.get("boundary", ""), depth)
            if not children:  # shown as text, so that nothing of it is lost
                self.problems.add("nested-too-deep" if depth >= MAX_DEPTH else "boundary-missing")
                content_type = "text/plain"
        return Part(
            headers=head,
            content_type=content_type if CONTENT_TYPE.fullmatch(content_type) else "text/plain",
            parameters=parameters,
            disposition=disposition,
            name=more.get("filename") or parameters.get("name", ""),
            content_id=head.text("content-id").strip("<> "),
            body=b"" if children else body,
            children=children,
        )

    def _children(self, body: bytes, boundary: str, depth: int) -> tuple[Part, ...]:
        if depth >= MAX_DEPTH:
            return ()
        found: list[Part] = []
        for piece in self._pieces(body, boundary):
            if self.parts >= MAX_PARTS:
                self.problems.add("too-many-parts")
                break
            found.append(self.read(piece, depth + 1))
        return tuple(found)

    def _pieces(self, body: bytes, boundary: str) -> Iterator[bytes]:
        """The bytes between delimiters. Text before the first and after the last is for programs that know no parts."""
        start: int | None = None
        for delimiter in self._delimiters(body, boundary):
            if start is not None and delimiter.start() > start:
                yield _without_line_end(body[start : delimiter.start()])
            start = None if delimiter[1] else delimiter.end()
            if delimiter[1]:
                return
        if start is not None:
            self.problems.add("boundary-unclosed")
            yield _without_line_end(body[start:])

    def _delimiters(self, body: bytes, boundary: str) -> Iterator[re.Match[bytes]]:
        written = boundary.encode("utf-8", "replace")
        if not written or b"--" + written not in body:
            guessed = DELIMITER.search(body)
            if guessed is None:
                return iter(())
            self.problems.add("boundary-missing")
            written = guessed[1]
        return re.finditer(rb"(?:\A|\r?\n)--" + re.escape(written) + rb"(--)?[ \t]*(?=\r?\n|\Z)", body)


def _without_line_end(piece: bytes) -> bytes:
    """Without the end of the delimiter's line, which is no part of what follows."""
    return piece.removeprefix(b"\r").removeprefix(b"\n")
