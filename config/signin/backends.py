"""Who an e-mail address and a password belong to."""

from __future__ import annotations

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models.functions import Lower

from customers.models import User


class ByAddress(AuthenticationBackend):
    """Looks at the address of the user and at no other: what an administrator wrote down is how somebody signs in."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        found = User.objects.alias(lower=Lower("email")).filter(lower=email.strip().lower()).first()
        known: User | None = self._check_password(found, password)
        return known
