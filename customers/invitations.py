"""Letting somebody choose a password by a link that was mailed to them.

Only the hash of the secret is stored. A link works once, until it expires, until a newer one is made, or until somebody
takes it back.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import Invitation, User
from customers.refusal import Refused


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def invite(*, user: User, by: User | None, at: datetime, days: int) -> tuple[Invitation, str]:
    """A new invitation, and the secret of its link, which is told this once; older ones are taken back.

    Raises Refused for somebody who is deactivated, and for somebody who has a password: they get a new one themselves.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise Refused("user", "inactive", _("This person is deactivated; activate them first."))
    if user.has_usable_password():
        raise Refused("user", "has_password", _("This person has a password, and gets a new one on the sign-in page."))
    user.invitations.open(at).update(revoked_at=at)
    secret = secrets.token_urlsafe(32)
    made = Invitation.objects.create(
        user=user, invited_by=by, secret_hash=_hash(secret), made_at=at, expires_at=at + timedelta(days=days)
    )
    return made, secret


def find(*, secret: str, at: datetime) -> Invitation:
    """The invitation of this link. Raises Refused when the link does not work, with what to do about it."""
    return _usable(Invitation.objects.select_related("user").filter(secret_hash=_hash(secret)).first(), at)


def _usable(found: Invitation | None, at: datetime) -> Invitation:
    if found is None or not found.user.is_active:
        raise Refused("", "unknown", _("This link leads nowhere. Is it whole? Else ask for a new invitation."))
    if found.used_at:
        raise Refused("", "used", _("This invitation was accepted already. Sign in with the password you chose."))
    if found.revoked_at:
        raise Refused("", "revoked", _("This invitation was taken back, or a newer one was sent. Look into your mail."))
    if found.expires_at <= at:
        raise Refused("", "expired", _("This invitation is over. Ask for a new one."))
    return found


@transaction.atomic
def accept(*, secret: str, password: str, at: datetime) -> User:
    """The person has this password from now on. Raises Refused as `find` does, and for a password that is too weak."""
    known = Invitation.objects.select_for_update(of=("self",)).select_related("user")
    found = _usable(known.filter(secret_hash=_hash(secret)).first(), at)
    try:
        validate_password(password, found.user)
    except ValidationError as weak:
        raise Refused("password", "weak", " ".join(weak.messages)) from weak
    found.user.set_password(password)
    found.user.save(update_fields=["password"])
    found.used_at = at
    found.save(update_fields=["used_at"])
    return found.user


@transaction.atomic
def revoke(*, invitation: Invitation, at: datetime) -> None:
    """The link works no more; nothing happens to one that does not work anyway."""
    Invitation.objects.open(at).filter(pk=invitation.pk).update(revoked_at=at)
