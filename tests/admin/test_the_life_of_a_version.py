"""A version is handed in by one person and published by another, who reads on the page what comes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import User
from escalations.actions import policies, readings
from escalations.engine import housekeeping
from escalations.models import Policy, PolicyVersion, VersionState
from tests.admin.forms import filled
from tests.admin.test_versions_in_the_back_office import act, everything, page, said
from tests.policies import builders
from tests.policies.builders import AT, Company

DAY = timedelta(days=1)


@pytest.fixture
def second(firm: Company) -> User:
    """Another administrator, far from Greenwich."""
    return builders.user("Zoe Second", is_staff=True, is_superuser=True, time_zone="Pacific/Auckland")


@pytest.fixture
def reviewer(second: User) -> Client:
    client = Client()
    client.force_login(second)
    return client


def reviewed(firm: Company, of: Policy | None = None, *, by: User | None = None) -> PolicyVersion:
    return policies.submit(version=builders.draft(firm, of), by=by or firm.admin, at=AT)


def running(firm: Company, by: User) -> PolicyVersion:
    return policies.publish(version=reviewed(firm), by=by, at=timezone.now())


def text_of(client: Client, address: str) -> str:
    return " ".join(client.get(address).content.decode().split())


def days(**given: Any) -> dict[str, Any]:
    return {"effective_on": "", "review_by": (timezone.localdate() + 90 * DAY).isoformat()} | given


# -- two persons -------------------------------------------------------------------------------------------------------


def test_one_hands_in_and_another_publishes(
    administrator: Client, reviewer: Client, firm: Company, second: User
) -> None:
    version = builders.draft(firm)
    administrator.post(act(version, "submit"))
    answer = reviewer.post(act(version, "publish"), days(review_by="2031-05-06"))
    assert "takes the new cases from now on" in said(answer)
    version.refresh_from_db()
    assert (version.state, version.submitted_by, version.published_by) == (VersionState.PUBLISHED, firm.admin, second)
    assert version.review_by == date(2031, 5, 6)
    assert version.readings.count() == 3


def test_whoever_handed_it_in_reads_that_somebody_else_publishes_and_is_refused(
    administrator: Client, firm: Company, second: User
) -> None:
    version = reviewed(firm)
    before = everything()
    for address in (page(version), act(version, "publish")):
        shown = text_of(administrator, address)
        assert "somebody else has to look at it and publish it: Zoe Second" in shown
    assert 'name="review_by"' not in shown
    answer = administrator.post(act(version, "publish"), days())
    assert "You handed this version in" in said(answer)
    assert everything() == before


def test_where_nobody_else_may_publish_the_page_says_what_to_do(administrator: Client, firm: Company) -> None:
    version = reviewed(firm)
    assert "let a second administrator in first" in text_of(administrator, page(version))


def test_whoever_did_not_hand_it_in_reads_no_such_thing(reviewer: Client, firm: Company) -> None:
    version = reviewed(firm)
    assert "somebody else has to look" not in text_of(reviewer, page(version))
    assert 'name="review_by"' in text_of(reviewer, act(version, "publish"))


def test_a_version_in_review_is_not_edited_and_the_page_says_why(reviewer: Client, firm: Company) -> None:
    draft = builders.draft(firm)
    data = filled(reviewer, page(draft)) | {"note": "too late", "levels-0-name": "Too late"}
    policies.submit(version=draft, by=firm.admin, at=AT)
    before = everything()
    shown = text_of(reviewer, page(draft))
    assert "handed in by Ada Admin: nothing of it can be changed now" in shown
    assert "To change something, send it back" in shown
    assert reviewer.post(page(draft), data).status_code == 403
    assert everything() == before


def test_what_is_sent_back_is_edited_again(reviewer: Client, firm: Company) -> None:
    version = reviewed(firm)
    assert "It is a draft again then" in text_of(reviewer, act(version, "send-back"))
    reviewer.post(act(version, "send-back"))
    version.refresh_from_db()
    assert (version.state, version.submitted_by) == (VersionState.DRAFT, None)
    reviewer.post(page(version), filled(reviewer, page(version)) | {"note": "shorter"})
    version.refresh_from_db()
    assert version.note == "shorter"


# -- days --------------------------------------------------------------------------------------------------------------


def test_the_days_are_filled_in_beforehand_at_once_and_a_year_later(reviewer: Client, firm: Company) -> None:
    form = reviewer.get(act(reviewed(firm), "publish")).context["form"]
    with timezone.override("Pacific/Auckland"):
        year = timezone.localdate() + timedelta(days=365)
    assert form["effective_on"].value() is None
    assert form["review_by"].value() in (year, year - DAY, year + DAY)  # the day may end meanwhile


def test_an_effective_day_begins_at_midnight_where_the_publisher_is(reviewer: Client, firm: Company) -> None:
    first = builders.published(firm)
    version = policies.new_draft(policy=first.policy, by=firm.admin, at=AT)
    policies.submit(version=version, by=firm.admin, at=AT)
    answer = reviewer.post(act(version, "publish"), days(effective_on="2040-01-10", review_by="2040-01-11"))
    assert "takes the new cases from 10 January 2040" in said(answer).replace("Jan. 10, 2040", "10 January 2040")
    version.refresh_from_db()
    first.refresh_from_db()
    assert (version.state, first.state) == (VersionState.SCHEDULED, VersionState.PUBLISHED)
    assert version.effective_at == datetime(2040, 1, 9, 11, 0, tzinfo=UTC)  # thirteen hours ahead in summer
    assert version.readings.count() == 0
    assert "retire it before that" in text_of(reviewer, page(version))


def test_today_is_at_once(reviewer: Client, firm: Company) -> None:
    version = reviewed(firm)
    with timezone.override("Pacific/Auckland"):
        today = timezone.localdate()
    reviewer.post(act(version, "publish"), days(effective_on=today.isoformat(), review_by="2040-01-11"))
    version.refresh_from_db()
    assert version.state == VersionState.PUBLISHED


WRONG = [
    ({"effective_on": "2020-01-01"}, "effective_on", "This day is over"),
    ({"effective_on": "soon"}, "effective_on", "valid date"),
    ({"review_by": ""}, "review_by", "required"),
    ({"review_by": "2020-01-01"}, "review_by", "Look at it again after it took effect"),
    ({"effective_on": "2040-01-10", "review_by": "2040-01-10"}, "review_by", "Look at it again after it took effect"),
]


def test_a_wrong_day_is_refused_at_its_field_and_nothing_that_was_filled_in_is_lost(
    reviewer: Client, firm: Company
) -> None:
    version = reviewed(firm)
    before = everything()
    for wrong, field, words in WRONG:
        answer = reviewer.post(act(version, "publish"), days(**wrong))
        assert answer.status_code == 200, wrong
        assert words in " ".join(answer.context["form"].errors[field]), wrong
        assert everything() == before, wrong
    assert 'value="2040-01-10"' in answer.content.decode()


# -- what comes of it --------------------------------------------------------------------------------------------------


def test_the_publish_page_says_what_it_replaces_and_how_many_are_asked_to_read(
    reviewer: Client, firm: Company, second: User
) -> None:
    first = running(firm, second)
    version = policies.new_draft(policy=first.policy, by=firm.admin, at=AT)
    policies.submit(version=version, by=firm.admin, at=AT)
    shown = text_of(reviewer, act(version, "publish"))
    assert "It replaces version 1." in shown
    assert "0 open cases follow that one and stay on it until they are moved." in shown
    assert "3 people who work by it are asked to read it when it takes effect." in shown


def test_what_is_different_is_said_in_words_to_whoever_reviews_and_publishes(
    reviewer: Client, firm: Company, second: User
) -> None:
    first = running(firm, second)
    stopped = policies.new_draft(policy=first.policy, by=firm.admin, at=AT)
    stopped.levels.filter(number=1).update(name="Never seen")
    policies.submit(version=stopped, by=firm.admin, at=AT)
    at = timezone.now()
    policies.publish(version=stopped, by=second, at=at, effective_at=at + DAY)
    policies.retire(version=stopped, by=second, at=at)
    version = policies.new_draft(policy=first.policy, by=firm.admin, at=AT)
    version.levels.filter(number=1).update(name="Front line")
    version.levels.filter(number=2).update(name="Platform experts")
    policies.submit(version=version, by=firm.admin, at=AT)
    for address in (page(version), act(version, "publish")):
        shown = text_of(reviewer, address)
        assert "What is different from version 1" in shown, address
        told = shown.split("What is different from version 1")[1].split("</section>")[0]
        assert "Platform experts" in told, address
        assert "Never seen" not in told, address


def test_of_the_first_version_nothing_is_different(reviewer: Client, firm: Company) -> None:
    assert "there is none before it to compare with" in text_of(reviewer, page(reviewed(firm)))


def test_the_first_version_replaces_none(reviewer: Client, firm: Company) -> None:
    assert "No version of this policy runs yet" in text_of(reviewer, act(reviewed(firm), "publish"))


def test_retiring_counts_what_comes_of_it_before_it_asks(reviewer: Client, firm: Company, second: User) -> None:
    builders.published(firm)
    version = running(firm, second)
    readings.confirm(version=version, agent=firm.agent, at=timezone.now())
    shown = text_of(reviewer, act(version, "retire"))
    assert "0 open cases follow it and stay on it." in shown
    assert "new cases come under the next policy that fits them" in shown
    assert "2 people have not confirmed to have read it" in shown


def test_a_version_that_waits_for_its_day_is_retired(reviewer: Client, firm: Company, second: User) -> None:
    at = timezone.now()
    version = policies.publish(version=reviewed(firm), by=second, at=at, effective_at=at + DAY)
    assert "It never takes effect" in text_of(reviewer, act(version, "retire"))
    reviewer.post(act(version, "retire"))
    housekeeping.take_effect(at + 2 * DAY)
    version.refresh_from_db()
    assert version.state == VersionState.RETIRED


# -- read, and looked at again -----------------------------------------------------------------------------------------


def test_the_page_says_who_has_read_it_and_who_has_not(reviewer: Client, firm: Company, second: User) -> None:
    version = running(firm, second)
    readings.confirm(version=version, agent=firm.expert, at=timezone.now())
    shown = text_of(reviewer, page(version))
    assert "Read and confirmed by 1 of 3 people" in shown
    for row, is_waiting in (("Ben Front", True), ("Eva Expert", False), ("Mia Boss", True)):
        of_one = shown.split(f">{row}</th>")[1].split("</tr>")[0]
        assert ("not yet" in of_one) == is_waiting, row


def test_looking_again_moves_the_day_and_nothing_else(reviewer: Client, firm: Company, second: User) -> None:
    version = running(firm, second)
    before = PolicyVersion.objects.filter(pk=version.pk).values().get()
    assert "nothing but the day of the next look changes" in text_of(reviewer, act(version, "look-again"))
    reviewer.post(act(version, "look-again"), {"review_by": "2041-02-03"})
    assert PolicyVersion.objects.filter(pk=version.pk).values().get() == before | {"review_by": date(2041, 2, 3)}


def test_a_day_that_is_over_is_refused_for_the_next_look(reviewer: Client, firm: Company, second: User) -> None:
    version = running(firm, second)
    before = everything()
    answer = reviewer.post(act(version, "look-again"), {"review_by": "2020-02-03"})
    assert "still to come" in " ".join(answer.context["form"].errors["review_by"])
    assert everything() == before


def test_what_is_overdue_is_said_on_the_pages_of_version_and_policy(
    reviewer: Client, firm: Company, second: User
) -> None:
    version = running(firm, second)
    policy_page = f"/admin/escalations/policy/{version.policy_id}/change/"
    for address in (page(version), policy_page):
        assert "Looked at again by" in text_of(reviewer, address)
        assert "text-red-700" not in text_of(reviewer, address).split("Looked at again by")[0][-120:]
    PolicyVersion.objects.filter(pk=version.pk).update(review_by=date(2020, 1, 1))
    for address in (page(version), policy_page):
        shown = text_of(reviewer, address)
        assert "text-red-700" in shown.split("To be looked at again since")[0][-120:], address
