"""Mails written by the standard library's own writer say the same when they are read."""

from __future__ import annotations

import os
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from escalations.inbound.mail import parse

EXAMPLES = int(os.environ.get("EXAMPLES", "100"))  # more by hand: EXAMPLES=3000

quiet = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

letters = st.sampled_from("abcdefghijklmnopqrstuvwxyz äöüßéñ漢字Ω🚀0123456789-")
words = st.text(letters, min_size=1, max_size=120).map(lambda text: " ".join(text.split())).filter(bool)
lines = st.lists(st.one_of(words, st.just("")), max_size=12).map(lambda found: "\n".join(found).strip("\n"))
stems = (
    st.text(st.sampled_from("abcäöü漢Ω 0123"), min_size=1, max_size=60)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
files = st.lists(st.tuples(stems.map(lambda stem: f"{stem}.dat"), st.binary(max_size=300)), max_size=4)
policies = st.sampled_from([SMTP, SMTPUTF8, SMTP.clone(max_line_length=40), SMTP.clone(linesep="\n")])


@quiet
@given(words, words, lines, files, policies)
@example("ü" * 120, "Ω 漢字", "From here on\n\n> no\nquote", [("漢" * 60 + ".dat", b"\r\n--x\r\n")], SMTP)
def test_subject_sender_text_and_files_come_through(
    subject: str, name: str, text: str, attached: list[tuple[str, bytes]], policy: EmailPolicy
) -> None:
    written = EmailMessage(policy=policy)
    written["From"] = f'"{name}" <anna@customer.example>'
    written["Subject"] = subject
    written.set_content(text)
    for filename, content in attached:
        written.add_attachment(content, maintype="application", subtype="octet-stream", filename=filename)
    mail = parse(written.as_bytes())
    assert mail.subject == subject
    assert (mail.sender.name, mail.sender.email) == (name, "anna@customer.example")
    assert mail.text.strip("\n") == text
    assert [(each.name, each.content) for each in mail.attachments] == [
        (filename[:-4][:96] + ".dat", content) for filename, content in attached
    ]
    assert mail.problems == ()
