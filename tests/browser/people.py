"""People in front of real browsers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from customers.models import User


@dataclass
class Visitor:
    """Somebody signed in; `complaints` is what the console had to say."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def signed_in(cls, browser: Browser, live_server: LiveServer, user: User, **options: Any) -> Self:
        client = Client()
        client.force_login(user)
        context = browser.new_context(base_url=live_server.url, **options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": live_server.url}])
        visitor = cls(context.new_page())
        visitor.page.on(
            "console",
            lambda message: visitor.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        visitor.page.on("pageerror", lambda problem: visitor.complaints.append(problem.message))
        return visitor

    def visit(self, address: str) -> Page:
        self.page.goto(address)
        return self.page
