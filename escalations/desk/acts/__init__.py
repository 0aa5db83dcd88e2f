"""Every verb of the desk with its form, the action it calls, and what is said before and after it."""

from __future__ import annotations

from collections.abc import Mapping

from escalations.desk.acts import asking, climbing, daily, joining, working
from escalations.desk.acts.base import Act

ACTS: Mapping[str, Act] = {**daily.ACTS, **climbing.ACTS, **working.ACTS, **asking.ACTS, **joining.ACTS}

__all__ = ["ACTS", "Act"]
