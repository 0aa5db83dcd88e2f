"""The files of the demonstration company, made of a few lines of code: a log, a picture of a screen, a list."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from escalations.actions.attachments import Upload

WIDTH, HEIGHT = 240, 150
PAPER, BAR, LINE = b"\xf6\xf5\xf1", b"\x0b\x6e\x6e", b"\xc9\xcc\xd1"
READINGS = 60


def temperature_log() -> Upload:
    """What the export of a cold store looks like, one reading a minute."""
    lines = [f"2026-02-01 00:{minute:02d};3;{-18.4 + minute % 7 / 10:.1f}" for minute in range(READINGS)]
    return Upload.of("cold-store-3.csv", "text/csv", "\n".join(["time;store;celsius", *lines, ""]).encode())


def screen() -> Upload:
    """A table that ends too early, as a picture."""
    return Upload.of("export-stops-here.png", "image/png", png([_row(y) for y in range(HEIGHT)]))


def ranges() -> Upload:
    """What to enter to get a month in four parts."""
    weeks = ["from day 1 to day 7", "from day 8 to day 14", "from day 15 to day 21", "from day 22 to the last day"]
    return Upload.of("four-exports.txt", "text/plain", "\n".join([*weeks, ""]).encode())


def _row(y: int) -> bytes:
    """One line of pixels: a bar above, grey lines below it, nothing in the lower half."""
    if y < 18:
        return BAR * WIDTH
    if y < HEIGHT // 2 and y % 10 < 4:
        return PAPER * 12 + LINE * (WIDTH - 24) + PAPER * 12
    return PAPER * WIDTH


def png(rows: list[bytes]) -> bytes:
    """Rows of three bytes a pixel as a picture (PNG, RFC 2083)."""
    head = struct.pack(">IIBBBBB", len(rows[0]) // 3, len(rows), 8, 2, 0, 0, 0)
    body = zlib.compress(b"".join(b"\x00" + row for row in rows))
    return b"".join([b"\x89PNG\r\n\x1a\n", *_chunks((b"IHDR", head), (b"IDAT", body), (b"IEND", b""))])


def _chunks(*parts: tuple[bytes, bytes]) -> Iterator[bytes]:
    for name, content in parts:
        yield struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
