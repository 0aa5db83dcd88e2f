"""What stands on the procedure page is what the procedure answers, cell by cell."""

from __future__ import annotations

import itertools
from html import unescape

import pytest

from customers.models import Tier
from escalations.casefile.procedure import matrix, timeframes
from escalations.casefile.procedure.names import names_in
from escalations.casefile.procedure.phrases import in_days, length
from escalations.models import Level, PolicyVersion, Role
from escalations.rules.vocabulary import ClockKind, Impact, Severity, Urgency
from escalations.timing.schedule import Schedule, Window
from tests.cast import Company
from tests.desk.conftest import SignIn
from tests.procedure.ground import full_draft, gold, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]
PAGE = "/desk/procedure/standard/"


def frames_of(version: PolicyVersion) -> timeframes.Timeframes:
    return timeframes.timeframes(version.procedure(), names_in(version.procedure(), version.policy, None))


def shown_minutes(times: timeframes.Timeframes) -> dict[tuple[ClockKind, int, int, str | None], int | None]:
    """Every cell of every table, with the columns it spans taken apart."""
    found: dict[tuple[ClockKind, int, int, str | None], int | None] = {}
    for frame in (frame for stage in times.stages for frame in stage.frames):
        for row in frame.rows:
            minutes = [time.minutes for time in row.times for _column in range(time.span)]
            assert len(minutes) == len(times.plans)
            for level, severity in itertools.product(row.levels, row.severities):
                for plan, shown in zip(times.plans, minutes, strict=True):
                    assert (frame.clock, severity, level, plan) not in found
                    found[frame.clock, severity, level, plan] = shown
    return found


def test_the_minutes_of_every_clock_severity_level_and_plan_are_those_of_the_procedure(version: PolicyVersion) -> None:
    procedure, times = version.procedure(), frames_of(version)
    shown = shown_minutes(times)
    assert times.plans == ["gold", None]
    levels = [rung.number for rung in procedure.rungs]
    for clock, severity, level, plan in itertools.product(ClockKind, Severity, levels, ["gold", None]):
        target = procedure.target(clock, severity=severity, level=level, plan=plan)
        assert shown.get((clock, severity, level, plan)) == (target.terms.minutes if target else None)
    others = procedure.target(ClockKind.RESOLUTION, severity=1, level=3, plan="a plan nobody names")
    assert others is not None
    assert shown[ClockKind.RESOLUTION, 1, 3, None] == others.terms.minutes == 200


def test_each_clock_stands_in_exactly_one_stage() -> None:
    named = [clock for clocks in timeframes.CLOCKS_OF.values() for clock in clocks]
    assert sorted(named) == sorted(ClockKind)


def test_every_place_of_the_matrix_is_where_the_procedure_puts_it(version: PolicyVersion) -> None:
    procedure, seen = version.procedure(), 0
    for grid in matrix.grids(procedure):
        for tier, line in itertools.product(grid.tiers, grid.lines):
            for place in line.places:
                position, cell = procedure.place(place.impact, place.urgency, tier)
                assert (place.severity, place.level) == (cell.severity, cell.level)
                assert tier != grid.tiers[0] or place.position == position
                seen += 1
    assert seen == len(Impact) * len(Urgency) * len(Tier.values)


def test_tiers_whose_cases_land_alike_share_a_picture(version: PolicyVersion) -> None:
    assert [grid.tiers for grid in matrix.grids(version.procedure())] == [["standard", "plus"], ["vip"]]


def test_the_page_shows_everything_that_the_version_says(
    company: Company, version: PolicyVersion, sign_in: SignIn
) -> None:
    text = unescape(sign_in(company.specialist.user).get(PAGE).content.decode())
    said = [level.name for level in Level.objects.filter(version=version)]
    said += [role.duty for role in Role.objects.filter(version=version)]
    said += ["<strong>cannot</strong>", "Opened again 2 times", "asks for: Radio links", "a plan, at level 3"]
    said += ["Decisions above 10,000 EUR need a sign-in", "From level 3 on only leads", "20,000 EUR", gold().name]
    said += [
        "Not acknowledged: told again after 15 min.",
        "Mon–Fri 09:00–17:00",
        "Handing over",
        "Ada Admin",
        "3 h 20 min",
    ]
    assert [words for words in said if words not in text] == []


def test_my_duties_are_those_of_my_levels_my_lead_and_what_i_own(
    company: Company, version: PolicyVersion, sign_in: SignIn
) -> None:
    def duties(who: str) -> str:
        page = unescape(sign_in(getattr(company, who).user).get(PAGE).content.decode())
        return page[page.index('id="my-duties"') : page.index('id="purpose"')]

    assert "You work at: 2 Specialists." in duties("specialist")
    assert "Accepts, or says why not." in duties("specialist")
    assert "Accepts, or says why not." not in duties("agent"), "of level 2 only"
    assert "Changes the procedure where it failed." not in duties("agent")
    assert "Confirms the solution." not in duties("agent"), "the customer does"
    company.policy.owner = company.agent.agent
    company.policy.save()
    assert "Changes the procedure where it failed." in duties("agent")


def test_a_version_that_says_nothing_says_so(company: Company, sign_in: SignIn) -> None:
    text = sign_in(company.agent.user).get(PAGE).content.decode()
    for words in ("does not say what it is for", "has no training texts"):
        assert words in text


def test_lengths_are_working_hours_and_whole_days_where_days_have_one_length() -> None:
    nine_to_five = Schedule("Europe/Berlin", {day: [Window(540, 1020)] for day in range(5)})
    shorter = Schedule("Europe/Berlin", {0: [Window(540, 1020)], 1: [Window(540, 720)]})
    always = Schedule("Europe/Berlin", {day: [Window(0, 1440)] for day in range(7)})
    assert [length(minutes) for minutes in (1, 60, 90, 2880)] == ["1 min", "1 h", "1 h 30 min", "48 h"]
    assert in_days(960, nine_to_five) == "2 working days"
    assert [in_days(480, nine_to_five), in_days(970, nine_to_five), in_days(960, shorter)] == ["", "", ""]
    assert in_days(2880, always) == ""


def test_every_version_keeps_its_own_page(company: Company, version: PolicyVersion, sign_in: SignIn) -> None:
    changed = full_draft(company, purpose="Quite another purpose.")
    publish(company, changed, days_ago=2)
    client = sign_in(company.agent.user)
    assert "Quite another purpose." in client.get(PAGE).content.decode()
    old = client.get(f"{PAGE}{version.number}/").content.decode()
    assert "<strong>cannot</strong>" in old
    assert "no longer in force" in old
