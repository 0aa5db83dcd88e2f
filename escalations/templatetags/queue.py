"""The lines of the queue for their template: links, dates and words ready, so that fifty of them cost little."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zlib import crc32

from django import template
from django.template import Context
from django.template.loader import get_template
from django.urls import reverse
from django.utils.html import escape
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
    """One line as the template prints it: the cells before and after the case are markup already.

    `mark` changes whenever anything that is shown does.
    """

    reference: str
    url: str
    subject: str
    below: str
    rests: bool
    before: SafeString
    after: SafeString
    passage: str = ""
    heading: Any = ""
    mark: str = ""


class Writer:
    """Makes lines of one page ready; what many of them share is made once.

    The cells are written here and not in the template: there, the conditions of fifty lines would be most of the page.
    """

    def __init__(self, at: datetime, columns: Collection[str], group: str) -> None:
        self.at, self.columns, self.group = at, frozenset(columns), group
        self.case_url = reverse("desk:case", args=[PLACE])
        self.clock_url = reverse("desk:clock", args=[PLACE, "clock"])
        self.nobody, self.explain = escape(_("nobody yet")), escape(_("Explain this clock"))
        self.made: dict[tuple[str, Any], str] = {}

    def shared(self, part: str, value: Any) -> str:
        """A component of the house for a value, made once a page."""
        if (part, value) not in self.made:
            tag, file = PARTS[part]
            self.made[part, value] = get_template(file).render(tag(value)).strip()
        return self.made[part, value]

    def tier(self, code: str) -> str:
        if ("tier", code) not in self.made:
            self.made["tier", code] = str(Tier(code).label)
        return self.made["tier", code]

    def line(self, line: Line) -> Shown:
        case, reference = line.case, line.reference
        names = (reference, case.customer_name, self.tier(case.tier))
        cells = {name: CELLS[name](self, line) for name in ORDER if name in self.columns}
        shown = Shown(
            reference=reference,
            url=self.case_url.replace(PLACE, reference),
            subject=line.passage.subject if line.passage else case.subject,
            below=" · ".join(name for name in names if name),
            rests=line.due.tone in RESTING,
            before=_markup(cells[name] for name in BEFORE if name in cells),
            after=_markup(cells[name] for name in ORDER if name in cells and name not in BEFORE),
            passage=line.passage.text if line.passage else "",
        )
        told = (shown.subject, shown.below, shown.before, shown.after, shown.passage)
        shown.mark = f"{case.last_seq}.{crc32(''.join(told).encode()):x}"
        if line.is_first:
            shown.heading = self.heading(line)
        return shown

    def heading(self, line: Line) -> Any:
        if self.group == "level":
            return _("Level %(number)s") % {"number": line.case.level}
        return line.case.customer_name or _("Without a customer")

    def due(self, line: Line) -> str:
        """The two lines of a deadline, or why there is none."""
        due = line.due
        if due.tone == "dormant":
            told = moments.Deadline(due.rests, _("until somebody takes it"), "soft")
        elif due.tone == "paused":
            until = _("until %(moment)s") % {"moment": moments.moment(due.due_at, self.at)} if due.due_at else ""
            told = moments.Deadline(due.rests, until, "soft", "", due.due_at)
        else:
            told = moments.deadline(due.due_at, self.at, None, due.tone)
        sign = f'<span class="sign" aria-hidden="true">{told.sign}</span>' if told.sign else ""
        first, second = str(escape(told.first)), f"<small>{escape(told.second)}</small>" if told.second else ""
        if told.instant:
            exact = escape(moments.exact(told.instant))
            first = f'<time datetime="{moments.iso(told.instant)}" title="{exact}">{first}</time>'
        return f'<span class="due {told.tone}">{sign}{first}{second}</span>'

    def what(self, line: Line) -> str:
        """What is due, with the way to why; below it that it waits, and how far the escalation is."""
        due, soft = line.due, " soft" if line.due.tone in RESTING else ""
        told = str(escape(str(due.what or _("nothing runs"))))
        if due.clock:
            url = self.clock_url.replace(PLACE, line.reference).replace("/clock/", f"/{due.clock}/")
            told = f'<a href="{escape(url)}" title="{self.explain}">{told}</a>'
        climb = words.ESCALATION_STATES[line.case.climb] if line.case.climb else ""
        beside = " · ".join(str(part) for part in ("" if soft else due.rests, climb) if part)
        below = f"<small>{escape(beside)}</small>" if beside else ""
        return f'<span class="what{soft}">{told}{below}</span>'

    def opened(self, line: Line) -> str:
        at = line.case.opened_at
        return f'<span class="one" title="{escape(moments.exact(at))}">{escape(moments.moment(at, self.at))}</span>'

    def owner(self, line: Line) -> str:
        name = line.case.owner_name
        return f'<span class="one owner{"" if name else " soft"}">{escape(name) if name else self.nobody}</span>'


def _plain(name: Any) -> str:
    return f'<span class="one">{escape(name or "")}</span>'


def _markup(cells: Iterable[str]) -> SafeString:
    return mark_safe("".join(cells))  # noqa: S308 - every word in a cell is escaped where it is written


BEFORE = ("due", "level")
ORDER = ("due", "level", "what", "severity", "state", "team", "topic", "origin", "opened", "owner")
CELLS: Mapping[str, Callable[[Writer, Line], str]] = {
    "due": Writer.due,
    "level": lambda writer, line: writer.shared("level", line.case.level),
    "what": Writer.what,
    "severity": lambda writer, line: f'<span class="sev">{writer.shared("severity", line.case.severity)}</span>',
    "state": lambda writer, line: f'<span class="sta">{writer.shared("state", line.case.state)}</span>',
    "team": lambda _writer, line: _plain(line.case.team_name),
    "topic": lambda _writer, line: _plain(line.case.topic_name),
    "origin": lambda _writer, line: _plain(words.ORIGINS[line.case.origin]),
    "opened": Writer.opened,
    "owner": Writer.owner,
}
PARTS: dict[str, tuple[Any, str]] = {
    "level": (belay.rungs, "components/rungs.html"),
    "severity": (lambda value: belay.severity(value, "short"), "components/badge.html"),
    "state": (belay.case_state, "components/badge.html"),
}


@register.simple_tag(takes_context=True)
def ready(
    context: Context,
    lines: Iterable[Line],
    columns: Collection[str],
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
