"""The back office shows a stored clock below the same explanation as the desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from escalations.models import Clock
from tests.cast import Company

pytestmark = pytest.mark.django_db


def page(clock: Clock) -> str:
    return reverse("admin:escalations_clock_change", args=[clock.pk])


def signed_in(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def test_the_page_of_a_clock_explains_it_above_what_is_stored(company: Company) -> None:
    row = company.open().clocks.get(kind="resolution")
    told = signed_in(company).get(page(row)).content.decode()
    assert "How it adds up" in told
    assert "policy “Standard”, version 1, row 6, severity high" in told
    assert told.index("How it adds up") < told.index("Warn percent")
    assert "css/timeline.css" in told


def test_a_case_leads_to_the_explanation_of_its_clocks(company: Company) -> None:
    case = company.open()
    told = signed_in(company).get(reverse("admin:escalations_case_change", args=[case.pk])).content.decode()
    assert all(page(row) in told for row in case.clocks.all())


def test_clk_28_list_and_page_show_the_target_that_is_stored(company: Company) -> None:
    company.open()
    client = signed_in(company)
    listed = client.get(reverse("admin:escalations_clock_changelist")).content.decode()
    for row, words in zip(Clock.objects.order_by("target_minutes"), ["1 h", "8 h"], strict=True):
        assert words in listed
        assert words in client.get(page(row)).content.decode()
        assert row.target_minutes == {"1 h": 60, "8 h": 480}[words]


def test_a_row_that_the_journal_does_not_know_is_shown_with_the_remedy(company: Company) -> None:
    row = company.open().clocks.get(kind="resolution")
    Clock.objects.filter(pk=row.pk).update(start_seq=99)
    told = signed_in(company).get(page(row)).content.decode()
    assert "Run recompute_clocks" in told
    assert "How it adds up" not in told


def test_nobody_without_the_right_sees_a_clock_explained(company: Company) -> None:
    row = company.open().clocks.get(kind="resolution")
    for who in (None, company.ida.user, company.agent.user):
        client = Client()
        if who:
            client.force_login(who)
        answer = client.get(page(row))
        assert answer.status_code in (302, 403)
        assert "How it adds up" not in answer.content.decode()
    assert signed_in(company).get(reverse("admin:escalations_clock_change", args=[10_000])).status_code == 302
