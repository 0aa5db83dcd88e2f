"""A letter as a mail: its text, the same as HTML, its files, and its envelope."""

from __future__ import annotations

from collections.abc import Sequence
from email.charset import QP, Charset

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from escalations.channels import envelope, letters
from escalations.channels.blocks import Block, blocks
from escalations.channels.enclosures import enclosures, naming
from escalations.channels.phrases import Letter, Reader
from escalations.models import Case, Notice, mailbox_for, words
from escalations.rules.vocabulary import Severity

TONES: dict[int, str] = {Severity.CRITICAL: "late", Severity.HIGH: "warn"}
PREVIEW = 140  # so much of a letter do lists of mails show beside its subject

# Lines of any length arrive whole: quoted-printable breaks them for the way and joins them again.
UTF8 = Charset("utf-8")
UTF8.body_encoding = QP


def compose(notice: Notice, reader: Reader, folded: Sequence[Notice] = ()) -> EmailMultiAlternatives:
    """The mail of this notice for this reader; the same notice always makes the same mail.

    Raises LookupError, ValueError or an error of templates where it cannot be written.
    """
    files = enclosures(notice, reader)
    letter = naming(letters.write(notice, reader, folded), files.left_out, notice, reader)
    mailbox = mailbox_for(notice.case)
    mail = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        from_email=envelope.sender(mailbox),
        to=[reader.address],
        reply_to=envelope.answered_to(mailbox, notice, folded),
        headers=envelope.headers(notice, reader, folded),
    )
    mail.encoding = UTF8
    case = None if letters.is_digest(notice, folded) else notice.case
    mail.attach_alternative(as_html(letter, reader, case, envelope.sender_name(mailbox)), "text/html")
    for part in files.parts:
        mail.attach(part)
    return mail


def as_html(letter: Letter, reader: Reader, case: Case | None, company: str) -> str:
    """The letter as a page for mail programs, made from its text and from nothing else but the badges of its case."""
    found = blocks(letter.text)
    with translation.override(reader.language):
        context = {
            "letter": letter,
            "language": reader.language,
            "company": company,
            "preview": preview_of(found),
            "badges": _badges(case, reader) if case else [],
            "blocks": found,
            "is_customer": reader.is_customer,
        }
        return render_to_string("notices/letter.html", context)


def preview_of(found: Sequence[Block]) -> str:
    """The first words after the greeting, as lists of mails show them."""
    said = ("".join(piece.text for piece in block.lines[0]) for block in found[1:] if block.kind == "words")
    return next(said, "")[:PREVIEW]


def _badges(case: Case, reader: Reader) -> list[tuple[str, str]]:
    """What a reader may see of the case at a glance, each with its tone; customers never read its severity."""
    level = _("level %(level)d") % {"level": case.level}
    if reader.is_customer:
        return [(case.reference, ""), (level, "rope")]
    severity = str(words.SEVERITIES.get(case.severity, ""))
    return [(case.reference, ""), (severity, TONES.get(case.severity, "")), (level, "rope")]
