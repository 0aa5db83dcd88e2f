"""A file leaves the house as a download, whatever it is and whatever it is called."""

from __future__ import annotations

import logging

import pytest
from django.core.files.storage import default_storage

from escalations.actions.attachments import Upload
from escalations.models import Attachment
from escalations.models.attachments import place_of
from tests.cast import Company
from tests.files.sent import LOG, address, content, replied, signed_in

pytestmark = pytest.mark.django_db

HTML = b"<script>alert(document.domain)</script>"


def sent(company: Company, name: str = "meter.log", kind: str = "text/plain", body: bytes = LOG) -> Attachment:
    return replied(company.open(), company.agent.standing, Upload.of(name, kind, body))


@pytest.mark.parametrize("door", ["desk", "portal"])
def test_a_file_comes_back_byte_for_byte(door: str, company: Company) -> None:
    row = sent(company)
    who = company.agent.user if door == "desk" else company.ida.user
    answer = signed_in(who).get(address(door, row))
    assert answer.status_code == 200
    assert content(answer) == LOG
    assert answer["Content-Disposition"] == 'attachment; filename="meter.log"'
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Length"] == str(len(LOG))


@pytest.mark.parametrize("door", ["desk", "portal"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", "text/html"),
        ("page.xhtml", "application/xhtml+xml"),
        ("drawing.svg", "image/svg+xml"),
        ("data.xml", "text/xml"),
        ("program.js", "text/javascript"),
        ("manual.pdf", "application/pdf"),
        ("lies.png", "image/png"),
    ],
)
def test_acl_08_nothing_runs_in_our_origin(name: str, kind: str, door: str, company: Company) -> None:
    row = sent(company, name, kind, HTML)
    who = company.agent.user if door == "desk" else company.ida.user
    answer = signed_in(who).get(address(door, row))
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] in ("application/octet-stream", "application/pdf", "image/png")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Zählerstände.csv", "attachment; filename*=utf-8''Z%C3%A4hlerst%C3%A4nde.csv"),
        ('say "hi".txt', 'attachment; filename="say \\"hi\\".txt"'),
        ("a.txt\r\nSet-Cookie: stolen=1", 'attachment; filename="a.txt Set-Cookie: stolen=1"'),
        ("../../etc/passwd", 'attachment; filename="passwd"'),
        ("invoice\u202efdp.exe", 'attachment; filename="invoicefdp.exe"'),
        ("zero\x00.txt", 'attachment; filename="zero.txt"'),
        ("question?#.txt", 'attachment; filename="question?#.txt"'),
        ("100%.txt", 'attachment; filename="100%.txt"'),
    ],
)
def test_names_reach_the_browser_unharmed_and_harm_nobody(name: str, told: str, company: Company) -> None:
    sent(company, name)
    desk = signed_in(company.agent.user)
    page = desk.get(f"/desk/cases/{Attachment.objects.get().case.reference}/")
    link = page.content.decode().partition('<ul class="files"')[2].partition('href="')[2].partition('"')[0]
    answer = desk.get(link)
    assert content(answer) == LOG
    assert answer["Content-Disposition"] == told
    assert "Set-Cookie" not in answer


def test_an_empty_file_is_a_file(company: Company) -> None:
    answer = signed_in(company.ida.user).get(address("portal", sent(company, body=b"")))
    assert (answer.status_code, content(answer), answer["Content-Length"]) == (200, b"", "0")


def test_a_program_may_ask_for_the_head_alone(company: Company) -> None:
    answer = signed_in(company.ida.user).head(address("portal", sent(company)))
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(LOG)))
    assert content(answer) == b""


def test_what_a_browser_has_already_is_not_sent_again(company: Company) -> None:
    row, ida = sent(company), signed_in(company.ida.user)
    etag = ida.get(address("portal", row))["ETag"]
    again = ida.get(address("portal", row), headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")
    outsider = signed_in(company.vera.user).get(address("portal", row), headers={"If-None-Match": etag})
    assert outsider.status_code == 404


def test_nothing_is_written_by_asking(company: Company) -> None:
    assert signed_in(company.ida.user).post(address("portal", sent(company))).status_code == 405


def test_bytes_that_are_gone_are_told_and_logged(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    row = sent(company)
    default_storage.delete(place_of(row.sha256))
    with caplog.at_level(logging.ERROR, logger="escalations.files.downloads"):
        answer = signed_in(company.ida.user).get(address("portal", row))
    assert answer.status_code == 404
    assert "This file is gone" in answer.content.decode()
    assert row.uid in caplog.text
