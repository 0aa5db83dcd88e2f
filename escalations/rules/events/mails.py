"""What mail brings beside words: who joined by it, what came back, what is only on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from escalations.rules.events.base import EventData


@dataclass(frozen=True, slots=True)
class MailRecorded(EventData):
    """A mail that speaks for nobody: no words, no reply, no end of a pause. `sort` is the kind of mail.

    A message is only recorded where nothing proves whose words it holds.
    """

    kind: ClassVar[str] = "mail.recorded"
    original: str
    sort: str


@dataclass(frozen=True, slots=True)
class MailBounced(EventData):
    """A mail of ours came back for good: `person` was not reached by this `notice`.

    `seen` says that they had read in Belay itself what happened on the case.
    """

    kind: ClassVar[str] = "mail.bounced"
    original: str
    notice: str
    person: str
    seen: bool


@dataclass(frozen=True, slots=True)
class MailReferred(EventData):
    """The mail that opened this case answered another one, `other`, which its sender may not follow."""

    kind: ClassVar[str] = "mail.referred"
    original: str
    other: str


@dataclass(frozen=True, slots=True)
class ParticipantJoined(EventData):
    """Somebody at the customer follows the case from here on; `how` is wrote or copied."""

    kind: ClassVar[str] = "participant.joined"
    contact: str
    how: str
