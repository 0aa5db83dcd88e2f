"""Administrators see what the auditor found, what was done, and what they can do."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.actions.audits import PAGE
from escalations.admin.audits import REMEDIES
from escalations.models import Violation, words
from escalations.rules.violations import ViolationKind
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db

LIST = reverse("admin:escalations_violation_changelist")


@pytest.fixture
def office(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def violation(kind: ViolationKind, about: str, **values: Any) -> Violation:
    given = {"found_at": MONDAY, "last_found_at": MONDAY, **values}
    return Violation.objects.create(kind=kind.value, about=about, **given)


def shown(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def table(page: str) -> str:
    """The rows of a list, without the filters beside it."""
    return page.partition("<tbody")[2].partition("</table>")[0]


def test_the_list_shows_open_ones_first_and_only_those_where_the_bulletin_leads(
    company: Company, office: Client
) -> None:
    case = company.open()
    violation(ViolationKind.SILENT, "beat", over_at=MONDAY)
    violation(ViolationKind.JOURNAL, case.uid, case=case)
    everything, only_open = shown(office, LIST), shown(office, PAGE)
    journal, silent = (str(words.VIOLATIONS[kind]) for kind in (ViolationKind.JOURNAL, ViolationKind.SILENT))
    rows, open_rows = table(everything), table(only_open)
    assert rows.index(journal) < rows.index(silent)
    assert case.reference in rows
    assert journal in open_rows
    assert silent not in open_rows
    assert silent not in table(shown(office, f"{LIST}?kind=journal"))


def test_its_page_says_what_is_wrong_in_detail_and_what_to_do(company: Company, office: Client) -> None:
    case = company.open()
    row = violation(ViolationKind.CLOCKS, case.uid, case=case, data={"differences": ["due_at: stored <b>"]})
    address = reverse("admin:escalations_violation_change", args=[row.pk])
    said = shown(office, address)
    assert "due_at: stored &lt;b&gt;" in said
    assert "corrected from the journal" in said
    Violation.objects.update(repair="corrected", repaired_at=MONDAY)
    assert "Nothing, if the next look finds it over." in shown(office, address)


@pytest.mark.parametrize("kind", ViolationKind)
def test_every_kind_has_words_and_a_remedy(office: Client, kind: ViolationKind, company: Company) -> None:
    row = violation(kind, "x")
    said = shown(office, reverse("admin:escalations_violation_change", args=[row.pk]))
    assert str(words.VIOLATIONS[kind]) in said
    assert str(REMEDIES[kind])[:40] in said


def test_the_first_page_tells_of_them_and_is_quiet_without(company: Company, office: Client) -> None:
    address = reverse("admin:index")

    def told() -> tuple[object, str, str]:
        figures = office.get(address).context["front"]["figures"]
        [figure] = [row for row in figures if row.words == "violations that are not over"]
        return figure.number, figure.link, figure.tone

    assert told() == (0, f"{LIST}?over=no", "good")
    violation(ViolationKind.SILENT, "beat")
    violation(ViolationKind.SILENT, "sweep", over_at=MONDAY)
    assert told() == (1, f"{LIST}?over=no", "bad")


def test_nobody_without_the_right_sees_them(company: Company) -> None:
    client = Client()
    client.force_login(company.agent.user)
    assert client.get(LIST).status_code in (302, 403)
