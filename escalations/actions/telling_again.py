"""Notices that nobody got are brought on their way again: those of a silent step, and those no delivery would find."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from escalations.actions import journal
from escalations.models import Case, Event, Notice, NoticeState
from escalations.rules import events
from escalations.rules.standing import Standing


def of_step(*, case: Case, actor: Standing, at: datetime) -> Event | None:
    """Reminds whoever was asked last, as when nobody acknowledges; None when nothing is escalated any more."""
    with journal.locked(case, actor=actor, at=at) as work:
        if work.around.open_escalation is None:
            return None
        return work.record(events.EscalationReminded(work.escalation.uid, work.step.uid, work.step.person.code))


def of_lost(*, lost: Q, at: datetime) -> int:
    """Makes these waiting notices due now, for whichever worker comes first; gives how many there were."""
    waiting = Notice.objects.filter(lost, state=NoticeState.WAITING)
    return waiting.update(next_try_at=at, leased_until=None)


@transaction.atomic
def of_digest(*, uid: str, at: datetime) -> int:
    """What was to come with this notice, which was given up, goes out by itself; gives how many there were."""
    carrier = Notice.objects.select_for_update(of=("self",)).filter(uid=uid, state=NoticeState.FAILED)
    folded = Notice.objects.filter(folded_into__in=list(carrier.values_list("pk", flat=True)), state=NoticeState.FOLDED)
    return folded.update(state=NoticeState.WAITING, folded_into=None, next_try_at=at, leased_until=None)
