"""Which parts of a mail are its words, and which are files that came along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from escalations.inbound import invites, markup, names, tnef
from escalations.inbound.charsets import decode, one_line
from escalations.inbound.headers import split
from escalations.inbound.parts import Part
from escalations.inbound.values import Attachment

MAX_TEXT = 1_000_000  # characters kept of the text, and read of the HTML
MAX_ATTACHMENTS = 100
PACKED = {"application/ms-tnef", "application/vnd.ms-tnef"}
ENCLOSED = {"message/rfc822", "message/global"}
# The same words once more, for programs that no helpdesk is.
REPEATED = {"text/x-amp-html", "text/watch-html"}


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of the text as it came: plain, as HTML, or the same in both; spare when only read for want of others."""

    plain: str = ""
    html: str = ""
    is_spare: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The whole of it."""

    text: str
    html: str
    attachments: tuple[Attachment, ...]
    invites: tuple[invites.Invite, ...]


class Collector:
    """Walks through one mail and sorts its parts."""

    def __init__(self, problems: set[str]) -> None:
        self.problems = problems
        self.attachments: list[Attachment] = []
        self.invites: list[invites.Invite] = []

    def collect(self, root: Part) -> Body:
        """Text, HTML and attachments of the mail."""
        found = [words for words in self._words(root, is_root=True) if words.plain.strip() or words.html.strip()]
        pieces = [words for words in found if not words.is_spare] or found
        shown = any(words.html for words in pieces)
        source = "\n".join(words.html or markup.paragraphs(words.plain) for words in pieces) if shown else ""
        images = {each.content_id for each in self.attachments if each.content_type.startswith("image/")} - {""}
        # Cut before it is made safe: afterwards a cut could leave a tag open, which swallows what follows on the page.
        html, inline = markup.safe(self._cut(source, "html-cut"), images, self.problems)
        text = "\n\n".join(self._told(words) for words in pieces)
        text = "\n\n".join(filter(None, [text, *(invite.line for invite in self.invites)]))
        attachments = tuple(replace(each, is_inline=each.content_id in inline) for each in self.attachments)
        return Body(self._cut(text, "text-cut"), html, attachments, tuple(self.invites))

    def _cut(self, text: str, code: str) -> str:
        if len(text) > MAX_TEXT:
            self.problems.add(code)
        return text[:MAX_TEXT]

    def _told(self, words: Words) -> str:
        plain = words.plain.strip("\n")
        return plain if plain.strip() else markup.text(words.html, self.problems)

    def _words(self, part: Part, is_root: bool = False) -> list[Words]:
        """The words in this part; everything else in it becomes an attachment."""
        if part.content_type == "multipart/alternative":
            return self._alternative([self._words(child) for child in part.children])
        if part.is_multipart:
            return [words for child in self._in_order(part) for words in self._words(child)]
        if self._is_words(part, is_root):
            text = self._text(part)
            return [Words(html=text) if part.content_type == "text/html" else Words(plain=text)]
        if part.content_type in REPEATED:
            return []
        return list(self._attach(part))

    @staticmethod
    def _in_order(part: Part) -> Sequence[Part]:
        """The children; of a document with its images, the document first, wherever it stands."""
        start = part.parameters.get("start", "").strip("<> ")
        if part.content_type != "multipart/related" or not start:
            return part.children
        return sorted(part.children, key=lambda child: child.content_id != start)

    @staticmethod
    def _alternative(versions: list[list[Words]]) -> list[Words]:
        """One piece of the first plain version and the last HTML one."""
        plain = [pieces for pieces in versions if any(words.plain.strip() for words in pieces)]
        rich = [pieces for pieces in versions if any(words.html.strip() for words in pieces)]
        text = "\n\n".join(words.plain for words in plain[0]) if plain else ""
        html = "\n".join(words.html or markup.paragraphs(words.plain) for words in rich[-1]) if rich else ""
        if plain and rich and plain[0] is rich[-1]:  # one version of plain text and HTML in turn
            return plain[0]
        return [Words(text, html)]

    @staticmethod
    def _is_words(part: Part, is_root: bool) -> bool:
        if part.content_type not in {"text/plain", "text/html"} or part.disposition == "attachment":
            return False
        return is_root or not part.name

    def _text(self, part: Part) -> str:
        data = part.content(self.problems)
        if part.content_type == "text/html":
            data = markup.without_embedded(data)
        if len(data) > MAX_TEXT:
            self.problems.add("text-cut")
            data = data[:MAX_TEXT]
        charset = part.parameters.get("charset", "")
        if part.content_type == "text/html":
            return decode(data, charset or markup.declared_charset(data), self.problems)
        text = decode(data, charset, self.problems)
        is_flowed = part.parameters.get("format", "").lower() == "flowed"
        return unflowed(text, part.parameters.get("delsp", "").lower() == "yes") if is_flowed else text

    def _attach(self, part: Part) -> Iterator[Words]:
        """Keeps a part as a file. Yields the words of a package that has some."""
        content = part.content(self.problems)
        if part.content_type in PACKED or part.name.lower() == "winmail.dat":
            try:
                yield from self._unpack(tnef.unpack(content))
            except tnef.TnefError:
                self.problems.add("tnef-unreadable")
            else:
                return
        if part.content_type == "text/calendar":
            self.invites.append(invites.read(content, part.parameters, self.problems))
        name = part.name or (_subject(content) if part.content_type in ENCLOSED else "")
        self._keep(name, part.content_type, content, part.content_id)

    def _unpack(self, package: tnef.Package) -> Iterator[Words]:
        for file in package.files:
            self._keep(file.name, file.content_type, file.content, file.content_id)
        if package.text.strip() or package.html.strip():
            yield Words(package.text[:MAX_TEXT], package.html[:MAX_TEXT], is_spare=True)

    def _keep(self, name: str, content_type: str, content: bytes, content_id: str) -> None:
        if len(self.attachments) >= MAX_ATTACHMENTS:
            self.problems.add("too-many-attachments")
            return
        known = content_type or "application/octet-stream"
        called = names.safe(name, known, len(self.attachments) + 1)
        self.attachments.append(
            Attachment(called, one_line(known, 100), len(content), content, one_line(content_id, 200), is_inline=False)
        )


def _subject(mail: bytes) -> str:
    """What to call a mail that is attached to another one."""
    head, _body = split(mail[:65536], set())
    subject = head.text("subject").replace("/", "-").replace("\\", "-")
    return f"{subject[:80]}.eml" if subject else ""


def unflowed(text: str, deletes_space: bool) -> str:
    """Lines that were broken for the way, joined again (RFC 3676): those that end in a space go on in the next."""
    lines: list[str] = []
    depth, is_open = 0, False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        level, bare = len(line) - len(bare), bare.removeprefix(" ")
        goes_on = bare.endswith(" ") and bare != "-- "
        bare = bare[:-1] if goes_on and deletes_space else bare
        if is_open and level == depth and bare != "-- ":
            lines.append(bare)
        else:
            lines.append(("\n" if lines else "") + (">" * level + " " if level else "") + bare)
        depth, is_open = level, goes_on
    return "".join(lines)
