"""What somebody wrote himself: a text with the quotes below or above it and the signature folded away.

When in doubt a line stays: a quote too much is a nuisance, a lost sentence is a lost answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from escalations.inbound import quoting
from escalations.inbound.charsets import clean

MAX_LINES, MAX_CHARACTERS = 50_000, 1_000_000  # a longer text stays as it is
MAX_ROUNDS = 5  # a folded text may show another quote or signature at its new end
MAX_TRIES = 50  # lines that look like the introduction of a quote and are none
SIGNATURE_LINES = 12  # a longer one is a text below a line of dashes

DASHES = re.compile(r"--\s?")
MOBILE = re.compile(
    r"(?:"
    r"sent (?:from|via|with|using) (?:my |the )?.{1,60}"
    r"|get outlook for .{1,60}|download .{1,40} for (?:ios|android).{0,40}"
    r"|von (?:meinem|meiner|unterwegs|mobil).{0,60}(?:gesendet)?"
    r"|gesendet (?:von|mit|aus|über|via) .{1,60}|holen sie sich outlook.{0,60}"
    r"|outlook für .{1,20} (?:beziehen|laden).{0,40}"
    r"|diese nachricht wurde von meinem .{1,60} gesendet\.?"
    r"|envoyé (?:de(?:puis)?|à partir d[eu']|via) .{1,60}|télécharger outlook pour .{1,40}|obtenez outlook pour .{1,40}"
    r"|enviado (?:desde|de|do|a partir d[eo]|con) .{1,60}|obtener outlook para .{1,40}"
    r"|inviato (?:da|dal|con) .{1,60}|scarica outlook per .{1,40}"
    r"|(?:verstuurd|verzonden) (?:vanaf|vanuit|met|via) .{1,60}|outlook voor .{1,20} downloaden.{0,40}"
    r"|skickat från .{1,60}|sendt fra .{1,60}|wysłano z .{1,60}|odesláno z .{1,60}|lähetetty .{1,60}"
    r")",
    re.IGNORECASE,
)
# What a device or program is called, so that "Sent from Hamburg on Monday." stays.
DEVICE = re.compile(
    r"iphone|ipad|android|galaxy|samsung|huawei|xiaomi|pixel|blackberry|nokia|windows|outlook|yahoo|gmail|gmx|web\.de|t-online"
    r"|telekom|proton|mobil|handy|smartphone|phone|tablet|téléphone|telefon|móvil|mail|mac\b|thunderbird|bluemail|aol|ios\b",
    re.IGNORECASE,
)


def strip_reply(text: str) -> str:
    """The text without quotes and signature; answers between quotes come with them. Never less than what is new."""
    cleaned = clean(text)
    if len(cleaned) > MAX_CHARACTERS or cleaned.count("\n") > MAX_LINES:
        return cleaned.strip()
    kept = cleaned.split("\n")
    for _round in range(MAX_ROUNDS):
        folded = _folded(kept)
        if folded == kept:
            break
        kept = folded
    return "\n".join(kept)


def _folded(lines: Sequence[str]) -> list[str]:
    """One round: quotes, then what stands at the new end. Nothing new may be left of it only when all is quoted."""
    whole = _trimmed(lines)
    kept = _trimmed(_without_signature(_trimmed(_without_quotes(whole))))
    if not kept and any(line.strip() and not quoting.is_quoted(line) for line in whole):
        return whole if not _only_introduces(whole) else []
    return kept


def _only_introduces(lines: Sequence[str]) -> bool:
    """Whether everything that is not quoted introduces what is."""
    if not any(map(quoting.is_quoted, lines)):
        return False
    own = [line for line in lines if not quoting.is_quoted(line)]
    count = quoting.candidate(own, 0)
    return count > 0 and quoting.introduces(own[:count]) and not any(line.strip() for line in own[count:])


def _trimmed(lines: Sequence[str]) -> list[str]:
    """Without empty lines around it."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return [line.rstrip() for line in lines[filled[0] : filled[-1] + 1]] if filled else []


def _without_quotes(lines: list[str]) -> list[str]:
    """Up to the first line from which on everything is a quote; or what stands below the only one."""
    tries = MAX_TRIES
    for at, line in enumerate(lines):
        if quoting.is_forwarding(line):
            return lines
        if _begins_quote(lines, at):
            return _before(lines, at)
        count = quoting.candidate(lines, at) if tries else 0
        if count and quoting.introduces(lines[at : at + count]):
            return _around(lines, at, at + count)
        tries -= bool(count)
    return lines[: _end_of_own(lines)]


def _begins_quote(lines: Sequence[str], at: int) -> bool:
    return quoting.is_separator(lines[at]) or quoting.is_block(lines, at)


def _before(lines: list[str], at: int) -> list[str]:
    """What stands above, without the rule that some programs draw between."""
    above = _trimmed(lines[:at])
    return above[:-1] if above and quoting.is_rule(above[-1]) else above


def _around(lines: list[str], at: int, after: int) -> list[str]:
    """What is new in a text with an introduced quote: above it, below it, or all of it where both take turns."""
    above, below = _trimmed(lines[:at]), lines[after:]
    if not any(map(quoting.is_quoted, below)):  # quoted without marks, unless somebody only tells what somebody wrote
        is_quote = quoting.names_a_moment(" ".join(line.strip() for line in lines[at:after]))
        return above if above and is_quote else lines
    blocks = [is_quote for is_quote, _lines in groupby(filter(str.strip, below), quoting.is_quoted)]
    if blocks == [True] or (blocks == [True, False] and _is_signature(below)):
        return above
    if not above and blocks == [True, False]:
        return [line for line in below if not quoting.is_quoted(line)]
    return lines


def _is_signature(below: Sequence[str]) -> bool:
    """Whether all that follows a quote is a signature."""
    own = _trimmed([line for line in below if not quoting.is_quoted(line)])
    return bool(own) and (DASHES.fullmatch(own[0]) is not None or (len(own) == 1 and _is_mobile(own[0])))


def _end_of_own(lines: list[str]) -> int:
    """Where the quoted lines at the very end begin, with what introduces them in whatever language."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or quoting.is_quoted(lines[end - 1])):
        end -= 1
    if end < len(lines) and end and quoting.names_a_moment(lines[end - 1]):
        end -= 1
    return end


def _without_signature(lines: list[str]) -> list[str]:
    """Without what follows two dashes at the end, and without the advertisement of a telephone."""
    for at in range(max(0, len(lines) - SIGNATURE_LINES - 1), len(lines)):
        if DASHES.fullmatch(lines[at]) and not any(map(quoting.is_quoted, lines[at:])):
            return lines[:at]
    return lines[:-1] if lines and _is_mobile(lines[-1]) else lines


def _is_mobile(line: str) -> bool:
    bare = re.sub(r"[\[\]<>()*_]|https?://\S{1,200}", "", line[:300]).strip()
    return MOBILE.fullmatch(bare) is not None and DEVICE.search(bare) is not None
