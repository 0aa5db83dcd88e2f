"""Which code serves which channel. The inbox needs none: its notices are accepted when they are written."""

from __future__ import annotations

from escalations.channels import chat, webhook
from escalations.channels.base import Channel
from escalations.channels.mail import MailChannel
from escalations.channels.posting import PostingChannel

CHANNELS: dict[str, Channel] = {
    "mail": MailChannel(),
    "webhook": PostingChannel(webhook.write),
    "chat": PostingChannel(chat.write),
}


def channel_for(name: str) -> Channel:
    """Raises KeyError for a channel that sends nothing."""
    return CHANNELS[name]
