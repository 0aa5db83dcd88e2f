"""Markdown of an article as HTML that is safe to show."""

from __future__ import annotations

from urllib.parse import urlsplit

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

TAGS = {"p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s", "a", "img"}
TAGS |= {"h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"}
# What may be wider than a phone scrolls by itself, also by keyboard; written around tags after the cleaning.
WIDE = {
    "<pre>": '<pre tabindex="0">',
    "<table>": '<div class="scroll" tabindex="0"><table>',
    "</table>": "</table></div>",
}
ATTRIBUTES = {"a": {"href", "title", "rel"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}
# The reader leaves us: tell the other side nothing, and search engines that it is not our word.
EXTERNAL = "noopener noreferrer nofollow external"


def is_external(address: str) -> bool:
    """Whether a link leads to another host; one that cannot be read does."""
    try:
        return bool(urlsplit(address).netloc)
    except ValueError:
        return True


def _own_images_only(tag: str, name: str, value: str) -> str | None:
    """A picture on another host would tell that host who reads; its words stay, the picture does not."""
    if tag == "img" and name == "src":
        return value if value.startswith("/") and not is_external(value) else None
    return value


def _below_the_title(state: StateCore) -> None:
    """The page's title is the only h1: the highest headings of the text become h2, the others follow them."""
    headings = [token for token in state.tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1:]) for token in headings), default=2)
    for token in headings:
        token.tag = f"h{min(int(token.tag[1:]) - highest + 2, 6)}"


def _mark_external(state: StateCore) -> None:
    for block in state.tokens:
        for token in block.children or []:
            if token.type == "link_open" and is_external(str(token.attrGet("href") or "")):
                token.attrSet("rel", EXTERNAL)


def _parser() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.core.ruler.push("below_the_title", _below_the_title)
    markdown.core.ruler.push("mark_external", _mark_external)
    return markdown


PARSER = _parser()


def render(text: str) -> SafeString:
    """The HTML of a Markdown text: no raw HTML, no scripts, no foreign pictures, however it was written."""
    html = nh3.clean(
        PARSER.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=_own_images_only,
        link_rel=None,
    )
    for plain, scrolling in WIDE.items():
        html = html.replace(plain, scrolling)
    return mark_safe(html)  # noqa: S308 - this is the one place where text becomes HTML, and nh3 has the last word
