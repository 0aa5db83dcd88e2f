"""An import changes what differs and leaves the rest; versions become drafts, nothing is deleted."""

from __future__ import annotations

import pytest

from escalations.actions import configuration, policies
from escalations.actions.configuration import Did, Unreadable
from escalations.models import (
    CalendarVersion,
    Endpoint,
    HouseRules,
    Mailbox,
    PolicyVersion,
    Rota,
    Script,
    Team,
    TeamMembership,
    VersionState,
)
from tests.cast import MONDAY, Company
from tests.configuration.grounds import everything, full_house, imported, told

pytestmark = pytest.mark.django_db
HEAD = "belay_configuration: 1\n"


def test_only_what_the_file_says_is_changed(company: Company) -> None:
    before = Team.objects.get(slug="front")
    outcome = imported(HEAD + "teams: {front: {public_name: We}}\n")
    assert list(outcome.told()) == ["changed: teams.front – public_name: Front line → We"]
    after = Team.objects.get(slug="front")
    assert (after.public_name, after.name, after.uid) == ("We", before.name, before.uid)
    assert TeamMembership.objects.filter(team=after).count() == 1


def test_nobody_leaves_a_team_by_a_file(company: Company) -> None:
    imported(HEAD + "teams: {front: {members: [{agent: eva@belay.example}]}}\n")
    members = TeamMembership.objects.filter(team__slug="front").order_by("pk")
    assert list(members.values_list("agent__user__email", "is_lead")) == [
        ("ben@belay.example", True),
        ("eva@belay.example", False),
    ]


def test_a_lead_is_no_lead_any_more_when_the_file_says_so(company: Company) -> None:
    imported(HEAD + "teams: {front: {members: [{agent: ben@belay.example, is_lead: false}]}}\n")
    assert not TeamMembership.objects.get(team__slug="front").is_lead


def test_house_rules_that_are_the_defaults_make_no_row(company: Company) -> None:
    outcome = imported(HEAD + "house_rules: {by_team: false}\n")
    assert not outcome.anything
    assert not HouseRules.objects.exists()
    imported(HEAD + "house_rules: {by_team: true}\n")
    assert HouseRules.current().by_team
    imported(HEAD + "house_rules: {invitation_days: 9}\n")
    assert HouseRules.objects.values_list("by_team", "invitation_days").get() == (True, 9)


def test_turns_are_put_in_the_order_of_the_file(company: Company) -> None:
    head = "rotas:\n  front:\n    anchor: '2026-01-05'\n    hands_over: '09:00'\n    members:\n"
    team = "teams: {front: {members: [{agent: eva@belay.example}, {agent: mara@belay.example}]}}\n"

    def turns(*names: str) -> list[str]:
        text = HEAD + team + head + "".join(f"      - agent: {name}@belay.example\n" for name in names)
        imported(text)
        assert not imported(text).anything
        rota = Rota.objects.get()
        return [str(member.agent.user.email).partition("@")[0] for member in rota.members.all()]

    assert turns("ben", "eva", "ben") == ["ben", "eva", "ben"]
    assert turns("eva", "ben", "ben") == ["eva", "ben", "ben"]
    assert turns("mara", "ben") == ["mara", "ben", "eva", "ben"]


def test_scripts_of_one_name_stay_two(company: Company) -> None:
    full_house_text = "scripts:\n" + "".join(
        f"  - {{name: Aid, level: {level}, lines: [{{body: Look}}]}}\n" for level in (1, 2)
    )
    imported(HEAD + full_house_text)
    assert not imported(HEAD + full_house_text).anything
    assert list(Script.objects.order_by("pk").values_list("name", "level")) == [("Aid", 1), ("Aid", 2)]


# -- versions ------------------------------------------------------------------------------------------


def changed(old: str, new: str) -> str:
    text = configuration.exported()
    assert old in text
    return text.replace(old, new)


def test_another_content_becomes_a_new_draft_and_the_published_version_stays(company: Company) -> None:
    before = PolicyVersion.objects.filter(pk=company.version.pk).values().get()
    text = changed("dwell_minutes: 120", "dwell_minutes: 240")
    outcome = imported(text)
    [drafted] = [change for change in outcome.changes if change.did is Did.DRAFTED]
    assert (drafted.place, drafted.details) == ("policies.standard", ("levels",))
    assert PolicyVersion.objects.filter(pk=company.version.pk).values().get() == before
    draft = PolicyVersion.objects.get(state=VersionState.DRAFT)
    assert (draft.number, set(draft.levels.values_list("dwell_minutes", flat=True))) == (2, {240})
    assert draft.targets.count() == company.version.targets.count()
    published = policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY)
    assert configuration.exported() == text
    assert published.state == VersionState.PUBLISHED


def test_a_draft_that_says_the_same_is_left(company: Company) -> None:
    text = changed("dwell_minutes: 120", "dwell_minutes: 240")
    imported(text)
    before = everything()
    assert not imported(text).anything
    assert everything() == before


def test_a_draft_of_somebody_is_never_overwritten(company: Company) -> None:
    text = changed("dwell_minutes: 120", "dwell_minutes: 240")
    policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    before = everything()
    with pytest.raises(Unreadable) as problem:
        imported(text + "# with a new skill beside it\n")
    [said] = told(problem)
    assert said.startswith("policies.standard: Version 2 waits already, and says something else")
    assert everything() == before


def test_a_calendar_becomes_a_new_draft(company: Company) -> None:
    imported(changed("closes: '17:00'", "closes: '18:00'"))
    newest = CalendarVersion.objects.get(state=VersionState.DRAFT)
    assert (newest.number, set(newest.hours.values_list("closes", flat=True))) == (2, {1080})
    assert set(company.calendar.current().hours.values_list("closes", flat=True)) == {1020}  # type: ignore[union-attr]


def test_the_name_of_a_policy_is_changed_without_a_draft(company: Company) -> None:
    imported(HEAD + "policies: {standard: {name: House}}\n")
    company.policy.refresh_from_db()
    assert company.policy.name == "House"
    assert company.policy.versions.count() == 1


# -- secrets -------------------------------------------------------------------------------------------


def test_a_mailbox_that_moves_to_another_server_loses_its_password(db: None) -> None:
    full_house()
    imported(HEAD + "mailboxes: {support: {sender_name: Us}}\n")
    assert Mailbox.objects.values_list("is_active", "password").get() == (True, "hush-hush")
    outcome = imported(HEAD + "mailboxes: {support: {host: evil.example}}\n")
    assert Mailbox.objects.values_list("host", "is_active", "password").get() == ("evil.example", False, "")
    assert outcome.by_hand[0].startswith("mailboxes.support: is switched off")


def test_the_whole_address_of_an_endpoint_stays_when_the_file_has_only_its_host(db: None) -> None:
    full_house()
    imported(configuration.exported())
    room = Endpoint.objects.get(name="Room")
    assert (room.url, room.is_active) == ("http://10.0.0.5/hooks/hush-hush", True)
    imported(HEAD + "endpoints: {Room: {url: 'https://other.example/'}}\n")
    room.refresh_from_db()
    assert (room.url, room.is_active) == ("https://other.example/", False)
