"""Access tokens: a program speaks for a person without the password. Only a hash is kept; the secret is shown once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import AccessToken, User
from customers.refusal import Refused

BEGINS = "belay_"
RANDOM_BYTES = 32
SHOWN = 12  # characters by which somebody knows a token again
MOST = 50  # open tokens of one person
SEEN_EVERY = timedelta(minutes=1)


def hash_of(secret: str) -> str:
    """What is kept of a secret. It has 256 random bits: nobody guesses it, so a slow hash would protect nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make(
    *, user: User, name: str, at: datetime, expires_at: datetime | None = None, is_read_only: bool = False
) -> tuple[AccessToken, str]:
    """A new token with its secret, which nobody can ever read again. Raises Refused."""
    if not name.strip():
        raise Refused("name", "name_missing", _("Say what it is for; you know it by that name later."))
    if expires_at is not None and expires_at <= at:
        raise Refused("expires_at", "expiry_in_the_past", _("Choose a moment in the future, or none at all."))
    if AccessToken.objects.open(at).filter(user=user).count() >= MOST:
        raise Refused("", "too_many_tokens", _("You have too many tokens; revoke one that you no longer need."))
    secret = BEGINS + secrets.token_urlsafe(RANDOM_BYTES)
    row = AccessToken.objects.create(
        user=user,
        name=name.strip()[:80],
        prefix=secret[:SHOWN],
        token_hash=hash_of(secret),
        is_read_only=is_read_only,
        made_at=at,
        expires_at=expires_at,
    )
    return row, secret


def revoke(*, token: AccessToken, at: datetime) -> None:
    """From now on it opens nothing; a second time changes nothing."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at)


def opened_by(secret: str, *, at: datetime) -> AccessToken | None:
    """The token with this secret that still opens the API, for a person who may sign in; when it was used is noted."""
    found = AccessToken.objects.open(at).filter(token_hash=hash_of(secret), user__is_active=True)
    token = found.select_related("user").first()
    if token is not None and (token.last_used_at is None or token.last_used_at <= at - SEEN_EVERY):
        stale = Q(last_used_at=None) | Q(last_used_at__lte=at - SEEN_EVERY)
        AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
    return token
