"""A draft becomes the procedure people work by, once and for ever."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from customers.models import SupportPlan
from customers.refusal import Refused
from escalations.actions import checking, policies
from escalations.models import (
    Agent,
    CalendarPin,
    CalendarVersion,
    Hours,
    Level,
    MatrixCell,
    PolicyVersion,
    Requirement,
    Target,
    TeamMembership,
    Topic,
    Trigger,
    VersionState,
)
from escalations.rules.vocabulary import ClockKind
from tests.policies import builders
from tests.policies.builders import AT, LATER, Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Company:
    return builders.company()


def refused(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def test_publishing_says_who_and_when_and_pins_the_calendars(firm: Company) -> None:
    version = policies.publish_written_by_program(version=builders.draft(firm), by=firm.admin, at=AT)
    assert (version.state, version.published_at, version.published_by) == (VersionState.PUBLISHED, AT, firm.admin)
    assert [(pin.calendar, pin.calendar_version) for pin in version.pins.all()] == [(firm.office, firm.hours)]
    assert version.policy.current() == version
    assert [rung.number for rung in version.procedure().rungs] == [1, 2]


def test_publishing_retires_the_version_that_ran(firm: Company) -> None:
    first = builders.published(firm)
    second = policies.new_draft(policy=first.policy, by=firm.admin, at=LATER)
    policies.publish_written_by_program(version=second, by=firm.admin, at=LATER)
    first.refresh_from_db()
    assert (first.state, first.retired_at) == (VersionState.RETIRED, LATER)
    assert first.policy.current() == second


def test_a_published_version_keeps_its_hours_when_the_calendar_changes(firm: Company) -> None:
    first = builders.published(firm)
    newer = policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)
    newer.hours.all().delete()
    Hours.objects.create(version=newer, weekday=0, opens=0, closes=1440)
    policies.publish_calendar(version=newer, by=firm.admin, at=LATER)
    assert first.procedure().rungs[0].calendar_version_id == firm.hours.pk
    assert [pin.version for pin in checking.outdated_pins(firm.office)] == [first]
    second = policies.new_draft(policy=first.policy, by=firm.admin, at=LATER)
    policies.publish_written_by_program(version=second, by=firm.admin, at=LATER)
    assert second.procedure().rungs[0].calendar_version_id == newer.pk
    assert list(checking.outdated_pins(firm.office)) == []


def test_publishing_numbers_the_rows_in_their_order(firm: Company) -> None:
    version = builders.draft(firm)
    version.targets.update(position=7)
    version.cells.filter(position=1).update(position=0)
    before = {name: list(getattr(version, name).values_list("pk", flat=True)) for name in ("targets", "cells")}
    policies.publish_written_by_program(version=version, by=firm.admin, at=AT)
    for name, keys in before.items():
        assert list(getattr(version, name).values_list("position", "pk")) == list(enumerate(keys, start=1))


def test_publishing_twice_is_refused(firm: Company) -> None:
    version = builders.published(firm)
    found = refused(lambda: policies.publish_written_by_program(version=version, by=firm.admin, at=LATER))
    assert (found.field, found.code) == ("state", "not_a_draft")
    version.refresh_from_db()
    assert version.published_at == AT
    assert version.pins.count() == 1


def spoil_levels(version: PolicyVersion) -> None:
    version.levels.filter(number=2).update(number=3)


def spoil_last_resort(version: PolicyVersion) -> None:
    Agent.objects.filter(last_resort_of__version=version).update(is_active=False)


def spoil_team(version: PolicyVersion) -> None:
    TeamMembership.objects.filter(team__levels__version=version, team__levels__number=2).delete()


def spoil_entry(version: PolicyVersion) -> None:
    version.cells.filter(position=1).update(level=9)


def spoil_matrix(version: PolicyVersion) -> None:
    version.cells.filter(position=2).update(urgency="low")


def spoil_target_level(version: PolicyVersion) -> None:
    Target.objects.create(
        version=version, position=0, clock="triage", level=8, calendar=version.targets.all()[0].calendar, minutes=1
    )


def spoil_targets(version: PolicyVersion) -> None:
    version.targets.filter(clock=ClockKind.TRIAGE).update(severity=1)


def spoil_minutes(version: PolicyVersion) -> None:
    version.targets.filter(clock=ClockKind.TRIAGE).update(minutes=61)


def spoil_order(version: PolicyVersion) -> None:
    MatrixCell.objects.create(version=version, position=0, severity=1)


def spoil_trigger(version: PolicyVersion) -> None:
    version.triggers.update(parameters={})


def spoil_requirement(version: PolicyVersion) -> None:
    Requirement.objects.create(version=version, document="plan", level=7)


def spoil_leads(version: PolicyVersion) -> None:
    PolicyVersion.objects.filter(pk=version.pk).update(leads_ask_from=7)
    version.refresh_from_db()


SPOILT = [
    (spoil_levels, "levels.2.number", "level_gap"),
    (spoil_last_resort, "levels.1.last_resort", "last_resort_left"),
    (spoil_team, "levels.2.team", "nobody_in_team"),
    (spoil_entry, "cells.1.level", "unknown_level"),
    (spoil_matrix, "cells.2.impact", "no_last_row"),
    (spoil_target_level, "targets.1.level", "unknown_level"),
    (spoil_targets, "targets.clock", "no_target_for_all"),
    (spoil_minutes, "targets.3.minutes", "longer_than_dwell"),
    (spoil_order, "cells.2.impact", "hidden_row"),
    (spoil_trigger, "triggers.1.parameters", "unknown_condition"),
    (spoil_requirement, "requirements.1.level", "unknown_level"),
    (spoil_leads, "version.leads_ask_from", "unknown_level"),
]


@pytest.mark.parametrize(("spoil", "field", "code"), SPOILT, ids=[spoil.__name__ for spoil, _, _ in SPOILT])
def test_what_is_wrong_is_refused_with_its_row_and_nothing_changes(
    firm: Company, spoil: Callable[[PolicyVersion], None], field: str, code: str
) -> None:
    running = builders.published(firm)
    version = policies.new_draft(policy=running.policy, by=firm.admin, at=LATER)
    spoil(version)
    found = refused(lambda: policies.publish_written_by_program(version=version, by=firm.admin, at=LATER))
    assert (found.field, found.code) == (field, code)
    assert "%(" not in str(found.remedy)
    version.refresh_from_db()
    running.refresh_from_db()
    assert (version.state, running.state) == (VersionState.DRAFT, VersionState.PUBLISHED)
    assert CalendarPin.objects.filter(version=version).count() == 0


def test_a_version_that_names_an_unpublished_calendar_is_refused(firm: Company) -> None:
    version = builders.draft(firm)
    version.levels.filter(number=2).update(calendar=builders.calendar("Night"))
    found = refused(lambda: policies.publish_written_by_program(version=version, by=firm.admin, at=AT))
    assert (found.field, found.code) == ("levels.2.calendar", "calendar_not_published")
    assert "Night" in str(found.remedy)
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_an_empty_draft_is_refused(firm: Company) -> None:
    version = PolicyVersion.objects.create(policy=builders.policy())
    assert (
        refused(lambda: policies.publish_written_by_program(version=version, by=firm.admin, at=AT)).code == "no_level"
    )


def test_every_finding_names_its_row_and_its_column(firm: Company) -> None:
    version = builders.draft(firm)
    spoil_entry(version)
    spoil_minutes(version)
    assert [(found.where, found.path) for found in checking.findings(version, AT)] == [
        ("Targets, row 3, working minutes", "targets.3.minutes"),
        ("Matrix, row 1, entry level", "cells.1.level"),
    ]


def test_a_running_version_is_checked_again_against_the_people_of_today(firm: Company) -> None:
    version = builders.published(firm)
    assert checking.findings(version, AT) == []
    spoil_team(version)
    assert [found.problem.code for found in checking.findings(version, AT)] == ["nobody_in_team"]


def test_a_new_draft_copies_every_row(firm: Company) -> None:
    first = builders.published(firm)
    second = policies.new_draft(policy=first.policy, by=firm.admin, at=LATER)
    assert (second.number, second.state, second.confirm_days) == (2, VersionState.DRAFT, first.confirm_days)
    assert second.uid != first.uid
    for rows in ("levels", "targets", "cells", "triggers"):
        skipped = ("id", "version_id")
        before, after = (
            [
                {name: value for name, value in row.items() if name not in skipped}
                for row in getattr(version, rows).values()
            ]
            for version in (first, second)
        )
        assert before == after
        assert before


def test_a_second_draft_is_refused_while_there_is_one(firm: Company) -> None:
    version = builders.draft(firm)
    found = refused(lambda: policies.new_draft(policy=version.policy, by=firm.admin, at=AT))
    assert found.code == "draft_exists"
    assert version.policy.versions.count() == 1


def test_the_first_draft_of_a_policy_is_empty(firm: Company) -> None:
    version = policies.new_draft(policy=builders.policy(), by=firm.admin, at=AT)
    assert (version.number, version.levels.count()) == (1, 0)


def test_a_retired_version_takes_no_new_cases_and_keeps_its_procedure(firm: Company) -> None:
    builders.published(firm)
    special = builders.policy("Gold")
    special.plans.add(SupportPlan.objects.create(slug="gold", name="Gold"))
    version = builders.published(firm, special)
    policies.retire(version=version, by=firm.admin, at=LATER)
    assert (version.state, version.retired_at) == (VersionState.RETIRED, LATER)
    assert special.current() is None
    assert len(version.procedure().rungs) == 2


def test_the_last_policy_for_everybody_else_does_not_retire(firm: Company) -> None:
    special = builders.policy("Gold")
    special.topics.add(Topic.objects.create(slug="printing", name="Printing"))
    builders.published(firm, special)
    version = builders.published(firm)
    found = refused(lambda: policies.retire(version=version, by=firm.admin, at=LATER))
    assert (found.field, found.code) == ("state", "last_for_everybody")
    version.refresh_from_db()
    assert (version.state, version.retired_at) == (VersionState.PUBLISHED, None)


def test_one_of_two_policies_for_everybody_may_retire(firm: Company) -> None:
    first, second = builders.published(firm), builders.published(firm)
    policies.retire(version=first, by=firm.admin, at=LATER)
    assert refused(lambda: policies.retire(version=second, by=firm.admin, at=LATER)).code == "last_for_everybody"


def test_a_draft_and_a_retired_version_do_not_retire(firm: Company) -> None:
    builders.published(firm)
    version = builders.draft(firm)
    assert refused(lambda: policies.retire(version=version, by=firm.admin, at=AT)).code == "not_published"
    other = builders.published(firm)
    policies.retire(version=other, by=firm.admin, at=AT)
    assert refused(lambda: policies.retire(version=other, by=firm.admin, at=LATER)).code == "already_retired"
    other.refresh_from_db()
    assert other.retired_at == AT


def test_a_calendar_version_is_published_once(firm: Company) -> None:
    found = refused(lambda: policies.publish_calendar(version=firm.hours, by=firm.admin, at=LATER))
    assert found.code == "not_a_draft"
    firm.hours.refresh_from_db()
    assert firm.hours.published_at == AT


def test_a_calendar_that_is_never_open_is_refused(firm: Company) -> None:
    version = CalendarVersion.objects.create(calendar=builders.calendar(), time_zone="UTC")
    found = refused(lambda: policies.publish_calendar(version=version, by=firm.admin, at=AT))
    assert (found.field, found.code) == ("hours.opens", "never_open")
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_hours_that_overlap_are_refused(firm: Company) -> None:
    version = builders.draft_hours(builders.calendar())
    Hours.objects.create(version=version, weekday=4, opens=1000, closes=1100)
    found = refused(lambda: policies.publish_calendar(version=version, by=firm.admin, at=AT))
    assert (found.field, found.code) == ("hours.6.opens", "overlap")


def test_a_new_calendar_draft_copies_hours_and_days_and_retires_the_old_one_when_published(firm: Company) -> None:
    draft = policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)
    assert (draft.number, draft.time_zone) == (2, "Europe/Berlin")
    assert (draft.hours.count(), draft.special_days.count()) == (5, 1)
    assert (
        refused(lambda: policies.new_calendar_draft(calendar=firm.office, by=firm.admin, at=LATER)).code
        == "draft_exists"
    )
    policies.publish_calendar(version=draft, by=firm.admin, at=LATER)
    firm.hours.refresh_from_db()
    assert (firm.hours.state, firm.office.current()) == (VersionState.RETIRED, draft)


def test_the_first_draft_of_a_calendar_has_the_time_zone_of_its_maker(firm: Company) -> None:
    firm.admin.time_zone = "Europe/Vienna"
    draft = policies.new_calendar_draft(calendar=builders.calendar(), by=firm.admin, at=AT)
    assert (draft.number, draft.time_zone, draft.hours.count()) == (1, "Europe/Vienna", 0)


def test_each_part_of_a_version_has_rows_in_the_sample(firm: Company) -> None:
    version = builders.draft(firm)
    for model in (Level, Target, MatrixCell, Trigger):
        assert model.objects.filter(version=version).exists()
