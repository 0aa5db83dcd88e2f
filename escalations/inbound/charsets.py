"""Bytes to text, whatever the sender said they were; and text to what can be stored and shown in one line."""

from __future__ import annotations

import codecs
import re

# What senders write, and what they mean: a browser reads these names the same way.
MEANT = {
    "ascii": "cp1252", "us-ascii": "cp1252", "ansi": "cp1252", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "latin1": "cp1252", "latin-1": "cp1252", "ansi_x3.4-1968": "cp1252", "x-ansi": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030",
    "ks_c_5601-1987": "cp949", "euc-kr": "cp949", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "unicode-1-1-utf-7": "utf-7", "utf8mb4": "utf-8",
    "unicode": "utf-16", "x-mac-roman": "mac-roman", "macintosh": "mac-roman",
}  # fmt: skip
UNNAMED = {"", "utf-8", "utf8", "unknown", "unknown-8bit", "x-unknown", "default", "x-user-defined", "binary", "8bit"}
# Codecs that Python knows and that no mail is written in; the first of them takes quadratic time.
NOT_FOR_MAIL = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}")

INVISIBLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
# Marks that turn the direction of writing, so that a name or a file shows as something that it is not.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
SURROGATE = re.compile("[\ud800-\udfff]")


def decode(data: bytes, charset: str, problems: set[str]) -> str:
    """The text in these bytes. A declared charset is believed only where it fits; this never raises."""
    name = _codec(charset, problems)
    if name == "utf-8":
        return clean(_by_lines(data, problems))
    if name == "cp1252" and not data.isascii() and (text := _strictly(data, "utf-8")) is not None:
        problems.add("charset-wrong")  # nobody writes UTF-8 by chance
        return clean(text)
    text = _strictly(data, name)
    if text is None:
        problems.add("charset-wrong")
        text = _strictly(data, "utf-8")
    return clean(data.decode(name, "replace") if text is None else text)


def _codec(charset: str, problems: set[str]) -> str:
    """The codec that is meant, UTF-8 when none is named or known."""
    given = charset.strip().strip("\"'").lower()
    if given in UNNAMED:
        return "utf-8"
    try:
        name = codecs.lookup(MEANT.get(given, given)).name if NAME.fullmatch(given) else ""
        known = bool(name) and name not in NOT_FOR_MAIL and bool(b"a".decode(name, "replace"))
    except (LookupError, ValueError):
        known = False
    if not known:
        problems.add("charset-unknown")
        return "utf-8"
    return name


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except ValueError:
        return None


def _by_lines(data: bytes, problems: set[str]) -> str:
    """UTF-8; where it is none, each line for itself, because replies quote texts in other charsets."""
    text = _strictly(data, "utf-8")
    if text is not None:
        return text
    problems.add("charset-wrong")
    lines = data.split(b"\n")
    read = [_strictly(line, "utf-8") for line in lines]
    return "\n".join(
        line.decode("cp1252", "replace") if text is None else text for line, text in zip(lines, read, strict=True)
    )


def clean(text: str) -> str:
    """The text with line ends of one kind and without what a database refuses or a screen cannot show."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").translate(INVISIBLE)
    return SURROGATE.sub("\ufffd", text)


def one_line(text: str, limit: int) -> str:
    """Fit for a heading: one line of so many characters at most, in the direction in which it is written."""
    return " ".join(clean(text[: limit * 4]).translate(TURNING).split())[:limit].rstrip()
