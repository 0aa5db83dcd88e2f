"""The lines of the queue for their template: links, dates and words ready, so that fifty of them cost little."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django import template
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from customers.models import Tier
from escalations.casefile.lines import Line
from escalations.models import words
from escalations.templatetags import belay, moments

register = template.Library()

RESTING = ("paused", "dormant")
PLACE = "B-0"  # stands in addresses for the number of a case


@dataclass(slots=True)
class Shown:
    """One line as the template prints it; `mark` changes whenever anything that is shown does."""

    reference: str
    url: str
    subject: str
    passage: str
    below: str
    rests: bool
    first: Any
    second: Any
    tone: str
    sign: str
    iso: str
    exact: str
    what: Any
    what_url: str
    beside: Any
    heading: Any = ""
    level: SafeString | str = ""
    severity: SafeString | str = ""
    state: SafeString | str = ""
    owner: str | None = ""
    team: str = ""
    topic: str = ""
    origin: Any = ""
    opened: str = ""
    opened_exact: str = ""
    mark: str = ""


class Writer:
    """Makes lines of one page ready; what many of them share is made once."""

    def __init__(self, at: datetime, columns: Iterable[str], group: str) -> None:
        self.at, self.columns, self.group = at, frozenset(columns), group
        self.case_url = reverse("desk:case", args=[PLACE])
        self.clock_url = reverse("desk:clock", args=[PLACE, "clock"])
        self.made: dict[tuple[str, Any], Any] = {}

    def shared(self, part: str, value: Any) -> SafeString:
        """A component of the house for a value, made once a page."""
        if (part, value) not in self.made:
            tag, file = PARTS[part]
            self.made[part, value] = mark_safe(get_template(file).render(tag(value)).strip())  # noqa: S308 - our own
        return self.made[part, value]

    def tier(self, code: str) -> str:
        if ("tier", code) not in self.made:
            self.made["tier", code] = str(Tier(code).label)
        return str(self.made["tier", code])

    def line(self, line: Line) -> Shown:
        case, due = line.case, line.due
        first, second, tone, sign, instant = self.due(line)
        reference = line.reference
        names = (reference, case.organization, self.tier(case.tier))
        shown = Shown(
            reference=reference,
            url=self.case_url.replace(PLACE, reference),
            subject=line.passage.subject if line.passage else case.subject,
            passage=line.passage.text if line.passage else "",
            below=" · ".join(name for name in names if name),
            rests=due.tone in RESTING,
            first=first,
            second=second,
            tone=tone,
            sign=sign,
            iso=moments.iso(instant) if instant else "",
            exact=moments.exact(instant) if instant else "",
            what=due.what or _("nothing runs"),
            what_url=self.clock_url.replace(PLACE, reference).replace("/clock/", f"/{due.clock}/") if due.clock else "",
            beside=self.beside(line),
        )
        self.more(line, shown)
        shown.mark = f"{case.last_seq}.{_sum(shown):x}"
        if line.is_first:
            shown.heading = self.heading(line)
        return shown

    def due(self, line: Line) -> tuple[Any, Any, str, str, datetime | None]:
        """The two lines of a deadline, how they look, and its instant."""
        due = line.due
        if due.tone == "dormant":
            return due.rests, _("until somebody takes it"), "soft", "", None
        if due.tone == "paused":
            until = _("until %(moment)s") % {"moment": moments.moment(due.due_at, self.at)} if due.due_at else ""
            return due.rests, until, "soft", "", due.due_at
        told = moments.deadline(due.due_at, self.at, None, due.tone)
        return told.first, told.second, told.tone, told.sign, told.instant

    def beside(self, line: Line) -> str:
        """What is said below of what is due: that it waits, and how far the escalation is."""
        climb = words.ESCALATION_STATES[line.case.climb] if line.case.climb else ""
        waits = line.due.rests if line.due.tone not in RESTING else ""
        return " · ".join(str(part) for part in (waits, climb) if part)

    def more(self, line: Line, shown: Shown) -> None:
        """The columns that were chosen."""
        case, columns = line.case, self.columns
        if "level" in columns:
            shown.level = self.shared("level", case.level)
        if "severity" in columns:
            shown.severity = self.shared("severity", case.severity)
        if "state" in columns:
            shown.state = self.shared("state", case.state)
        if "opened" in columns:
            shown.opened, shown.opened_exact = moments.moment(case.opened_at, self.at), moments.exact(case.opened_at)
        shown.origin = words.ORIGINS[case.origin] if "origin" in columns else ""
        shown.owner, shown.team, shown.topic = case.owner, case.team, case.topic or ""

    def heading(self, line: Line) -> Any:
        if self.group == "level":
            return _("Level %(number)s") % {"number": line.case.level}
        return line.case.organization or _("Without a customer")


PARTS: dict[str, tuple[Any, str]] = {
    "level": (belay.rungs, "components/rungs.html"),
    "severity": (lambda value: belay.severity(value, "short"), "components/badge.html"),
    "state": (belay.case_state, "components/badge.html"),
}


def _sum(shown: Shown) -> int:
    told = (
        shown.subject,
        shown.passage,
        shown.below,
        shown.first,
        shown.second,
        shown.tone,
        shown.what,
        shown.beside,
        shown.level,
        shown.severity,
        shown.state,
        shown.owner,
        shown.team,
        shown.topic,
        shown.opened,
    )
    return crc32("\n".join(map(str, told)).encode())


@register.simple_tag(takes_context=True)
def ready(
    context: Context,
    lines: Iterable[Line],
    columns: Iterable[str],
    group: str = "",
    known: Mapping[str, str] | None = None,
) -> list[Shown]:
    """These lines as the template prints them, seen from the instant of the page.

    With `known`, a mark for each number, only those of them that look different now.
    """
    write = Writer(context["at"], columns, group)
    shown = [write.line(line) for line in lines]
    if known is None:
        return shown
    return [line for line in shown if known.get(line.reference, line.mark) != line.mark]
