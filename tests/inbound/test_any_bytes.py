"""Whatever comes in, a mail comes out: never an exception, never more than the input allows, twice the same."""

from __future__ import annotations

import os
import random

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from escalations.inbound.mail import parse, strip_reply
from tests.inbound.bounds import faults
from tests.inbound.mutations import PIECES, corpus, mutated

EXAMPLES = int(os.environ.get("EXAMPLES", "150"))  # more by hand: EXAMPLES=5000
MAILS = corpus()

quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

headings = st.sampled_from(
    ["From", "To", "Subject", "Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "Date", "Message-ID",
     "References", "Return-Path", "Precedence", "List-Id", "Auto-Submitted"]
)  # fmt: skip
fields = st.tuples(headings, st.text(max_size=60)).map(
    lambda field: f"{field[0]}: {field[1]}\n".encode("utf-8", "replace")
)
heads = st.lists(fields, max_size=8).map(b"".join)
rubble = st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=30)), max_size=30).map(b"".join)


@quiet
@given(st.binary(max_size=3000))
@example(b"")
@example(b"\n")
@example(b"\r")
@example(b": \n\n")
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    mail = parse(raw)
    assert faults(raw, mail) == []
    assert parse(raw) == mail


@quiet
@given(heads, rubble)
def test_any_head_and_any_body_are_a_mail(head: bytes, body: bytes) -> None:
    raw = head + b"\n" + body
    assert faults(raw, parse(raw)) == []


@quiet
@given(st.sampled_from(MAILS), st.integers(0, 2**32))
def test_what_was_damaged_on_its_way_is_still_a_mail(raw: bytes, seed: int) -> None:
    damaged = mutated(raw, random.Random(seed))
    mail = parse(damaged)
    assert faults(damaged, mail) == []
    assert parse(damaged) == mail


@quiet
@given(st.text(max_size=2000))
@example("> a\n\n> b")
@example("-- \n-- \n")
def test_folding_takes_away_and_never_adds(text: str) -> None:
    reply = strip_reply(text)
    assert len(reply) <= len(text)
    assert set(reply.split()) <= set(strip_reply(text + "\n").split()) | set(text.split()) | {"\ufffd"}
    assert strip_reply(reply) == reply
