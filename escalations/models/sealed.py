"""Secrets of other systems: readable by Belay alone, never by whoever gets a copy of the database."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.utils.encoding import force_bytes


def _key(secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"belay.sealed:" + force_bytes(secret)).digest())


def _safe() -> MultiFernet:
    """Seals with SECRET_KEY, and opens what was sealed with one of SECRET_KEY_FALLBACKS too."""
    return MultiFernet([Fernet(_key(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def seal(text: str) -> str:
    """The text as only this installation can read it again."""
    return _safe().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str | None:
    """The text that was sealed; None when the key it was sealed with is gone."""
    try:
        return _safe().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return None


class SealedField(models.TextField[Any, Any]):
    """Text that stands encrypted in the database.

    What was sealed with a key that is gone reads as empty: the secret has to be entered again. It can be neither
    searched nor compared in the database.
    """

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return seal(text) if text else text

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        return unseal(value) or "" if value else value
