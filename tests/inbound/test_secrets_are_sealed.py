"""A copy of the database tells no password of a mailbox."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from escalations.models import Mailbox

pytestmark = pytest.mark.django_db


def stored(mailbox: Mailbox) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM escalations_mailbox WHERE id = %s", [mailbox.pk])
        found: str = cursor.fetchone()[0]
    return found


def test_what_stands_in_the_database_is_not_the_password_but_opens_to_it(settings: Any) -> None:
    made = Mailbox.objects.create(slug="support", address="support@belay.example", password="très secret")
    assert "secret" not in stored(made)
    assert Mailbox.objects.get().password == "très secret"
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    assert Mailbox.objects.get().password == "très secret"
    settings.SECRET_KEY_FALLBACKS = []
    assert Mailbox.objects.get().password == ""  # the key is gone: it has to be entered again
