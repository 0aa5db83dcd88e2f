"""Finds what must be translated, without GNU gettext: `python -m tools.spoken` brings locale/*/django.po up to date.

New words come in empty, words that nobody says any more go out, and what is translated stays as it is.
"""

import ast
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.template.base import Lexer, Token, TokenType
from django.utils.text import smart_split
from django.utils.translation import trim_whitespace

from tools.messages import LOCALE, ROOT

# What letters, digests, bulletins and the inbox say, the pages of signing in, which everybody sees, and the procedure
# with all around it. The other pages of the desk and the back office are not translated yet.
PLACES = (
    "config/signin/*.py",
    "customers/invitations.py",
    "templates/base.html",
    "templates/components/field.html",
    "templates/components/form_errors.html",
    "templates/429.html",
    "templates/account/**/*.html",
    "templates/account/**/*.txt",
    "templates/mfa/**/*.html",
    "templates/mfa/**/*.txt",
    "templates/socialaccount/*.html",
    "templates/usersessions/**/*.html",
    "templates/usersessions/**/*.txt",
    "templates/notices/**/*.txt",
    "templates/notices/**/*.html",
    "templates/desk/_notice_words.html",
    "escalations/channels/*.py",
    "templates/desk/base.html",
    "templates/desk/_keys.html",
    "templates/desk/_count.html",
    "templates/desk/procedure/*.html",
    "escalations/desk/pages.py",
    "escalations/desk/procedure.py",
    "escalations/desk/training.py",
    "escalations/casefile/criteria.py",
    "escalations/casefile/differences/*.py",
    "escalations/casefile/procedure/*.py",
    "escalations/templatetags/belay.py",
)
# Of the tables of words, those that letters and the procedure name.
WORDS = ("customers/models.py", "escalations/models/immutable.py", "escalations/models/words/*.py")
TABLES = frozenset(
    (
        "CLOSED",
        "DOCUMENTS",
        "EFFECTS",
        "ELAPSED",
        "IMPACTS",
        "INVOLVEMENTS",
        "NOTICE_GROUPS",
        "PARTIES",
        "STAGES",
        "Tier",
        "URGENCIES",
        "VersionState",
        "ASK_REASONS",
        "BECAUSE",
        "BULLETINS",
        "CAUSES",
        "CHANNELS",
        "CLOCKS",
        "CONDITIONS",
        "KINDS",
        "OUTCOMES",
        "REASONS",
        "SEVERITIES",
        "VERDICTS",
        "VIOLATIONS",
    )
)
SINGLE, CONTEXT = {"_", "gettext", "gettext_lazy"}, {"pgettext", "pgettext_lazy"}
NUMBERED = "ngettext"


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
            elif node.func.id == NUMBERED and len(said) > 1:
                yield Message(said[0], plural=said[1])


def of_template(source: str) -> Iterator[Message]:
    tokens = iter(Lexer(source).tokenize())
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            tag, *options = smart_split(token.contents)
            if tag == "translate":
                yield Message(options[0].strip("\"'"))
            elif tag == "blocktranslate":
                yield Message(_block(tokens, "trimmed" in options))


def _block(tokens: Iterator[Token], is_trimmed: bool) -> str:
    """The words up to the end of the block as gettext sees them, with %(name)s for what is filled in."""
    said = ""
    for token in tokens:
        if token.token_type == TokenType.BLOCK:
            break
        is_variable = token.token_type == TokenType.VAR
        said += f"%({token.contents})s" if is_variable else token.contents.replace("%", "%%")
    return trim_whitespace(said) if is_trimmed else said


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
