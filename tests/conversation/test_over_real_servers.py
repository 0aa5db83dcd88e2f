"""A conversation over a real SMTP and a real IMAP server, both ways, with everything that goes wrong in mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from customers.models import UndeliverableAddress
from escalations.actions import handling
from escalations.actions.attachments import Upload
from escalations.engine.delivery import deliver
from escalations.inbound import fetching
from escalations.models import Attachment, Case, Mailbox, ReceivedMail
from escalations.models.attachments import content_of
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.conversation.postoffice import HOST, PostOffice, post_office
from tests.inbound.imap import imap_server
from tests.inbound.post import SUPPORT, kinds, said

pytestmark = pytest.mark.django_db

IDA, OTTO, VERA = "ida@customer.example", "otto@customer.example", "vera@customer.example"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def office(company: Company, settings: Any) -> Iterator[PostOffice]:
    with imap_server() as imap, post_office(imap) as running:
        imap.mailbox()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = HOST, running.port, 20
        yield running


def belay_works(at: datetime) -> None:
    """What the engine does twice a minute, and more often: looks into the mailbox, then sends what waits."""
    fetching.fetch(Mailbox.objects.get(), at)
    deliver(at + MINUTE / 2)


def written(sender: str, text: str, to: str = SUPPORT, subject: str = "No readings", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def answering(mail: EmailMessage, sender: str, text: str, **headers: str) -> EmailMessage:
    """Written with the button “reply” of a mail program, with the mail that is answered below."""
    below = mail.get_body(("plain",))
    quoted = "".join(f"> {line}\n" for line in (below.get_content() if below else "").splitlines())
    whole = f"{text}\n\nOn Mon, 2 Mar 2026 at 09:05, Support wrote:\n{quoted}"
    ids = {"In_Reply_To": str(mail["Message-ID"]), "References": str(mail["Message-ID"])}
    to = str(mail["Reply-To"] or mail["From"])
    return written(sender, whole, to, f"Re: {mail['Subject']}", **ids, **headers)


def text_of(mail: EmailMessage) -> str:
    plain = mail.get_body(("plain",))
    return str(plain.get_content()) if plain else ""


def ida_writes_and_copies_otto_in(company: Company, office: PostOffice) -> Case:
    first = written(f"Ida Holm <{IDA}>", "The readings stand still.", Cc=OTTO, Message_ID="<first@customer.example>")
    first.add_attachment(b"03:00 nothing", maintype="text", subtype="plain", filename="zähler.log")
    office.send(first)
    belay_works(MONDAY)
    case = Case.objects.get()
    assert (case.contact, said(case)) == (company.ida.contact, ["The readings stand still."])
    [file] = Attachment.objects.all()
    assert (file.name, content_of(file.sha256)) == ("zähler.log", b"03:00 nothing")
    receipt = office.newest(IDA)
    assert case.reference in str(receipt["Subject"])
    assert "support+" in str(receipt["Reply-To"])
    return case


def ben_answers_both(company: Company, office: PostOffice, case: Case, at: datetime) -> None:
    how = Upload.of("where-to-look.txt", "text/plain", b"Below the lid.")
    handling.reply(case=case, actor=company.agent.standing, at=at, text="Which firmware is it?", files=[how])
    belay_works(at)
    arrived = office.newest(IDA)
    assert "Which firmware is it?" in text_of(arrived)
    [file] = arrived.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("where-to-look.txt", "Below the lid.")
    assert "Which firmware is it?" in text_of(office.newest(OTTO))


def ida_is_out_of_office(office: PostOffice, case: Case, at: datetime) -> None:
    """Nobody is answered, and nothing counts as her words."""
    office.send(answering(office.newest(IDA), IDA, "I am away until Friday.", Auto_Submitted="auto-replied"))
    letters = len(office.arrived[IDA])
    belay_works(at)
    assert (len(office.arrived[IDA]), len(said(case)), kinds(case)[-1]) == (letters, 2, "mail.recorded")


def she_answers_with_a_file(office: PostOffice, case: Case, at: datetime) -> None:
    """Only what is new is her message; the question stands below it."""
    answer = answering(office.newest(IDA), f"Ida Holm <{IDA}>", "It is 4.2, see the picture.")
    answer.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="meter.png")
    office.send(answer)
    belay_works(at)
    assert said(case)[-1] == "It is 4.2, see the picture."
    assert [each.name for each in case.attachments.order_by("pk")][::2] == ["zähler.log", "meter.png"]


def the_wrong_person_answers(company: Company, office: PostOffice, case: Case, at: datetime) -> Case:
    """Somebody of another customer, to whom it was forwarded, gets a case of their own."""
    office.send(answering(office.newest(IDA), f"Vera Nilsson <{VERA}>", "We have the same."))
    belay_works(at)
    theirs = Case.objects.exclude(pk=case.pk).get()
    assert (theirs.contact, theirs.organization) == (company.vera.contact, company.vera.organization)
    assert "We have the same." not in " ".join(said(case))
    assert str(office.newest(VERA)["Subject"]).startswith(f"[{theirs.reference}]")
    return theirs


def a_letter_comes_back(company: Company, office: PostOffice, case: Case, at: datetime) -> None:
    """Otto's address does not work any more: Ben hears of it, and nothing else is lost."""
    office.dead.add(OTTO)
    handling.reply(case=case, actor=company.agent.standing, at=at, text="We send somebody.")
    belay_works(at)
    belay_works(at + MINUTE)
    assert UndeliverableAddress.objects.get().email == OTTO
    assert kinds(case)[-1] == "mail.bounced"
    assert "Mail to Otto Berg came back" in str(office.newest(company.agent.user.email)["Subject"])
    assert "We send somebody." in text_of(office.newest(IDA))


def test_a_conversation_with_everything_that_goes_wrong(company: Company, office: PostOffice) -> None:
    case, at = ida_writes_and_copies_otto_in(company, office), MONDAY + 5 * MINUTE
    ben_answers_both(company, office, case, at)
    ida_is_out_of_office(office, case, at + MINUTE)
    she_answers_with_a_file(office, case, at + 2 * MINUTE)
    theirs = the_wrong_person_answers(company, office, case, at + 3 * MINUTE)
    a_letter_comes_back(company, office, case, at + 10 * MINUTE)
    results = list(ReceivedMail.objects.order_by("pk").values_list("kind", "result"))
    assert results == [
        ("message", "opened"),
        ("auto_reply", "recorded"),
        ("message", "replied"),
        ("message", "opened"),
        ("bounce", "recorded"),
    ]
    belay_works(at + 20 * MINUTE)
    assert ReceivedMail.objects.count() == len(results)
    is_sound(case)
    is_sound(theirs)
