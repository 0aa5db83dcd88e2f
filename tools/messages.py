"""Compiles what translators wrote: `python -m tools.messages` makes each django.mo that is missing or out of date.

The compiled files are build output, so they are not in the repository; bootstrap and the tests make them.
"""

import os
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"


def stale(folder: Path = LOCALE) -> list[Path]:
    """The catalogues whose compiled form is missing or older."""
    return [po for po in sorted(folder.glob("*/LC_MESSAGES/django.po")) if is_stale(po)]


def is_stale(po: Path) -> bool:
    compiled = po.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < po.stat().st_mtime_ns


def compile_stale(folder: Path = LOCALE) -> list[Path]:
    """Compiles what is stale; whoever reads meanwhile finds the old file or the new one, never half of one."""
    found = stale(folder)
    for po in found:
        unfinished = po.with_suffix(f".{os.getpid()}")
        polib.pofile(str(po)).save_as_mofile(str(unfinished))
        unfinished.replace(po.with_suffix(".mo"))
    return found


if __name__ == "__main__":
    compile_stale()
