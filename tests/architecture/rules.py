"""The rules of the house as functions: a file goes in, its offences come out as `path:line what`."""

import ast
import statistics
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from tests.architecture.sources import Source

CODE_LINES, TEST_LINES, FUNCTION_LINES, MEDIAN_LINES = 400, 600, 50, 10
EMPTY_NAMES = {"utils", "helpers", "common", "manager", "service"}

FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)

OPERATIONAL = {
    "attachment", "attempt", "audit", "brief", "case", "clock", "decision", "escalation", "event", "lease", "message",
    "note", "notice", "participant", "pause", "promise", "receivedmail", "review", "step", "survey", "violation",
}  # fmt: skip
PEOPLE = {"user", "contact", "organization", "membership", "undeliverableaddress"}
KNOWLEDGE = {"category", "article", "revision", "feedback"}
PEOPLE_ACTIONS = {"customers/actions.py", "customers/invitations.py"}
# Django's own contract for `createsuperuser`: the user manager saves.
USER_MANAGER = "customers/models.py"
WRITES = {
    "save", "create", "update", "delete", "get_or_create", "update_or_create", "bulk_create", "bulk_update",
    "_raw_delete", "asave", "acreate", "aupdate", "adelete",
}  # fmt: skip

QUIET = tuple(f"escalations/{name}/" for name in ("actions", "models", "casefile", "reports", "trials"))
LOUD = {"django.core.mail", "urllib.request", "http.client", "socket", "smtplib", "celery", "escalations.tasks"}
DOORS = ("escalations/desk/", "escalations/portal/", "escalations/api/")
SHORTCUTS = {"get_object_or_404", "get_list_or_404"}
SIGNALS = {"django.dispatch", "django.db.models.signals", "django.core.signals", "django_fsm.signals"}


def offence(source: Source, node: ast.AST, what: str) -> str:
    return f"{source.path}:{getattr(node, 'lineno', 1)} {what}"


def functions(source: Source) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Every function with its number of lines."""
    for node in ast.walk(source.tree):
        if isinstance(node, FUNCTION):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


def long_file(source: Source) -> Iterator[str]:
    """Files stay small enough to be read at one sitting."""
    lines, limit = len(source.text.splitlines()), TEST_LINES if source.is_test else CODE_LINES
    if lines > limit:
        yield f"{source.path}:1 has {lines} lines, {limit} are allowed"


def long_function(source: Source) -> Iterator[str]:
    """Functions fit on a screen."""
    for node, lines in functions(source):
        if lines > FUNCTION_LINES:
            yield offence(source, node, f"{node.name} has {lines} lines, {FUNCTION_LINES} are allowed")


def median_function(sources: Iterable[Source]) -> float:
    """The length of the function in the middle."""
    return statistics.median(lines for source in sources for _, lines in functions(source))


def hidden_import(source: Source) -> Iterator[str]:
    """Imports stand at the top; only an app's ready() may wait for the models."""
    for node, _ in functions(source):
        if source.path.endswith("/apps.py") and node.name == "ready":
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import | ast.ImportFrom):
                yield offence(source, inner, f"imports inside {node.name}")


def empty_name(source: Source) -> Iterator[str]:
    """A module is named for what it holds."""
    for part in PurePosixPath(source.path).with_suffix("").parts:
        if part in EMPTY_NAMES:
            yield f"{source.path}:1 is named {part}, which says nothing"


def chain(node: ast.expr) -> list[str]:
    """The names along `a.b(…).c[…].d`, from the root."""
    names: list[str] = []
    current: ast.expr | None = node
    while current is not None:
        if isinstance(current, ast.Attribute):
            names.append(current.attr)
            current = current.value
        elif isinstance(current, ast.Call):
            current = current.func
        elif isinstance(current, ast.Subscript):
            current = current.value
        else:
            names.append(current.id if isinstance(current, ast.Name) else "")
            current = None
    return names[::-1]


def singular(name: str) -> str:
    """`Cases`, `case_set` and `case` are one word."""
    word = name.lower().removesuffix("_set")
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    return word.removesuffix("s") if not word.endswith("ss") else word


def writes(source: Source) -> Iterator[tuple[ast.Call, list[str]]]:
    """Every call of a writing method, with the names along what it is called on."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            yield node, chain(node.func.value)


def protected_from(path: str) -> set[str]:
    """The rows that a file at this place may not write."""
    rows: set[str] = set()
    if not path.startswith("escalations/actions/"):
        rows |= OPERATIONAL
    if path not in {*PEOPLE_ACTIONS, USER_MANAGER}:
        rows |= PEOPLE
    if path != "knowledgebase/actions.py":
        rows |= KNOWLEDGE
    return rows


def foreign_write(source: Source) -> Iterator[str]:
    """Rows are written by the verbs of their own app and by nobody else."""
    protected = protected_from(source.path)
    for node, names in writes(source):
        written = {singular(name) for name in names} & protected
        if written:
            yield offence(source, node, f"writes {', '.join(sorted(written))}")


def self_write(source: Source) -> Iterator[str]:
    """A noun checks and stamps itself; saving is a verb's work."""
    if source.path.startswith("escalations/models/"):
        for node, names in writes(source):
            if names[0] == "self":
                yield offence(source, node, "a noun writes itself")


def imported(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Every module or name the file imports, dotted; the names of `from a import b` as `a.b`, and `a` itself."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node, node.module
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)


def imports_any(source: Source, forbidden: set[str]) -> Iterator[tuple[ast.AST, str]]:
    """The imports that are one of these modules or lie inside one."""
    for node, name in imported(source):
        if any(name == module or name.startswith(f"{module}.") for module in forbidden):
            yield node, name


def loud_import(source: Source) -> Iterator[str]:
    """What runs inside a transaction cannot talk to the network."""
    if source.path.startswith(QUIET):
        for node, name in imports_any(source, LOUD):
            yield offence(source, node, f"imports {name} in a quiet package")


def own_signal(source: Source) -> Iterator[str]:
    """What follows from what is written where it happens; only apps.py may listen to Django."""
    if not source.path.endswith("/apps.py"):
        for node, name in imports_any(source, SIGNALS):
            yield offence(source, node, f"imports {name}")


def unscoped_read(source: Source) -> Iterator[str]:
    """Doors see cases only through `Case.objects.visible_to(standing)`."""
    if not source.path.startswith(DOORS):
        return
    scoped = [node.value for node in attributes(source, {"visible_to"})]
    for read in attributes(source, {"objects", "_default_manager", "_base_manager"}):
        if chain(read.value)[-1] == "Case" and read not in scoped:
            yield offence(source, read, "reads cases without visible_to")
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and chain(node.func)[-1] in SHORTCUTS and chain(node.args[0])[-1] == "Case":
            yield offence(source, node, "reads cases without visible_to")


def attributes(source: Source, names: set[str]) -> Iterator[ast.Attribute]:
    """Every `something.name` with one of these names."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr in names:
            yield node
