"""Other cases that the staff should know of beside one: what it follows, what follows it, and what may be the same."""

from __future__ import annotations

from dataclasses import dataclass

from escalations.casefile.similar import telling_words, words_in_common
from escalations.models import Case
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Origin

COMPARED = 50
MOST = 3


@dataclass(frozen=True, slots=True)
class Related:
    """`alike` are open cases of the same contact with words of the same subject: offered, never joined by guessing."""

    follows: Case | None
    followed_by: list[Case]
    alike: list[Case]

    def __bool__(self) -> bool:
        return bool(self.follows or self.followed_by or self.alike)


def related(case: Case, standing: Standing) -> Related:
    """What stands beside this case. Only a new one that came by mail is compared: programs open one for each mail."""
    visible = Case.objects.visible_to(standing)
    came_by_mail = case.origin == Origin.MAIL and case.state == CaseState.NEW
    return Related(
        follows=case.follows,
        followed_by=list(visible.filter(follows=case).order_by("pk")),
        alike=_alike(case, standing) if came_by_mail else [],
    )


def _alike(case: Case, standing: Standing) -> list[Case]:
    title = telling_words(case.subject)
    others = Case.objects.visible_to(standing).unsolved().filter(contact=case.contact_id).exclude(pk=case.pk)
    found = [other for other in others.order_by("-pk")[:COMPARED] if words_in_common(title, other.subject)]
    return found[:MOST]
