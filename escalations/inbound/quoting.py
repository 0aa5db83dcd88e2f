"""How mail programs mark what they quote: lines that begin, introduce or replace a quote, in many languages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mailparser_reply.constants import MAIL_LANGUAGES

MAX_INTRODUCTION = 300  # characters that may introduce a quote
INTRODUCTION_LINES = 3  # long names and addresses break it

QUOTED = re.compile(r" {0,3}>")
# "On … wrote:" of the library's languages; its other patterns take too much of what customers write themselves.
WROTE = [
    re.compile(language["wrote_header"], re.IGNORECASE | re.MULTILINE)
    for language in MAIL_LANGUAGES.values()
    if "wrote_header" in language
]
# What each of them has near its end; the patterns themselves take too long to be tried on every line.
VERB = re.compile(
    r"wrote|schrieb|napsal|skrev|escribió|écrit|scritto|schreef|napisał|nadesłał|写道|작성하였습니다|>\s?[:：]$",
    re.IGNORECASE,
)
# In any other language: a line before quoted ones that ends in a colon and names a time or an address.
NAMES_A_MOMENT = re.compile(r"@|\b\d{1,2}[:.h]\d{2}\b|\b(?:19|20)\d\d\b")

SEPARATOR = re.compile(
    r"[\s>*]{0,9}[-_]{2,40}\s{0,3}(?:original message|original appointment|reply message|ursprüngliche nachricht"
    r"|ursprünglicher termin|originalnachricht|original-nachricht|message d'origine|message original|mensaje original"
    r"|messaggio originale|messaggio originario|oorspronkelijk bericht|oprindelig meddelelse|originalmeddelande"
    r"|opprinnelig melding|mensagem original|wiadomość oryginalna|původní zpráva)\s{0,3}[-_]{2,40}\s{0,9}",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"[\s>*]{0,9}(?:-{2,40}\s{0,3}(?:forwarded message|forwarded by .{0,80}|weitergeleitete nachricht|message transféré"
    r"|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht)|begin forwarded message:"
    r"|anfang der weitergeleiteten (?:e-mail|nachricht):|début du message (?:réexpédié|transféré)\s?:"
    r"|inizio messaggio inoltrato:|begin doorgestuurd bericht:|inicio del mensaje reenviado:)",
    re.IGNORECASE,
)
RULE = re.compile(r"\s{0,3}(?:_{10,80}|-{3,80})\s{0,3}")

# The block of fields that Outlook puts above a quote: who, when, to whom, about what.
FIELD = re.compile(r"\s{0,3}[*_]{0,2}([^\W\d_][\w '.-]{0,18}?)\s?[*_]{0,2}\s?:[*_]{0,2}(?:\s|$)")
FIELDS = {
    "who": "from von de da van från fra od lähettäjä expéditeur",
    "when": "sent date gesendet datum envoyé date enviado fecha inviato data verzonden skickat sendt wysłano odesláno",
    "whom": "to an à a para aan till til do komu cc",
    "what": "subject betreff objet asunto oggetto onderwerp ämne emne temat předmět assunto",
}
MEANING = {word: meaning for meaning, words in FIELDS.items() for word in words.split()}
BLOCK_LINES = 12  # long lists of recipients take several lines
NEEDED = ({"who", "when", "whom"}, {"who", "when", "what"}, {"who", "whom", "what"})


def is_quoted(line: str) -> bool:
    return QUOTED.match(line) is not None


def is_separator(line: str) -> bool:
    """A line such as `-----Original Message-----`, after which nothing is new."""
    return len(line) <= MAX_INTRODUCTION and SEPARATOR.fullmatch(line) is not None


def is_forwarding(line: str) -> bool:
    """What follows was sent on, and so belongs to what is said."""
    return FORWARDED.match(line) is not None


def is_block(lines: Sequence[str], at: int) -> bool:
    """Whether a block of fields begins here; at least three different ones, beginning with who wrote it."""
    if _meaning(lines[at]) != "who":
        return False
    found: set[str] = set()
    for line in lines[at : at + BLOCK_LINES]:
        if not line.strip() and len(found) > 1:
            break
        found.add(_meaning(line))
    return any(found >= needed for needed in NEEDED)


def _meaning(line: str) -> str:
    field = FIELD.match(line)
    return MEANING.get(field[1].lower(), "") if field else ""


def candidate(lines: Sequence[str], at: int) -> int:
    """How many lines from here on could introduce a quote, as far as a glance can tell; mostly 0."""
    length = 0
    for count, line in enumerate(lines[at : at + INTRODUCTION_LINES], 1):
        bare = line.strip()
        length += len(bare)
        if not bare or length > MAX_INTRODUCTION or (count > 1 and is_quoted(line)):
            return 0
        if bare.endswith((":", "：")):
            return count if VERB.search(bare) else 0
    return 0


def introduces(lines: Sequence[str]) -> bool:
    """Whether these lines introduce a quote: `On Monday, Anna wrote:`."""
    window = "\n".join(line.strip() for line in lines)
    written = {window, window.replace("\n", " ")}
    return any(pattern.match(each) for pattern in WROTE for each in written)


def names_a_moment(line: str) -> bool:
    """A line right before quoted ones that can only introduce them, in whatever language."""
    bare = line.strip()
    return len(bare) <= MAX_INTRODUCTION and bare.endswith((":", "：")) and NAMES_A_MOMENT.search(bare) is not None


def is_rule(line: str) -> bool:
    return RULE.fullmatch(line) is not None
