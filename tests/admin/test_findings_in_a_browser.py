"""In real Chromium: what keeps a draft from being handed in leads to the input that is marked, on a phone too."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from escalations.actions import policies
from escalations.models import Team
from tests.cast import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_the_list_on_top_leads_to_the_marked_input(
    browser: Browser, live_server: LiveServer, company: Company, width: int
) -> None:
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=timezone.now())
    draft.levels.filter(number=3).update(team=Team.objects.create(slug="crisis", name="Crisis", public_name="Crisis"))
    draft.roles.filter(position=2).update(level=9)
    draft.communications.all().delete()
    client = Client()
    client.force_login(company.administrator)
    context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(reverse("admin:escalations_policyversion_change", args=[draft.pk]))
    page.get_by_role("link", name="Levels, row 3, team").click()
    team = page.locator("#id_levels-2-team")
    assert team.get_attribute("aria-invalid") == "true"
    sentence = page.locator("#id_levels-2-team_error")
    assert "Nobody active is in the team of level 3" in sentence.inner_text()
    box = team.bounding_box()
    assert box and 0 <= box["y"] <= 900
    page.get_by_role("link", name="Roles and duties, row 2, level").click()
    duty = page.locator("#id_roles-1-level_error")
    duty.wait_for()
    assert "There is no level 9" in duty.inner_text()
    page.get_by_role("link", name="Communication, notices about").click()
    assert page.locator("#communications-group").is_visible()
