"""Mail written to files can be read in the product, by whoever has all power: links for new passwords are in it."""

from pathlib import Path

import pytest
from django.core.mail import EmailMessage, get_connection
from django.test import Client
from pytest_django import Settings

from escalations.actions import roles
from escalations.rules.roles import StaffRole
from tests.cast import Company
from tests.desk.conftest import SignIn

FILES = "django.core.mail.backends.filebased.EmailBackend"


@pytest.fixture
def postbox(settings: Settings, tmp_path: Path) -> Path:
    """The folder the mails go to, with two mails in one file."""
    settings.EMAIL_FILE_PATH = tmp_path
    mails = [
        EmailMessage("[B-1001] Wir haben Ihren Fall – größer", "Grüße,\n<b>Belay</b>\n", to=["ida@customer.example"]),
        EmailMessage("[B-1001] Second", "-" * 79 + "\nquoted", to=["otto@customer.example"]),
    ]
    get_connection(FILES, file_path=str(tmp_path)).send_messages(mails)
    (tmp_path / "secret.log").write_text("Subject: not a mail\n\nunder cover")
    return tmp_path


@pytest.fixture
def administrator(company: Company, sign_in: SignIn) -> Client:
    """An agent who has all power."""
    company.agent.user.is_staff = company.agent.user.is_superuser = True
    company.agent.user.save()
    return sign_in(company.agent.user)


def test_mails_are_listed_newest_first_with_their_subjects(postbox: Path, administrator: Client) -> None:
    page = administrator.get("/desk/mail/").content.decode()
    assert page.index("[B-1001] Second") < page.index("Wir haben Ihren Fall – größer")
    assert "under cover" not in page
    assert "not a mail" not in page


def test_a_mail_is_shown_as_plain_text(postbox: Path, administrator: Client) -> None:
    name = next(postbox.glob("2*.log")).stem
    page = administrator.get(f"/desk/mail/{name}-0/").content.decode()
    assert "ida@customer.example" in page
    assert "Grüße" in page
    assert "&lt;b&gt;Belay&lt;/b&gt;" in page


@pytest.mark.parametrize("is_staff", [False, True])
def test_nobody_else_reads_mail_not_even_whoever_may_enter_the_administration(
    postbox: Path, company: Company, sign_in: SignIn, is_staff: bool
) -> None:
    name = next(postbox.glob("2*.log")).stem
    roles.assign(company.specialist.user, [StaffRole.ADMINISTRATOR if is_staff else StaffRole.MANAGER])
    client = sign_in(company.specialist.user)
    assert "/desk/mail/" not in client.get("/desk/").content.decode()
    assert client.get("/desk/mail/").status_code == 404
    assert client.get(f"/desk/mail/{name}-0/").status_code == 404


@pytest.mark.parametrize("path", ["secret-0", "..-0", "20260101-000000-1-0", "20260101-000000-1"])
def test_nothing_but_mails_of_the_folder_can_be_read(postbox: Path, administrator: Client, path: str) -> None:
    assert administrator.get(f"/desk/mail/{path}/").status_code == 404


def test_a_number_beyond_the_file_is_not_found(postbox: Path, administrator: Client) -> None:
    name = next(postbox.glob("2*.log")).stem
    assert administrator.get(f"/desk/mail/{name}-9/").status_code == 404


def test_an_empty_folder_says_so(settings: Settings, tmp_path: Path, administrator: Client) -> None:
    settings.EMAIL_FILE_PATH = tmp_path / "nowhere"
    assert "No mail yet" in administrator.get("/desk/mail/").content.decode()
