"""What is written on the case page itself: a reply to the customer, or a note for us."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import formats, timezone

from escalations.actions import promises
from escalations.casefile.sentences import moment
from escalations.casefile.staff import Offer, StaffCasefile
from escalations.desk.forms.base import MOMENT, VerbForm
from escalations.desk.forms.daily import NoteForm, ReplyForm
from escalations.desk.verbs import path_of
from escalations.models import Case
from escalations.rules.procedure import Procedure, Target
from escalations.rules.vocabulary import ClockKind, Verb

COMPOSED = (Verb.REPLY, Verb.NOTE)
# What is written on a page of its own, offered beside reply and note.
BESIDE = (Verb.ASK_DECISION, Verb.REQUEST)
QUARTER = 15  # minutes


@dataclass(frozen=True, slots=True)
class NextNews:
    """The promise that can go with a reply: `value` as the form has it, `said` as the button says it."""

    value: str
    said: str


@dataclass(frozen=True, slots=True)
class Composer:
    """Reply or note, with its form or the reason why not; `news` is the promise that can go with it."""

    offer: Offer
    path: str
    form: VerbForm
    news: NextNews | None = None


@dataclass(frozen=True, slots=True)
class Other:
    """A verb beside reply and note, written on a page of its own."""

    name: Any
    path: str


def composers(case: Case, procedure: Procedure, file: StaffCasefile) -> list[Composer]:
    """Reply and note, each with a form of its own or the reason why not."""
    made = {Verb.REPLY: ReplyForm, Verb.NOTE: NoteForm}
    return [
        Composer(
            offer=file.offers[verb],
            path=path_of(verb),
            form=made[verb](case=case, procedure=procedure, auto_id=f"id_{verb}_%s"),
            news=next_news(case, procedure, file) if verb is Verb.REPLY else None,
        )
        for verb in COMPOSED
    ]


def others(file: StaffCasefile) -> list[Other]:
    return [Other(file.offers[verb].name, path_of(verb)) for verb in BESIDE if file.offers[verb].is_open]


def next_news(case: Case, procedure: Procedure, file: StaffCasefile) -> NextNews | None:
    """The latest quarter of an hour that the policy finds early enough for the news after a reply.

    None where nothing can be promised. A promise that is open already is kept by the reply itself.
    """
    if not (file.offers[Verb.PROMISE].is_open or file.offers[Verb.MOVE_PROMISE].is_open):
        return None
    target = _cadence(case, procedure)
    limit = target.terms.schedule.add_working_time(file.at, target.terms.minutes) if target else None
    local = promises.whole(timezone.localtime(promises.sensible(case, file.at, limit)), QUARTER)
    return NextNews(local.strftime(MOMENT), _told(local, timezone.localtime(file.at)))


def _cadence(case: Case, procedure: Procedure) -> Target | None:
    """How often the policy wants news of this case, in the rhythm of its account where it has one."""
    plan = case.organization.plan if case.organization else None
    kind = ClockKind.NEXT_UPDATE
    target = procedure.target(kind, severity=case.severity, level=case.level, plan=plan.slug if plan else "")
    if target and case.account:
        return replace(target, terms=replace(target.terms, minutes=case.account.rhythm_minutes))
    return target


def _told(local: datetime, now: datetime) -> str:
    """Only the time where it is today."""
    return formats.time_format(local, "H:i") if local.date() == now.date() else moment(local.isoformat())
