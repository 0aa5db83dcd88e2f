"""Puts the demonstration company together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from escalations.management.demonstration.duty import settle
from escalations.management.demonstration.knowledge import write_articles
from escalations.management.demonstration.people import hire_and_welcome
from escalations.management.demonstration.procedure import write_down
from escalations.management.demonstration.stage import Stage
from escalations.management.demonstration.stories import STORIES
from escalations.management.demonstration.writing import help_to_write


@dataclass(frozen=True, slots=True)
class Loaded:
    """How much there is now."""

    cases: int
    articles: int


def load(now: datetime) -> Loaded:
    """Everything, as it stands at this minute; nothing lies in the future. Raises Refused where somebody is already."""
    now = now.replace(second=0, microsecond=0)
    cast = hire_and_welcome()
    office = write_down(cast, now)
    version = office.current()
    if version is None:
        raise LookupError("the calendar of the office was not published")
    articles = write_articles(cast, now)
    settle(cast, now)
    help_to_write()
    cases = Stage(cast, version.schedule(), now).play(STORIES)
    return Loaded(len(cases), articles)
