"""Built-in letters as one text in one language, ready to be edited, with what they extend, include and translate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from django.template import Engine
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import gettext, trim_whitespace

_BLANK = re.compile(r"%\((\w+)\)s")
Blocks = Mapping[str, list[Token]]


class Words(NamedTuple):
    """Subject and text, in the small language that own words are written in."""

    subject: str
    text: str


def flattened(template: str) -> Words:
    """The letter of this template in the active language; rendered, it says what the template says.

    Raises TemplateDoesNotExist.
    """
    subject, _newline, text = "".join(_said(_tokens(template), {})).strip().partition("\n")
    return Words(subject.strip(), text.strip())


def _tokens(template: str) -> list[Token]:
    # `source` is what was read; it is there with any loader.
    return Lexer(Engine.get_default().get_template(template).source).tokenize()


def _said(tokens: list[Token], blocks: Blocks) -> Iterator[str]:
    """The pieces of a template; `blocks` are those of a template that extends it."""
    first = tokens[0] if tokens else None
    if first and first.token_type == TokenType.BLOCK and first.contents.startswith("extends "):
        yield from _said(_tokens(_name(first)), {**_blocks(tokens), **blocks})
        return
    rest = iter(tokens)
    for token in rest:
        if token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type == TokenType.VAR:
            yield "{{ " + token.contents + " }}"
        elif token.token_type == TokenType.BLOCK:
            yield from _tag(token, rest, blocks)


def _tag(token: Token, rest: Iterator[Token], blocks: Blocks) -> Iterator[str]:
    """What stands in the place of a tag."""
    tag, *options = smart_split(token.contents)
    if tag == "block":
        default = _until(rest, "endblock")
        yield from _said(blocks.get(options[0], default), blocks)
    elif tag == "include":
        yield from _said(_tokens(_name(token)), {})
    elif tag == "translate":
        yield _filled(gettext(options[0].strip("\"'")))
    elif tag == "blocktranslate":
        yield _filled(gettext(_message(_until(rest, "endblocktranslate"), "trimmed" in options)))
    elif tag != "load":
        yield "{% " + token.contents + " %}"


def _name(token: Token) -> str:
    """The template that a tag names."""
    return list(smart_split(token.contents))[1].strip("\"'")


def _until(rest: Iterator[Token], end: str) -> list[Token]:
    """What stands before this tag, which is used up; blocks of letters lie beside each other, never inside."""
    found: list[Token] = []
    for token in rest:
        if token.token_type == TokenType.BLOCK and token.contents.split()[0] == end:
            break
        found.append(token)
    return found


def _blocks(tokens: list[Token]) -> dict[str, list[Token]]:
    rest = iter(tokens)
    tags = (token for token in rest if token.token_type == TokenType.BLOCK)
    return {tag.contents.split()[1]: _until(rest, "endblock") for tag in tags if tag.contents.startswith("block ")}


def _message(tokens: list[Token], is_trimmed: bool) -> str:
    """Words as translators know them."""
    said = "".join(
        f"%({token.contents})s" if token.token_type == TokenType.VAR else token.contents.replace("%", "%%")
        for token in tokens
    )
    return trim_whitespace(said) if is_trimmed else said


def _filled(message: str) -> str:
    """With blanks as own words have them."""
    return _BLANK.sub(r"{{ \1 }}", message).replace("%%", "%")
