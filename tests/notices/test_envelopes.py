"""Whom a letter comes from, where it is answered to, and in which thread a mail program shows it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives

from escalations.actions import bulletins, handling
from escalations.channels import letters
from escalations.channels.composing import compose
from escalations.models import Case, Mailbox, Message, Notice, ReceivedMail
from escalations.models.replies import answered
from tests.cast import MONDAY, Company
from tests.notices.letterbox import newest

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    return Mailbox.objects.create(slug="support", address="support@belay.example", sender_name="Norsk Måling Support")


def mail_of(notice: Notice, *folded: Notice) -> EmailMultiAlternatives:
    reader = letters.reader_of(notice.recipient)
    assert reader is not None
    return compose(notice, reader, folded)


def received(case: Case, at: datetime, header_id: str, message: Message) -> None:
    """A mail of a customer as it was kept when it came in."""
    ReceivedMail.objects.create(
        case=case, message=message, received_at=at, header_id=header_id, sha256="0" * 64, size=1, sender="ida@x.example"
    )


def test_letters_come_from_the_mailbox_and_are_answered_to_the_case(company: Company, mailbox: Mailbox) -> None:
    notice = newest(company.open(), company.ida.contact.code)
    sent = mail_of(notice)
    assert str(sent.message()["From"]).endswith("<support@belay.example>")
    assert "Norsk" in str(sent.message()["From"]) or "=?utf-8?" in str(sent.message()["From"])
    [reply_to] = sent.reply_to
    address = reply_to.rpartition("<")[2].rstrip(">")
    assert answered(address) == notice


def test_without_a_mailbox_letters_come_from_the_address_of_the_settings(company: Company, settings: Any) -> None:
    settings.DEFAULT_FROM_EMAIL = "Norlight Help <help@norlight.example>"
    sent = mail_of(newest(company.open(), company.ida.contact.code))
    assert sent.message()["From"] == "Norlight Help <help@norlight.example>"
    assert sent.reply_to == []
    assert "Norlight Help" in str(sent.alternatives[0][0])


def test_a_letter_of_many_cases_or_of_none_is_answered_to_none_of_them(company: Company, mailbox: Mailbox) -> None:
    first, other = (newest(company.escalate(company.open(), MONDAY), company.specialist.user.code) for _n in range(2))
    digest = mail_of(first, other)
    assert (digest.reply_to, "References" in digest.extra_headers) == ([], False)
    bulletins.tell([company.agent.user], kind="paths", about="x", path="/desk/paths/", data={}, at=MONDAY)
    told = Notice.objects.get(bulletin__isnull=False, channel="mail")
    assert mail_of(told).reply_to == []
    assert mail_of(told).extra_headers["References"].startswith("<bulletin-")


def test_all_letters_about_a_case_are_one_thread_and_those_about_another_a_second(company: Company) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="Heard you.")
    rows = Notice.objects.filter(case=case, recipient=company.ida.contact.code, channel="mail")
    threads = {mail_of(notice).extra_headers["References"] for notice in rows}
    assert len(rows) == 2
    assert threads == {f"<case-{case.uid}@localhost>"}
    assert mail_of(newest(company.open(), company.ida.contact.code)).extra_headers["References"] not in threads


def test_the_thread_goes_on_from_the_customers_own_mails(company: Company) -> None:
    case = company.open()
    root = f"<case-{case.uid}@localhost>"
    received(case, MONDAY, "first@customer.example", Message.objects.get(case=case))
    opened = mail_of(newest(case, company.ida.contact.code)).extra_headers
    assert (opened["References"], opened["In-Reply-To"]) == (
        f"{root} <first@customer.example>",
        "<first@customer.example>",
    )
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + MINUTE, text="And this.")
    received(case, MONDAY + MINUTE, "<second@customer.example>", Message.objects.filter(case=case).latest("pk"))
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 2 * MINUTE, text="Heard you.")
    answer = newest(case, company.ida.contact.code)
    found = mail_of(answer).extra_headers
    assert found["References"] == f"<first@customer.example> {root} <second@customer.example>"
    assert found["In-Reply-To"] == "<second@customer.example>"
    received(case, MONDAY + 9 * MINUTE, "later@customer.example", Message.objects.filter(case=case).latest("pk"))
    assert mail_of(answer).extra_headers == found, "what comes later changes no letter that was written before"


def test_the_thread_of_a_customer_is_not_shown_to_colleagues(company: Company) -> None:
    case = company.open()
    received(case, MONDAY, "first@customer.example", Message.objects.get(case=case))
    assert "customer.example" not in mail_of(newest(case, company.agent.user.code)).extra_headers["References"]


@pytest.mark.parametrize(
    "header_id", ["x@y.example>\r\nBcc: <all@customer.example", "a b@c.example", "ä@c.example", "x" * 250, "", "<@>"]
)
def test_an_identity_that_is_none_is_left_out(company: Company, header_id: str) -> None:
    case = company.open()
    received(case, MONDAY, header_id, Message.objects.get(case=case))
    sent = mail_of(newest(case, company.ida.contact.code))
    assert sent.extra_headers["References"] == f"<case-{case.uid}@localhost>"
    assert sent.message()["Bcc"] is None


def test_a_name_of_a_sender_cannot_add_a_header(company: Company, mailbox: Mailbox) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(sender_name='Us"\r\nBcc: all@customer.example')
    sent = mail_of(newest(company.open(), company.ida.contact.code)).message()
    assert sent["Bcc"] is None
    assert str(sent["From"]).endswith("<support@belay.example>")


def test_letters_of_the_machine_say_so_and_words_of_a_person_do_not(company: Company) -> None:
    case = company.open()
    machine = mail_of(newest(case, company.ida.contact.code)).extra_headers
    assert (machine["Auto-Submitted"], machine["X-Auto-Response-Suppress"]) == ("auto-generated", "OOF, AutoReply")
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="Heard you.")
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + MINUTE, text="Thank you.")
    person = mail_of(newest(case, company.ida.contact.code)).extra_headers
    assert not {"Auto-Submitted", "X-Auto-Response-Suppress"} & set(person)
    told = newest(case, company.agent.user.code)
    assert mail_of(told).extra_headers["Auto-Submitted"] == "auto-generated", "colleagues read it from Belay"


def test_every_letter_carries_the_mark_by_which_we_know_our_own_mail(company: Company) -> None:
    for notice in Notice.objects.filter(case=company.open(), channel="mail"):
        assert mail_of(notice).extra_headers["X-Belay-Notice"] == notice.uid
