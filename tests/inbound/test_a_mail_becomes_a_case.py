"""A mail opens a case of whoever wrote it, once, however often and however awkwardly it comes."""

from __future__ import annotations

import pytest

from customers.models import Contact
from escalations.models import Case, Mailbox, Notice, ReceivedMail, Topic
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.inbound.post import SUPPORT, came, kinds, letter, opened, said, support

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def mailbox(company: Company) -> Mailbox:
    return support(topic=company.topic)


def test_a_mail_of_a_known_contact_opens_a_case_of_the_organization_and_is_confirmed(company: Company) -> None:
    case = opened(letter("Ida H. <IDA@Customer.Example>", "It is dark.\n\n-- \nIda", "No light"))
    assert (case.contact, case.organization) == (company.ida.contact, company.ida.organization)
    assert (case.subject, case.origin, said(case)) == ("No light", "mail", ["It is dark."])
    assert Notice.objects.filter(case=case, recipient=company.ida.contact.code, channel="mail").count() == 1
    mail = ReceivedMail.objects.get()
    assert (mail.message, mail.sender) == (case.messages.get(), "ida@customer.example")
    is_sound(case)


def test_the_case_has_the_topic_of_the_mailbox_it_came_in_by(company: Company, mailbox: Mailbox) -> None:
    assert came(letter(), mailbox=mailbox).case.topic == company.topic  # type: ignore[union-attr]
    assert opened(letter(to="Support+x <SUPPORT+x@belay.example>")).topic == company.topic
    assert opened(letter(to="somebody@belay.example")).topic is None
    assert Topic.objects.count() == 1


def test_whoever_signs_in_with_the_address_is_the_contact_too(company: Company) -> None:
    company.ida.contact.addresses.all().delete()
    assert opened(letter()).contact == company.ida.contact


def test_somebody_unknown_becomes_a_contact_without_an_organization(company: Company) -> None:
    case = opened(letter("Nora Vik <nora@elsewhere.example>"))
    assert (case.contact.name, case.contact.mail_address, case.organization) == (
        "Nora Vik",
        "nora@elsewhere.example",
        None,
    )
    again = opened(letter("NORA@elsewhere.example", subject="Another thing"))
    assert again.contact == case.contact
    assert Contact.objects.filter(addresses__email="nora@elsewhere.example").count() == 1


def test_eml_04_the_same_mail_fetched_twice_makes_one_case() -> None:
    raw = letter()
    first, second = came(raw), came(raw)
    assert first == second
    assert (Case.objects.count(), ReceivedMail.objects.count()) == (1, 1)


def test_eml_04_one_mail_in_two_mailboxes_makes_one_case(mailbox: Mailbox) -> None:
    sales = Mailbox.objects.create(slug="sales", address="sales@belay.example")
    both = {"to": f"{SUPPORT}, sales@belay.example", "Message_ID": "<one@customer.example>"}
    first = came(b"Received: by one\r\n" + letter(**both), mailbox=mailbox)
    second = came(b"Received: by two\r\n" + letter(**both), mailbox=sales)
    assert (first.result, second.result, second.case) == ("opened", "duplicate", first.case)
    assert Case.objects.count() == 1
    assert kinds(Case.objects.get()) == ["case.opened"]


def test_other_words_under_the_same_message_id_are_set_aside_and_administrators_are_told(company: Company) -> None:
    one = {"Message_ID": "<always@the-same.example>"}
    first, second = came(letter(text="One.", **one)), came(letter(text="Two.", **one))
    assert (first.result, second.result, second.case) == ("opened", "set_aside", first.case)
    assert Case.objects.count() == 1
    told = Notice.objects.filter(bulletin__kind="mail", recipient=company.administrator.code)
    assert [notice.channel for notice in told] == ["mail"]


@pytest.mark.parametrize(
    ("subject", "text", "shown"),
    [
        ("", "The meter of the north hall stands still since the night of Monday, and nobody knows why.", "The meter"),
        ("", "  \n ", "(no subject)"),
        ("  Folded\r\n  twice ", "Words.", "Folded twice"),
        ("Long " * 100, "Words.", "Long Long"),
    ],
)
def test_a_subject_that_is_missing_or_too_long_becomes_one(subject: str, text: str, shown: str) -> None:
    raw = letter(text=text, subject="X").replace(b"Subject: X", f"Subject: {subject}".encode())
    case = opened(raw)
    assert case.subject.startswith(shown)
    assert len(case.subject) <= 200
    assert said(case)[0]


def test_a_huge_text_is_cut_and_says_so() -> None:
    [body] = said(opened(letter(text="word " * 40_000)))
    assert len(body) < 100_100
    assert body.endswith("(The rest is in the original mail.)")


def test_what_nobody_wrote_is_set_aside() -> None:
    mail = came(b"Subject: From nowhere\r\nMessage-ID: <x@y.example>\r\n\r\nHello\r\n")
    assert (mail.state, mail.result, mail.case) == ("done", "set_aside", None)
    assert not Case.objects.exists()


def test_the_time_of_the_case_is_when_the_mail_was_acted_on() -> None:
    assert opened(letter()).opened_at == MONDAY
