"""System → Configuration: downloaded, looked at in words, taken in after a yes; for whoever has all power."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from customers.models import User
from escalations.actions import configuration
from escalations.actions.configuration import LARGEST
from escalations.models import Team
from tests.cast import Company

pytestmark = pytest.mark.django_db
HEAD = "belay_configuration: 1\n"


@pytest.fixture
def door(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def page() -> str:
    return reverse("admin:escalations_configuration")


def chosen(client: Client, text: str | bytes) -> tuple[int, str]:
    content = text.encode() if isinstance(text, str) else text
    answer = client.post(page(), {"file": SimpleUploadedFile("house.yaml", content)})
    return answer.status_code, answer.content.decode()


def hidden(html: str, *names: str) -> dict[str, str]:
    return {name: html.split(f'name="{name}" value="')[1].partition('"')[0] for name in names}


def test_what_is_downloaded_is_what_the_command_writes(door: Client) -> None:
    answer = door.get(reverse("admin:escalations_configuration_file"))
    assert answer.content.decode() == configuration.exported()
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_is_looked_at_first_and_taken_in_after_a_yes(door: Client, company: Company) -> None:
    status, html = chosen(door, HEAD + "teams: {front: {public_name: We}}\n")
    assert status == 200
    assert "changed: teams.front – public_name: Front line → We" in html
    assert Team.objects.get(slug="front").public_name == "Front line"
    assert door.post(page(), hidden(html, "content", "name", "seen")).status_code == 302
    assert Team.objects.get(slug="front").public_name == "We"
    entry = LogEntry.objects.get(object_id=None)
    assert (entry.user, entry.object_repr) == (company.administrator, "house.yaml")
    assert "Changed: 1." in entry.change_message
    assert "house.yaml" in door.get(page()).content.decode()


def test_what_has_changed_since_the_look_is_looked_at_again(door: Client) -> None:
    _status, html = chosen(door, HEAD + "teams: {front: {public_name: We}}\n")
    Team.objects.filter(slug="front").update(public_name="They")
    answer = door.post(page(), hidden(html, "content", "name", "seen"))
    assert "They → We" in answer.content.decode()
    assert Team.objects.get(slug="front").public_name == "They"
    assert not LogEntry.objects.exists()


def test_problems_are_named_and_nothing_is_changed(door: Client) -> None:
    status, html = chosen(door, HEAD + "teams: {front: {public_name: 5, colour: red}}\n")
    assert status == 422
    assert "teams.front.public_name: Write a text here" in html
    assert "teams.front.colour: " in html
    assert 'name="seen"' not in html
    assert not LogEntry.objects.exists()


def test_a_file_that_is_too_large_is_refused_unread(door: Client) -> None:
    status, html = chosen(door, b"#" * (LARGEST + 1))
    assert (status, "larger than 1000 kB" in html) == (422, True)
    assert door.post(page(), {}).status_code == 422
    assert door.post(page(), {"content": "not base64!", "name": "x", "seen": ""}).status_code == 422


def test_words_of_a_file_are_never_markup(door: Client) -> None:
    _status, html = chosen(door, HEAD + "teams: {front: {public_name: <script>alert(1)</script>}}\n")
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_nobody_else_may_see_or_import_it(company: Company) -> None:
    user = User.objects.create_user("vic@belay.example", "correct-horse", name="Vic", is_staff=True)
    client = Client()
    client.force_login(user)
    assert client.get(page()).status_code == 403
    assert client.get(reverse("admin:escalations_configuration_file")).status_code == 403
    status, _html = chosen(client, HEAD + "teams: {front: {public_name: We}}\n")
    assert status == 403
    assert Team.objects.get(slug="front").public_name == "Front line"
