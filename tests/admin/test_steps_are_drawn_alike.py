"""Where one is in a task of several pages is drawn by one style sheet, whatever the task."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from escalations.actions import policies
from tests.cast import MONDAY, Company

pytestmark = pytest.mark.django_db


def test_both_tasks_number_their_steps_by_the_same_sheet(company: Company) -> None:
    client = Client()
    client.force_login(company.administrator)
    draft = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=MONDAY)
    holidays = reverse("admin:escalations_calendarversion_copy_holidays", args=[draft.pk])
    for address in ("/admin/escalations/versionmove/begin/", holidays):
        page = client.get(address).content.decode()
        assert '<ol class="steps"' in page
        assert "css/steps.css" in page


def test_no_other_sheet_of_the_back_office_draws_steps() -> None:
    sheets = Path(settings.BASE_DIR, "static", "css").glob("*.css")
    drawn = {sheet.name for sheet in sheets if "steps li" in sheet.read_text()}
    assert drawn == {"steps.css"}
