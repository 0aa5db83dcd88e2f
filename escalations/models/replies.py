"""The mark in the address that a letter is answered to: it says which case and which reader the letter was for."""

from __future__ import annotations

import base64
import re

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from escalations.models.mailboxes import Mailbox
from escalations.models.notices import Notice

# Of a local part of 64 characters at most, mail servers may change the case: the mark is in lower case throughout.
_MARK = re.compile(r"([0-9a-f]{1,15})-([a-z2-7]{16})")
_SALT = "belay.reply"


def _proof(notice: Notice, secret: str | bytes | None = None) -> str:
    """Eighty bits that nobody can make up who does not know our secret."""
    digest = salted_hmac(_SALT, notice.uid, secret=secret, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode("ascii").lower()


def reply_address(mailbox: Mailbox, notice: Notice) -> str:
    """Where the letter of this notice is answered to; the plain address where the mailbox takes no marks."""
    local, _at, domain = mailbox.address.partition("@")
    return f"{local}+{notice.pk:x}-{_proof(notice)}@{domain}" if mailbox.takes_plus else mailbox.address


def answered(address: str) -> Notice | None:
    """The notice whose letter is answered at this address of ours; None without a mark that we made."""
    _local, _plus, mark = address.lower().partition("@")[0].partition("+")
    found = _MARK.fullmatch(mark)
    if found is None:
        return None
    notice = Notice.objects.select_related("case").filter(pk=int(found[1], 16)).first()
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if notice and any(constant_time_compare(_proof(notice, secret), found[2]) for secret in secrets):
        return notice
    return None
