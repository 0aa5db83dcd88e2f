"""Cases that belong together show each other, and both journals keep when that began and ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import links
from escalations.casefile.joined import linked_with
from escalations.casefile.staff import staff_casefile
from escalations.models import Case, CaseLink, Notice
from escalations.rules.vocabulary import LinkKind
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company

AT = MONDAY + timedelta(minutes=5)


def linked(company: Company, case: Case, other: Case, kind: LinkKind = LinkKind.DUPLICATE) -> CaseLink:
    links.link(case=case, actor=company.agent.standing, at=AT, other=other, kind=kind)
    return CaseLink.objects.latest("pk")


def seen(company: Company, case: Case) -> list[tuple[str, str]]:
    return [(str(link.how), link.case.reference) for link in linked_with(case, company.agent.standing)]


def last_words(company: Company, case: Case) -> str:
    return staff_casefile(case, company.agent.standing, AT).timeline[-1].words


def test_both_cases_show_the_other_with_a_line_in_each_journal(company: Company) -> None:
    case, other = company.open(), company.open(company.vera)
    linked(company, case, other)
    assert seen(company, case) == [("duplicate of", other.reference)]
    assert seen(company, other) == [("has the duplicate", case.reference)]
    assert last_words(company, case) == f"Linked: duplicate of {other.reference}"
    assert last_words(company, other) == f"Linked: has the duplicate {case.reference}"
    is_sound(case)
    is_sound(other)


def test_a_link_is_taken_away_from_either_side(company: Company) -> None:
    case, other = company.open(), company.open(company.vera)
    row = linked(company, case, other, LinkKind.SAME_CAUSE)
    links.unlink(case=other, actor=company.specialist.standing, at=AT, link=row)
    assert (seen(company, case), seen(company, other)) == ([], [])
    assert last_words(company, case) == f"No longer linked: same cause as {other.reference}"
    assert last_words(company, other) == f"No longer linked: same cause as {case.reference}"
    with pytest.raises(Refused) as refused:
        links.unlink(case=case, actor=company.agent.standing, at=AT, link=row)
    assert refused.value.code == "not_linked"


def test_no_customer_hears_or_reads_of_a_link(company: Company) -> None:
    case, other = company.open(), company.open(company.vera)
    before = Notice.objects.filter(recipient__startswith="contact:").count()
    linked(company, case, other)
    assert Notice.objects.filter(recipient__startswith="contact:").count() == before


@pytest.mark.parametrize("kind", links.BY_HAND)
def test_the_same_link_is_refused_and_changes_nothing(company: Company, kind: LinkKind) -> None:
    case, other = company.open(), company.open()
    linked(company, case, other, kind)
    before = everything()
    for one, two in ((case, other), (other, case)):
        with pytest.raises(Refused):
            links.link(case=one, actor=company.agent.standing, at=AT, other=two, kind=kind)
    with pytest.raises(Refused):
        links.link(case=case, actor=company.agent.standing, at=AT, other=case, kind=kind)
    assert everything() == before


def test_nothing_becomes_a_part_of_its_own_part(company: Company) -> None:
    whole, part, piece = (company.open() for _number in range(3))
    linked(company, part, whole, LinkKind.PARENT)
    linked(company, piece, part, LinkKind.PARENT)
    with pytest.raises(Refused) as refused:
        linked(company, whole, piece, LinkKind.PARENT)
    assert refused.value.code == "link_circle"
    assert [link.is_part for link in linked_with(whole, company.agent.standing)] == [True]


def test_a_split_is_not_made_by_linking(company: Company) -> None:
    with pytest.raises(Refused) as refused:
        linked(company, company.open(), company.open(), LinkKind.SPLIT)
    assert (refused.value.field, CaseLink.objects.count()) == ("kind", 0)
