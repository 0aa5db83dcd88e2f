"""A version takes effect at its instant and exactly once, and its owner is reminded to look at it again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations import tasks
from escalations.actions import people, policies, readings
from escalations.engine import housekeeping
from escalations.models import Bulletin, Notice, Policy, PolicyVersion, Reading, VersionState
from escalations.models.cases import Case
from tests import cast
from tests.cast import MONDAY
from tests.engine.together import together
from tests.policies import builders
from tests.policies.builders import AT, Company

DAY = timedelta(days=1)
BEGINS = AT + 10 * DAY


@pytest.fixture
def firm(db: None) -> Company:
    return builders.company()


def waiting(firm: Company, of: Policy | None = None, **days: Any) -> PolicyVersion:
    """Published by the administrator, in effect ten days later."""
    version = policies.submit(version=builders.draft(firm, of), by=firm.boss.user, at=AT)
    return policies.publish(version=version, by=firm.admin, at=AT, **{"effective_at": BEGINS, **days})


def next_waiting(firm: Company, first: PolicyVersion) -> PolicyVersion:
    draft = policies.new_draft(policy=first.policy, by=firm.admin, at=AT)
    policies.submit(version=draft, by=firm.boss.user, at=AT)
    return policies.publish(version=draft, by=firm.admin, at=AT, effective_at=BEGINS)


def states(policy: Policy) -> list[str]:
    return list(policy.versions.order_by("number").values_list("state", flat=True))


def everything() -> list[Any]:
    models: list[Any] = [PolicyVersion, Reading, Bulletin, Notice]
    return [list(model.objects.order_by("pk").values()) for model in models]


# -- effect ------------------------------------------------------------------------------------------------------------


def test_until_its_instant_nothing_happens_and_then_it_replaces_the_one_before(firm: Company) -> None:
    first = builders.published(firm)
    second = next_waiting(firm, first)
    before = everything()
    assert housekeeping.take_effect(BEGINS - timedelta(microseconds=1)) == 0
    assert everything() == before
    assert first.policy.current() == first
    assert housekeeping.take_effect(BEGINS) == 1
    assert states(first.policy) == [VersionState.RETIRED, VersionState.PUBLISHED]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.retired_at, second.effective_at, second.published_at) == (BEGINS, BEGINS, AT)
    assert housekeeping.take_effect(BEGINS + DAY) == 0


def test_looking_whether_one_takes_effect_costs_one_statement(firm: Company, django_assert_num_queries: Any) -> None:
    next_waiting(firm, builders.published(firm))
    with django_assert_num_queries(1):
        housekeeping.take_effect(AT)
    assert tasks.BEAT_SCHEDULE["take_effect"]["task"] == "escalations.tasks.take_effect"
    assert tasks.BEAT_SCHEDULE["keep_procedures"]["task"] == "escalations.tasks.keep_procedures"


def test_a_policy_that_cannot_go_on_keeps_no_other_one_back(firm: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = waiting(firm), waiting(firm)
    ask = readings.ask

    def breaks(*, version: PolicyVersion, at: datetime) -> int:
        if version.pk == broken.pk:
            raise RuntimeError("nobody can be asked")
        return ask(version=version, at=at)

    monkeypatch.setattr(readings, "ask", breaks)
    assert housekeeping.take_effect(BEGINS) == 1
    assert (states(broken.policy), states(sound.policy)) == ([VersionState.SCHEDULED], [VersionState.PUBLISHED])
    monkeypatch.undo()
    assert housekeeping.take_effect(BEGINS) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_instant_have_it_take_effect_once() -> None:
    firm = builders.company()
    first = builders.published(firm)
    next_waiting(firm, first)
    done = together(*(lambda: housekeeping.take_effect(BEGINS) for _ in range(2)))
    assert sorted(done) == [0, 1]
    assert states(first.policy) == [VersionState.RETIRED, VersionState.PUBLISHED]
    assert (Reading.objects.count(), Bulletin.objects.count()) == (3, 1)
    assert Notice.objects.count() == 6


@pytest.mark.django_db
def test_a_new_case_comes_under_it_and_an_old_one_does_not(company: cast.Company) -> None:
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    policies.submit(version=draft, by=company.manager.user, at=MONDAY)
    policies.publish(version=draft, by=company.administrator, at=MONDAY, effective_at=MONDAY + DAY)
    early = company.open(at=MONDAY + timedelta(hours=23))
    housekeeping.take_effect(MONDAY + DAY)
    late = company.open(at=MONDAY + DAY)
    pinned = [Case.objects.get(pk=case.pk).policy_version_id for case in (early, late)]
    assert pinned == [company.version.pk, draft.pk]


# -- what else must know of a version that waits -----------------------------------------------------------------------


def test_the_last_resort_of_a_version_that_waits_does_not_leave(firm: Company) -> None:
    version = waiting(firm)
    assert {level.version for level in people.last_resort_of(firm.boss)} == {version}
    with pytest.raises(Refused) as caught:
        people.deactivate(agent=firm.boss, by=firm.admin, at=AT)
    assert caught.value.code == "last_resort"
    firm.boss.refresh_from_db()
    assert firm.boss.is_active
    policies.retire(version=version, by=firm.admin, at=AT)
    assert people.last_resort_of(firm.boss) == []


@pytest.mark.parametrize("until", ["draft", "review", "scheduled"])
def test_a_second_version_to_come_is_refused_with_what_to_do(firm: Company, until: str) -> None:
    first = builders.published(firm)
    draft = policies.new_draft(policy=first.policy, by=firm.admin, at=AT)
    if until != "draft":
        policies.submit(version=draft, by=firm.boss.user, at=AT)
    if until == "scheduled":
        policies.publish(version=draft, by=firm.admin, at=AT, effective_at=BEGINS)
    before = everything()
    with pytest.raises(Refused) as caught:
        policies.new_draft(policy=first.policy, by=firm.admin, at=AT)
    remedies = {"draft": "change that one", "review": "send it back", "scheduled": "retire it first"}
    assert remedies[until] in str(caught.value.remedy)
    assert everything() == before


# -- looked at again ---------------------------------------------------------------------------------------------------


def test_days_are_those_of_whoever_publishes(firm: Company) -> None:
    firm.admin.time_zone = "Pacific/Auckland"
    firm.admin.save()
    begins = datetime.fromisoformat("2026-03-09T11:00+00:00")  # midnight there, the day before here
    assert waiting(firm, effective_at=begins).review_by == date(2027, 3, 10)
    version = policies.submit(version=builders.draft(firm), by=firm.boss.user, at=AT)
    before = everything()
    for day in (date(2026, 3, 10), date(2026, 3, 9)):
        with pytest.raises(Refused) as caught:
            policies.publish(version=version, by=firm.admin, at=AT, effective_at=begins, review_by=day)
        assert (caught.value.field, everything()) == ("review_by", before)


def owned(firm: Company) -> PolicyVersion:
    """In effect, owned by the specialist, to be looked at by the last of June."""
    policy = builders.policy()
    policy.owner = firm.expert
    policy.save()
    return waiting(firm, policy, effective_at=None, review_by=date(2026, 6, 30))


def reminded(code: str) -> int:
    rows = Notice.objects.filter(bulletin__kind="procedure_review", recipient=code, channel="in_app")
    return rows.count()


def at_nine(month: int, day: int) -> datetime:
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T09:00+00:00")


def test_the_owner_is_reminded_two_weeks_before_on_the_day_and_every_week_after_it(firm: Company) -> None:
    owned(firm)
    days = [(6, 15), (6, 16), (6, 17), (6, 29), (6, 30), (7, 1), (7, 6), (7, 7), (7, 8), (7, 14)]
    counted = []
    for month, day in days:
        housekeeping.keep_procedures(at_nine(month, day))
        housekeeping.keep_procedures(at_nine(month, day) + timedelta(hours=5))
        counted.append(reminded(firm.expert.code))
    assert counted == [0, 1, 1, 1, 2, 2, 2, 3, 3, 4]
    assert reminded(firm.admin.code) == reminded(firm.agent.code) == 0


def test_of_reminders_that_a_stopped_engine_missed_only_the_latest_comes(firm: Company) -> None:
    owned(firm)
    housekeeping.keep_procedures(at_nine(7, 20))
    assert reminded(firm.expert.code) == 1


def test_who_has_looked_is_left_alone_until_the_next_day(firm: Company) -> None:
    version = owned(firm)
    housekeeping.keep_procedures(at_nine(6, 16))
    policies.looked_at_again(version=version, by=firm.admin, at=at_nine(6, 20), review_by=date(2026, 12, 31))
    for month, day in ((6, 30), (7, 7), (12, 16)):
        housekeeping.keep_procedures(at_nine(month, day))
    assert reminded(firm.expert.code) == 1
    housekeeping.keep_procedures(at_nine(12, 17))
    assert reminded(firm.expert.code) == 2


def test_without_an_owner_who_works_here_administrators_are_reminded(firm: Company) -> None:
    owned(firm)
    firm.expert.is_active = False
    firm.expert.save()
    housekeeping.keep_procedures(at_nine(6, 16))
    [bulletin] = Bulletin.objects.filter(kind="procedure_review")
    assert [notice.recipient for notice in bulletin.notices.all()] == [firm.admin.code]
    assert bulletin.path.startswith("/admin/escalations/policyversion/")


def test_the_reminder_leads_an_owner_where_they_may_go(firm: Company) -> None:
    version = owned(firm)
    housekeeping.keep_procedures(at_nine(6, 16))
    firm.expert.user.is_staff = firm.expert.user.is_superuser = True
    firm.expert.user.save()
    housekeeping.keep_procedures(at_nine(6, 30))
    paths = list(Bulletin.objects.filter(kind="procedure_review").order_by("pk").values_list("path", flat=True))
    assert paths == [
        f"/desk/procedure/{version.policy.slug}/1/",
        f"/admin/escalations/policyversion/{version.pk}/change/",
    ]


def of_a_draft(firm: Company) -> PolicyVersion:
    return builders.draft(firm)


@pytest.mark.parametrize("make", [of_a_draft, waiting])
def test_only_what_is_in_effect_is_looked_at_again(firm: Company, make: Callable[[Company], PolicyVersion]) -> None:
    version = make(firm)
    before = everything()
    with pytest.raises(Refused) as caught:
        policies.looked_at_again(version=version, by=firm.admin, at=AT, review_by=date(2030, 1, 1))
    assert (caught.value.code, everything()) == ("not_running", before)
