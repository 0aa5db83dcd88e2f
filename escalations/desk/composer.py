"""What is written on the case page itself: a reply to the customer, or a note for us."""

from __future__ import annotations

from typing import Any

from escalations.casefile.staff import StaffCasefile
from escalations.desk.forms.daily import NoteForm, ReplyForm
from escalations.desk.verbs import path_of
from escalations.models import Case
from escalations.rules.procedure import Procedure
from escalations.rules.vocabulary import Verb

COMPOSED = (Verb.REPLY, Verb.NOTE)


def composers(case: Case, procedure: Procedure, file: StaffCasefile) -> list[dict[str, Any]]:
    """Reply and note, each with a form of its own or the reason why not."""
    made = {Verb.REPLY: ReplyForm, Verb.NOTE: NoteForm}
    return [
        {
            "offer": file.offers[verb],
            "path": path_of(verb),
            "form": made[verb](case=case, procedure=procedure, auto_id=f"id_{verb}_%s"),
        }
        for verb in COMPOSED
    ]
