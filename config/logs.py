"""What must never stand in a log."""

from __future__ import annotations

import logging
import re

_HIDDEN = r"\1…"
# Words of one line, each with the part that stays in front of what goes.
_SECRETS = [
    # Addresses by which somebody acts without signing in are secrets of whoever got them by mail.
    re.compile(r"(/desk/decisions/)[^/\s\"'?]+"),
    re.compile(r"(/accounts/invitations?/)[^/\s\"'?]+"),
    re.compile(r"(/accounts/(?:password/)?reset/(?:key/|(?!done)[^/\s\"'?]+/))(?!done)[^/\s\"'?]+"),
    re.compile(r"(/accounts/confirm-email/)[^/\s\"'?]+"),
    # An access token, wherever it stands.
    re.compile(r"(\bbelay_)[\w-]{20,}"),
    # What other parties hand over in a question: the code of a sign-in elsewhere, a token, a password.
    re.compile(
        r"([?&;](?:code|state|token|access_token|id_token|key|secret|password|signature|sig)=)[^&\s\"'#]+",
        re.IGNORECASE,
    ),
    # Whoever shows this is let in.
    re.compile(r"(\b(?:Basic|Bearer|Digest|Token)[ \t]+)(?=[^\s\"',]*[\d+/=_-])[\w.~+/=-]{12,}", re.IGNORECASE),
    re.compile(r"(\b(?:Set-)?Cookie: ?)[^\r\n\"']+", re.IGNORECASE),
    re.compile(r"(\b(?:sessionid|csrftoken|csrfmiddlewaretoken)[\"']?[=:] ?[\"']?)[^\s;&\"']+", re.IGNORECASE),
    # postgresql://belay:password@host, in the words of whatever could not connect.
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^/\s:@\"']*:)[^/\s@\"']+(?=@)", re.IGNORECASE),
    # Names of variables and fields, as messages of errors quote them.
    re.compile(
        r"(\b(?:\w*password\w*|\w*secret\w*|\w*_token)[\"']?\s*[=:]\s*)(?:\"[^\"]+\"|'[^']+'|[^\s,;&)}\]]+)",
        re.IGNORECASE,
    ),
]


def hidden(text: str) -> str:
    """The text with everything left out that lets somebody in."""
    for secret in _SECRETS:
        text = secret.sub(_HIDDEN, text)
    return text


class WithoutSecrets(logging.Formatter):
    """Writes a record whole – its words, its traceback, its stack – and leaves secrets out of all of them."""

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record))


class Wrapped(logging.Formatter):
    """What another formatter writes, without the secrets in it."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return hidden(self.inner.format(record))
