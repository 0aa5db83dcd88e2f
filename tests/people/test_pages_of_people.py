"""The pages on which people say when they are away, and confirm that the paths of a policy are right."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from customers.models import User
from escalations.actions import paths, triage
from escalations.models import Absence, PathCheck
from tests.cast import MONDAY, Company
from tests.people.absent import DAY, away, everything

pytestmark = pytest.mark.django_db

NOW = MONDAY + timedelta(minutes=20)
MINE = {"starts_at": "2026-03-03T09:00", "ends_at": "2026-03-06T17:00"}


@pytest.fixture(autouse=True)
def standing_clock() -> object:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(name: str, *args: object) -> str:
    return reverse(f"desk:{name}", args=args)


def test_somebody_writes_down_when_he_is_away_in_his_own_time(company: Company) -> None:
    client = signed_in(company.agent.user)
    answer = client.post(page("absence"), MINE | {"deputy": company.specialist.agent.pk})
    assert answer["Location"] == page("absence")
    row = Absence.objects.get()
    assert row.starts_at.isoformat() == "2026-03-03T08:00:00+00:00"
    assert "Mara Lindt stands in" in client.get(page("absence")).content.decode()


def test_a_circle_of_deputies_is_named_at_the_deputy_and_nothing_typed_is_lost(company: Company) -> None:
    away(company.specialist, company.agent)
    before = everything()
    client = signed_in(company.agent.user)
    answer = client.post(page("absence"), MINE | {"deputy": company.specialist.agent.pk})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Ben Okafor → Mara Lindt → Ben Okafor" in text
    assert "2026-03-06T17:00" in text
    assert everything() == before


def test_one_that_is_written_down_can_be_changed_and_ended(company: Company) -> None:
    row = away(company.agent)
    client = signed_in(company.agent.user)
    data = MINE | {"starts_at": "2026-03-02T09:00", "deputy": company.manager.agent.pk}
    assert client.get(page("absence_change", row.pk)).status_code == 200
    assert client.post(page("absence_change", row.pk), data).status_code == 303
    row.refresh_from_db()
    assert row.deputy == company.manager.agent
    client.post(page("absence_end", row.pk))
    row.refresh_from_db()
    assert row.ends_at == NOW


def test_nobody_sees_or_ends_the_absence_of_somebody_else(company: Company) -> None:
    row = away(company.agent)
    before = everything()
    other = signed_in(company.specialist.user)
    assert other.get(page("absence_change", row.pk)).status_code == 404
    assert other.post(page("absence_change", row.pk), MINE).status_code == 404
    assert other.post(page("absence_end", row.pk)).status_code == 404
    assert other.get(page("absence_end", row.pk)).status_code == 405
    assert everything() == before


def test_customers_and_strangers_find_none_of_these_pages(company: Company) -> None:
    check = paths.check(policy=company.policy, on=NOW.date(), at=NOW)
    pages = [page("absence"), page("paths"), page("path_check", check.uid)]
    for address in pages:
        assert signed_in(company.ida.user).get(address).status_code == 404
        assert signed_in(company.administrator).get(address).status_code == 404, "works nowhere"
        assert Client().get(address)["Location"] == f"{reverse('login')}?next={address}"
        assert signed_in(company.agent.user).get(address).status_code == 200
    assert signed_in(company.ida.user).post(pages[2]).status_code == 404
    assert signed_in(company.agent.user).get(page("path_check", "nothing")).status_code == 404


def test_the_home_page_shows_whom_somebody_stands_in_for(company: Company) -> None:
    case = company.open()
    triage.take(case=case, actor=company.agent.standing, at=MONDAY)
    away(company.agent, company.specialist)
    text = signed_in(company.specialist.user).get(page("home")).content.decode()
    assert "You stand in for Ben Okafor" in text
    assert case.reference in text
    assert "You stand in for" not in signed_in(company.manager.user).get(page("home")).content.decode()


def test_the_owner_confirms_what_was_found_and_others_cannot(company: Company) -> None:
    company.policy.owner = company.manager.agent
    company.policy.save()
    away(company.specialist, days=3)
    check = paths.check(policy=company.policy, on=NOW.date(), at=NOW)
    other = signed_in(company.agent.user)
    shown = other.get(page("path_check", check.uid)).content.decode()
    assert "Everybody of the team “Platform specialists” of level 2 is away" in shown
    assert '<button class="button main">' not in shown
    other.post(page("path_check", check.uid))
    assert PathCheck.objects.get().confirmed_at is None
    owner = signed_in(company.manager.user)
    assert "Confirm" in owner.get(page("path_check", check.uid)).content.decode()
    assert owner.post(page("path_check", check.uid)).status_code == 303
    assert PathCheck.objects.get().confirmed_by == company.manager.agent
    assert "Confirmed by Jan Brandt" in owner.get(page("path_check", check.uid)).content.decode()


def test_the_list_of_paths_shows_the_newest_check_of_each_policy(company: Company) -> None:
    old, new = (paths.check(policy=company.policy, on=(NOW + day * DAY).date(), at=NOW + day * DAY) for day in range(2))
    text = signed_in(company.agent.user).get(page("paths")).content.decode()
    assert new.uid in text
    assert old.uid not in text


def test_only_who_may_enter_the_administration_is_led_there(company: Company) -> None:
    away(company.specialist, days=3)
    check = paths.check(policy=company.policy, on=NOW.date(), at=NOW)
    assert "Mend it" not in signed_in(company.agent.user).get(page("path_check", check.uid)).content.decode()
    company.agent.user.is_staff = True
    company.agent.user.save()
    assert "Mend it" in signed_in(company.agent.user).get(page("path_check", check.uid)).content.decode()
