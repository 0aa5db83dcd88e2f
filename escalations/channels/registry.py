"""Which code serves which channel. The inbox needs none: its notices are accepted when they are written."""

from __future__ import annotations

from escalations.channels.base import Channel
from escalations.channels.mail import MailChannel

CHANNELS: dict[str, Channel] = {"mail": MailChannel()}


def channel_for(name: str) -> Channel:
    """Raises KeyError for a channel that sends nothing."""
    return CHANNELS[name]
