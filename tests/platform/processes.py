"""Waiting for processes to begin and to end."""

import time
from pathlib import Path

import pytest


def pid_in(path: Path) -> int:
    """The process that wrote its number there; waits for it."""
    for _ in range(600):
        if path.exists() and path.read_text():
            return int(path.read_text())
        time.sleep(0.05)
    pytest.fail(f"nobody wrote {path}")


def is_gone(pid: int) -> bool:
    """Whether the process ended; waits for it."""
    for _ in range(600):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
