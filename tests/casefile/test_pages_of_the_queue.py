"""Pages of the queue neither lose nor repeat a case, in any order, whatever ties and whatever changes meanwhile."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import actions as people
from customers.models import Tier
from escalations.casefile import keyset, lines
from escalations.casefile.questions import GROUPS, SORTS, Question, read
from escalations.models import NEVER, Case
from tests.cast import MONDAY, Company
from tests.listing import listed

ORDERS = list(product(SORTS, ("", *GROUPS)))
CASES = 13


def question(sort: str, group: str) -> Question:
    return read({"view": ["all"], "sort": [sort], "group": [group]})


def shuffled(luck: Random, company: Company) -> dict[str, Any]:
    """Values with many ties; a case may have no customer, and nothing that is due."""
    return {
        "next_due_at": luck.choice([NEVER, MONDAY, MONDAY + timedelta(microseconds=1), MONDAY + timedelta(days=1)]),
        "opened_at": MONDAY + timedelta(minutes=luck.randrange(3)),
        "severity": luck.randint(1, 2),
        "level": luck.randint(1, 3),
        "organization": luck.choice([None, company.ida.organization, company.vera.organization]),
    }


def walk(asked: Question, company: Company, luck: Random, *, meanwhile: list[int]) -> list[int]:
    """Every case of every page; between two pages one of `meanwhile` goes to another place."""
    found, after = [], ""
    for _page in range(4 * CASES):
        page = lines.page(asked, company.agent.standing, at=MONDAY, after=after, limit=luck.randint(1, 4))
        found += [line.case.pk for line in page.lines]
        after = page.following
        if not after:
            return found
        if meanwhile:
            Case.objects.filter(pk=luck.choice(meanwhile)).update(**shuffled(luck, company))
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize(("sort", "group"), ORDERS)
def test_every_case_stands_on_exactly_one_page(company: Company, sort: str, group: str) -> None:
    luck, asked = Random(f"{sort}{group}"), question(sort, group)
    keys = {company.open(subject=f"Case {number}").pk for number in range(CASES)}
    for _round in range(2):
        for key in keys:
            Case.objects.filter(pk=key).update(**shuffled(luck, company))
        found = walk(asked, company, luck, meanwhile=[])
        order = keyset.order_by(lines.keys_of(asked))
        assert found == list(Case.objects.order_by(*order).values_list("pk", flat=True))
        # What changes while somebody turns the pages may be met twice or not at all; all others exactly once.
        restless = luck.sample(sorted(keys), 3)
        met = walk(asked, company, luck, meanwhile=restless)
        assert sorted(key for key in met if key not in restless) == sorted(keys.difference(restless))


@pytest.mark.parametrize("cursor", ["", "~", "x~y", "1~2~3~4", "2026-03-02T08:00:00~1", f"{NEVER.isoformat()}~{2**63}"])
def test_a_cursor_of_another_order_or_of_none_begins_at_the_beginning(company: Company, cursor: str) -> None:
    case = company.open()
    for sort, group in ORDERS:
        page = lines.page(question(sort, group), company.agent.standing, at=MONDAY, after=cursor)
        assert [line.case.pk for line in page.lines] == [case.pk]


def test_groups_begin_where_they_change_and_at_the_top_of_every_page(company: Company) -> None:
    other = people.add_organization(name="Aardvark", tier=Tier.STANDARD)
    cases = [company.open(subject=str(number)) for number in range(4)]
    Case.objects.filter(pk=cases[0].pk).update(organization=None)
    Case.objects.filter(pk=cases[3].pk).update(organization=other)
    asked = question("due", "customer")
    page = lines.page(asked, company.agent.standing, at=MONDAY, limit=2)
    assert [line.is_first for line in page.lines] == [True, False]
    page = lines.page(asked, company.agent.standing, at=MONDAY, after=page.following)
    assert [(line.case.customer_name, line.is_first) for line in page.lines] == [("Aardvark", True), (None, True)]


def test_a_page_is_two_statements_and_counts_nothing(company: Company) -> None:
    for _number in range(3):
        company.escalate(company.open(), MONDAY)
    standing = company.agent.standing
    with CaptureQueriesContext(connection) as made:
        assert len(listed(standing, "all", at=MONDAY).lines) == 3
    assert len(made) == 2
    assert not any("COUNT(" in query["sql"] for query in made)
