"""The daily work on a case."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from escalations.actions import answering, handling, promises, resolution, review, triage
from escalations.desk.acts.base import Act
from escalations.desk.forms.base import EmptyForm
from escalations.desk.forms.daily import (
    HoldForm,
    NoteForm,
    ReopenForm,
    ReplyForm,
    ResolveForm,
    ReviewForm,
    TakeForm,
    TriageForm,
)
from escalations.desk.promises import MovePromiseForm, PromiseForm
from escalations.rules.vocabulary import Verb

ACTS: Mapping[str, Act] = {
    Verb.REPLY: Act(ReplyForm, answering.answer, _("Your reply is on its way.")),
    Verb.NOTE: Act(NoteForm, handling.note, _("Your note is kept.")),
    Verb.TRIAGE: Act(
        TriageForm,
        triage.triage,
        _("Triage is done."),
        _("Confirm what the matrix said, or correct it. Clocks that run get the targets of the new severity."),
    ),
    Verb.TAKE: Act(
        TakeForm,
        triage.take,
        _("The case has its owner."),
        _("The owner keeps the customer, also while others help."),
    ),
    Verb.HOLD: Act(
        HoldForm, handling.hold, _("The case is on hold."), _("The customer is told that you wait, and for what.")
    ),
    Verb.RESUME: Act(EmptyForm, handling.resume, _("The case goes on."), _("Its clocks run again from now.")),
    Verb.PROMISE: Act(
        PromiseForm,
        promises.make,
        _("Promised; the customer knows by when to expect news."),
        _("The customer is told at once by when to expect news. Any words to the customer keep the promise."),
    ),
    Verb.MOVE_PROMISE: Act(
        MovePromiseForm,
        promises.move,
        _("The promise is moved, and the customer knows it."),
        _("The customer is told at once, with the time before and the new one. Once a promise is due, only news help."),
    ),
    Verb.RESOLVE: Act(
        ResolveForm,
        resolution.resolve,
        _("Resolved; the customer is asked to confirm it."),
        _("Case and escalation are resolved together. Silence closes them after some working days."),
    ),
    Verb.REOPEN: Act(
        ReopenForm,
        resolution.reopen,
        _("The case is open again."),
        _("Case and escalation go on where they were."),
    ),
    Verb.CLOSE: Act(
        EmptyForm,
        resolution.close,
        _("The case is closed."),
        _("Closes it now, without waiting for the customer's answer."),
    ),
    Verb.REVIEW: Act(
        ReviewForm,
        review.write_review,
        _("The review is kept."),
        _("What the company learns from this escalation."),
    ),
}
