"""Whoever works by a procedure is asked to read it, once, and everybody sees who has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from customers.models import User
from customers.refusal import Refused
from escalations.actions import policies, readings
from escalations.casefile.readings import asked_to_read
from escalations.engine import housekeeping
from escalations.models import Agent, Bulletin, Notice, Policy, PolicyVersion, Reading, TeamMembership
from tests.policies import builders
from tests.policies.builders import AT, LATER, Company

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def firm() -> Company:
    return builders.company()


def reviewed(firm: Company, of: Policy | None = None) -> PolicyVersion:
    """In review, handed in by somebody else than the administrator."""
    return policies.submit(version=builders.draft(firm, of), by=firm.boss.user, at=AT)


def published(firm: Company, of: Policy | None = None) -> PolicyVersion:
    return policies.publish(version=reviewed(firm, of), by=firm.admin, at=AT)


def owned(by: Agent) -> Policy:
    policy = builders.policy()
    policy.owner = by
    policy.save()
    return policy


def asked(version: PolicyVersion) -> set[str]:
    return {str(row.agent) for row in version.readings.select_related("agent__user")}


def told(person: User) -> list[str]:
    """By what ways this person was told to read something."""
    rows = Notice.objects.filter(bulletin__kind="procedure", recipient=person.code)
    return sorted(rows.values_list("channel", flat=True))


def test_teams_last_resorts_and_the_owner_are_asked_and_nobody_else(firm: Company) -> None:
    owner, outsider = builders.agent("Olga Owner"), builders.agent("Otto Outsider", builders.team("Sales"))
    version = published(firm, owned(owner))
    assert asked(version) == {"Ben Front", "Eva Expert", "Mia Boss", "Olga Owner"}
    assert {str(person) for person in readings.concerned(version)} == asked(version)
    for person in (firm.agent, firm.expert, firm.boss, owner):
        assert told(person.user) == ["in_app", "mail"], person
    assert told(outsider.user) == told(firm.admin) == []


def test_the_bulletin_leads_to_the_version_and_there_is_one_for_all(firm: Company) -> None:
    version = published(firm)
    [bulletin] = Bulletin.objects.all()
    assert bulletin.path == f"/desk/procedure/{version.policy.slug}/1/"
    assert bulletin.data == {"policy": "Standard", "version": 1}


def test_who_left_is_not_asked(firm: Company) -> None:
    TeamMembership.objects.create(team=firm.front, agent=builders.agent("Gone", is_active=False))
    locked_out = builders.agent("Locked", firm.front)
    User.objects.filter(pk=locked_out.user_id).update(is_active=False)
    assert asked(published(firm)) == {"Ben Front", "Eva Expert", "Mia Boss"}


def test_nobody_is_asked_before_a_version_is_in_effect(firm: Company) -> None:
    version = policies.publish(version=reviewed(firm), by=firm.admin, at=AT, effective_at=AT + DAY)
    housekeeping.keep_procedures(AT)
    assert (asked(version), Bulletin.objects.count()) == (set(), 0)
    housekeeping.take_effect(AT + DAY)
    assert asked(version) == {"Ben Front", "Eva Expert", "Mia Boss"}
    assert set(version.readings.values_list("asked_at", flat=True)) == {AT + DAY}


def test_nobody_is_asked_to_read_what_a_program_wrote(firm: Company) -> None:
    version = builders.published(firm)
    assert readings.ask(version=version, at=AT) == housekeeping.keep_procedures(AT) == 0
    assert (asked(version), Bulletin.objects.count()) == (set(), 0)


def test_asking_again_asks_nobody_twice(firm: Company) -> None:
    version = published(firm)
    before = (list(Reading.objects.order_by("pk").values()), list(Notice.objects.order_by("pk").values()))
    assert readings.ask(version=version, at=LATER) == housekeeping.keep_procedures(LATER) == 0
    assert (list(Reading.objects.order_by("pk").values()), list(Notice.objects.order_by("pk").values())) == before


def test_whoever_joins_a_team_later_is_asked_alone_and_by_the_same_bulletin(firm: Company) -> None:
    version = published(firm)
    others = Notice.objects.count()
    newcomer = builders.agent("Nina New", firm.front)
    assert housekeeping.keep_procedures(LATER) == 1
    assert version.readings.get(agent=newcomer).asked_at == LATER
    assert told(newcomer.user) == ["in_app", "mail"]
    assert (Bulletin.objects.count(), Notice.objects.count()) == (1, others + 2)


def test_a_new_owner_and_a_last_resort_of_another_policy_are_told_apart(firm: Company) -> None:
    first, second = published(firm), published(firm)
    owner = builders.agent("Olga Owner")
    Policy.objects.filter(pk=second.policy_id).update(owner=owner)
    assert housekeeping.keep_procedures(LATER) == 1
    assert "Olga Owner" in asked(second) - asked(first)


def test_where_everybody_was_asked_the_round_costs_two_statements(
    firm: Company, django_assert_num_queries: Any
) -> None:
    published(firm)
    with django_assert_num_queries(2):  # one for those who were not asked, one for the reminders
        housekeeping.keep_procedures(LATER)


def test_confirming_keeps_the_first_instant(firm: Company) -> None:
    version = published(firm)
    readings.confirm(version=version, agent=firm.agent, at=AT + DAY)
    readings.confirm(version=version, agent=firm.agent, at=AT + 2 * DAY)
    assert version.readings.get(agent=firm.agent).read_at == AT + DAY
    assert version.readings.exclude(agent=firm.agent).filter(read_at__isnull=False).count() == 0


def test_who_reads_before_it_is_in_effect_is_not_asked_afterwards(firm: Company) -> None:
    version = policies.publish(version=reviewed(firm), by=firm.admin, at=AT, effective_at=AT + DAY)
    readings.confirm(version=version, agent=firm.agent, at=AT)
    housekeeping.take_effect(AT + DAY)
    assert told(firm.agent.user) == []
    assert told(firm.expert.user) == ["in_app", "mail"]
    assert version.readings.get(agent=firm.agent).read_at == AT


def make_draft(firm: Company) -> PolicyVersion:
    return builders.draft(firm)


def make_retired(firm: Company) -> PolicyVersion:
    published(firm)
    return policies.retire(version=published(firm), by=firm.admin, at=LATER)


@pytest.mark.parametrize("make", [make_draft, reviewed, make_retired])
def test_what_is_not_in_effect_and_never_will_be_is_not_confirmed(
    firm: Company, make: Callable[[Company], PolicyVersion]
) -> None:
    version = make(firm)
    before = list(Reading.objects.order_by("pk").values())
    with pytest.raises(Refused) as caught:
        readings.confirm(version=version, agent=firm.agent, at=LATER)
    assert (caught.value.field, caught.value.code) == ("version", "not_to_be_read")
    assert list(Reading.objects.order_by("pk").values()) == before


def test_what_was_confirmed_stays_confirmed_when_the_version_is_retired(firm: Company) -> None:
    published(firm)
    version = published(firm)
    first = readings.confirm(version=version, agent=firm.agent, at=AT)
    policies.retire(version=version, by=firm.admin, at=LATER)
    assert readings.confirm(version=version, agent=firm.agent, at=LATER) == first


def test_the_next_version_asks_everybody_again(firm: Company) -> None:
    first = published(firm)
    readings.confirm(version=first, agent=firm.agent, at=AT)
    draft = policies.new_draft(policy=first.policy, by=firm.admin, at=LATER)
    second = policies.publish(
        version=policies.submit(version=draft, by=firm.boss.user, at=LATER), by=firm.admin, at=LATER
    )
    assert asked(second) == asked(first)
    assert told(firm.agent.user) == ["in_app", "in_app", "mail", "mail"]


def test_who_has_read_and_who_has_not_is_seen_by_all_and_by_leads_of_their_own(firm: Company) -> None:
    version = published(firm)
    readings.confirm(version=version, agent=firm.expert, at=LATER)
    seen = {asked.name: (asked.read_at, asked.is_waited_for) for asked in asked_to_read(version)}
    assert seen == {"Ben Front": (None, True), "Eva Expert": (LATER, False), "Mia Boss": (None, True)}
    assert [asked.name for asked in asked_to_read(version, [firm.front.pk])] == ["Ben Front"]
    assert asked_to_read(version, []) == []


def test_who_left_is_waited_for_no_longer_and_what_they_confirmed_stays(firm: Company) -> None:
    version = published(firm)
    readings.confirm(version=version, agent=firm.expert, at=LATER)
    Agent.objects.filter(pk__in=[firm.agent.pk, firm.expert.pk]).update(is_active=False)
    assert [asked.name for asked in asked_to_read(version)] == ["Eva Expert", "Mia Boss"]
