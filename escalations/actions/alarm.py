"""Tells the administrators that an escalation found nobody where it should have."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from escalations.actions import bulletins
from escalations.models import Bulletin, Case
from escalations.rules.routing import Because


def empty_level(number: int) -> str:
    """How the journal says that a level was passed over because nobody was there, not even its last resort."""
    return f"level:{number}:nobody"


def is_needed(because: str, passed_over: Collection[str], *, is_entitled: bool) -> bool:
    """Whether only a last resort was left, or somebody whose role is not for it, or a level had to be skipped."""
    return not is_entitled or because == Because.LAST_RESORT or any(code.startswith("level:") for code in passed_over)


def nobody(case: Case, *, about: str, level: int, at: datetime) -> Bulletin:
    """Once for each `about`: the path to this level leads to nobody, and somebody should mend it."""
    return bulletins.to_administrators(
        kind="nobody",
        about=f"nobody:{about}",
        path=f"/desk/cases/{case.reference}/",
        data={"reference": case.reference, "level": level},
        at=at,
    )
