"""What the templates of a first policy have in common beside their words: levels, times, matrix, triggers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.vocabulary import ClockKind, Document, Effect, Kind, NoticeGroup

HOUR, DAY = 60, 8 * 60  # of working time, in minutes
A_DAY_ROUND_THE_CLOCK = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a level keeps a case at least, and when people are told again, passed over, or have forgotten it.

    In working minutes of the level; 0 is never. May decide so much; None is any amount.
    """

    dwell: int
    remind: int
    pass_on: int
    forget: int
    may_decide: int | None
    mails_an_hour: int | None = None


# From the lowest level up; a ladder of two has the first and the last.
RHYTHMS = (
    Rhythm(4 * HOUR, 0, 0, 0, 500),
    Rhythm(DAY, 30, HOUR, DAY, 2_000),
    Rhythm(DAY, HOUR, 2 * HOUR, 2 * DAY, 20_000, 6),
    Rhythm(2 * DAY, HOUR, 0, 2 * DAY, None, 4),
)

# Clock, severity (None: every other one), minutes on working days, minutes round the clock, percent of the warning.
TARGETS = (
    (ClockKind.FIRST_RESPONSE, 1, 30, 30, 50),
    (ClockKind.FIRST_RESPONSE, 2, HOUR, HOUR, 75),
    (ClockKind.FIRST_RESPONSE, None, DAY, 8 * HOUR, 75),
    (ClockKind.NEXT_REPLY, 1, HOUR, HOUR, 75),
    (ClockKind.NEXT_REPLY, None, DAY, 24 * HOUR, 75),
    (ClockKind.ACKNOWLEDGEMENT, None, 30, 30, 50),
    (ClockKind.TRIAGE, None, HOUR, HOUR, 75),
    (ClockKind.DECISION, None, 4 * HOUR, 4 * HOUR, 75),
    (ClockKind.ASK, None, 4 * HOUR, 4 * HOUR, 75),
    (ClockKind.REQUEST, None, DAY, 24 * HOUR, 75),
    (ClockKind.NEXT_UPDATE, 1, 2 * HOUR, 2 * HOUR, 75),
    (ClockKind.NEXT_UPDATE, 2, 4 * HOUR, 4 * HOUR, 75),
    (ClockKind.NEXT_UPDATE, None, DAY, 24 * HOUR, 75),
    (ClockKind.RESOLUTION, 1, DAY, 8 * HOUR, 75),
    (ClockKind.RESOLUTION, 2, 2 * DAY, 24 * HOUR, 75),
    (ClockKind.RESOLUTION, 3, 5 * DAY, 5 * A_DAY_ROUND_THE_CLOCK, 75),
    (ClockKind.RESOLUTION, None, 10 * DAY, 10 * A_DAY_ROUND_THE_CLOCK, 75),
    (ClockKind.REVIEW, None, 5 * DAY, 7 * A_DAY_ROUND_THE_CLOCK, 75),
    (ClockKind.FOLLOW_UP, None, 5 * DAY, 7 * A_DAY_ROUND_THE_CLOCK, 75),
)

# Impact, urgency and tier (empty: any), severity; what comes in goes to the lowest level.
MATRIX = (
    ("major", "high", "", 1),
    ("major", "", "", 2),
    ("high", "high", "vip", 1),
    ("high", "high", "", 2),
    ("low", "", "", 4),
    ("medium", "low", "", 4),
    ("", "", "", 3),
)

_AGAIN = {"condition": "reopened", "parameters": {"at_least": 2, "days": 14}}
_VIP = {"condition": "tier", "parameters": {"tier": "vip"}}
TRIGGERS: tuple[tuple[str, Mapping[str, Any], Effect, Kind], ...] = (
    ("clock_breached", {"clock": "first_response"}, Effect.ACT, Kind.FUNCTIONAL),
    ("clock_breached", {"clock": "acknowledgement"}, Effect.ACT, Kind.FUNCTIONAL),
    ("clock_breached", {"clock": "resolution"}, Effect.ACT, Kind.FUNCTIONAL),
    ("all", {"of": [_AGAIN, _VIP]}, Effect.ACT, Kind.HIERARCHICAL),
    ("customer_asked", {}, Effect.NUDGE, Kind.FUNCTIONAL),
    ("missing_skill", {}, Effect.NUDGE, Kind.FUNCTIONAL),
    ("missing_authority", {}, Effect.NUDGE, Kind.HIERARCHICAL),
    ("repeated_complaint", {"at_least": 3, "days": 30}, Effect.NUDGE, Kind.FUNCTIONAL),
    ("hand_offs", {"at_least": 3}, Effect.NUDGE, Kind.FUNCTIONAL),
    ("silence", {"hours": 16}, Effect.NUDGE, Kind.FUNCTIONAL),
    ("low_rating", {"at_most": 2}, Effect.NUDGE, Kind.HIERARCHICAL),
)

# Group, severity at least.
URGENT = ((NoticeGroup.ASKED, 1), (NoticeGroup.DEADLINE, 1), (NoticeGroup.CUSTOMER, 1))

# In writing, and for which kind of climb.
IN_WRITING = (
    (Document.EVIDENCE, Kind.FUNCTIONAL),
    (Document.JUSTIFICATION, Kind.HIERARCHICAL),
    (Document.CAUSE, None),
    (Document.PREVENTION, None),
)

# Who has which part; the sentences of the duties stand with the words, in the same order.
PARTS = (
    (Stage.IDENTIFICATION, Party.LEAD, Involvement.ACCOUNTABLE),
    (Stage.IDENTIFICATION, Party.OWNER, Involvement.DOES),
    (Stage.IDENTIFICATION, Party.CUSTOMER, Involvement.CONSULTED),
    (Stage.TRIAGE, Party.LEAD, Involvement.ACCOUNTABLE),
    (Stage.TRIAGE, Party.TEAM, Involvement.DOES),
    (Stage.TRIAGE, Party.OWNER, Involvement.CONSULTED),
    (Stage.TRIAGE, Party.CUSTOMER, Involvement.INFORMED),
    (Stage.INVESTIGATION, Party.ACCOUNTABLE, Involvement.ACCOUNTABLE),
    (Stage.INVESTIGATION, Party.TEAM, Involvement.DOES),
    (Stage.INVESTIGATION, Party.OUTSIDE, Involvement.CONSULTED),
    (Stage.INVESTIGATION, Party.CUSTOMER, Involvement.INFORMED),
    (Stage.RESOLUTION, Party.ACCOUNTABLE, Involvement.ACCOUNTABLE),
    (Stage.RESOLUTION, Party.TEAM, Involvement.DOES),
    (Stage.RESOLUTION, Party.CUSTOMER, Involvement.CONSULTED),
    (Stage.REVIEW, Party.POLICY_OWNER, Involvement.ACCOUNTABLE),
    (Stage.REVIEW, Party.ACCOUNTABLE, Involvement.DOES),
    (Stage.REVIEW, Party.TEAM, Involvement.CONSULTED),
)
