"""What is asked of the queue, as one value: the view, the filters, the words, the order, the groups and the columns.

The address of the queue is such a question, and a saved view keeps one. Nothing in either is trusted: what is no value
of a filter is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from customers.models import Tier
from escalations.rules.vocabulary import OPEN_ESCALATION, CaseState, Origin, Severity

VIEWS = ("team", "mine", "escalated", "all")
SORTS = ("due", "newest", "oldest", "severity")
GROUPS = ("level", "customer")
COLUMNS = ("due", "level", "what", "severity", "state", "team", "topic", "origin", "opened", "owner")
USUAL_COLUMNS = ("due", "level", "what", "severity", "owner")
NOBODY, ME, ANY = "nobody", "me", "any"
MOST_VALUES = 30  # of one filter
LONGEST_WORDS = 200

# Filters whose values are known beforehand.
FIXED: Mapping[str, tuple[str, ...]] = {
    "state": tuple(state.value for state in CaseState),
    "severity": tuple(str(int(severity)) for severity in Severity),
    "tier": tuple(Tier.values),
    "origin": tuple(origin.value for origin in Origin),
    "stage": (ANY, *(state.value for state in OPEN_ESCALATION)),
    "due": ("late", "hour", "today", "week"),
    "promised": ("today",),
    "hold": ("yes", "no"),
}
# Filters that name rows: levels by number, teams and topics by short name, people and customers by identity. A customer
# may also be part of a name.
NAMING: Mapping[str, re.Pattern[str]] = {
    "level": re.compile(r"[1-9]\d?"),
    "team": re.compile(r"[-\w]{1,50}", re.ASCII),
    "owner": re.compile(r"[-\w]{1,32}", re.ASCII),
    "customer": re.compile(r"[^\x00-\x1f]{1,120}"),
    "topic": re.compile(r"[-\w]{1,50}", re.ASCII),
}
FILTERS: tuple[str, ...] = ("state", "severity", "level", "stage", "due", "promised", "hold")
FILTERS += ("team", "owner", "customer", "topic", "tier", "origin")
ONE_OF = frozenset(("due", "promised", "hold"))  # of these the last one counts
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """What the queue is asked; `filters` are the values of each filter that has any, `words` what is searched for."""

    view: str = VIEWS[0]
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: str = ""
    sort: str = SORTS[0]
    group: str = ""
    columns: tuple[str, ...] = USUAL_COLUMNS

    def pairs(self) -> Pairs:
        """The question as parts of an address, in an order of their own; what is usual is left out, except the view."""
        found: Pairs = [("view", self.view)]
        found += [(name, value) for name in FILTERS for value in self.filters.get(name, ())]
        found += [("q", self.words)] if self.words else []
        found += [("sort", self.sort)] if self.sort != SORTS[0] else []
        found += [("group", self.group)] if self.group else []
        found += [("column", name) for name in self.columns] if self.columns != USUAL_COLUMNS else []
        return found

    @property
    def address(self) -> str:
        """The question as the address of the queue says it."""
        return urlencode(self.pairs())

    @property
    def states(self) -> tuple[str, ...]:
        return self.filters.get("state", ())

    def without(self, name: str, value: str) -> Question:
        """The same question without one value of a filter."""
        rest = tuple(other for other in self.filters.get(name, ()) if other != value)
        kept = {key: values for key, values in self.filters.items() if key != name}
        return replace(self, filters=kept | ({name: rest} if rest else {}))

    def without_words(self) -> Question:
        return replace(self, words="")

    def but(self, *, sort: str | None = None, group: str | None = None) -> Question:
        """The same question in another order or other groups."""
        return replace(self, sort=self.sort if sort is None else sort, group=self.group if group is None else group)

    def unfiltered(self) -> Question:
        """The same question without words and filters."""
        return replace(self, filters={}, words="")

    def parts(self) -> Iterator[tuple[str, str]]:
        """Every value of every filter."""
        yield from ((name, value) for name in FILTERS for value in self.filters.get(name, ()))


def read(asked: Mapping[str, Sequence[str]]) -> Question:
    """The question of an address or a saved view. Words are looked for everywhere, unless a view is named."""
    words = _last(asked, "q").strip()[:LONGEST_WORDS].replace("\x00", "")
    view = _last(asked, "view")
    columns = tuple(name for name in COLUMNS if name in asked.get("column", ()))
    return Question(
        view=view if view in VIEWS else "all" if words else VIEWS[0],
        filters={name: values for name in FILTERS if (values := _values(name, asked.get(name, ())))},
        words=words,
        sort=_one_of(SORTS, _last(asked, "sort"), SORTS[0]),
        group=_one_of(GROUPS, _last(asked, "group"), ""),
        columns=columns or USUAL_COLUMNS,
    )


def _last(asked: Mapping[str, Sequence[str]], name: str) -> str:
    given = asked.get(name) or ("",)
    return given[-1] if isinstance(given[-1], str) else ""


def _one_of(known: Sequence[str], value: str, usual: str) -> str:
    return value if value in known else usual


def _values(name: str, given: Sequence[str]) -> tuple[str, ...]:
    """The values that this filter knows, each once."""
    said = [value.strip() for value in given if isinstance(value, str)]
    if name in FIXED:
        known = [value for value in FIXED[name] if value in said]
        return tuple(known[-1:] if name in ONE_OF else known)
    known = [value for value in dict.fromkeys(said) if NAMING[name].fullmatch(value)]
    return tuple(known[:MOST_VALUES])
