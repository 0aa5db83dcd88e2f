"""What joins cases and takes them apart: links, and one case that goes on in another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from escalations.rules.events.base import EventData


@dataclass(frozen=True, slots=True)
class CaseLinked(EventData):
    """This case is `how` the `other` one; `back` where it is the other way round. Both cases get a line."""

    kind: ClassVar[str] = "case.linked"
    link: str
    other: str
    how: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class CaseUnlinked(EventData):
    kind: ClassVar[str] = "case.unlinked"
    link: str
    other: str
    how: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class CaseMerged(EventData):
    """This case is over and goes on in the `other` one; `message` are the words that told the customer.

    An `escalation` of it ends here, because the other case stands as high; `requests` are no longer needed.
    """

    kind: ClassVar[str] = "case.merged"
    other: str
    message: str
    escalation: str = ""
    requests: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CaseAbsorbed(EventData):
    """The `other` case goes on in this one; `contacts` follow this one from here on.

    With `owed` its customer had written last, so an answer is owed here.
    """

    kind: ClassVar[str] = "case.absorbed"
    other: str
    contacts: list[str] = field(default_factory=list)
    owed: bool = False
