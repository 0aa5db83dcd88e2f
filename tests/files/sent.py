"""Files as people send them, and browsers in which somebody is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from customers.models import User
from escalations.actions import handling
from escalations.actions.attachments import Upload
from escalations.models import Attachment, Case
from escalations.rules.standing import Standing
from tests.cast import MONDAY

LOG = b"03:00 no reading\n"


def chosen(name: str = "meter.log", content: bytes = LOG, kind: str = "text/plain") -> SimpleUploadedFile:
    """A file as a form sends it."""
    return SimpleUploadedFile(name, content, kind)


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def replied(case: Case, actor: Standing, upload: Upload, at: datetime = MONDAY) -> Attachment:
    """The file of a public message that was just written."""
    handling.reply(case=case, actor=actor, at=at, text="See this.", files=[upload])
    return case.attachments.latest("pk")


def noted(case: Case, actor: Standing, upload: Upload, at: datetime = MONDAY) -> Attachment:
    """The file of an internal note that was just written."""
    handling.note(case=case, actor=actor, at=at, text="Look here.", files=[upload])
    return case.attachments.latest("pk")


def address(door: str, row: Attachment) -> str:
    return f"/{door}/files/{row.uid}/{row.name}"


def content(answer: Any) -> bytes:
    """The body of a download."""
    return b"".join(answer.streaming_content)
