"""The small language of own words: Django's templates without loading, including, extending or marking as safe.

It knows the values of its letter and nothing else, so whoever writes it can neither reach further nor let a text grow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.base import FilterExpression, Lexer, NodeList, Parser, Token, TokenType, Variable
from django.template.defaulttags import ForNode, WithNode
from django.utils.translation import gettext as _

from escalations.channels import plain_tags

LONGEST = 20_000  # characters
MOST_TAGS = 500
DEEPEST = 12  # choices within choices
ALWAYS = {"True", "False", "None", "forloop"}
OPENING, CLOSING = {"if", "for", "with"}, {"endif", "endfor", "endwith"}
KNOWN_TAGS = {*plain_tags.TAGS, *CLOSING, "elif", "else", "empty", "endcomment"}


class WrongWords(ValueError):
    """Own words that cannot be used; its text says why, and `line` where, from 1."""

    def __init__(self, line: int, problem: str) -> None:
        self.line = line
        super().__init__(_("Line %(line)d: %(problem)s") % {"line": line, "problem": problem})


@dataclass(frozen=True, slots=True)
class Known:
    """What a text may name: every value, and those among them that are lists, which `for` goes through."""

    names: tuple[str, ...]
    lists: tuple[str, ...] = ()


class _Small(Engine):
    default_builtins = ["escalations.channels.plain_tags"]


ENGINE = _Small(autoescape=False, loaders=[("django.template.loaders.locmem.Loader", {})])


class _Noting(Parser):
    """Notes every value that is asked for, with its line."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.line = 1
        self.noted: list[tuple[int, FilterExpression]] = []

    def next_token(self) -> Token:
        token = super().next_token()
        self.line = token.lineno or self.line
        return token

    def compile_filter(self, token: str) -> FilterExpression:
        found = super().compile_filter(token)
        self.noted.append((self.line, found))
        return found


class Read(Template):
    """A text that was understood: `asked` are the values it names, with their lines, `lists` those it goes through."""

    def compile_nodelist(self) -> NodeList:
        tokens = Lexer(str(self.source)).tokenize()
        _refuse_shape(tokens)
        parser = _Noting(tokens, self.engine.template_libraries, self.engine.template_builtins, self.origin)
        found = parser.parse()
        loops = [node for node in found.get_nodes_by_type(ForNode) if isinstance(node, ForNode)]
        givers = [node for node in found.get_nodes_by_type(WithNode) if isinstance(node, WithNode)]
        own = {name for loop in loops for name in loop.loopvars} | {
            name for node in givers for name in node.extra_context
        }
        self.asked = [
            (line, name) for line, value in parser.noted for name in _names(value) if name not in own | ALWAYS
        ]
        self.lists = [str(getattr(loop.sequence, "token", loop.sequence)) for loop in loops]
        return found


def _names(value: FilterExpression) -> Iterator[str]:
    """The names that a value asks for, in itself and in what its filters are given."""
    given = [arg for _filter, args in value.filters for _is_variable, arg in args]
    for part in (value.var, *given):
        if isinstance(part, Variable) and part.lookups:
            yield part.lookups[0]


def _refuse_shape(tokens: list[Token]) -> None:
    """Raises WrongWords for tags there are not, for too many, and for too many within each other."""
    depth, loops = 0, 0
    tags = (token for token in tokens if token.token_type == TokenType.BLOCK)
    for number, token in enumerate(tags):
        tag, line = token.contents.split(maxsplit=1)[0], token.lineno or 1
        if tag not in KNOWN_TAGS:
            there = ", ".join(plain_tags.TAGS)
            raise WrongWords(line, _("there is no tag “%(tag)s”; there are: %(there)s") % {"tag": tag, "there": there})
        depth += (tag in OPENING) - (tag in CLOSING)
        loops += (tag == "for") - (tag == "endfor")
        if number >= MOST_TAGS or depth > DEEPEST:
            raise WrongWords(line, _("too many tags, or too many within each other"))
        if loops > 1:
            raise WrongWords(line, _("a “for” stands within another; go through one list after the other"))


def understood(source: str) -> Read:
    """A text as it is written. Raises WrongWords for what is no sentence of the language."""
    if len(source) > LONGEST:
        raise WrongWords(1, _("this is longer than %(most)d characters") % {"most": LONGEST})
    try:
        return Read(source, engine=ENGINE)
    except TemplateSyntaxError as problem:
        token = getattr(problem, "token", None)
        raise WrongWords(token.lineno if token else 1, _("not understood: %(said)s") % {"said": problem}) from problem


def checked(source: str, known: Known) -> Read:
    """A text that names only what there is. Raises WrongWords, which lists what there is."""
    found = understood(source)
    for line, name in found.asked:
        if name not in known.names:
            values = {"name": name, "there": ", ".join(sorted(known.names))}
            raise WrongWords(line, _("there is no “%(name)s” in this letter; there are: %(there)s") % values)
    for name in found.lists:
        if name not in known.lists:
            values = {"name": name, "there": ", ".join(known.lists) or "–"}
            raise WrongWords(1, _("“for” cannot go through “%(name)s”; the lists are: %(there)s") % values)
    return found


def render(source: str, known: Known, values: Mapping[str, Any]) -> str:
    """A text with its values filled in, of which it sees none that it may not name. Raises WrongWords."""
    seen = {name: values[name] for name in known.names if name in values}
    return str(checked(source, known).render(Context(seen, autoescape=False)))
