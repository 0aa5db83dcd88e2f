"""Names that others give their files: what is left of those that hide, lie or lead elsewhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.rules import files

NAMES = {
    "meter.log": "meter.log",
    "Zählerstände März.csv": "Zählerstände März.csv",
    "/etc/passwd": "passwd",
    "../../../srv/keys/authorized_keys": "authorized_keys",
    "C:\\Windows\\System32\\cmd.exe": "cmd.exe",
    "folder/": "folder",
    "..": "file",
    "": "file",
    "\x00": "file",
    ".htaccess": "htaccess",
    "a\x00b.txt": "ab.txt",
    'say "hello".txt': 'say "hello".txt',
    "bill.pdf\r\nSet-Cookie: a=b": "bill.pdf Set-Cookie: a=b",
    "invoice\u202efdp.exe": "invoicefdp.exe",
    "in\u200bvisible.txt": "invisible.txt",
    "two\u2028lines.txt": "two lines.txt",
    "half \ud800 a character.txt": "half a character.txt",
    "ends with dots...": "ends with dots",
}


@pytest.mark.parametrize(("sent", "kept"), NAMES.items(), ids=range(len(NAMES)))
def test_a_name_is_kept_without_what_is_dangerous_in_it(sent: str, kept: str) -> None:
    assert files.safe_name(sent) == kept


def test_the_extension_of_a_long_name_survives() -> None:
    name = files.safe_name("m" * 300 + ".csv")
    assert (len(name), name[-5:]) == (files.LONGEST_NAME, "m.csv")
    assert files.safe_name("a." + "b" * 300) == "a." + "b" * (files.LONGEST_NAME - 2)


@given(st.text())
def test_no_name_leads_elsewhere_or_lies(sent: str) -> None:
    name = files.safe_name(sent)
    assert 0 < len(name) <= files.LONGEST_NAME
    assert not set(name) & set("/\\")
    assert name.strip(". ") == name
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert files.safe_name(name) == name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("image/PNG", "image/png"),
        ("text/plain; charset=utf-8", "text/plain"),
        ("", files.UNKNOWN),
        ("nonsense", files.UNKNOWN),
        ("text/html\r\nSet-Cookie: a=b", files.UNKNOWN),
        ("a" * 100 + "/b", files.UNKNOWN),
    ],
)
def test_a_kind_is_kept_only_if_it_is_one(sent: str, kept: str) -> None:
    assert files.safe_type(sent) == kept


@pytest.mark.parametrize(
    "kind", ["text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml", "text/javascript"]
)
def test_acl_08_no_browser_is_told_that_something_can_run(kind: str) -> None:
    assert files.served_type(kind) == files.UNKNOWN
    assert not files.is_picture(kind)


def test_pictures_may_be_drawn() -> None:
    assert files.is_picture("image/png")
    assert files.served_type("image/png") == "image/png"
