"""Sheets: CSV as office programs write and read it, line by line, within bounds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

LARGEST = 1_000_000  # bytes
MOST_LINES = 2_000
# A cell that begins with one of these would be a formula in an office program.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
SHIELD = "'"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with a line, or with the whole sheet (line 0), and how to mend it."""

    line: int
    column: str
    sentence: str

    def __str__(self) -> str:
        where = _("line %(line)s") % {"line": self.line} if self.line else ""
        place = ", ".join(part for part in (where, self.column) if part)
        return f"{place}: {self.sentence}" if place else self.sentence


class NotTaken(Exception):
    """Nothing of this file is taken; `problems` say why."""

    def __init__(self, problems: Iterable[object]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says: its lines by their number with their cells by column; `notes` are told with the preview."""

    columns: tuple[str, ...]
    lines: tuple[tuple[int, Mapping[str, str]], ...]
    notes: tuple[str, ...] = ()


def read(content: bytes, columns: Sequence[str], needed: Sequence[str]) -> Sheet:
    """The lines of a file with these columns. Raises NotTaken."""
    if len(content) > LARGEST:
        raise NotTaken([_("This file is larger than %(most)s kB; divide it.") % {"most": LARGEST // 1000}])
    text, notes = _decoded(content)
    rows = list(_rows(text, columns))
    if not rows:
        raise NotTaken([_("This file is empty.")])
    header = tuple(cell.strip().lower() for cell in rows[0][1])
    _refuse_header(header, columns, needed)
    if len(rows) > MOST_LINES + 1:
        raise NotTaken([_("These are more than %(most)s lines; divide the file.") % {"most": f"{MOST_LINES:,}"}])
    problems = [
        Problem(number, "", _("This line has %(found)s cells, the first one %(wanted)s.") % _widths(cells, header))
        for number, cells in rows[1:]
        if len(cells) != len(header)
    ]
    if problems:
        raise NotTaken(problems)
    lines = tuple((number, dict(zip(header, map(_unshielded, cells), strict=True))) for number, cells in rows[1:])
    return Sheet(header, lines, tuple(notes))


def written(columns: Sequence[str], lines: Iterable[Sequence[str]], delimiter: str) -> bytes:
    """A sheet that office programs open as it is: nothing in it is a formula."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, delimiter=delimiter)
    sheet.writerow(columns)
    sheet.writerows([_shielded(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _shielded(cell: str) -> str:
    return f"{SHIELD}{cell}" if cell.startswith((*FORMULA, SHIELD)) else cell


def _unshielded(cell: str) -> str:
    return cell[1:].strip() if cell.startswith(SHIELD) and cell[1:].startswith((*FORMULA, SHIELD)) else cell.strip()


def _decoded(content: bytes) -> tuple[str, list[str]]:
    """The text of a file, and how it was read where that is not plain. Raises NotTaken."""
    try:
        text, notes = content.decode("utf-8-sig"), list[str]()
    except UnicodeDecodeError:
        notes = [_("This file is not in UTF-8; it was read as Windows-1252. Look at letters such as ä, ø and é below.")]
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise NotTaken([_("This is no text in UTF-8 or Windows-1252; save it as “CSV UTF-8”.")]) from None
    if any(character < " " and character not in "\r\n\t" for character in text):
        raise NotTaken([_("This is no sheet of text; save it as “CSV UTF-8”.")])
    return text, notes


def _rows(text: str, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Every line that is not empty with the number at which it begins. Raises NotTaken."""
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count), strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error:
        problem = Problem(begins, "", _("A quotation mark is open here, or stands within a cell; double or remove it."))
        raise NotTaken([problem]) from None


def _refuse_header(header: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    known = ", ".join(columns)
    unknown = [cell for cell in header if cell not in columns]
    missing = [column for column in needed if column not in header]
    if unknown:
        said = {"unknown": ", ".join(cell[:40] or "–" for cell in unknown), "known": known}
        raise NotTaken([Problem(1, "", _("Unknown columns: %(unknown)s. There are: %(known)s.") % said)])
    if missing:
        said = {"missing": ", ".join(missing), "known": known}
        raise NotTaken([Problem(1, "", _("Columns are missing: %(missing)s. There are: %(known)s.") % said)])
    if len(set(header)) < len(header):
        raise NotTaken([Problem(1, "", _("A column stands here twice; remove one of the two."))])


def _widths(cells: Sequence[str], header: Sequence[str]) -> dict[str, int]:
    return {"found": len(cells), "wanted": len(header)}
