"""What a mail of the corpus must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# Name, type, size in bytes where it matters, and whether the HTML shows it.
File = tuple[str, str, int | None] | tuple[str, str, int | None, bool]
# Addresses, status, whether it is permanent, diagnostic where it matters, ids of the mail that came back.
Failure = tuple[tuple[str, ...], str, bool, str | None, tuple[str, ...]]


@dataclass(frozen=True)
class Expected:
    """Everything not named is as in a sound mail of Anna's. A reply or attachments of None are not looked at."""

    subject: str
    reply: str | None = None
    kind: str = "message"
    sender: str = "anna@customer.example"
    attachments: tuple[File, ...] | None = ()
    bounce: Failure | None = None
    problems: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    also: Mapping[str, object] = field(default_factory=dict)
