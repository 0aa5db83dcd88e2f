"""A first policy from a template is complete: where its teams have people, nothing keeps it from being published."""

from __future__ import annotations

from dataclasses import replace

import pytest

from customers.refusal import Refused
from escalations.actions import checking, policies, templates
from escalations.actions.templates.shapes import PARTS
from escalations.actions.templates.words import BY_LANGUAGE, wording
from escalations.models import Calendar, Hours, Policy, PolicyVersion, VersionState
from escalations.rules.duties import Involvement, Stage
from tests.policies import builders
from tests.policies.builders import AT, LATER, Company

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Company:
    return builders.company()


def always(firm: Company) -> Calendar:
    calendar = builders.calendar("Day and night")
    version = policies.new_calendar_draft(calendar=calendar, by=firm.admin, at=AT)
    Hours.objects.bulk_create(Hours(version=version, weekday=day, opens=0, closes=1440) for day in range(7))
    policies.publish_calendar(version=version, by=firm.admin, at=AT)
    return calendar


def chosen(firm: Company, template: str, name: str = "First procedure") -> templates.Chosen:
    """Teams of two, one for each level, on hours that fit."""
    teams = [builders.team(f"Team {number}") for number in range(templates.TEMPLATES[template].levels)]
    for team in teams:
        for _number in range(2):
            builders.agent(f"Somebody of {team}", team)
    hours = always(firm) if templates.TEMPLATES[template].is_always else firm.office
    return templates.Chosen(name=name, calendar=hours, teams=teams, last_resort=firm.boss, owner=firm.expert)


@pytest.mark.parametrize("language", BY_LANGUAGE)
@pytest.mark.parametrize("template", templates.TEMPLATES)
def test_every_template_in_every_language_is_handed_in_and_published(
    firm: Company, template: str, language: str
) -> None:
    version = templates.begin(template=template, chosen=chosen(firm, template), language=language, by=firm.admin, at=AT)
    assert version.state == VersionState.DRAFT
    assert [found.sentence for found in checking.findings(version, AT)] == []
    policies.submit(version=version, by=firm.admin, at=AT)
    policies.publish(version=version, by=builders.administrator(), at=LATER)
    procedure = version.procedure()
    assert [rung.name for rung in procedure.rungs] == [
        name for name, _meaning in wording(language).levels[templates.TEMPLATES[template].levels]
    ]
    assert procedure.purpose and procedure.trainings and procedure.communications and procedure.requirements
    assert version.policy.owner == firm.expert


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_the_words_of_a_language_are_complete(language: str) -> None:
    said = BY_LANGUAGE[language]
    assert set(said.templates) == set(templates.TEMPLATES)
    assert set(said.levels) == {template.levels for template in templates.TEMPLATES.values()}
    assert len(said.duties) == len(set(said.duties)) == len(PARTS)
    assert all(len(said.levels[count]) == count for count in said.levels)


def test_every_stage_has_one_who_answers_for_it_and_one_who_does_it() -> None:
    for stage in Stage:
        parts = [involvement for at, _party, involvement in PARTS if at is stage]
        assert parts.count(Involvement.ACCOUNTABLE) == parts.count(Involvement.DOES) == 1


def test_a_language_that_no_template_is_written_in_gets_english() -> None:
    assert wording("de-at") is BY_LANGUAGE["de"]
    assert wording("fr") is BY_LANGUAGE["en"]


def test_triage_is_due_within_one_business_hour_and_news_of_critical_cases_within_two(firm: Company) -> None:
    version = templates.begin(template="office", chosen=chosen(firm, "office"), language="en", by=firm.admin, at=AT)
    procedure = version.procedure()
    triage = procedure.target("triage", severity=3, level=2, plan=None)  # type: ignore[arg-type]
    news = procedure.target("next_update", severity=1, level=1, plan=None)  # type: ignore[arg-type]
    assert triage and triage.terms.minutes == 60
    assert news and news.terms.minutes == 120


def test_a_name_that_is_taken_and_a_team_that_is_missing_or_twice_are_refused_and_nothing_is_made(
    firm: Company,
) -> None:
    right = chosen(firm, "office")
    Policy.objects.create(slug="taken", name="Taken")
    teams = list(right.teams)
    wrong = {
        ("name", "name_taken"): replace(right, name="taken"),
        ("team_3", "team_missing"): replace(right, teams=[*teams[:2], None, teams[3]]),
        ("team_4", "team_missing"): replace(right, teams=teams[:3]),
        ("team_2", "same_team"): replace(right, teams=[teams[0], teams[0], *teams[2:]]),
    }
    for (field, code), given in wrong.items():
        with pytest.raises(Refused) as refused:
            templates.begin(template="office", chosen=given, language="en", by=firm.admin, at=AT)
        assert (refused.value.field, refused.value.code) == (field, code)
    assert not PolicyVersion.objects.exists()


def test_two_policies_never_share_a_short_name(firm: Company) -> None:
    Policy.objects.create(slug="support", name="Another one")
    Policy.objects.create(slug="support-2", name="And another")
    right = chosen(firm, "small", name="Support!")
    version = templates.begin(template="small", chosen=right, language="en", by=firm.admin, at=AT)
    assert version.policy.slug == "support-3"
