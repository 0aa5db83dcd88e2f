"""Names and addresses in header fields, as people's programs really write them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from escalations.inbound.charsets import one_line
from escalations.inbound.headers import Headers, decode_words
from escalations.inbound.values import Address

MAX_ADDRESSES, MAX_NAME, MAX_EMAIL = 500, 200, 254

# Each alternative takes what it began even when its end is missing, so a field is read in one pass.
PIECE = re.compile(
    r"""=\?[^?\s]{1,60}\?[bBqQ]\?[^?<>@]{0,500}\?=   # an encoded word, with commas inside perhaps
      | "(?:[^"\\]|\\.)*"?
      | <[^<>]*>?
      | \((?:[^()\\]|\\.)*\)?
      | [,;:]
      | [^",;:<(=]+
      | .""",
    re.VERBOSE | re.DOTALL,
)
EMAIL = re.compile(r"[^\s@<>\"',;:()\[\]\\]{1,128}@[^\s@<>\"',;:()\[\]\\]{1,128}")


def email(text: str) -> str:
    """The address in lower case, empty when this is none."""
    bare = one_line(text.rpartition(":")[2], MAX_EMAIL + 2).replace('"', "").strip(" .'").lower()
    return bare if len(bare) <= MAX_EMAIL and EMAIL.fullmatch(bare) else ""


def emails_in(text: str) -> list[str]:
    """Every address in a running text, each once, in its order."""
    return list(dict.fromkeys(filter(None, map(email, EMAIL.findall(text)))))


class _Reading:
    """One field on its way: what is said of the present person, and who was read before."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self.carried = ""
        self._next()

    def _next(self) -> None:
        self.phrase: list[str] = []
        self.comment, self.angle = "", ""

    def take(self, piece: str) -> None:
        if piece in ",;":
            self.finish()
        elif piece == ":":  # the name of a group ends
            self.phrase = []
        elif piece[0] == "<":
            self._take_angle(piece)
        elif piece[0] == "(":
            self.comment = piece.strip("()")
        else:
            if self.angle and EMAIL.search(piece):  # a comma is missing here, too
                self.finish()
            self.phrase.append(piece[1:].removesuffix('"').replace('\\"', '"') if piece[0] == '"' else piece)

    def _take_angle(self, piece: str) -> None:
        if self.angle:  # a comma is missing
            self.finish()
        self.angle = piece.strip("<> ") or " "

    def finish(self) -> None:
        """The person is complete. A name without an address is the first half of `Doe, John <…>`."""
        phrase = shown("".join(self.phrase))
        address = email(self.angle or phrase)
        if not address and not self.angle and not self.comment:
            address = next(iter(emails_in(phrase)), "")
            phrase = phrase if address else self._with_carried(phrase)
            self.carried = "" if address else phrase
        if address or self.angle:
            name = self._with_carried(phrase) if self.angle else shown(self.comment)
            self.found.append(Address(name or shown(self.comment), address))
            self.carried = ""
        self._next()

    def _with_carried(self, phrase: str) -> str:
        return ", ".join(filter(None, [self.carried, phrase]))[:MAX_NAME]


def shown(name: str) -> str:
    """A name fit to be shown: decoded, without the quotes around it."""
    return one_line(decode_words(name), MAX_NAME).strip("\"' ")


def addresses(fields: Iterable[str]) -> tuple[Address, ...]:
    """Everybody in these fields, each address once; what has no address at all comes as a name alone."""
    found: dict[Address | str, Address] = {}
    for field in fields:
        reading = _Reading()
        for piece in PIECE.finditer(field):
            reading.take(piece[0])
            if len(reading.found) >= MAX_ADDRESSES:
                break
        reading.finish()
        if reading.carried and not reading.found:
            reading.found.append(Address(reading.carried, ""))
        for person in reading.found[:MAX_ADDRESSES]:
            found.setdefault(person.email or person, person)
    return tuple(found.values())[:MAX_ADDRESSES]


def people(headers: Headers, *names: str) -> tuple[Address, ...]:
    """Everybody in the fields with these names."""
    return addresses(text for name in names for text in headers.all_raw(name))


def sender(headers: Headers, problems: set[str]) -> Address:
    """Who wrote it: the first usable address of From, else of the fields that say who handed it in."""
    candidates = [*people(headers, "from"), *people(headers, "sender"), *people(headers, "return-path")]
    found = next((person for person in candidates if person.email), None)
    if found is None:
        problems.add("sender-missing")
        return candidates[0] if candidates else Address("", "")
    return found
