"""The mark in a reply address names its notice, and nobody else can make one."""

from __future__ import annotations

import pytest

from escalations.models import Mailbox, Notice
from escalations.models.replies import answered, reply_address
from tests.cast import Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox.objects.create(slug="support", address="support@belay.example")


@pytest.fixture
def notice(company: Company) -> Notice:
    company.open()
    return Notice.objects.filter(channel="mail").earliest("pk")


def test_an_answer_is_known_by_its_mark_however_the_server_writes_it(mailbox: Mailbox, notice: Notice) -> None:
    address = reply_address(mailbox, notice)
    assert address.startswith("support+") and len(address.partition("@")[0]) <= 64
    assert answered(address) == notice
    assert answered(address.upper()) == notice


def test_a_mark_of_another_notice_or_another_secret_opens_nothing(
    mailbox: Mailbox, notice: Notice, settings: object
) -> None:
    mark = reply_address(mailbox, notice)
    number, _dash, proof = mark.partition("+")[2].partition("@")[0].partition("-")
    assert answered(f"support+{int(number, 16) + 1:x}-{proof}@belay.example") is None
    assert answered(f"support+{number}-{proof[::-1]}@belay.example") is None
    assert answered("support@belay.example") is None
    assert answered("support+friend@belay.example") is None
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert answered(mark) is None


def test_a_mark_survives_a_new_secret_while_the_old_one_is_kept(
    mailbox: Mailbox, notice: Notice, settings: object
) -> None:
    mark = reply_address(mailbox, notice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "a new one"  # type: ignore[attr-defined]
    assert answered(mark) == notice


def test_a_mailbox_that_takes_no_marks_is_answered_plainly(mailbox: Mailbox, notice: Notice) -> None:
    mailbox.takes_plus = False
    assert reply_address(mailbox, notice) == "support@belay.example"
