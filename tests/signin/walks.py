"""What people do at the door."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD


def sign_in(
    email: str, password: str = PASSWORD, client: Client | None = None, address: str = "127.0.0.1", **more: Any
) -> Any:
    """Sends the form of the sign-in page from an address."""
    form = {"login": email, "password": password, **more}
    return (client or Client()).post(reverse("login"), form, REMOTE_ADDR=address)


def is_in(client: Client) -> bool:
    """Whether somebody is signed in, as the first page sees it."""
    return bool(client.get("/").status_code == 302)


def last_link() -> str:
    """The path of the link in the newest mail."""
    found = re.search(rf"{re.escape(settings.BELAY_URL)}(/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def mailed_link(email: str) -> str:
    """Asks for a new password and opens the mail."""
    Client().post(reverse("account_reset_password"), {"email": email})
    return last_link()


def choose(link: str, password: str, client: Client | None = None) -> Any:
    """Follows the link of a mail and takes a new password."""
    client = client or Client()
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0] if page.redirect_chain else link
    return client.post(address, {"password1": password, "password2": password})
