"""Names and kinds of files that others send: what may be shown of them, and what a browser may be told they are."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120
LONGEST_EXTENSION = 16
UNKNOWN = "application/octet-stream"
NAMELESS = "file"
# What a browser can do nothing with but show or save it. Whatever holds markup or scripts is not in here.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
HARMLESS = PICTURES | {"text/plain", "text/csv", "application/pdf"}

_SEPARATORS = re.compile(r"[/\\]")
# Controls, formats (among them those that turn the direction of writing around) and halves of characters.
_UNSPEAKABLE = frozenset({"Cc", "Cf", "Cs"})
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,58}/[a-z0-9][a-z0-9!#$&^_.+-]{0,58}")


def safe_name(name: str) -> str:
    """The last part of a name, without anything that hides, lies or leads elsewhere, 120 characters at most.

    What stands after the last full stop survives the cut. A name of which nothing is left is `file`.
    """
    spoken = "".join(_speakable(character) for character in unicodedata.normalize("NFC", name))
    last = _SEPARATORS.split(spoken.rstrip("/\\ "))[-1]
    return _shortened(" ".join(last.split()).strip(". ")) or NAMELESS


def _speakable(character: str) -> str:
    """The character; a blank for a break, nothing for what cannot be seen."""
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNSPEAKABLE else character


def _shortened(name: str) -> str:
    if len(name) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) >= LONGEST_EXTENSION:
        return name[:LONGEST_NAME].rstrip(". ")
    return f"{stem[: LONGEST_NAME - len(extension) - 1].rstrip('. ')}.{extension}"


def safe_type(content_type: str) -> str:
    """The kind as it is kept: `image/png`, without parameters; unknown when it is no kind at all."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind if _TYPE.fullmatch(kind) else UNKNOWN


def served_type(content_type: str) -> str:
    """The kind a browser is told: what it must not run or draw in our name is unknown to it."""
    return content_type if content_type in HARMLESS else UNKNOWN


def is_picture(content_type: str) -> bool:
    """Whether a browser may draw it within a page."""
    return content_type in PICTURES
