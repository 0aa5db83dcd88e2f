"""A mail that came in, as the actions see it, and what it leads to on the case it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import CaseState, Closed, MailKind


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along; `content_id` is what the words call it by where they show it."""

    name: str
    content_type: str
    content: bytes
    content_id: str
    is_inline: bool


@dataclass(frozen=True, slots=True)
class Returned:
    """Word that a mail of ours did not arrive; a server that still tries has not given up for good."""

    addresses: tuple[str, ...]
    is_permanent: bool
    said: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What of a mail matters here; addresses are in lower case, ids without brackets.

    `addressed` is everybody it went to, `answers` are the ids of mails it answers or brings back, the nearest first.
    `text` is what is new in it.
    """

    kind: MailKind
    name: str
    sender: str
    subject: str
    text: str
    header_id: str
    addressed: tuple[str, ...]
    answers: tuple[str, ...]
    files: tuple[File, ...]
    returned: Returned | None


class Course(StrEnum):
    """What a customer's message leads to."""

    OPEN = "open"
    REPLY = "reply"
    REOPEN = "reopen"
    FOLLOW = "follow"


def course(state: CaseState, closed_at: datetime | None, at: datetime, procedure: Procedure) -> Course:
    """What a message leads to of somebody who may follow the case it answers, by the procedure of that case."""
    if state is CaseState.RESOLVED:
        return Course.REOPEN
    if state is not CaseState.CLOSED:
        return Course.REPLY
    is_early = closed_at is None or at <= closed_at + timedelta(days=procedure.reopen_days)
    return Course.REOPEN if procedure.on_closed is Closed.REOPEN and is_early else Course.FOLLOW
