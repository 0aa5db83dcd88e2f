"""What is new in the inbox of somebody, by its cases: whoever reads some of it can count the rest."""

from __future__ import annotations

from dataclasses import dataclass

from escalations.models import Notice

MOST = 100


@dataclass(frozen=True, slots=True)
class Unread:
    """The newest notices that nobody has read: the case of each, and whether another one tells of it."""

    notices: list[tuple[int | None, bool]]

    @property
    def number(self) -> int:
        """How many there are, counted up to 100, without those that another one tells of."""
        return min(sum(not folded for _case, folded in self.notices), MOST)

    def may_have(self, case_id: int) -> bool:
        """Whether one of them may be of this case."""
        return len(self.notices) == 2 * MOST or any(case == case_id for case, _folded in self.notices)

    def without(self, case_id: int) -> int:
        """How many are left once those of this case are read."""
        return Unread([notice for notice in self.notices if notice[0] != case_id]).number


def unread_of(code: str) -> Unread:
    """What is new in the inbox of this person, by its cases; bounded."""
    rows = Notice.objects.filter(recipient=code, channel="in_app", seen_at=None).order_by("-pk")
    found = rows.values_list("case_id", "folded_into_id")[: 2 * MOST]
    return Unread([(case_id, folded is not None) for case_id, folded in found])
