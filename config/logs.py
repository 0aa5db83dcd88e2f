"""What must never stand in a log."""

from __future__ import annotations

import logging
import re

# The address by which a decision is answered from a mail is a secret of whoever got it.
SECRET = re.compile(r"(/desk/decisions/)[^/\s\"']+")


class WithoutSecrets(logging.Filter):
    """Replaces secret parts of addresses in the words of every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = SECRET.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
