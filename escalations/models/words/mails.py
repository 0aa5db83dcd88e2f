"""The words of notices, channels and mail."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from escalations.rules.vocabulary import (
    Channel,
    Closed,
    MailKind,
    MailResult,
    MailState,
    NoticeGroup,
    Rhythm,
)

CHANNELS: dict[str, Any] = {
    Channel.IN_APP: _("in Belay"),
    Channel.MAIL: _("e-mail"),
    Channel.WEBHOOK: _("webhook"),
    Channel.CHAT: _("chat"),
}
NOTICE_GROUPS: dict[str, Any] = {
    NoticeGroup.ASKED: _("what I am asked to do or to decide"),
    NoticeGroup.CUSTOMER: _("what customers say"),
    NoticeGroup.DEADLINE: _("deadlines and promises"),
    NoticeGroup.FOLLOW: _("escalations that I follow"),
    NoticeGroup.WORK: _("findings, plans and answers"),
    NoticeGroup.DAILY: _("new cases and what becomes of them"),
    NoticeGroup.SYSTEM: _("storms, paths and trouble"),
}
RHYTHMS: dict[str, Any] = {
    Rhythm.AT_ONCE: _("each by itself, at once"),
    Rhythm.HOURLY: _("one digest an hour"),
    Rhythm.DAILY: _("one digest a day"),
}
CLOSED: dict[str, Any] = {
    Closed.REOPEN: _("opens it again"),
    Closed.FOLLOW_UP: _("opens a new case that follows it"),
}
MAIL_KINDS: dict[str, Any] = {
    MailKind.MESSAGE: _("a message"),
    MailKind.AUTO_REPLY: _("an automatic answer"),
    MailKind.BOUNCE: _("a mail that did not arrive"),
    MailKind.LIST: _("a mailing list"),
    MailKind.LOOP: _("our own mail come back"),
    MailKind.COMPLAINT: _("a complaint about our mail"),
}
MAIL_STATES: dict[str, Any] = {
    MailState.KEPT: _("kept, not looked at yet"),
    MailState.DONE: _("done"),
    MailState.FAILED: _("could not be read"),
}
MAIL_RESULTS: dict[str, Any] = {
    MailResult.OPENED: _("opened a case"),
    MailResult.REPLIED: _("is a reply on a case"),
    MailResult.REOPENED: _("opened a case again"),
    MailResult.FOLLOWED_UP: _("opened a case that follows a closed one"),
    MailResult.NOTED: _("is a note of a colleague"),
    MailResult.RECORDED: _("is on record, and nothing else"),
    MailResult.DUPLICATE: _("had come before"),
    MailResult.SET_ASIDE: _("waits for somebody to look at it"),
}
