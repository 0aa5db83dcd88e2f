"""All that happened, in no order: the stage puts it into the order of time."""

from __future__ import annotations

from escalations.management.demonstration.stage import Story
from escalations.management.demonstration.stories_climbing import (
    AT_THE_EXECUTIVES,
    AT_THE_MANAGERS,
    AT_THE_SPECIALISTS,
    WAITING_FOR_A_WORD,
)
from escalations.management.demonstration.stories_ended import SOLVED_AT_THE_FRONT_LINE
from escalations.management.demonstration.stories_front_line import AT_THE_FRONT_LINE
from escalations.management.demonstration.stories_solved_above import SOLVED_ABOVE
from escalations.management.demonstration.stories_worked_on import WORKED_ON

STORIES: tuple[Story, ...] = (
    *SOLVED_AT_THE_FRONT_LINE,
    *SOLVED_ABOVE,
    *AT_THE_FRONT_LINE,
    *AT_THE_SPECIALISTS,
    *WORKED_ON,
    *AT_THE_MANAGERS,
    *AT_THE_EXECUTIVES,
    *WAITING_FOR_A_WORD,
)
