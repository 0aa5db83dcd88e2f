"""The environment of an installation that the world can reach, as docs/security.md tells it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.doctor import ROOT

HOST = "desk.belay.example"
PRODUCTION = {
    "BELAY_URL": f"https://{HOST}",
    "BELAY_HTTPS": "true",
    "BELAY_BEHIND_PROXY": "true",
    "ALLOWED_HOSTS": HOST,
    "SECRET_KEY": "kZ3-" + "only-for-this-test-0123456789-abcdefghij-KLMNOPQRST",
    "DATABASE_URL": "postgresql://belay:not-a-real-one@db.internal/belay",
    "REDIS_URL": "redis://queue.internal:6379/0",
    "EMAIL_URL": "smtp://mail.internal:25",
}


def run(home: Path, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
    """A program of ours in that environment; a variable that is changed to nothing is not set."""
    variables = {key: value for key, value in {**PRODUCTION, **changed}.items() if value}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "BELAY_HOME": str(home), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def settings_of(home: Path, *names: str, **changed: str) -> dict[str, Any]:
    """What these settings are there."""
    show = f"import json, config.settings as s; print(json.dumps({{n: getattr(s, n, None) for n in {names!r}}}))"
    said = run(home, "-c", show, **changed)
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found
