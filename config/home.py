"""BELAY_HOME: the folder that holds everything a running Belay writes when nothing else is configured."""

import os
from pathlib import Path

from django.core.management.utils import get_random_secret_key


def prepare(home: Path) -> Path:
    """Create the folder and the ones Belay writes into; return it absolute."""
    home = home.expanduser().resolve()
    for name in ("log", "mail", "queue/messages", "queue/control", "queue/processed", "uploads"):
        (home / name).mkdir(parents=True, exist_ok=True)
    return home


def secret_key(home: Path) -> str:
    """The installation's own secret, made once and readable only by its owner.

    Several processes may start at once: the file appears complete or not at all, and the first one wins.
    """
    kept = home / "secret_key"
    if not kept.exists():
        draft = home / f".secret_key.{os.getpid()}"
        draft.touch(mode=0o600)
        draft.write_text(get_random_secret_key(), encoding="ascii")
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text(encoding="ascii")
