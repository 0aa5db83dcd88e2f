"""What the auditor does about a violation, through the same actions as everybody else.

A journal that was changed is never mended: it is told of, and stays as it was found.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db.models import Q

from customers.refusal import Refused
from escalations.actions import absences, audits, people, repair, set_aside, telling_again
from escalations.engine import sweep
from escalations.models import Agent, Case, Escalation, Violation
from escalations.reports import violations
from escalations.rules.standing import SYSTEM
from escalations.rules.violations import Repair, ViolationKind

logger = logging.getLogger(__name__)

SECONDS = 30  # after which a look leaves the rest to the next one
TOLD_AGAIN_AFTER = timedelta(hours=1)

Mend = Callable[[Violation, datetime], bool]


def mend(at: datetime) -> int:
    """Does what can be done about open violations, the oldest first; gives how many were looked after."""
    began, done = time.monotonic(), 0
    for violation in _to_mend(at):
        if time.monotonic() - began > SECONDS:
            break
        code, act = MENDS[ViolationKind(violation.kind)]
        audits.mended(violation=violation, repair=code if _done(act, violation, at) else Repair.FAILED, at=at)
        done += 1
    return done


def _to_mend(at: datetime) -> list[Violation]:
    """Nobody is reminded again of the same step within an hour."""
    again = ~Q(kind=ViolationKind.UNTOLD.value) | Q(repaired_at=None) | Q(repaired_at__lte=at - TOLD_AGAIN_AFTER)
    mine = Violation.objects.open().filter(again, kind__in=[kind.value for kind in MENDS])
    return list(mine.select_related("case").order_by("found_at", "pk")[: violations.MOST])


def _done(act: Mend, violation: Violation, at: datetime) -> bool:
    """Whatever goes wrong with one, the others are looked after; nobody to give it to is told by the action itself."""
    try:
        return act(violation, at)
    except set_aside.TROUBLE:
        raise
    except Refused as refusal:
        logger.warning("violation %s could not be mended: %s", violation.uid, refusal.remedy)
    except Exception:
        logger.exception("violation %s could not be mended", violation.uid)
    return False


def _of_case(violation: Violation) -> Case:
    """The case it is about. Raises LookupError for one that is about none."""
    if violation.case is None:
        raise LookupError("this violation is about no case")
    return violation.case


def _reassign(violation: Violation, at: datetime) -> bool:
    """By the routing that is used when somebody leaves, or is away."""
    case = _of_case(violation)
    climb = Escalation.objects.open().filter(case=case).select_related("accountable__user").first()
    if climb is None:
        return True
    if climb.accountable.works:
        return absences.pass_case_on(case=case, agent=climb.accountable, at=at)
    people.hand_over(case=case, agent=climb.accountable, actor=SYSTEM, at=at)
    return True


def _disown(violation: Violation, at: datetime) -> bool:
    """The case goes back to its team, which is told."""
    case = _of_case(violation)
    owner = Agent.objects.filter(owned_cases=case).select_related("user").first()
    if owner and not owner.works:
        people.hand_over(case=case, agent=owner, actor=SYSTEM, at=at)
    return True


def _sweep(violation: Violation, at: datetime) -> bool:
    """What a sweep would do; a case that fails is set aside with its error."""
    if violation.case is None:
        return absences.hand_over(absence_id=int(violation.data["absence"]), at=at) >= 0
    return sweep.act_on(violation.case.pk, at) is not None


def _tell_again(violation: Violation, at: datetime) -> bool:
    return telling_again.of_step(case=_of_case(violation), actor=SYSTEM, at=at) is not None


def _make_due(violation: Violation, at: datetime) -> bool:
    lost = violations.lost(at) & Q(channel=violation.about)
    return telling_again.of_lost(lost=lost, at=at) > 0


def _unfold(violation: Violation, at: datetime) -> bool:
    return telling_again.of_digest(uid=violation.about, at=at) > 0


def _correct(violation: Violation, at: datetime) -> bool:
    return repair.repair(case=_of_case(violation), actor=SYSTEM, at=at) is not None


def _put_aside(violation: Violation, at: datetime) -> bool:
    return set_aside.cannot_be_read(case_id=_of_case(violation).pk, at=at)


MENDS: Mapping[ViolationKind, tuple[Repair, Mend]] = {
    ViolationKind.UNACCOUNTED: (Repair.REASSIGNED, _reassign),
    ViolationKind.OWNER_LEFT: (Repair.REASSIGNED, _disown),
    ViolationKind.UNCHECKED: (Repair.SWEPT, _sweep),
    ViolationKind.UNTOLD: (Repair.TOLD_AGAIN, _tell_again),
    ViolationKind.UNHANDLED: (Repair.SWEPT, _sweep),
    ViolationKind.LOST: (Repair.MADE_DUE, _make_due),
    ViolationKind.UNFOLDED: (Repair.MADE_DUE, _unfold),
    ViolationKind.CLOCKS: (Repair.CORRECTED, _correct),
    ViolationKind.UNREADABLE: (Repair.SET_ASIDE, _put_aside),
}
