"""A conversation over a real SMTP and a real IMAP server, both ways, with everything that goes wrong in mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from customers.models import UndeliverableAddress
from escalations.actions import handling
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
    """What the engine does twice a minute, and more often: looks into the mailbox, sends what waits."""
    fetching.fetch(Mailbox.objects.get(), at)
    deliver(at)


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


def test_a_conversation_with_everything_that_goes_wrong(company: Company, office: PostOffice) -> None:
    # Ida writes, with a file, and copies Otto in.
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
    assert SUPPORT.partition("@")[0] + "+" in str(receipt["Reply-To"])

    # Ben answers; it reaches both of them.
    at = MONDAY + 5 * MINUTE
    handling.reply(case=case, actor=company.agent.standing, at=at, text="Which firmware is it?")
    belay_works(at)
    assert "Which firmware is it?" in str(office.newest(IDA).get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert len(office.arrived[OTTO]) == 1

    # Ida is out of office: nobody is answered, and nothing counts as her words.
    office.send(answering(office.newest(IDA), IDA, "I am away until Friday.", Auto_Submitted="auto-replied"))
    letters = len(office.arrived[IDA])
    belay_works(at + MINUTE)
    assert (len(office.arrived[IDA]), len(said(case)), kinds(case)[-1]) == (letters, 2, "mail.recorded")

    # She answers herself, with the question below and a file: only what is new is her message.
    answer = answering(office.newest(IDA), f"Ida Holm <{IDA}>", "It is 4.2, see the picture.")
    answer.add_attachment(b"\x89PNG\r\n", maintype="image", subtype="png", filename="meter.png")
    office.send(answer)
    belay_works(at + 2 * MINUTE)
    assert said(case)[-1] == "It is 4.2, see the picture."
    assert [each.name for each in case.attachments.order_by("pk")] == ["zähler.log", "meter.png"]

    # Somebody of another customer, to whom it was forwarded, answers: it is a case of their own.
    office.send(answering(office.newest(IDA), f"Vera Nilsson <{VERA}>", "We have the same."))
    belay_works(at + 3 * MINUTE)
    theirs = Case.objects.exclude(pk=case.pk).get()
    assert (theirs.contact, theirs.organization) == (company.vera.contact, company.vera.organization)
    assert "We have the same." not in " ".join(said(case))
    assert office.newest(VERA)["Subject"].startswith(f"[{theirs.reference}]")

    # Otto's address does not work any more: Ben hears of it, and nothing else is lost.
    office.dead.add(OTTO)
    later = at + 10 * MINUTE
    handling.reply(case=case, actor=company.agent.standing, at=later, text="We send somebody.")
    belay_works(later)
    belay_works(later + MINUTE)
    assert UndeliverableAddress.objects.get().email == OTTO
    assert kinds(case)[-1] == "mail.bounced"
    assert "Mail to Otto Berg came back" in str(office.newest(company.agent.user.email)["Subject"])
    assert "We send somebody." in str(office.newest(IDA).get_body(("plain",)).get_content())  # type: ignore[union-attr]

    # Everything that came is on record, once.
    results = list(ReceivedMail.objects.order_by("pk").values_list("kind", "result"))
    assert results == [
        ("message", "opened"),
        ("auto_reply", "recorded"),
        ("message", "replied"),
        ("message", "opened"),
        ("bounce", "recorded"),
    ]
    belay_works(later + 2 * MINUTE)
    assert ReceivedMail.objects.count() == len(results)
    is_sound(case)
    is_sound(theirs)
