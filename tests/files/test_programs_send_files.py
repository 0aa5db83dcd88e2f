"""Programs send files with words, as a form; JSON stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client

from customers.models import User
from escalations.actions.attachments import MB
from escalations.models import Attachment, Message
from escalations.models.attachments import content_of
from tests.api.calls import Api, basic
from tests.cast import Company
from tests.files.sent import LOG, chosen


def send(user: User, reference: str, where: str = "messages", key: str = "", **fields: Any) -> Any:
    headers = basic(user) | ({"Idempotency-Key": key} if key else {})
    return Client().post(f"/api/v1/cases/{reference}/{where}/", fields, headers=headers)


def test_a_reply_comes_with_files(company: Company) -> None:
    case = company.open()
    answer = send(
        company.ida.user, case.reference, text="See.", files=[chosen(), chosen("panel.png", b"p", "image/png")]
    )
    assert answer.status_code == 201
    assert [file["name"] for file in answer.json()["files"]] == ["meter.log", "panel.png"]
    assert content_of(Attachment.objects.earliest("pk").sha256) == LOG


def test_so_does_a_note_of_staff_and_of_nobody_else(company: Company) -> None:
    case = company.open()
    assert send(company.agent.user, case.reference, "notes", text="See.", files=[chosen()]).status_code == 201
    assert send(company.ida.user, case.reference, "notes", text="See.", files=[chosen()]).status_code == 403
    row = Attachment.objects.get()
    assert row.message.is_public is False


def test_a_form_without_files_is_words_alone(company: Company) -> None:
    assert send(company.ida.user, company.open().reference, text="See.").status_code == 201
    assert not Attachment.objects.exists()


def test_the_same_key_keeps_a_file_once(company: Company) -> None:
    case = company.open()
    for _attempt in range(2):
        assert send(company.ida.user, case.reference, key="k1", text="See.", files=[chosen()]).status_code == 201
    assert Attachment.objects.count() == 1


def test_a_session_sends_files_with_its_token(company: Company) -> None:
    case, client = company.open(), Client(enforce_csrf_checks=True)
    client.force_login(company.ida.user)
    client.get("/portal/cases/new/")
    address = f"/api/v1/cases/{case.reference}/messages/"
    token = client.cookies[configured.CSRF_COOKIE_NAME].value
    fields = {"text": "See.", "files": [chosen()]}
    assert client.post(address, fields).status_code == 403
    fields = {"text": "See.", "files": [chosen()]}
    assert client.post(address, fields, headers={"X-CSRFToken": token}).status_code == 201
    assert content_of(Attachment.objects.get().sha256) == LOG


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"text": "See.", "files": [chosen("a.bin", b"x" * (MB + 1))]}, "file_too_large", "files"),
        ({"text": "See.", "files": [chosen("a"), chosen("b"), chosen("c")]}, "too_many_files", "files"),
        ({"text": "", "files": [chosen()]}, "blank", "text"),
        ({"text": "See.", "files": "words"}, "invalid", "files.0"),
        ({"text": "See.", "file": [chosen()]}, "unknown_field", "file"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    fields: dict[str, Any], code: str, field: str, company: Company, settings: Any
) -> None:
    settings.MAX_ATTACHMENT_MB, settings.MAX_ATTACHMENTS = 1, 2
    answer = send(company.ida.user, company.open().reference, **fields)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, code, field)
    assert (Attachment.objects.count(), Message.objects.count()) == (0, 1)


def test_a_body_beyond_all_limits_is_not_read(company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENT_MB, settings.MAX_ATTACHMENTS = 1, 1
    answer = send(company.ida.user, company.open().reference, text="See.", files=[chosen(content=b"x" * (4 * MB))])
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_more_parts_than_anybody_sends_are_a_problem_like_any_other(company: Company, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    answer = send(company.ida.user, company.open().reference, text="See.", files=[chosen(), chosen(), chosen()])
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


def test_other_addresses_read_no_forms(company: Company) -> None:
    assert send(company.agent.user, company.open().reference, "take").status_code == 415


def test_json_carries_no_files(company: Company) -> None:
    answer = Api(company.ida.user).post(
        f"cases/{company.open().reference}/messages/", {"text": "a", "files": ["bytes"]}
    )
    assert (answer.status, answer.data["field"]) == (400, "files.0")
