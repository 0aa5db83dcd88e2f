"""The queue as a member of the staff has it before them."""

from __future__ import annotations

from datetime import datetime

from escalations.casefile import lines
from escalations.casefile.questions import read
from escalations.rules.standing import Standing


def listed(standing: Standing, view: str, *, at: datetime, after: str = "", limit: int = lines.PAGE) -> lines.Page:
    """One page of a view without filters."""
    return lines.page(read({"view": [view]}), standing, at=at, after=after, limit=limit)
