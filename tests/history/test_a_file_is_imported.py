"""`manage.py import_cases`: good cases come in, broken lines go to a file that can be mended and imported."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from escalations.models import Case, Event, Notice
from tests.history.generator import as_belay, as_bpi, log, write

pytestmark = pytest.mark.usefixtures("company")


def run(path: Path, *options: str) -> str:
    said = io.StringIO()
    rejected = path.with_suffix(".rejected.csv")
    call_command("import_cases", str(path), "--rejected", str(rejected), *options, stdout=said, stderr=io.StringIO())
    return said.getvalue()


def rejected(path: Path) -> list[dict[str, str]]:
    text = path.with_suffix(".rejected.csv").read_text(encoding="utf-8", errors="surrogateescape")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def state() -> tuple[int, int, list[str]]:
    return (
        Case.objects.count(),
        Event.objects.count(),
        list(Case.objects.order_by("pk").values_list("chain", flat=True)),
    )


def test_the_documented_format_is_read_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", as_belay(log(12, 1)))
    assert "imported: 12;" in run(path)
    before = state()
    assert "imported: 0; here before: 12;" in run(path)
    assert state() == before
    assert not Notice.objects.exists()
    assert not path.with_suffix(".rejected.csv").exists()


def test_the_example_of_the_documentation_is_imported_as_it_says(tmp_path: Path) -> None:
    page = (Path(settings.BASE_DIR) / "docs" / "import.md").read_text(encoding="utf-8")
    path = tmp_path / "log.csv"
    path.write_text(next(block for block in page.split("```\n") if block.startswith("case,at,event")), encoding="utf-8")
    assert "imported: 1;" in run(path)
    case = Case.objects.get(external_id="1042")
    assert (case.subject, case.severity, case.level, case.outcome) == ("No readings since Friday", 2, 2, "solved")


def test_a_packed_log_of_the_challenge_is_read(tmp_path: Path) -> None:
    plain = write(tmp_path / "log.csv", as_bpi(log(5, 2)))
    packed = tmp_path / "log.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert "imported: 5;" in run(packed, "--format", "bpi2013", "--source", "volvo")
    case = Case.objects.get(source="volvo", external_id="1-000001")
    assert case.organization is not None
    assert (case.organization.name, case.subject) == ("BPI 2013 SE", "1-000001 PROD1")


def test_both_formats_tell_the_same_story(tmp_path: Path) -> None:
    records = log(8, 3)
    run(write(tmp_path / "a.csv", as_belay(records)), "--source", "a")
    run(write(tmp_path / "b.csv", as_bpi(records)), "--format", "bpi2013", "--source", "b")
    kinds = [
        list(Event.objects.filter(case__source=source).order_by("case_id", "seq").values_list("kind", "occurred_at"))
        for source in ("a", "b")
    ]
    assert kinds[0] == kinds[1]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Eight cases; one line of each of the first five is spoilt in its own way."""
    rows = as_belay(log(8, 4))
    first = {row["case"]: number for number, row in reversed(list(enumerate(rows)))}
    places = [first[f"1-{case:06}"] for case in range(1, 6)]
    rows[places[0]]["at"] = "31.02.2025 10:00"
    rows[places[1]]["event"] = "exploded"
    rows[places[2] + 1]["case"] = ""
    rows[places[3]]["team"] = "Käse"
    rows[places[4]]["level"] = "7"
    path = write(tmp_path / "log.csv", rows)
    path.write_bytes(path.read_bytes().replace("Käse".encode(), "Käse".encode("latin-1")))
    return path


def test_broken_lines_are_named_with_column_value_and_remedy_and_the_good_cases_come_in(broken: Path) -> None:
    said = run(broken)
    assert "Cases imported: 3; here before: 0; held back: 5." in said
    assert list(Case.objects.order_by("pk").values_list("external_id", flat=True)) == [
        "1-000006",
        "1-000007",
        "1-000008",
    ]
    named = [(row["column"], row["value"]) for row in rejected(broken) if row["column"]]
    assert named == [
        ("at", "31.02.2025 10:00"),
        ("event", "exploded"),
        ("case", ""),
        ("team", "K\\xe4se"),
        ("level", "7"),
    ]
    assert all(row["remedy"] for row in rejected(broken))


def test_nothing_is_lost_and_the_rejected_file_can_be_mended_and_imported(broken: Path) -> None:
    run(broken)
    original = broken.read_bytes().decode(errors="surrogateescape").splitlines()
    for row in rejected(broken):
        assert original[int(row["line"]) - 1].split(",")[1] == row["at"]
    mended = broken.with_suffix(".rejected.csv").read_bytes()
    mended = mended.replace(b"31.02.2025 10:00", b"2025-01-07T08:00:00+01:00").replace(b"exploded", b"working")
    mended = mended.replace("Käse".encode("latin-1"), b"V30")
    lines = [line.replace(",7,", ",1,", 1) for line in mended.decode().splitlines()]
    lines = [f"1-000003{line}" if line.startswith(",") else line for line in lines]
    second = broken.with_name("mended.csv")
    second.write_text("\n".join(lines), encoding="utf-8")
    assert "imported: 5;" in run(second)
    assert Case.objects.count() == 8


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("9,2025-01-01T10:00:00,working,1,T,,O,,,", "at", "time zone"),
        ("9,1925-01-01T10:00:00Z,working,1,T,,O,,,", "at", "before 1970"),
        ("9,9999-12-31T23:59:59-12:00,working,1,T,,O,,,", "at", "time zone"),
        ("9,2999-01-01T10:00:00Z,working,1,T,,O,,,", "at", "future"),
        ("9,2025-01-01T10:00:00Z,waiting,1,T,,O,,,", "reason", "empty"),
        ("9,2025-01-01T10:00:00Z,working,1,,,O,,,", "team", "empty"),
        ("9,2025-01-01T10:00:00Z,working,1,T,,,,,", "organization", "empty"),
        ("9,2025-01-01T10:00:00Z,working,1,T,,O,,huge,", "impact", "major, high"),
        ("9,2025-01-01T10:00:00Z,working,1,T,,O,a\x00b,,", "subject", "no text"),
        (f"9,2025-01-01T10:00:00Z,working,1,T,,O,{'x' * 201},,", "subject", "200"),
        ("9,2025-01-01T10:00:00Z,working,1,T,,O,a,b,,,,", "", "10"),
        ('9,2025-01-01T10:00:00Z,working,1,T,,O,"open,,', "", "quotation"),
        (",2025-01-01T10:00:00Z,working,1,T,,O,,,", "case", "empty"),
    ],
)
def test_each_mistake_says_its_column_and_how_to_mend_it(tmp_path: Path, line: str, column: str, words: str) -> None:
    path = tmp_path / "log.csv"
    good = "8,2025-01-01T10:00:00Z,working,1,T,,O,,,"
    path.write_text("case,at,event,level,team,agent,organization,subject,impact,reason\n" + good + "\n" + line + "\n")
    assert "imported: 1;" in run(path)
    (row,) = rejected(path)
    assert (row["line"], row["column"]) == ("3", column)
    assert words in row["remedy"]


def test_a_case_whose_lines_are_torn_apart_is_held_back_whole(tmp_path: Path) -> None:
    rows = as_belay(log(3, 5))
    path = write(tmp_path / "log.csv", [*rows[1:], rows[0]])
    assert "imported: 2;" in run(path)
    assert {row["case"] for row in rejected(path)} == {"1-000001"}
    assert "together" in rejected(path)[0]["remedy"]


def test_a_file_that_ends_in_the_middle_keeps_what_is_whole(tmp_path: Path) -> None:
    packed = tmp_path / "log.csv.gz"
    plain = write(tmp_path / "log.csv", as_belay(log(60, 6)))
    whole = gzip.compress(plain.read_bytes())
    packed.write_bytes(whole[: len(whole) // 2])
    run(packed)
    assert 0 < Case.objects.count() < 60
    assert "in the middle" in rejected(packed)[-1]["remedy"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "lacks the columns case, at"),
        (b"case;at;event\n1;2;3\n", "separate names by commas"),
        (b"case,at,event,level,team,organization\n", "No case"),
        ("case,at,event,level,team,organization\n".encode("utf-16"), "lacks the columns"),
        (None, "cannot be read"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_an_error(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "log.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        run(path)
    assert not Case.objects.exists()


def test_the_rejected_lines_never_overwrite_the_log(tmp_path: Path) -> None:
    path = write(tmp_path / "log.csv", as_belay(log(1, 7)))
    with pytest.raises(CommandError, match="overwrite"):
        call_command("import_cases", str(path), "--rejected", str(path))
    assert not Case.objects.exists()
