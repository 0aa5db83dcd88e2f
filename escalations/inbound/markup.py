"""HTML from strangers: made safe to show, and told as plain text.

What loads anything from elsewhere is taken out, because loading it would tell the sender that and where it is read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from urllib.parse import unquote

import nh3
from markdownify import MarkdownConverter

# Beyond so many levels, characters of one tag, and characters written as entities, reading HTML takes quadratic time.
MAX_NESTING, MAX_TAG, MAX_ENTITIES = 200, 20_000, 200_000
MAX_TAGS, MAX_TOLD_DEPTH, MAX_TOLD = 20_000, 100, 10_000_000  # number, levels, characters times levels
MAX_GROWTH = 20  # how many times longer than it came the safe form may be

# Elements that end by themselves or that writers do not care to close: never deep.
UNCLOSED = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "html", "head", "body", "o:p",
}  # fmt: skip
OPTIONAL = {"p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot"}
DROPPED = {"script", "style", "title", "template", "noscript", "textarea", "xmp", "iframe", "noembed", "noframes"}
SCHEMES = {"http", "https", "mailto", "tel", "cid"}

TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,30})")
WHOLE_TAG = re.compile(r"<[a-zA-Z][^>]*")
EMBEDDED = re.compile(rb"data:image/[a-zA-Z0-9.+-]{1,40};base64,[A-Za-z0-9+/=%\s]*")
HIDDEN = re.compile(r"(?is)<(script|style|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)")
BREAK = re.compile(r"(?i)<(?:br|/p|/div|/tr|/h[1-6]|/li|hr)\b[^<>]*>")
ANY_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
CID = re.compile(r"\s*cid:(.+)", re.IGNORECASE | re.DOTALL)
BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
META_CHARSET = re.compile(
    rb"<meta[^<>]{1,200}charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE
)


def safe(markup: str, images: Collection[str], problems: set[str]) -> tuple[str, set[str]]:
    """The HTML without anything that runs, loads or leads astray, and which of the images with these ids it shows."""
    shown: set[str] = set()
    if not _can_be_read(markup, problems):
        return paragraphs(bare(markup)), shown

    def kept(tag: str, name: str, value: str) -> str | None:
        if name not in {"src", "href"}:
            return value
        identity = content_id(value)
        if tag == "img" and name == "src":
            shown.update({identity} & set(images))
            return f"cid:{identity}" if identity in images else None
        return None if identity else value

    cleaned = nh3.clean(
        markup,
        tags=nh3.ALLOWED_TAGS - {"map", "area"},
        clean_content_tags=DROPPED,
        attribute_filter=kept,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    if len(cleaned) > MAX_GROWTH * len(markup) + 1000:
        problems.add("html-refused")
        return paragraphs(bare(markup)), set()
    return cleaned.strip(), shown


def content_id(address: str) -> str:
    """The content id that a `cid:` address names, else empty."""
    found = CID.match(address)
    return unquote(found[1]).strip("<> ") if found else ""


def text(markup: str, problems: set[str]) -> str:
    """The HTML as plain text in the manner of Markdown; quotes get their `>`."""
    if not _can_be_read(markup, problems):
        return bare(markup)
    inert = nh3.clean(markup, tags=nh3.ALLOWED_TAGS - {"img", "map", "area"}, clean_content_tags=DROPPED, link_rel=None)
    if not _can_be_told(inert):
        problems.add("html-simplified")
        return bare(inert)
    converter = MarkdownConverter(
        heading_style="ATX", bullets="-", escape_asterisks=False, escape_underscores=False, newline_style="BACKSLASH"
    )
    told = converter.convert(inert).replace("\\\n", "\n").replace("\u00a0", " ")
    if len(told) > MAX_GROWTH * len(markup) + 1000:
        problems.add("html-refused")
        return bare(markup)
    return BLANK_LINES.sub("\n\n", told).strip()


def _can_be_read(markup: str, problems: set[str]) -> bool:
    """Whether its nesting can be followed; otherwise it was made to choke readers, or is no HTML at all."""
    longest = max((len(found[0]) for found in WHOLE_TAG.finditer(markup)), default=0)
    is_sane = longest <= MAX_TAG and markup.count("&") <= MAX_ENTITIES
    if is_sane and _nesting(markup, UNCLOSED | OPTIONAL)[1] <= MAX_NESTING:
        return True
    problems.add("html-refused")
    return False


def _nesting(markup: str, ignored: Collection[str]) -> tuple[int, int]:
    """The number of tags, and how deep their elements lie in each other."""
    tags = depth = deepest = 0
    for found in TAG.finditer(markup):
        tags += 1
        if found[2].lower() not in ignored:
            depth = max(0, depth + (-1 if found[1] else 1))
            deepest = max(deepest, depth)
    return tags, deepest


def _can_be_told(inert: str) -> bool:
    """Whether telling it element by element ends in good time: its cost grows with length and depth."""
    tags, deepest = _nesting(inert, UNCLOSED)
    return tags + inert.count("&") // 5 <= MAX_TAGS and deepest <= MAX_TOLD_DEPTH and deepest * len(inert) <= MAX_TOLD


def bare(markup: str) -> str:
    """The words between the tags, when nothing better can be had."""
    shown = BREAK.sub("\n", HIDDEN.sub(" ", markup))
    return BLANK_LINES.sub("\n\n", html.unescape(ANY_TAG.sub("", shown))).strip()


def paragraphs(plain: str) -> str:
    """Plain text as HTML, line for line."""
    return f"<p>{html.escape(plain).replace(chr(10), '<br>')}</p>" if plain.strip() else ""


def without_embedded(data: bytes) -> bytes:
    """The HTML without images inside its own text, which are never shown and may take all the room there is."""
    return EMBEDDED.sub(b"", data)


def declared_charset(data: bytes) -> str:
    """What the HTML itself says about its charset, near its beginning."""
    found = META_CHARSET.search(data[:2048])
    return found[1].decode("ascii") if found else ""
