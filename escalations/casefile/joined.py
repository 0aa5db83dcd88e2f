"""The cases that a case is linked with, that went on in it, or in which it goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from escalations.models import NEVER, Case, CaseLink, words
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED, LinkKind


@dataclass(frozen=True, slots=True)
class Link:
    """Another case as it is related to one; `uid` is that of the link, empty where nobody takes it away."""

    uid: str
    how: Any
    case: Case
    kind: str = ""
    back: bool = False

    @property
    def due_at(self) -> Any:
        """When something is due there next; None where nothing is."""
        return None if self.case.next_due_at == NEVER or self.case.state not in UNSOLVED else self.case.next_due_at

    @property
    def is_part(self) -> bool:
        """Whether the other case is a part of this one."""
        return self.kind == LinkKind.PARENT and self.back


def linked_with(case: Case, standing: Standing) -> list[Link]:
    """The links of a case with others that this person may see, parts and wholes first. Two statements."""
    rows = links_of(case)
    ids = others_of(case, rows)
    return links_among(case, rows, Case.objects.visible_to(standing).filter(pk__in=ids) if ids else ())


def links_of(case: Case) -> list[CaseLink]:
    return list(CaseLink.objects.filter(Q(case=case) | Q(other=case)))


def others_of(case: Case, rows: Iterable[CaseLink]) -> list[int]:
    """The case at the other end of each link."""
    return [row.case_id if row.other_id == case.pk else row.other_id for row in rows]


def links_among(case: Case, rows: Sequence[CaseLink], others: Iterable[Case]) -> list[Link]:
    """These links, as far as the case at their other end is among the `others`; parts and wholes first."""
    seen = {other.pk: other for other in others}
    ends = zip(rows, others_of(case, rows), strict=True)
    found = [_link(row, seen[pk], row.other_id == case.pk) for row, pk in ends if pk in seen]
    return sorted(found, key=lambda link: (link.kind != LinkKind.PARENT, link.kind, link.case.pk))


def _link(row: CaseLink, other: Case, back: bool) -> Link:
    how = (words.LINKS_BACK if back else words.LINKS)[row.kind]
    return Link(row.uid, how, other, row.kind, back)
