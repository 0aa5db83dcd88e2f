"""Hears everything that is logged while a test runs, and knows the secrets that were made meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.mail import EmailMessage
from django.core.signing import TimestampSigner
from django.db.models.signals import post_init

from config.logs import WithoutSecrets
from escalations.inbound import mail as inbound
from escalations.models import Message
from escalations.models.sealed import SealedField

# Shorter words stand in logs for other reasons.
SHORTEST = 8
SHORTEST_TEXT = 16
HERE = "tests-listen"


class Ears(logging.Handler):
    """Keeps every line as it would be written, and every secret somebody made since the last test."""

    def __init__(self) -> None:
        super().__init__()
        self.name = HERE
        self.setFormatter(WithoutSecrets("{levelname} {name}: {message}", style="{"))
        self.lines: list[str] = []
        self.secrets: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def learn(self, what: str, secret: Any, shortest: int = SHORTEST) -> None:
        if isinstance(secret, str) and len(secret.strip()) >= shortest:
            self.secrets[secret.strip()] = what

    def learn_text(self, what: str, text: Any) -> None:
        """Each line of a text that is long enough to be known by."""
        for line in str(text or "").splitlines():
            self.learn(what, line, SHORTEST_TEXT)

    def forget(self) -> None:
        self.lines.clear()
        self.secrets.clear()

    def told(self) -> list[str]:
        """What was said in a log and should not have been: `a password in: the line`."""
        said = "\n".join(self.lines)
        found = [(secret, what) for secret, what in self.secrets.items() if secret in said]
        return [f"{what} in: {line}" for secret, what in found for line in self.lines if secret in line]


EARS = Ears()


def attach() -> None:
    """Listens at the root, and at every logger that keeps its words from the root."""
    found = [logging.getLogger(), *map(logging.getLogger, list(logging.Logger.manager.loggerDict))]
    for logger in found:
        if (logger.parent is None or not logger.propagate) and EARS not in logger.handlers:
            logger.addHandler(EARS)


@contextmanager
def learning() -> Iterator[None]:
    """While this lasts every password, token, sealed secret and body of a message that comes to be is learnt."""
    undo = [
        _spied(AbstractBaseUser, "set_password", lambda args, _done: EARS.learn("a password", args[1])),
        _spied(SealedField, "get_prep_value", lambda args, _done: EARS.learn("a sealed secret", args[1])),
        _spied(TimestampSigner, "sign_object", lambda _args, done: EARS.learn("a token", done)),
        _spied(EmailMessage, "message", lambda args, _done: _mail_written(args[0])),
        _spied(inbound, "_parse", lambda _args, done: EARS.learn_text("a mail that came", done.text)),
    ]
    post_init.connect(_message_read, sender=Message, dispatch_uid=HERE)
    try:
        yield
    finally:
        post_init.disconnect(sender=Message, dispatch_uid=HERE)
        for step in undo:
            step()


def _mail_written(mail: EmailMessage) -> None:
    """What the auditor found stands in the log and in its mail on purpose: one of them may be what is broken."""
    if mail.to != settings.AUDITOR_MAILS:
        EARS.learn_text("a mail", mail.body)


def _message_read(instance: Message, **_: Any) -> None:
    EARS.learn_text("the words of a message", instance.__dict__.get("body"))


def _spied(owner: Any, name: str, heard: Callable[[tuple[Any, ...], Any], None]) -> Callable[[], None]:
    """Hears each call of this function; returns what takes that back."""
    original = getattr(owner, name)

    @wraps(original)
    def spied(*args: Any, **kwargs: Any) -> Any:
        done = original(*args, **kwargs)
        heard(args, done)
        return done

    setattr(owner, name, spied)
    return lambda: setattr(owner, name, original)
