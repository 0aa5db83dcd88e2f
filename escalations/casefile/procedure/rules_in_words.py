"""Triggers, communication, documents, decisions and the rights of customers, as sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from escalations.casefile.criteria import told
from escalations.casefile.procedure.names import Names
from escalations.casefile.procedure.phrases import amount
from escalations.models import words
from escalations.rules.procedure import Communication, Procedure, Requirement, Trigger
from escalations.rules.vocabulary import TO_CLIMB, TO_RESOLVE, Closed, Document, Effect


@dataclass(frozen=True, slots=True)
class TriggerFace:
    """One criterion: when it holds, whether it climbs by itself, and what the climb asks for."""

    position: int
    sentence: str
    acts: bool
    effect: Any
    kind: Any
    skill: str


def triggers(procedure: Procedure, names: Names) -> list[TriggerFace]:
    """In their own order."""
    return [_trigger(trigger, number, names) for number, trigger in enumerate(procedure.triggers, start=1)]


def _trigger(trigger: Trigger, number: int, names: Names) -> TriggerFace:
    sentence = told(trigger.condition)
    return TriggerFace(
        position=number,
        sentence=sentence[:1].upper() + sentence[1:],
        acts=trigger.effect is Effect.ACT,
        effect=words.EFFECTS[trigger.effect],
        kind=words.KINDS[trigger.kind],
        skill=names.skills.get(trigger.skill, trigger.skill),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A row of communication: what it is about, for which cases, and whether it waits for anybody's hours."""

    about: Any
    cases: str
    is_urgent: bool


def communications(procedure: Procedure) -> list[Told]:
    """In their own order; the first that fits is taken."""
    return [
        Told(
            words.NOTICE_GROUPS[row.group] if row.group else _("everything"),
            ", ".join(_narrowed(row)) or _("every case"),
            row.is_urgent,
        )
        for row in procedure.communications
    ]


def _narrowed(row: Communication) -> Iterator[str]:
    if row.severity == 1:
        yield _("severity 1 (critical)")
    elif row.severity is not None:
        yield _("severity %(number)s (%(word)s) and worse") % {
            "number": row.severity,
            "word": words.SEVERITIES[row.severity],
        }
    if row.level is not None:
        yield _("from level %(level)s on") % {"level": row.level}


@dataclass(frozen=True, slots=True)
class Written:
    """What must be in writing at one moment, document by document."""

    moment: str
    documents: list[str]


def documents(procedure: Procedure) -> list[Written]:
    """Before a climb, before the solution; what is always asked stands first."""
    always = _("what was tried, what it means for the customer, and what is asked of the next level")
    return [
        Written(_("Before a case climbs"), [always, *_required(procedure, TO_CLIMB)]),
        Written(_("Before a case is solved"), _required(procedure, TO_RESOLVE)),
    ]


def _required(procedure: Procedure, wanted: Iterable[Document]) -> list[str]:
    chosen = list(wanted)
    return [_requirement(row) for row in procedure.requirements if row.document in chosen]


def _requirement(row: Requirement) -> str:
    said = str(words.DOCUMENTS[row.document])
    if row.level is not None:
        said = _("%(document)s, at level %(level)s") % {"document": said, "level": row.level}
    return f"{said} ({words.KINDS[row.kind]})" if row.kind else said


def decisions(procedure: Procedure) -> list[str]:
    """What is true of decisions and corrections."""
    limit = procedure.sign_in_above
    return [
        _("Amounts are in whole %(currency)s.") % {"currency": procedure.currency},
        _("Every decision needs a sign-in; none is taken from a mail alone.")
        if limit is None
        else _("Decisions above %(amount)s need a sign-in; smaller ones can be answered from the mail.")
        % {"amount": amount(limit, procedure.currency)},
        _("A trigger climbs with the same case so many times at most: %(times)s. Then people decide.")
        % {"times": procedure.rule_bound},
        _("When the severity is corrected, running clocks: %(elapsed)s.")
        % {"elapsed": words.ELAPSED[procedure.on_severity]},
    ]


def rights(procedure: Procedure) -> list[str]:
    """What customers may ask for, and what becomes of it."""
    level = procedure.leads_ask_from
    said = [
        _("Customers may ask for escalation of their cases at any time, and are answered with a reason."),
        _("After an answer they may ask again when so many hours have passed: %(hours)s.")
        % {"hours": procedure.ask_again_hours},
    ]
    if level is not None:
        said.append(_("From level %(level)s on only leads of an organization ask.") % {"level": level})
    said.append(
        _("They confirm a solution; silence counts as a yes after so many working days: %(days)s.")
        % {"days": procedure.confirm_days}
    )
    if procedure.on_closed is Closed.REOPEN:
        mail = _("Mail to a closed case opens it again for so many days: %(days)s; later mail opens a case of its own.")
        said.append(mail % {"days": procedure.reopen_days})
    else:
        said.append(_("Mail to a closed case opens a case that follows it."))
    return said
