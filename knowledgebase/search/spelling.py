"""How close two words are, for what was typed in a hurry: pure."""

from __future__ import annotations

from collections.abc import Iterable

LETTERS = "abcdefghijklmnopqrstuvwxyzäöü"
# Shorter words have too many neighbours to guess by.
SHORTEST_WORD = 4
# One slip is forgiven in a short word, two from this length on.
TWO_SLIPS_FROM = 7
MOST_SPELLINGS = 5


def neighbours(word: str) -> set[str]:
    """Every word one slip away: a letter missing, too many, wrong, or two of them swapped."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    near = {left + right[1:] for left, right in parts if right}
    near |= {left + right[1] + right[0] + right[2:] for left, right in parts if len(right) > 1}
    near |= {left + letter + right[1:] for left, right in parts if right for letter in LETTERS}
    near |= {left + letter + right for left, right in parts for letter in LETTERS}
    return near - {word}


def slips(one: str, other: str) -> int:
    """How many letters have to be put in, left out, changed or swapped with the next to get from one to the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [i]
        for j, counterpart in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def closest(word: str, candidates: Iterable[str]) -> tuple[str, ...]:
    """The candidates that may be meant, the likeliest first: few slips away, or the word is only their beginning."""
    forgiven = 2 if len(word) >= TWO_SLIPS_FROM else 1
    ranked = []
    for candidate in set(candidates) - {word}:
        away = 0 if candidate.startswith(word) else slips(word, candidate)
        if away <= forgiven:
            ranked.append((away, len(candidate), candidate))
    return tuple(candidate for *_rank, candidate in sorted(ranked)[:MOST_SPELLINGS])
