"""What the journal once held can be read for ever, and it never holds what a person could be known by.

`events_on_record.json` only grows: a new kind or version adds a line, no line is ever edited or removed.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from escalations.rules import events, kinds

SAMPLES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("events_on_record.json").read_text("utf-8"))
ALLOWED_TYPES = (str, int, bool, list[str])
# uids, slugs, codes such as user:…, reasons such as resolution:1, ISO instants, codes of currencies; no spaces, so no
# sentences and no names
PLAIN = re.compile(r"[a-z0-9_:.+T-]*|[A-Z]{3}")
TELLING = {"name", "email", "mail", "address", "phone", "text", "body", "subject", "comment", "id", "pk", "note"}


def named(sample: dict[str, Any]) -> str:
    return f"{sample['kind']}-{sample['version']}"


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_what_was_once_written_can_be_read(sample: dict[str, Any]) -> None:
    data = kinds.load(sample["kind"], sample["version"], dict(sample["data"]))
    assert data.kind == sample["kind"]
    if sample["version"] == data.version:
        assert data.as_json().items() >= sample["data"].items()


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_every_version_of_every_kind_has_a_sample(kind: str) -> None:
    on_record = {sample["version"] for sample in SAMPLES if sample["kind"] == kind}
    assert on_record == set(range(1, kinds.KINDS[kind].version + 1))


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
def test_an_event_holds_nothing_but_words_of_code_and_whole_numbers(kind: str) -> None:
    cls = kinds.KINDS[kind]
    hints = get_type_hints(cls)
    for item in fields(cls):
        assert hints[item.name] in ALLOWED_TYPES, item.name
        assert not set(item.name.split("_")) & TELLING, item.name


@pytest.mark.parametrize("sample", SAMPLES, ids=named)
def test_the_samples_hold_no_sentences(sample: dict[str, Any]) -> None:
    for value in sample["data"].values():
        for word in value if isinstance(value, list) else [value]:
            assert isinstance(word, bool | int) or PLAIN.fullmatch(word), word


def test_every_kind_is_registered_under_its_own_name() -> None:
    assert set(kinds.KINDS) == {cls.kind for cls in every_subclass(events.EventData) if cls.kind}
    assert all(cls.kind == kind for kind, cls in kinds.KINDS.items())


def every_subclass(cls: type[events.EventData]) -> set[type[events.EventData]]:
    children = set(cls.__subclasses__())
    return children.union(*(every_subclass(child) for child in children)) if children else set()


def test_every_older_version_can_be_brought_up_to_date() -> None:
    for kind, cls in kinds.KINDS.items():
        for version in range(1, cls.version):
            assert (kind, version) in kinds.UPCASTS


def test_a_kind_that_nobody_knows_is_an_error() -> None:
    with pytest.raises(KeyError):
        kinds.load("case.vanished", 1, {})
