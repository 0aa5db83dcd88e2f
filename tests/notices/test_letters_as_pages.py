"""The HTML of a letter says what its text says, quotes, lists and links as such; all is escaped, nothing fetched."""

from __future__ import annotations

import re
from datetime import timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from django.conf import settings

from customers.models import User
from escalations.actions import handling
from escalations.channels import letters
from escalations.channels.blocks import Block, Piece, blocks
from escalations.channels.composing import compose
from escalations.channels.mail import folded
from escalations.models import Notice
from escalations.rules.vocabulary import Kind
from tests.cast import MONDAY, Company
from tests.notices.letterbox import newest

OURS = f"{settings.BELAY_URL}/portal/cases/B-1/"


def kinds(text: str) -> list[str]:
    return [block.kind for block in blocks(text)]


def page_of(notice: Notice) -> str:
    """The HTML that goes out for this notice."""
    reader = letters.reader_of(notice.recipient)
    assert reader is not None
    [(page, kind)] = compose(notice, reader, folded(notice)).alternatives
    assert kind == "text/html"
    return str(page)


class Words(HTMLParser):
    """What a person reads on the page, its title left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said, self.silent, self.tags = "", 0, list[tuple[str, dict[str, str | None]]]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.silent += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        self.said += "" if self.silent else f" {data}"


# -- blocks ----------------------------------------------------------------------------------------------


def test_words_quotes_lists_and_facts_are_told_apart() -> None:
    text = "Hello,\n\nYou wrote:\n> First\n> second\n\n– one\n– two\n\nCase: B-1\nSeverity: high\n"
    assert kinds(text) == ["words", "label", "quote", "list", "facts"]
    quote = blocks(text)[2]
    assert quote.inner == (Block("words", lines=((Piece("First"),), (Piece("second"),))),)


def test_a_link_of_ours_alone_on_its_line_is_pressed_with_the_words_above_it() -> None:
    assert blocks(f"Yes: a month\n{OURS}") == [Block("link", text="Yes: a month", url=OURS)]


def test_words_that_lead_on_with_a_colon_or_stand_apart_are_not_put_on_a_button() -> None:
    for text in (f"Answer here:\n{OURS}", f"All is well.\n\n{OURS}"):
        words, link = blocks(text)
        assert (words.kind, link) == ("words", Block("link", url=OURS))


def test_a_foreign_link_stays_what_it_is_and_is_never_a_button() -> None:
    [words] = blocks("Press here\nhttps://elsewhere.example/x).")
    assert words.lines == (
        (Piece("Press here"),),
        (Piece("https://elsewhere.example/x", "https://elsewhere.example/x"), Piece(").")),
    )


def test_what_only_looks_like_our_address_is_foreign() -> None:
    assert kinds(f"Press here\n{settings.BELAY_URL}.elsewhere.example/") == ["words"]


def test_a_link_in_a_quote_is_no_button() -> None:
    [quote] = blocks(f"> Press here\n> {OURS}")
    assert [block.kind for block in quote.inner] == ["words"]


def test_quotes_in_quotes_end_somewhere() -> None:
    deep = blocks(">" * 2000 + " Hello")
    levels = 0
    while deep and deep[0].kind == "quote":
        deep, levels = list(deep[0].inner), levels + 1
    assert levels < 10
    assert deep[0].kind == "words"


# -- pages -----------------------------------------------------------------------------------------------


def test_the_page_says_every_word_of_the_text(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY, kind=Kind.HIERARCHICAL)
    for recipient in (company.ida.contact.code, company.specialist.user.code):
        notice = newest(case, recipient)
        reader = letters.reader_of(recipient)
        assert reader is not None
        said = Words(page_of(notice)).said.split()
        links = [attrs.get("href") for tag, attrs in Words(page_of(notice)).tags if tag == "a"]
        for line in letters.write(notice, reader).text.splitlines():
            words = line.lstrip("> –").split()
            assert line in links or set(words) <= {*said, *(f"{word}:" for word in said)}, line


def test_markup_of_a_stranger_is_shown_and_not_obeyed(company: Company) -> None:
    evil = '<img src="https://elsewhere.example/x.png" onerror="alert(1)"><script>alert(1)</script>'
    case = company.open(subject=evil, text=f'{evil}\nhttps://elsewhere.example/"onmouseover="x')
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text=f"{evil}\n{OURS}\n</p></td></table>")
    for recipient in (company.ida.contact.code, company.agent.user.code):
        page = Words(page_of(newest(case, recipient)))
        assert {tag for tag, _attrs in page.tags}.isdisjoint({"img", "script", "iframe", "link", "form", "input"})
        assert not [name for _tag, attrs in page.tags for name in attrs if name.startswith("on")]
        assert "".join(evil.split()) in "".join(page.said.split())


def test_nothing_is_fetched_from_anywhere(company: Company) -> None:
    page = page_of(newest(company.open(), company.ida.contact.code))
    assert not re.search(r"src=|url\(|@import|<link|background=", page)


def test_the_page_names_its_language_and_begins_with_a_preview_of_what_it_says(company: Company) -> None:
    User.objects.filter(pk=company.ida.user.pk).update(language="de")
    notice = newest(company.open(), company.ida.contact.code)
    page = Words(page_of(notice))
    assert page.tags[0] == ("html", {"lang": "de"})
    reader = letters.reader_of(notice.recipient)
    assert reader is not None
    assert page.said.split()[:5] == letters.write(notice, reader).text.split("\n\n")[1].split()[:5]


def test_colleagues_see_severity_and_level_at_a_glance_and_customers_no_severity(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    theirs = Words(page_of(newest(case, company.specialist.user.code)))
    assert f"{case.reference}   high   level 2" in theirs.said
    mine = Words(page_of(newest(case, company.ida.contact.code)))
    assert f"{case.reference}   level 2" in mine.said
    assert "high" not in mine.said


def test_a_digest_is_a_list_of_links_to_the_pages_of_its_cases(company: Company) -> None:
    cases = [company.escalate(company.open(), MONDAY) for _number in range(3)]
    first, *others = (newest(case, company.specialist.user.code) for case in cases)
    reader = letters.reader_of(first.recipient)
    assert reader is not None
    mail = compose(first, reader, others)
    page = Words(str(mail.alternatives[0][0]))
    links = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    assert links[:3] == [f"{settings.BELAY_URL}/desk/cases/{case.reference}/" for case in cases]
    assert page.said.count("Escalated to level 2") == 3


@pytest.mark.parametrize("length", [10, 997, 30_000])
def test_lines_of_any_length_arrive_whole_in_a_mail_of_short_lines(company: Company, length: int) -> None:
    case = company.open()
    words = "ä" * length
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + timedelta(minutes=1), text=words)
    notice = newest(case, company.ida.contact.code)
    reader = letters.reader_of(notice.recipient)
    assert reader is not None
    sent = compose(notice, reader).message().as_bytes()
    assert max(map(len, sent.splitlines())) <= 200
    parts = message_from_bytes(sent, policy=policy.default).iter_parts()
    text, page = (part.get_content() for part in parts)
    assert words in text
    assert words in page
