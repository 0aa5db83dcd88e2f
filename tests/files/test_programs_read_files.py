"""Programs list the files of messages and load them, within what their person may see."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.test import Client

from customers.models import User
from escalations.actions.attachments import Upload
from escalations.models import Attachment
from escalations.models.attachments import place_of
from tests.api.calls import Api, basic
from tests.cast import Company
from tests.files.sent import LOG, content, noted, replied

UPLOAD = Upload.of("meter.log", "text/plain", LOG)


def load(user: User, row: Attachment, accept: str = "*/*") -> Any:
    return Client().get(f"/api/v1/attachments/{row.uid}/", headers={**basic(user), "Accept": accept})


def test_messages_list_their_files_and_notes_only_for_staff(company: Company) -> None:
    case = company.open()
    row, inside = replied(case, company.agent.standing, UPLOAD), noted(case, company.agent.standing, UPLOAD)
    told = {"uid": row.uid, "name": "meter.log", "content_type": "text/plain", "size": len(LOG)}
    address = f"cases/{case.reference}/messages/"
    customer = [entry["files"] for entry in Api(company.ida.user).get(address).data["results"]]
    assert customer == [[], [told]]
    staff = [entry["files"] for entry in Api(company.agent.user).get(address).data["results"]]
    assert staff == [[], [told], [told | {"uid": inside.uid}]]


def test_a_file_comes_as_it_was_sent_whatever_a_program_accepts(company: Company) -> None:
    row = replied(company.open(), company.agent.standing, UPLOAD)
    for accept in ("*/*", "application/json", "image/png"):
        answer = load(company.ida.user, row, accept)
        assert content(answer) == LOG
        assert answer["Content-Disposition"] == 'attachment; filename="meter.log"'
        assert "no-store" in answer["Cache-Control"]


def test_what_is_not_theirs_is_not_there(company: Company) -> None:
    case = company.open()
    row, inside = replied(case, company.agent.standing, UPLOAD), noted(case, company.agent.standing, UPLOAD)
    assert load(company.agent.user, inside).status_code == 200
    for user, wanted in ((company.vera.user, row), (company.ida.user, inside)):
        answer = load(user, wanted)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert Client().get(f"/api/v1/attachments/{row.uid}/").status_code == 401


def test_bytes_that_are_gone_are_a_problem_like_any_other(company: Company) -> None:
    row = replied(company.open(), company.agent.standing, UPLOAD)
    default_storage.delete(place_of(row.sha256))
    answer = load(company.ida.user, row)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
