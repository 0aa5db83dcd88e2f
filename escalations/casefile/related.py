"""Other cases that the staff should know of beside one: what it follows, is linked with, and what may be the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q

from escalations.casefile.joined import Link, links_among, links_of, others_of
from escalations.casefile.similar import telling_words, words_in_common
from escalations.models import Case
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Origin

COMPARED = 50
MOST = 3
OFFERED = 6


@dataclass(frozen=True, slots=True)
class Related:
    """`alike` are open cases of the same contact with words of the same subject: offered, never joined by guessing.

    `goes_on` is the case in which this one goes on, `merged` are those that go on in this one.
    """

    follows: Case | None
    followed_by: list[Case]
    alike: list[Case]
    links: list[Link] = field(default_factory=list)
    merged: list[Case] = field(default_factory=list)
    goes_on: Case | None = None

    def __bool__(self) -> bool:
        return bool(self.follows or self.followed_by or self.alike or self.links or self.merged or self.goes_on)


def related(case: Case, standing: Standing) -> Related:
    """What stands beside this case, in two statements for all that is linked or follows.

    Only a new one that came by mail is compared: programs open one for each mail.
    """
    visible = Case.objects.visible_to(standing)
    came_by_mail = case.origin == Origin.MAIL and case.state == CaseState.NEW
    links = links_of(case)
    near = Q(follows=case) | Q(merged_into=case) | Q(pk__in=others_of(case, links))
    after = list(visible.filter(near).order_by("pk"))
    return Related(
        follows=case.follows,
        followed_by=[other for other in after if other.follows_id == case.pk],
        alike=_alike(case, standing) if came_by_mail else [],
        links=links_among(case, links, after),
        merged=[other for other in after if other.merged_into_id == case.pk],
        goes_on=visible.filter(pk=case.goes_on_as().pk).first() if case.merged_into_id else None,
    )


def _alike(case: Case, standing: Standing) -> list[Case]:
    title = telling_words(case.subject)
    others = Case.objects.visible_to(standing).unsolved().filter(contact=case.contact_id).exclude(pk=case.pk)
    found = [other for other in others.order_by("-pk")[:COMPARED] if words_in_common(title, other.subject)]
    return found[:MOST]


def candidates(case: Case, standing: Standing) -> list[Case]:
    """Open cases that may belong together with this one: of the same customer or topic, alike first, newest first."""
    near = Q(contact=case.contact_id)
    if case.organization_id:
        near |= Q(organization=case.organization_id)
    if case.topic_id:
        near |= Q(topic=case.topic_id)
    others = Case.objects.visible_to(standing).unsolved().filter(near).exclude(pk=case.pk)
    rows = list(others.select_related("organization", "contact").order_by("-pk")[:COMPARED])
    title = telling_words(case.subject)
    return sorted(rows, key=lambda other: not words_in_common(title, other.subject))[:OFFERED]
