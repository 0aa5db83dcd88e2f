"""Word that something did not arrive: from reports in the standard form, and from texts that only people can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from escalations.inbound.addresses import email, emails_in
from escalations.inbound.charsets import decode, one_line
from escalations.inbound.headers import Headers, ids, split
from escalations.inbound.parts import Part
from escalations.inbound.phrases import CHALLENGE, DELAY, FAILURE, NOT_MEANT, RETURNED, SYSTEM, UNMISTAKABLE
from escalations.inbound.values import Bounce

MAX_REPORT = 64 * 1024  # bytes of a report, and of the head of a returned mail
MAX_WORDS = 20_000  # characters of the text
MAX_ADDRESSES, MAX_GROUPS, MAX_DIAGNOSTIC = 50, 200, 500

REPORTS = {"message/delivery-status", "message/global-delivery-status"}
RETURNED_MAILS = {
    "message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers", "message/global-headers",
    "text/rfc822",
}  # fmt: skip

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
ANSWER = re.compile(r"(?<![\d.])([45]\d\d)[ -]\S")
MESSAGE_ID = re.compile(r"^[\s>]{0,9}message-id:\s{0,9}(<[^<>\s]{1,998}>)", re.IGNORECASE | re.MULTILINE)
# Lines of the returned head say who wrote to whom, not who could not be reached.
HEAD_LINE = re.compile(r"^[\s>]{0,9}(?:from|to|cc|reply-to|sender|return-path|received|von|an)\s?:.*$", re.I | re.M)
LINK = re.compile(r"https?://", re.IGNORECASE)
GAVE_UP = {"failed", "failure", "undeliverable", "rejected", "bounced"}


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a report says of one recipient."""

    addresses: tuple[str, ...]
    action: str
    status: str
    diagnostic: str

    @property
    def is_lost(self) -> bool:
        """Nobody will try again. The status only counts where no action is named."""
        return self.action in GAVE_UP or (not self.action and not self.status.startswith(("2", "4")))

    @property
    def is_late(self) -> bool:
        return self.action == "delayed" or (not self.action and self.status.startswith("4"))


@dataclass(frozen=True, slots=True)
class Letter:
    """What is looked at to tell a bounce: the mail's own head, its parts, its words, and who sent it."""

    headers: Headers
    root: Part
    sender: str
    text: str

    @property
    def subject(self) -> str:
        return self.headers.text("subject")

    @property
    def own_words(self) -> str:
        """The text up to the returned mail."""
        words = self.text[:MAX_WORDS]
        returned = RETURNED.search(words)
        return words[: returned.start()] if returned else words

    @property
    def mailbox(self) -> str:
        """The sender's address up to the @."""
        return self.sender.partition("@")[0]

    def has_null_sender(self) -> bool:
        return any(text in {"<>", "< >"} for text in self.headers.all_raw("return-path"))


def find(letter: Letter) -> Bounce | None:
    """The bounce that this mail is, if it is one."""
    if (reported := list(_recipients(letter.root))) or _is_report(letter):
        return _from_report(letter, reported)
    if _is_told(letter):
        return _from_words(letter)
    return _challenge(letter) if _is_challenge(letter) else None


def _is_challenge(letter: Letter) -> bool:
    """Subject and text say so, and there is a page to go to."""
    said = CHALLENGE.search(letter.subject) and CHALLENGE.search(letter.own_words)
    return said is not None and LINK.search(letter.own_words) is not None


def _challenge(letter: Letter) -> Bounce:
    """The filter of the one who sent it holds our mail back until somebody answers."""
    held = (letter.sender,) if letter.sender else ()
    return Bounce(
        held, status="", is_permanent=False, diagnostic=letter.subject[:MAX_DIAGNOSTIC], original_ids=_ids(letter)
    )


def _is_report(letter: Letter) -> bool:
    """A report whose part with the recipients is missing or cannot be read."""
    report_type = letter.root.parameters.get("report-type", "").lower()
    return letter.root.content_type == "multipart/report" and report_type == "delivery-status"


def _recipients(root: Part) -> Iterator[Recipient]:
    """Everybody whom the reports in this mail speak of."""
    for part in root.walk():
        if part.content_type in REPORTS:
            text = decode(part.content(set())[:MAX_REPORT], "", set())
            for block in re.split(r"\n[ \t]*\n", text)[:MAX_GROUPS]:
                fields, _rest = split(block.lstrip().encode(), set())
                if fields.has("final-recipient") or fields.has("original-recipient") or fields.has("action"):
                    yield _recipient(fields)


def _recipient(fields: Headers) -> Recipient:
    named = [email(_after_type(fields.raw(name))) for name in ("original-recipient", "final-recipient")]
    status = STATUS.search(fields.raw("status"))
    diagnostic = one_line(_after_type(fields.raw("diagnostic-code")), MAX_DIAGNOSTIC)
    return Recipient(
        tuple(dict.fromkeys(filter(None, named))),
        fields.word("action"),
        status[1] if status else _status(diagnostic),
        diagnostic,
    )


def _after_type(value: str) -> str:
    """`rfc822; anna@customer.example` without what kind of address it is; comments have no meaning here."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and len(kind) < 20 else value


def _from_report(letter: Letter, reported: list[Recipient]) -> Bounce | None:
    """The recipients who are lost; only when none is, those for whom a server still tries."""
    concerned = [one for one in reported if one.is_lost] or [one for one in reported if one.is_late]
    if reported and not concerned:  # all of them got it
        return None
    told = _from_words(letter)
    addresses = _distinct(address for one in concerned for address in one.addresses)
    return Bounce(
        addresses=addresses or told.addresses,
        status=next((one.status for one in concerned if one.status), told.status),
        is_permanent=any(one.is_lost for one in concerned) if concerned else told.is_permanent,
        diagnostic=next((one.diagnostic for one in concerned if one.diagnostic), told.diagnostic),
        original_ids=told.original_ids,
    )


def _is_told(letter: Letter) -> bool:
    """Whether a text without a report is a bounce. People forward bounces too, so words alone are not enough."""
    if letter.headers.has("x-failed-recipients"):
        return True
    if UNMISTAKABLE.fullmatch(letter.mailbox):
        return True
    is_server, is_null = SYSTEM.fullmatch(letter.mailbox) is not None, letter.has_null_sender()
    if not (is_server or is_null):
        return False
    if _says_so(letter.subject):
        return True
    words = letter.own_words
    has_code = ANSWER.search(words) is not None or STATUS.search(words) is not None
    is_machine = is_null or letter.headers.word("auto-submitted").startswith("auto-")
    return _says_so(words) and ((is_server and is_machine) or (is_null and has_code))


def _says_so(words: str) -> bool:
    """Whether these words say that something did not arrive, or not yet."""
    return FAILURE.search(words) is not None or DELAY.search(words) is not None


def _from_words(letter: Letter) -> Bounce:
    words = letter.own_words
    status = _status(words)
    return Bounce(
        addresses=_named(letter, words),
        status=status,
        is_permanent=not _is_delay(letter, status),
        diagnostic=_diagnostic(words),
        original_ids=_ids(letter),
    )


def _is_delay(letter: Letter, status: str) -> bool:
    said = DELAY.search(f"{letter.subject}\n{letter.own_words}") is not None
    return (said and not status.startswith("5")) or (status.startswith("4") and not FAILURE.search(letter.subject))


def _named(letter: Letter, words: str) -> tuple[str, ...]:
    """Whom the bounce means: by its head, by its words, else whom the returned mail was for."""
    failed = [address for text in letter.headers.all_raw("x-failed-recipients") for address in emails_in(text)]
    ours = {address for name in ("to", "delivered-to") for text in letter.headers.all_raw(name)
            for address in emails_in(text)}  # fmt: skip
    others = {letter.sender} | ours
    told = [
        address
        for address in emails_in(HEAD_LINE.sub("", words))
        if address not in others and not NOT_MEANT.fullmatch(address.partition("@")[0])
    ]
    returned = (address for head in returned_heads(letter.root) for address in emails_in(head.raw("to")))
    return _distinct(failed) or _distinct(told) or _distinct(returned) or _distinct(_original_to(letter))


def _original_to(letter: Letter) -> Iterator[str]:
    """The recipient in the returned head, where that is only text."""
    rest = letter.text[len(letter.own_words) : MAX_WORDS]
    found = re.search(r"^[\s>]{0,9}to:\s?([^\n]{1,500})", rest, re.IGNORECASE | re.MULTILINE)
    return iter(emails_in(found[1]) if found else ())


def _distinct(addresses: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))[:MAX_ADDRESSES]


def _status(text: str) -> str:
    found = STATUS.search(text)
    return found[1] if found else ""


def _diagnostic(words: str) -> str:
    """The line with a server's answer, else the first that says that something failed."""
    lines = words.split("\n")
    answers = (line for line in lines if ANSWER.search(line) or STATUS.search(line))
    failures = (line for line in lines if FAILURE.search(line) or DELAY.search(line))
    return one_line(next(answers, "") or next(failures, ""), MAX_DIAGNOSTIC)


def returned_heads(root: Part) -> Iterator[Headers]:
    """The heads of the mails that were sent back."""
    for part in root.walk():
        if part.content_type in RETURNED_MAILS:
            yield split(part.content(set())[:MAX_REPORT].lstrip(), set())[0]


def returned_ids(letter: Letter) -> tuple[str, ...]:
    """The message ids of the mails that were sent back."""
    return tuple(dict.fromkeys(found for head in returned_heads(letter.root) for found in ids(head.raw("message-id"))))


def _ids(letter: Letter) -> tuple[str, ...]:
    """Of the mail that did not arrive: from the mail itself, its head as text, else what the bounce refers to."""
    found = returned_ids(letter) or ids(" ".join(MESSAGE_ID.findall(letter.text[: 10 * MAX_WORDS])))
    referred = (letter.headers.raw(name) for name in ("x-original-message-id", "in-reply-to", "references"))
    return found or next((known for text in referred if (known := ids(text))), ())
