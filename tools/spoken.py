"""Finds what must be translated, without GNU gettext: `python -m tools.spoken` brings locale/*/django.po up to date.

New words come in empty, words that nobody says any more go out, and what is translated stays as it is.
"""

import ast
import re
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

from tools.messages import LOCALE, ROOT

# What everybody sees: letters, digests and the inbox, the pages of signing in, the desk, the portal and the help
# center, and whatever they are made of. The back office is not translated yet.
PLACES = (
    "config/*.py",
    "config/signin/*.py",
    "customers/invitations.py",
    "customers/tokens.py",
    "templates/*.html",
    "templates/components/*.html",
    "templates/account/**/*.html",
    "templates/account/**/*.txt",
    "templates/mfa/**/*.html",
    "templates/mfa/**/*.txt",
    "templates/socialaccount/*.html",
    "templates/usersessions/**/*.html",
    "templates/usersessions/**/*.txt",
    "templates/notices/**/*.txt",
    "templates/notices/**/*.html",
    "templates/desk/**/*.html",
    "templates/portal/**/*.html",
    "templates/help/**/*.html",
    "escalations/actions/asks.py",
    "escalations/actions/incoming/*.py",
    "escalations/channels/*.py",
    "escalations/desk/**/*.py",
    "escalations/portal/**/*.py",
    "escalations/casefile/**/*.py",
    "escalations/files/*.py",
    "escalations/models/filling.py",
    "escalations/templatetags/*.py",
    "escalations/files/*.py",
    "escalations/models/filling.py",
    "escalations/models/words/*.py",
)
# Of modules that are for the back office otherwise, the choices that everybody reads.
WORDS = ("customers/models.py", "escalations/models/immutable.py")
TABLES = frozenset(("Tier", "VersionState"))
SINGLE, CONTEXT = {"_", "gettext", "gettext_lazy", "translate"}, {"pgettext", "pgettext_lazy"}
NUMBERED = {"ngettext", "ngettext_lazy"}
INLINE = re.compile(r"""\b_\((["'])(.+?)\1\)""")  # words that a tag or a filter of a template gets


@dataclass(frozen=True, slots=True)
class Message:
    """Words as gettext knows them; `context` tells two that are spelled alike apart, `plural` says them of many."""

    text: str
    context: str = ""
    plural: str = ""


def of_file(path: Path) -> Iterator[Message]:
    """Everything this file says through gettext."""
    source = path.read_text(encoding="utf-8")
    return of_python(source) if path.suffix == ".py" else of_template(source)


def of_python(source: str) -> Iterator[Message]:
    yield from of_tree(ast.parse(source))


def of_tables(source: str, tables: Container[str]) -> Iterator[Message]:
    """What these tables of a module say, and the choices of these classes."""
    for node in ast.parse(source).body:
        is_table = isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in tables
        if is_table or (isinstance(node, ast.ClassDef) and node.name in tables):
            yield from of_tree(node)


def of_tree(tree: ast.AST) -> Iterator[Message]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            said = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if node.func.id in SINGLE and said:
                yield Message(said[0])
            elif node.func.id in CONTEXT and len(said) > 1:
                yield Message(said[1], said[0])
            elif node.func.id in NUMBERED and len(said) > 1:
                yield Message(said[0], plural=said[1])


def of_template(source: str) -> Iterator[Message]:
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type in (TokenType.BLOCK, TokenType.VAR):
            yield from (Message(_doubled(found[2])) for found in INLINE.finditer(token.contents))
        if token.token_type == TokenType.BLOCK:
            tag, *options = smart_split(token.contents)
            if tag == "translate":
                yield _translated(options)
            elif tag == "blocktranslate":
                one, many = _block(tokens, "trimmed" in options)
                yield Message(one, plural=many)


def _translated(options: list[str]) -> Message:
    """The words of the tag, and the context that tells them from others spelled alike."""
    text, *rest = (option.strip("\"'") for option in options)
    return Message(_doubled(text), rest[rest.index("context") + 1] if "context" in rest else "")


def _doubled(text: str) -> str:
    """Templates say a percent sign twice, so that none is taken for a place to fill in."""
    return text.replace("%", "%%")


def _block(tokens: Iterator[Token], is_trimmed: bool) -> tuple[str, str]:
    """The words up to the end of the block as gettext sees them, of one and of many.

    What is filled in stands as %(name)s. Where the block does not tell one from many, the second is empty.
    """
    said = [""]
    for token in tokens:
        if token.token_type == TokenType.BLOCK and token.contents.strip() != "plural":
            break
        if token.token_type == TokenType.BLOCK:
            said.append("")
        else:
            is_variable = token.token_type == TokenType.VAR
            said[-1] += f"%({token.contents})s" if is_variable else _doubled(token.contents)
    one, many, *_rest = [*(trim_whitespace(words) if is_trimmed else words for words in said), ""]
    return one, many


def wanted() -> dict[Message, list[str]]:
    """Every message that is to be translated, with the files that say it."""
    places = ((path, of_file(path)) for place in PLACES for path in sorted(ROOT.glob(place)))
    files = (path for place in WORDS for path in sorted(ROOT.glob(place)))
    tables = ((path, of_tables(path.read_text(encoding="utf-8"), TABLES)) for path in files)
    found: dict[Message, dict[str, None]] = {}
    for path, said in (*places, *tables):
        for message in said:
            found.setdefault(message, {})[path.relative_to(ROOT).as_posix()] = None
    return {message: list(names) for message, names in found.items()}


def of_entry(entry: polib.POEntry) -> Message:
    """What an entry of a catalogue translates."""
    return Message(entry.msgid, entry.msgctxt or "", entry.msgid_plural or "")


def _entry(message: Message) -> polib.POEntry:
    plural = {"msgid_plural": message.plural, "msgstr_plural": {0: "", 1: ""}} if message.plural else {}
    return polib.POEntry(msgid=message.text, msgctxt=message.context or None, **plural)


def update(po: polib.POFile, messages: dict[Message, list[str]]) -> None:
    """Brings a catalogue to these messages, in their order; translations that are there stay."""
    known = {of_entry(entry): entry for entry in po if not entry.obsolete}
    del po[:]
    for message, places in messages.items():
        entry = known.get(message) or _entry(message)
        entry.occurrences = [(place, "") for place in places]
        entry.flags = ["python-format"] if "%(" in message.text else []
        po.append(entry)


def main() -> int:
    """Updates every catalogue; says how much waits for a translator."""
    messages = wanted()
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        po = polib.pofile(str(path), wrapwidth=100)
        update(po, messages)
        po.save()
        print(f"{path.relative_to(ROOT)}: {len(po)} messages, {len(po.untranslated_entries())} to translate")
    return 0


if __name__ == "__main__":
    sys.exit(main())
