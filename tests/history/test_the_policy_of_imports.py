"""The policy that imported cases follow: complete, never against its administrator, and theirs alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import history, imports, policies
from escalations.actions.imports import Known
from escalations.actions.telling import Entry, Status
from escalations.models import Case, Clock, PauseReason, Policy, PolicyVersion, Target, VersionState
from escalations.rules.vocabulary import ClockKind, Impact
from tests.actions.soundness import is_sound
from tests.cast import Company
from tests.history.generator import IMPORT, NAMES, START

HOUR = timedelta(hours=1)
LATER = (ClockKind.OWNERSHIP, ClockKind.TIME_AT_LEVEL)
LIFE = (
    Entry(START, Status.WORKING, 1, "V30"),
    Entry(START + HOUR, Status.WAITING, 1, "V30", reason="Wait"),
    Entry(START + 4 * HOUR, Status.QUEUED, 2, "V5 2nd"),
    Entry(START + 6 * HOUR, Status.WAITING, 2, "V5 2nd", reason="Wait"),
    Entry(START + 9 * HOUR, Status.WORKING, 2, "V13 2nd 3rd"),
    Entry(START + 11 * HOUR, Status.CLOSED, 2, "V13 2nd 3rd"),
)


def prepared() -> Known:
    return imports.prepare(source="log", names=NAMES, at=IMPORT)


def imported(known: Known, number: str = "1-1") -> Case:
    record = history.Record(number, "Volt SE", "", Impact.LOW, LIFE)
    case = history.import_case(source="log", record=record, known=known, at=IMPORT)
    assert case is not None
    return case


def promises(version: PolicyVersion) -> list[tuple[str, int | None, int]]:
    """The rows of the targets, in order."""
    return list(version.targets.values_list("clock", "severity", "minutes"))


@pytest.fixture
def before(company: Company, monkeypatch: pytest.MonkeyPatch) -> Known:
    """What an edition of Belay made that knew neither the time of a team nor that at a level."""
    fewer = {clock: days for clock, days in imports.DAYS.items() if clock not in LATER}
    with monkeypatch.context() as edition:
        edition.setattr(imports, "DAYS", fewer)
        return prepared()


def test_an_imported_case_has_the_clocks_of_its_solution_its_teams_and_its_levels(company: Company) -> None:
    case = imported(prepared())
    found = Clock.objects.filter(case=case, kind__in=[ClockKind.RESOLUTION, *LATER]).order_by("kind", "start_seq")
    assert [(row.kind, row.state, (row.worked_seconds or 0) / 3600) for row in found] == [
        ("ownership", "met", 1),
        ("ownership", "met", 2),
        ("ownership", "met", 2),
        ("resolution", "met", 5),
        ("time_at_level", "met", 4),
    ]
    is_sound(case)


def test_every_kind_of_clock_that_is_counted_is_promised_by_the_first_import(company: Company) -> None:
    promised = {clock for clock, _severity, _minutes in promises(prepared().version)}
    assert promised == {clock.value for clock in imports.DAYS}


def test_what_an_older_edition_published_is_completed_by_the_next_import(before: Known) -> None:
    old = promises(before.version)
    known = prepared()
    assert (before.version.number, known.version.number) == (1, 2)
    assert promises(known.version) == [*old, ("ownership", None, 7200), ("time_at_level", None, 7200)]
    assert known.version.levels.count() == before.version.levels.count()
    before.version.refresh_from_db()
    assert (before.version.state, known.version.state) == (VersionState.RETIRED, VersionState.PUBLISHED)
    assert prepared().version == known.version


def test_cases_that_were_imported_earlier_stay_on_the_version_they_came_with(before: Known) -> None:
    earlier = imported(before)
    later = imported(prepared(), "1-2")
    earlier.refresh_from_db()
    assert (earlier.policy_version.number, later.policy_version.number) == (1, 2)
    assert not Clock.objects.filter(case=earlier, kind__in=LATER).exists()
    assert Clock.objects.filter(case=later, kind__in=LATER).exists()
    is_sound(earlier)
    is_sound(later)


def test_what_an_administrator_changed_is_kept_in_the_completed_version(company: Company, before: Known) -> None:
    draft = policies.new_draft(policy=before.version.policy, by=company.administrator, at=IMPORT)
    draft.targets.filter(clock=ClockKind.TRIAGE).update(minutes=60)
    policies.publish_written_by_program(version=draft, by=company.administrator, at=IMPORT)
    known = prepared()
    assert known.version.number == 3
    assert ("triage", None, 60) in promises(known.version)


def test_what_an_administrator_took_out_is_not_put_back(company: Company) -> None:
    draft = policies.new_draft(policy=prepared().version.policy, by=company.administrator, at=IMPORT)
    draft.targets.filter(clock=ClockKind.OWNERSHIP).delete()
    own = policies.publish_written_by_program(version=draft, by=company.administrator, at=IMPORT)
    assert prepared().version == own


def test_a_draft_in_the_way_is_named_and_nothing_is_made(company: Company, before: Known) -> None:
    policies.new_draft(policy=before.version.policy, by=company.administrator, at=IMPORT)
    rows = (PolicyVersion.objects.count(), Target.objects.count(), Policy.objects.count())
    with pytest.raises(Refused) as refused:
        prepared()
    assert refused.value.code == "draft_exists"
    assert (PolicyVersion.objects.count(), Target.objects.count(), Policy.objects.count()) == rows


def test_waiting_stops_solution_level_and_team_unless_the_reason_was_here_before(company: Company) -> None:
    own = PauseReason.objects.create(slug="wait-vendor", name="Vendor", public_label="Vendor", stops=["resolution"])
    known = prepared()
    assert known.reasons["Wait"].stops == ["resolution", "time_at_level", "ownership"]
    assert known.reasons["Wait - Vendor"] == own
    own.refresh_from_db()
    assert own.stops == ["resolution"]
