"""Invitations that come with a mail, told in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from escalations.inbound.charsets import decode, one_line

MAX_CALENDAR, MAX_VALUE = 65536, 200  # bytes, characters

PROPERTY = re.compile(r"^(METHOD|SUMMARY|DTSTART|LOCATION)((?:;[^:\n]{0,200})?):(.*)$", re.IGNORECASE | re.MULTILINE)
ZONE = re.compile(r";TZID=\"?([^\";:]{1,60})", re.IGNORECASE)
TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d{0,2}(Z?))?")


@dataclass(frozen=True, slots=True)
class Invite:
    """What an invitation asks for (REQUEST, REPLY, CANCEL …), and the line that stands for it in the text."""

    method: str
    line: str


def read(content: bytes, parameters: Mapping[str, str], problems: set[str]) -> Invite:
    """The first event in this calendar file."""
    text = decode(content[:MAX_CALENDAR], parameters.get("charset", ""), problems)
    found: dict[str, str] = {}
    whole = re.sub(r"\n[ \t]", "", text)
    event = whole.upper().find("BEGIN:VEVENT")  # time zones have a DTSTART of their own
    for line in PROPERTY.finditer(whole):
        name = line[1].upper()
        if name == "METHOD" or line.start() > event:
            found.setdefault(name, _time(line[2], line[3]) if name == "DTSTART" else _unescaped(line[3]))
    method = (found.get("METHOD") or one_line(parameters.get("method", ""), 20)).upper()
    told = " · ".join(filter(None, map(found.get, ("SUMMARY", "DTSTART", "LOCATION"))))
    return Invite(method, f"[{method or 'ICS'}] {told}".rstrip())


def _unescaped(value: str) -> str:
    return one_line(re.sub(r"\\([,;\\])", r"\1", value.replace("\\n", " ").replace("\\N", " ")), MAX_VALUE)


def _time(parameters: str, value: str) -> str:
    """`2026-12-04 09:00 UTC`; as it stands when it is no time."""
    time = TIME.match(value)
    if time is None:
        return _unescaped(value)
    year, month, day, hour, minute, is_utc = time.groups()
    zone = ZONE.search(parameters)
    of_day = f" {hour}:{minute}" if hour else ""
    return f"{year}-{month}-{day}{of_day}{' UTC' if is_utc else f' {zone[1]}' if zone else ''}"
