"""Chat rooms that take what Slack takes: a few words, the reference of the case, and a link to it."""

from __future__ import annotations

import json
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from escalations.channels.letters import link_of
from escalations.channels.phrases import phrase
from escalations.channels.posting import Post
from escalations.models import Endpoint, Notice

MOST_LINES = 20


def write(notice: Notice, endpoint: Endpoint, at: datetime) -> Post:
    """What is told, and what was folded into it, a line each, in the language of whoever reads it."""
    language = endpoint.agent.user.language if endpoint.agent else settings.LANGUAGE_CODE
    with translation.override(language), timezone.override(timezone.get_default_timezone()):
        text = "\n".join(lines(notice))
    headers = {"Content-Type": "application/json", "User-Agent": "Belay-Chat/1"}
    return Post(endpoint.url, json.dumps({"text": text}, ensure_ascii=False).encode(), headers)


def lines(notice: Notice) -> list[str]:
    """The notice and what came with it; more than anybody reads is counted."""
    others = list(notice.folded.select_related("event", "case", "bulletin").order_by("pk"))
    said = [_line(one) for one in [notice, *others[:MOST_LINES]]]
    if len(others) > MOST_LINES:
        said.append(_("… and %(number)s more") % {"number": len(others) - MOST_LINES})
    return said


def _line(notice: Notice) -> str:
    if notice.bulletin and notice.bulletin.kind == "ping":
        return escaped(_("Belay reaches this room."))
    said = escaped(phrase(notice))
    reference = notice.case.reference if notice.case else _("open")
    return f"{said} – <{escaped(link_of(notice)).replace('|', '%7C')}|{escaped(reference)}>"


def escaped(text: str) -> str:
    """Words that cannot be taken for markup, a link or a call of everybody in the room."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
