"""Markdown becomes HTML that cannot do anything but be read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledgebase.rendering import ATTRIBUTES, TAGS, render


def test_markdown_is_shown_as_headings_lists_tables_and_code() -> None:
    html = render("# Steps\n\n1. one\n2. `two`\n\n| a | b |\n|---|---|\n| c | d |\n\n> said\n\n~~old~~ **new**")
    for part in ("<h2>Steps</h2>", "<ol>", "<code>two</code>", "<td>c</td>", "<blockquote>", "<s>old</s>"):
        assert part in html


def test_the_title_of_the_page_stays_its_only_first_heading() -> None:
    assert "<h1" not in render("# One\n\nTwo\n===\n\n###### Six")


@pytest.mark.parametrize("text", ["# Top\n\n## Below", "## Top\n\n### Below", "#### Top\n\n##### Below"])
def test_headings_follow_the_title_without_a_gap_wherever_the_writer_began(text: str) -> None:
    assert render(text) == "<h2>Top</h2>\n<h3>Below</h3>\n"


def test_what_is_wider_than_a_phone_scrolls_by_itself_and_by_keyboard() -> None:
    html = render("| a |\n|---|\n| b |\n\n```\nlong\n```")
    assert '<div class="scroll" tabindex="0"><table>' in html
    assert '<pre tabindex="0">' in html
    assert "&lt;table&gt;" in render("`<table>`")


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](javascript:alert(1))",
        '[x](/a "onmouseover=alert(1)")',
        "<style>body{display:none}</style>",
        "<iframe src='https://evil.example'></iframe>",
        "<a href='vbscript:x'>x</a>",
        "```html\n<script>alert(1)</script>\n```",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_no_script_survives(attack: str) -> None:
    html = render(attack)
    assert re.search(r"<(script|style|iframe)\b", html) is None
    assert re.search(r"<[^>]*\s(on\w+|style)\s*=", re.sub(r'"[^"]*"', '""', html)) is None
    assert re.search(r"(href|src)=\"(javascript|data|vbscript):", html, re.IGNORECASE) is None


@given(st.text(alphabet=st.sampled_from(list("<>/\"'=[]()!#`*_-|:\n &;abjscriptonerror")), max_size=200))
def test_whatever_is_written_only_allowed_tags_and_attributes_come_out(text: str) -> None:
    for tag, attributes in re.findall(r"<([a-z][a-z0-9]*)((?:\s[^<>]*)?)>", render(text)):
        assert tag in TAGS | {"div"}
        names = set(re.findall(r'\s([a-z-]+)="', re.sub(r'="[^"]*"', '=""', attributes)))
        assert names <= ATTRIBUTES.get(tag, set()) | ({"tabindex", "class"} if tag in ("div", "pre") else set())


def test_a_link_to_another_host_tells_it_nothing_and_our_own_links_stay_plain() -> None:
    html = render("[out](https://other.example/a) and [//x](//other.example) and [in](/help/billing/)")
    assert html.count('rel="noopener noreferrer nofollow external"') == 2
    assert '<a href="/help/billing/">in</a>' in html


def test_a_link_that_nobody_can_read_counts_as_external() -> None:
    assert 'rel="noopener' in render("[x](http://[::1)")


def test_a_picture_on_another_host_is_not_fetched_and_its_words_stay() -> None:
    html = render("![a chart](https://other.example/p.png) ![ours](/static/p.png) ![no](//other.example/p.png)")
    assert "other.example" not in html
    assert 'alt="a chart"' in html
    assert 'src="/static/p.png"' in html
