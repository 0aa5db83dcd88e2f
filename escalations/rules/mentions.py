"""Who is named with @ in the words of a note."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable


def named_in(text: str, people: Iterable[tuple[int, str]]) -> list[int]:
    """The ids of those who stand in the text as @Name, each once, in the order of the text.

    A first name is enough where only one person has it. Nobody is guessed: an address such as jo@ben.example names
    nobody, and neither does a name that two share unless it is written whole.
    """
    if "@" not in text:
        return []
    known = _spellings(people)
    if not known:
        return []
    either = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    found = re.findall(rf"(?<!\w)@({either})(?!\w)", text, re.IGNORECASE)
    return list(dict.fromkeys(person for name in found for person in known.get(name.lower(), ())))


def _spellings(people: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    """Whole names, and first names that only one person has; in lower case."""
    whole: dict[str, list[int]] = defaultdict(list)
    first: dict[str, list[int]] = defaultdict(list)
    for person, name in people:
        if name.strip():
            whole[name.strip().lower()].append(person)
            first[name.split()[0].lower()].append(person)
    return {name: found for name, found in first.items() if len(found) == 1} | whole
