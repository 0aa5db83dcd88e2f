"""The head of a mail or of one of its parts: fields as bytes, read on demand; doubled, folded and broken ones too."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from escalations.inbound.charsets import decode, one_line

MAX_HEAD, MAX_FIELD, MAX_FIELDS = 256 * 1024, 32 * 1024, 1000  # bytes, bytes, number
MAX_LINE = 998  # characters of a field that is shown, and of an id
MAX_IDS, MAX_PARAMETERS = 200, 100

BLANK = re.compile(rb"(?:\A|\n)\r?\n")
FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
# Fields that a mail server or a mail program writes: where one follows, a broken line before it is not yet the text.
USUAL = re.compile(
    rb"^(?:from|to|subject|date|message-id|mime-version|content-[a-z-]{2,30}|received)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
# An encoded word may have lost its end, and may contain what the standard forbids inside.
WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?(.{0,1000}?)(?:\?=|\Z)", re.DOTALL)
PARAMETER = re.compile(r';\s*([^\s=;"]{1,100})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
EXTENDED = re.compile(r"([^*]{1,80})(?:\*(\d{1,3}))?(\*)?")
BASE64 = re.compile(rb"[A-Za-z0-9+/]+")
ID = re.compile(r"<\s*([^<>\s]{1,998})\s*>")


@dataclass(frozen=True, slots=True)
class Headers:
    """Fields in their order, with names in lower case and values unfolded."""

    fields: tuple[tuple[str, bytes], ...]

    def raw(self, name: str) -> str:
        """The first value that is not empty, encoded words as they came."""
        return next((text for text in self.all_raw(name) if text), "")

    def all_raw(self, name: str) -> list[str]:
        return [decode(value, "", set()).strip() for field, value in self.fields if field == name]

    def text(self, name: str) -> str:
        """The first value that is not empty, to be shown in one line."""
        return one_line(decode_words(self.raw(name)), MAX_LINE)

    def word(self, name: str) -> str:
        """The value up to the first semicolon or comment, in lower case: for fields with a fixed vocabulary."""
        return re.split(r"[;(]", self.text(name), maxsplit=1)[0].strip().lower()

    def has(self, name: str) -> bool:
        return any(field == name for field, _value in self.fields)


def split(data: bytes, problems: set[str]) -> tuple[Headers, bytes]:
    """Head and body. The head ends at an empty line, or where lines stop to be fields: no text gets lost."""
    end = BLANK.search(data)
    head, body = (data[: end.start() + 1], data[end.end() :]) if end else (data, b"")
    fields, read = _fields(head[:MAX_HEAD], problems)
    if read < min(len(head), MAX_HEAD):
        return Headers(tuple(fields)), data[read:]
    if len(head) > MAX_HEAD:
        problems.add("headers-cut")
    return Headers(tuple(fields)), body


def _fields(head: bytes, problems: set[str]) -> tuple[list[tuple[str, bytes]], int]:
    """The fields, and how many bytes of the head they took."""
    last_usual = max((found.start() for found in USUAL.finditer(head)), default=-1)
    found: list[tuple[str, list[bytes]]] = []
    at = 0
    for line in head.splitlines(keepends=True):
        if line[:1] in b" \t" and found:
            found[-1][1].append(line.rstrip(b"\r\n"))
        elif (field := FIELD.match(line)) is not None:
            found.append((field[1].decode("ascii").lower(), [field[2].rstrip(b"\r\n")]))
        elif line.strip():
            problems.add("headers-broken")
            if at > last_usual:
                break
        at += len(line)
    if len(found) > MAX_FIELDS or any(sum(map(len, lines)) > MAX_FIELD for _name, lines in found):
        problems.add("headers-cut")
    return [(name, b"".join(lines)[:MAX_FIELD]) for name, lines in found[:MAX_FIELDS]], at


def decode_words(text: str) -> str:
    """Text with its encoded words read (RFC 2047); characters torn apart between two words are joined again."""
    pieces: list[str] = []
    charset, pending, at = "", b"", 0
    for word in WORD.finditer(text):
        between = text[at : word.start()]
        if pending and (between.strip() or charset != word[1].lower()):
            pieces.append(decode(pending, charset, set()))
            pending = b""
        if between.strip() or at == 0:
            pieces.append(between)
        charset, pending, at = word[1].lower(), pending + _encoded(word[2], word[3]), word.end()
    return "".join([*pieces, decode(pending, charset, set()), text[at:]])


def _encoded(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return base64(data) if encoding in "bB" else binascii.a2b_qp(data, header=True)


def base64(data: bytes) -> bytes:
    """What can be read of it: other characters are left out, pieces with an end of their own are joined."""
    pieces = (b"".join(BASE64.findall(piece)) for piece in data.split(b"=") if piece.strip())
    return b"".join(
        binascii.a2b_base64(piece[: len(piece) - (len(piece) % 4 == 1)] + b"===") for piece in pieces if piece
    )


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """A value such as `text/plain; charset=utf-8`: the word in lower case, and the parameters read (RFC 2231)."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in list(PARAMETER.finditer(text))[:MAX_PARAMETERS]:
        name, value = found[1].lower(), _unquoted(found[2].strip())
        extended = EXTENDED.fullmatch(name) if "*" in name else None
        if extended is None:
            plain.setdefault(name, decode_words(value))
        else:
            pieces.setdefault(extended[1], {}).setdefault(int(extended[2] or 0), (value, bool(extended[3])))
    word = text.split(";", 1)[0].strip().lower()
    return word, plain | {name: _joined(numbered) for name, numbered in pieces.items()}


def _unquoted(value: str) -> str:
    """Only quotes and backslashes are unescaped: senders write `C:\\file` as it is."""
    if value[:1] != '"':
        return value
    return value[1:].removesuffix('"').replace('\\"', '"').replace("\\\\", "\\")


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    """The pieces of a long parameter in their order; the first may name the charset of those with percent signs."""
    ordered = [numbered[number] for number in sorted(numbered)]
    charset = ""
    first, is_encoded = ordered[0]
    if is_encoded and first.count("'") >= 2:
        charset, _language, first = first.split("'", 2)
        ordered[0] = first, True
    data = b"".join(unquote_to_bytes(text) if coded else text.encode("utf-8", "replace") for text, coded in ordered)
    return decode(data, charset, set())


def ids(text: str) -> tuple[str, ...]:
    """Message ids without brackets, each once; without any brackets, the words that could be one."""
    found = ID.findall(text) or [word for word in text.split() if "@" in word and len(word) <= MAX_LINE]
    distinct = list(dict.fromkeys(one_line(each, MAX_LINE) for each in found))
    if len(distinct) > MAX_IDS:  # the beginning of a thread and its newest mails
        distinct = [distinct[0], *distinct[1 - MAX_IDS :]]
    return tuple(distinct)


def moment(text: str, problems: set[str]) -> datetime | None:
    """The instant a date names; without a zone it is taken for UTC."""
    if not text:
        return None
    try:
        found = parsedate_to_datetime(text[:200])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        problems.add("date-unreadable")
        return None
