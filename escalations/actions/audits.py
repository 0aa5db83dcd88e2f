"""What the auditor writes down: each look, what is wrong since when, what was done about it, and who was told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from escalations.actions import bulletins, rows
from escalations.models import Audit, Look, Violation
from escalations.rules.violations import BY_CASE, Found, Repair, ViolationKind

TELL_AGAIN = timedelta(hours=4)
KEEP_AUDITS = timedelta(days=30)
KEEP_VIOLATIONS = timedelta(days=180)  # since they were over
PAGE = "/admin/escalations/violation/?over=no"

What = tuple[str, str]


@transaction.atomic
def keep(*, look: Look, milliseconds: int) -> Audit:
    """Writes down a look: violations that are new, last still, or are over; in a fixed number of statements."""
    known: dict[What, Violation] = {
        (row.kind, row.about): row for row in Violation.objects.open().select_for_update(of=("self",))
    }
    found = {item.what: item for item in look.found}
    lasting = [(known[what], item) for what, item in found.items() if what in known]
    rows.update(
        Violation,
        ["data", "last_found_at", "times"],
        [(row.pk, dict(item.data), look.at, row.times + 1) for row, item in lasting],
    )
    Violation.objects.bulk_create(_new(item, look.at) for what, item in found.items() if what not in known)
    over = [row.pk for what, row in known.items() if what not in found and _is_known_of(row, look)]
    Violation.objects.filter(pk__in=over).update(over_at=look.at)
    return Audit.objects.create(
        at=look.at,
        milliseconds=milliseconds,
        open_escalations=look.open_escalations,
        statements=look.statements,
        findings=len(known.keys() | found.keys()) - len(over),
        chain_from=look.chain_from,
        chain_to=look.chain_to,
        escalated_to=look.escalated_to,
    )


def _new(item: Found, at: datetime) -> Violation:
    return Violation(
        kind=item.kind.value,
        about=item.about,
        case_id=item.case_id,
        data=dict(item.data),
        found_at=at,
        last_found_at=at,
    )


def _is_known_of(row: Violation, look: Look) -> bool:
    """Whether this look would have found it, if it still were so."""
    if row.kind not in {kind.value for kind in look.answered}:
        return False
    return row.kind not in {kind.value for kind in BY_CASE} or row.case_id is None or row.case_id in look.cases


def mended(*, violation: Violation, repair: Repair, at: datetime) -> None:
    """Something was done about it. Whether that helped, the next look says."""
    violation.repair, violation.repaired_at = repair.value, at
    violation.save(update_fields=["repair", "repaired_at"])


@transaction.atomic
def tell(*, audit: Audit) -> Sequence[Violation]:
    """Tells the administrators of what they were not told yet, or long ago, in one bulletin; gives what that is."""
    due = Q(told_at=None) | Q(told_at__lte=audit.at - TELL_AGAIN)
    told = list(Violation.objects.open().filter(due).select_related("case").order_by("pk"))
    if told:
        numbers = Counter(row.kind for row in told)
        data = {"number": len(told), "kinds": [kind.value for kind in ViolationKind if kind in numbers]}
        about = f"auditor:{audit.pk}"
        bulletins.to_administrators(kind="auditor", about=about, path=PAGE, data=data, at=audit.at)
        Violation.objects.filter(pk__in=[row.pk for row in told]).update(told_at=audit.at)
    return told


def prune(*, at: datetime) -> int:
    """Forgets looks of long ago and violations that are long over; gives how many rows went. The newest look stays."""
    newest = Audit.objects.values("pk")[:1]
    looks, _by_kind = Audit.objects.filter(at__lt=at - KEEP_AUDITS).exclude(pk__in=newest).delete()
    over, _by_kind = Violation.objects.filter(over_at__lt=at - KEEP_VIOLATIONS).delete()
    return looks + over
