"""Conditions in words: what a trigger watches, and what was counted on a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.models import Tier
from escalations.models import words
from escalations.rules.conditions import Condition, Progress
from escalations.rules.conditions.combined import AllOf, Combined

Sentence = Callable[[Any], str]


TOLD: Mapping[str, Sentence] = {
    "clock_breached": lambda c: _("%(clock)s is missed") % {"clock": words.CLOCKS[c.clock]},
    "clock_near": lambda c: (
        _("%(clock)s has used %(percent)d %% of its time") % {"clock": words.CLOCKS[c.clock], "percent": c.percent}
    ),
    "hand_offs": lambda c: ngettext("handed on once", "handed on %(count)d times", c.at_least) % {"count": c.at_least},
    "exchanges": lambda c: (
        ngettext("the customer had to answer once", "the customer had to answer %(count)d times", c.at_least)
        % {"count": c.at_least}
    ),
    "days_open": lambda c: ngettext("open for a day", "open for %(count)d days", c.days) % {"count": c.days},
    "age": lambda c: (
        ngettext("open for a working hour", "open for %(count)d working hours", c.hours) % {"count": c.hours}
    ),
    "reopened": lambda c: (
        ngettext("opened again once", "opened again %(count)d times", c.at_least) % {"count": c.at_least}
        if c.days is None
        else _("opened again %(count)d times within %(days)d days") % {"count": c.at_least, "days": c.days}
    ),
    "repeated_complaint": lambda c: (
        _("the same customer raised this topic %(count)d times within %(days)d days")
        % {"count": c.at_least, "days": c.days}
    ),
    "customer_asked": lambda c: _("the customer asks for escalation"),
    "low_rating": lambda c: _("the customer rated the solution %(score)d or less") % {"score": c.at_most},
    "silence": lambda c: (
        ngettext(
            "the customer has heard nothing for a working hour",
            "the customer has heard nothing for %(count)d working hours",
            c.hours,
        )
        % {"count": c.hours}
    ),
    "impact": lambda c: _("impact: “%(impact)s”") % {"impact": words.IMPACTS[c.impact]},
    "tier": lambda c: _("a customer of the tier %(tier)s") % {"tier": Tier(c.tier).label},
    "missing_skill": lambda c: _("nobody who has it can do what it takes"),
    "missing_authority": lambda c: _("nobody who has it may decide the amount in question"),
}

COUNTED: Mapping[str, str] = {"clock_breached": "%", "clock_near": "%"}


def told(condition: Condition) -> str:
    """A condition as one reads it in a policy."""
    if isinstance(condition, Combined):
        joined = _(" and ") if isinstance(condition, AllOf) else _(" or ")
        return joined.join(told(part) for part in condition.of)
    return TOLD[condition.code](condition)


def counted(condition: Condition, progress: Progress) -> str:
    """What was counted so far, such as 2 of 3; empty where there is nothing to count."""
    if isinstance(condition, Combined) or progress.need <= 1:
        return ""
    unit = COUNTED.get(condition.code, "")
    return _("%(have)d%(unit)s of %(need)d%(unit)s") % {
        "have": progress.have,
        "need": progress.need,
        "unit": f" {unit}" if unit else "",
    }
