"""Links between two cases: one line in the journal of each, and taken away the same way."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from escalations.actions import journal
from escalations.actions.work import refused
from escalations.models import Case, CaseLink, Event
from escalations.rules import events
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import LinkKind, Verb

BY_HAND = (LinkKind.DUPLICATE, LinkKind.PARENT, LinkKind.SAME_CAUSE)
DEEPEST = 50  # parts of parts


def link(*, case: Case, actor: Standing, at: datetime, other: Case, kind: LinkKind, key: str | None = None) -> Event:
    """This case is a duplicate of the other, a part of it, or has the same cause. Raises Refused."""
    if case.pk == other.pk:
        raise refused("other", "link_self")
    with journal.both_locked(case, other, actor=actor, at=at, verb=Verb.LINK, key=key) as (work, there):
        if work.replayed:
            return work.replayed
        if kind not in BY_HAND:  # a case is split by splitting it
            raise refused("kind", "unknown_choice")
        _check(work.case, there.case, LinkKind(kind))
        return join(work, there, LinkKind(kind))


def _check(case: Case, other: Case, kind: LinkKind) -> None:
    """Raises Refused for what is linked so already, either way round, and for a part of its own part."""
    both_ways = Q(case=case, other=other) | Q(case=other, other=case)
    there = CaseLink.objects.filter(both_ways, kind=kind.value)
    if kind is LinkKind.PARENT:
        there = there.filter(case=case)
        if _is_part_of(other, case):
            raise refused("other", "link_circle")
    if there.exists():
        raise refused("other", "link_there")


def _is_part_of(case: Case, whole: Case) -> bool:
    """Whether this is a part of the other, or of one of its parts."""
    found, seen = {case.pk}, set[int]()
    for _depth in range(DEEPEST):
        seen |= found
        parents = CaseLink.objects.filter(case_id__in=found, kind=LinkKind.PARENT.value)
        found = set(parents.values_list("other_id", flat=True)) - seen
        if whole.pk in found or not found:
            return whole.pk in found
    return True


def join(work: journal.Work, there: journal.Work, kind: LinkKind, *, back: bool = False) -> Event:
    """Links two locked cases, the other way round with `back`; gives the line of the first."""
    case, other = (there.case, work.case) if back else (work.case, there.case)
    row = CaseLink.objects.create(case=case, other=other, kind=kind.value, linked_by=work.agent, linked_at=work.at)
    there.record(events.CaseLinked(row.uid, work.case.uid, row.kind, back=not back))
    return work.record(events.CaseLinked(row.uid, there.case.uid, row.kind, back=back))


def unlink(*, case: Case, actor: Standing, at: datetime, link: CaseLink, key: str | None = None) -> Event:
    """Takes a link of this case away, seen from either side. Raises Refused."""
    other_id = link.other_id if link.case_id == case.pk else link.case_id
    other = Case(pk=other_id)
    with journal.both_locked(case, other, actor=actor, at=at, verb=Verb.UNLINK, key=key) as (work, there):
        if work.replayed:
            return work.replayed
        row = CaseLink.objects.filter(Q(case=work.case) | Q(other=work.case), pk=link.pk).first()
        if row is None:
            raise refused("link", "link_unknown")
        back = row.other_id == work.case.pk
        row.delete()
        there.record(events.CaseUnlinked(row.uid, work.case.uid, row.kind, back=not back))
        return work.record(events.CaseUnlinked(row.uid, there.case.uid, row.kind, back=back))
