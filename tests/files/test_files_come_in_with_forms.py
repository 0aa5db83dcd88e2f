"""Forms of both doors take files with the words, and keep the words when a file is too much."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from escalations.actions.attachments import MB
from escalations.models import Attachment, Case, Event, Message
from escalations.models.attachments import content_of, keep
from tests.cast import Company
from tests.files.sent import LOG, chosen, signed_in
from tests.portal.rooms import RAISED, resolved

pytestmark = pytest.mark.django_db

Send = Callable[[Company, list[Any]], Any]


def desk_reply(company: Company, files: list[Any]) -> Any:
    said = {"text": "Please look at this.", "files": files}
    return signed_in(company.agent.user).post(f"/desk/cases/{company.open().reference}/reply/", said)


def desk_note(company: Company, files: list[Any]) -> Any:
    said = {"text": "Please look at this.", "files": files}
    return signed_in(company.agent.user).post(f"/desk/cases/{company.open().reference}/note/", said)


def desk_resolve(company: Company, files: list[Any]) -> Any:
    said = {"text": "Please look at this.", "outcome": "solved", "files": files}
    return signed_in(company.agent.user).post(f"/desk/cases/{company.open().reference}/resolve/", said)


def desk_reopen(company: Company, files: list[Any]) -> Any:
    said = {"text": "Please look at this.", "files": files}
    return signed_in(company.agent.user).post(f"/desk/cases/{resolved(company).reference}/reopen/", said)


def desk_new(company: Company, files: list[Any]) -> Any:
    said = {"contact": company.ida.contact.pk, "subject": "No readings", "text": "Please look at this."}
    told = {"impact": "high", "urgency": "high", "files": files}
    return signed_in(company.agent.user).post("/desk/cases/new/", said | told)


def portal_new(company: Company, files: list[Any]) -> Any:
    said = RAISED | {"text": "Please look at this.", "files": files}
    return signed_in(company.ida.user).post("/portal/cases/new/", said)


def portal_reply(company: Company, files: list[Any]) -> Any:
    said = {"text": "Please look at this.", "files": files}
    return signed_in(company.ida.user).post(f"/portal/cases/{company.open().reference}/reply/", said)


def portal_reopen(company: Company, files: list[Any]) -> Any:
    said = {"text": "Please look at this.", "files": files}
    return signed_in(company.ida.user).post(f"/portal/cases/{resolved(company).reference}/reopen/", said)


FORMS = [desk_reply, desk_note, desk_resolve, desk_reopen, desk_new, portal_new, portal_reply, portal_reopen]


@pytest.mark.parametrize("send", FORMS)
def test_files_come_in_with_the_words(send: Send, company: Company) -> None:
    answer = send(company, [chosen(), chosen("panel.png", b"picture", "image/png")])
    assert answer.status_code == 303
    message = Message.objects.latest("pk")
    assert message.body == "Please look at this."
    assert [(row.name, content_of(row.sha256)) for row in message.attachments.all()] == [
        ("meter.log", LOG),
        ("panel.png", b"picture"),
    ]


@pytest.mark.parametrize("send", FORMS)
def test_words_without_files_are_enough(send: Send, company: Company) -> None:
    assert send(company, []).status_code == 303
    assert not Attachment.objects.exists()


@pytest.mark.parametrize("send", FORMS)
def test_a_file_that_is_too_large_is_named_and_the_words_stay(send: Send, company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENT_MB = 1
    answer = send(company, [chosen(), chosen("dump.bin", b"x" * (MB + 1))])
    seen = answer.content.decode()
    assert answer.status_code == 422
    assert "“dump.bin” is larger than 1 MB" in seen
    assert "Please look at this.</textarea>" in seen
    assert "choose them once more" in seen
    assert not Attachment.objects.exists()
    assert not Message.objects.filter(body="Please look at this.").exists()


@pytest.mark.parametrize("send", FORMS)
def test_one_file_too_many_is_named(send: Send, company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENTS = 1
    answer = send(company, [chosen("first.log"), chosen("second.log")])
    assert answer.status_code == 422
    assert "“second.log” is one too many" in answer.content.decode()
    assert not Attachment.objects.exists()


PAGES = ["/desk/cases/new/", "/portal/cases/new/"]


@pytest.mark.parametrize("page", PAGES)
def test_the_limits_are_said_before_anybody_waits_for_them(page: str, company: Company, settings: Any) -> None:
    settings.MAX_ATTACHMENT_MB, settings.MAX_ATTACHMENTS = 7, 3
    user = company.agent.user if page.startswith("/desk") else company.ida.user
    assert "up to 3 files of 7 MB each" in signed_in(user).get(page).content.decode()


def test_words_that_are_missing_ask_for_the_files_again(company: Company) -> None:
    case = company.open()
    said = {"text": "", "files": [chosen()]}
    refused = signed_in(company.ida.user).post(f"/portal/cases/{case.reference}/reply/", said).content.decode()
    assert "choose them once more" in refused
    plain = signed_in(company.ida.user).post(f"/portal/cases/{case.reference}/reply/", {"text": ""}).content.decode()
    assert "choose them once more" not in plain


def test_a_form_sent_twice_keeps_its_file_once(company: Company) -> None:
    case, ida = company.open(), signed_in(company.ida.user)
    for _attempt in range(2):
        ida.post(f"/portal/cases/{case.reference}/reply/", {"text": "See.", "files": [chosen()], "key": "k" * 32})
    assert Attachment.objects.count() == 1


# -- while it comes in ------------------------------------------------------------------------------------


def test_a_large_file_waits_in_the_home_where_only_its_owner_reads_it(
    company: Company, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = str(tmp_path), 10
    found: list[tuple[int, int]] = []

    def looking(content: bytes) -> str:
        found.extend((path.stat().st_mode & 0o777, path.stat().st_size) for path in tmp_path.iterdir())
        return keep(content)

    monkeypatch.setattr("escalations.actions.attachments.keep", looking)
    assert portal_reply(company, [chosen(content=b"x" * 1000)]).status_code == 303
    assert found == [(0o600, 1000)]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [1, 3])
def test_what_is_beyond_the_limits_never_reaches_the_disk(
    number: int, company: Company, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR, settings.FILE_UPLOAD_MAX_MEMORY_SIZE = str(tmp_path), 10
    settings.MAX_ATTACHMENT_MB, settings.MAX_ATTACHMENTS = 1, 2
    written: list[int] = []
    chunk = "django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk"
    monkeypatch.setattr(chunk, lambda _handler, raw_data, _start: written.append(len(raw_data)))
    size = 5 * MB if number == 1 else MB // 2
    assert portal_reply(company, [chosen(f"{n}.bin", b"x" * size) for n in range(number)]).status_code == 422
    assert sum(written) <= settings.MAX_ATTACHMENTS * settings.MAX_ATTACHMENT_MB * MB
    assert written


def test_kept_files_are_their_owners_alone(company: Company, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
    assert portal_reply(company, [chosen()]).status_code == 303
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [(path.read_bytes(), path.stat().st_mode & 0o777) for path in kept] == [(LOG, 0o600)]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*") if path.is_dir()} == {0o700}


def test_the_pages_list_what_came_with_which_words(company: Company) -> None:
    case = company.open()
    ida, ben = signed_in(company.ida.user), signed_in(company.agent.user)
    ida.post(f"/portal/cases/{case.reference}/reply/", {"text": "See.", "files": [chosen(content=b"x" * 2048)]})
    note = {"text": "Inside.", "files": [chosen("internal.png", b"p", "image/png")]}
    ben.post(f"/desk/cases/{case.reference}/note/", note)
    desk = ben.get(f"/desk/cases/{case.reference}/").content.decode()
    portal = ida.get(f"/portal/cases/{case.reference}/").content.decode()
    log, picture = Attachment.objects.order_by("pk")
    for page, door in ((desk, "desk"), (portal, "portal")):
        assert f'href="/{door}/files/{log.uid}/meter.log"' in page
        assert "2.0\xa0KB" in page
    assert f'<img src="/desk/files/{picture.uid}/internal.png"' in desk
    assert picture.uid not in portal
    assert "internal.png" not in portal


def test_a_stranger_cannot_send_files_into_a_case(company: Company) -> None:
    case = company.open()
    for browser in (signed_in(company.vera.user), Client()):
        browser.post(f"/portal/cases/{case.reference}/reply/", {"text": "See.", "files": [chosen()]})
    assert (Attachment.objects.count(), Event.objects.count(), Case.objects.count()) == (0, 1, 1)
