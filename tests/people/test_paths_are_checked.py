"""Once a day Belay looks whether everybody a policy leads to can be reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from customers.refusal import Refused
from escalations.actions import paths, policies
from escalations.casefile import path_words
from escalations.engine import sweep
from escalations.models import (
    Agent,
    Bulletin,
    Case,
    Notice,
    NoticeState,
    PathCheck,
    Rota,
    RotaMember,
    Skill,
    Team,
    TeamMembership,
)
from tests.cast import MONDAY, Company
from tests.people.absent import DAY, away

pytestmark = pytest.mark.django_db


def check(company: Company, at: datetime = MONDAY) -> PathCheck:
    return paths.check(policy=company.policy, on=at.astimezone(UTC).date(), at=at)


def codes(found: PathCheck) -> list[str]:
    return [finding["code"] for finding in found.findings]


def told() -> set[str]:
    return set(Notice.objects.filter(bulletin__kind="paths").values_list("recipient", flat=True))


def leave(who: Agent) -> None:
    who.is_active = False
    who.save()


def rota_of(team: Team, *people: Agent) -> Rota:
    rota = Rota.objects.create(team=team, anchor=date(2026, 3, 2), hands_over=time(9), shift_days=7)
    for position, agent in enumerate(people):
        RotaMember.objects.create(rota=rota, agent=agent, position=position)
    return rota


def test_where_everybody_is_there_nothing_is_found_and_nobody_is_told(company: Company) -> None:
    found = check(company)
    assert found.findings == []
    assert not Bulletin.objects.exists()


def spoil_manager(company: Company) -> None:
    company.agent.agent.manager = company.manager.agent
    company.agent.agent.save()
    Team.objects.get(slug="managers").memberships.create(agent=company.executive.agent)
    leave(company.manager.agent)


def spoil_skill(company: Company) -> None:
    skill = Skill.objects.create(slug="sql", name="Databases")
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    draft.triggers.update(skill=skill)
    policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY)


def spoil_address(company: Company) -> None:
    company.specialist.user.email = ""
    company.specialist.user.save()


def spoil_rota(company: Company) -> None:
    rota_of(Team.objects.get(slug="specialists"), company.specialist.agent, company.manager.agent)
    Team.objects.get(slug="managers").memberships.create(agent=company.executive.agent)
    leave(company.manager.agent)


def spoil_deputy(company: Company) -> None:
    TeamMembership.objects.create(team=Team.objects.get(slug="front"), agent=company.specialist.agent)
    Team.objects.get(slug="managers").memberships.create(agent=company.executive.agent)
    away(company.agent, company.manager)
    leave(company.manager.agent)


SPOILT: list[tuple[Callable[[Company], object], str, str]] = [
    (lambda c: leave(c.executive.agent), "last_resort_left", "Eva Roth no longer works here and is the last resort"),
    (spoil_manager, "manager_left", "Jan Brandt no longer works here and is the manager of Ben Okafor"),
    (lambda c: leave(c.specialist.agent), "empty_team", "Nobody works in the team “Platform specialists” of level 2"),
    (lambda c: away(c.specialist), "team_away", "Everybody of the team “Platform specialists” of level 2 is away"),
    (lambda c: away(c.specialist), "no_deputy", "Mara Lindt is away from"),
    (spoil_deputy, "deputy_left", "the deputy Jan Brandt no longer works here"),
    (spoil_skill, "skill_missing", "has the skill “sql”"),
    (spoil_address, "no_address", "Mara Lindt has no e-mail address"),
    (spoil_rota, "rota_left", "Jan Brandt no longer works here and still takes turns"),
    (spoil_rota, "duty_gap", "Nobody is on duty for the team “Platform specialists”"),
]


@pytest.mark.parametrize(("spoil", "code", "sentence"), SPOILT)
def test_what_is_wrong_is_found_and_said_in_words(
    company: Company, spoil: Callable[[Company], object], code: str, sentence: str
) -> None:
    spoil(company)
    found = check(company)
    assert code in codes(found)
    assert any(sentence in line.sentence for line in path_words.told(found))
    assert all(line.mend.startswith("/admin/escalations/") for line in path_words.told(found))


def test_the_owner_who_left_is_found(company: Company) -> None:
    company.policy.owner = company.manager.agent
    company.policy.save()
    Team.objects.get(slug="managers").memberships.create(agent=company.executive.agent)
    leave(company.manager.agent)
    assert codes(check(company)) == ["owner_left"]
    assert told() == {company.administrator.code}


def mail(who: Agent, state: NoticeState, number: int) -> None:
    bulletin = Bulletin.objects.create(kind="storm", about=f"mail {number}", path="/desk/", written_at=MONDAY)
    Notice.objects.create(
        bulletin=bulletin, recipient=who.code, channel="mail", state=state, written_at=MONDAY - timedelta(hours=9)
    )


def test_an_address_at_which_mails_are_given_up_is_found_until_one_arrives(company: Company) -> None:
    for number in range(3):
        mail(company.specialist.agent, NoticeState.FAILED, number)
    assert codes(check(company)) == ["dead_address"]
    mail(company.specialist.agent, NoticeState.ACCEPTED, 3)
    assert codes(check(company, MONDAY + DAY)) == []


def test_esc_12_who_has_no_working_address_is_found_and_the_ladder_does_not_climb_for_it(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + timedelta(minutes=10))
    for number in range(3):
        mail(company.specialist.agent, NoticeState.FAILED, number)
    Notice.objects.filter(case=case, channel="mail").update(state=NoticeState.FAILED, next_try_at=None)
    assert codes(check(company)) == ["dead_address"]
    sweep.sweep(MONDAY + timedelta(minutes=15))
    case = Case.objects.get(pk=case.pk)
    assert (case.level, case.events.filter(kind="escalation.stepped").count()) == (2, 0)


def test_duty_needs_nobody_where_the_level_is_closed(company: Company) -> None:
    """A rota in the hours of the level leaves no gap at night."""
    rota = rota_of(Team.objects.get(slug="specialists"), company.specialist.agent)
    rota.calendar = company.calendar
    rota.save()
    assert codes(check(company)) == []


def test_an_absence_within_the_shift_is_a_gap_unless_somebody_stands_in(company: Company) -> None:
    team = Team.objects.get(slug="specialists")
    team.memberships.create(agent=company.executive.agent)
    rota_of(team, company.specialist.agent)
    row = away(company.specialist, at=MONDAY + DAY, days=1)
    found = [finding for finding in check(company).findings if finding["code"] == "duty_gap"]
    assert [finding["starts_at"] for finding in found] == [(MONDAY + DAY).isoformat()]
    row.deputy = company.executive.agent
    row.save()
    assert codes(check(company, MONDAY + timedelta(hours=24))) == []


def test_the_same_list_is_told_once_and_news_again(company: Company) -> None:
    company.policy.owner = company.manager.agent
    company.policy.save()
    leave(company.specialist.agent)
    for day in range(3):
        check(company, MONDAY + day * DAY)
    assert (PathCheck.objects.count(), Bulletin.objects.count()) == (3, 1)
    assert told() == {company.manager.user.code}
    leave(company.agent.agent)
    check(company, MONDAY + 3 * DAY)
    assert Bulletin.objects.count() == 2


def test_a_gap_that_moves_into_view_day_by_day_is_one_gap(company: Company) -> None:
    rota_of(Team.objects.get(slug="specialists"), company.specialist.agent)
    row = away(company.specialist, at=MONDAY + 7 * DAY, days=30)
    for day in range(5):
        check(company, MONDAY + day * DAY)
    assert Bulletin.objects.count() == 1
    found = [finding for finding in PathCheck.objects.latest("checked_on").findings if finding["code"] == "duty_gap"]
    assert [finding["starts_at"] for finding in found] == [row.starts_at.isoformat()]


def test_all_policies_are_looked_at_once_a_day(company: Company) -> None:
    assert [paths.check_all(at=MONDAY + hours * timedelta(hours=6)) for hours in range(5)] == [1, 0, 0, 1, 0]
    assert PathCheck.objects.count() == 2


def test_a_policy_without_a_published_version_is_not_looked_at(company: Company) -> None:
    company.version.__class__.objects.filter(pk=company.version.pk).update(state="retired", retired_at=MONDAY)
    assert paths.check_all(at=MONDAY) == 0
    with pytest.raises(Refused):
        check(company)


def test_one_policy_that_cannot_be_read_holds_up_no_other(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: object) -> list[object]:
        raise ValueError("spoilt")

    monkeypatch.setattr(paths, "found_in", fails)
    assert paths.check_all(at=MONDAY) == 0
    assert not PathCheck.objects.exists()


def test_the_owner_confirms_once(company: Company) -> None:
    company.policy.owner = company.manager.agent
    company.policy.save()
    found = paths.confirm(check=check(company), by=company.manager.agent, at=MONDAY)
    assert (found.confirmed_at, found.confirmed_by) == (MONDAY, company.manager.agent)
    with pytest.raises(Refused) as caught:
        paths.confirm(check=found, by=company.manager.agent, at=MONDAY + DAY)
    assert caught.value.code == "paths_confirmed"
    found.refresh_from_db()
    assert found.confirmed_at == MONDAY


def test_nobody_else_confirms(company: Company) -> None:
    found = check(company)
    with pytest.raises(Refused) as caught:
        paths.confirm(check=found, by=company.agent.agent, at=MONDAY)
    assert caught.value.code == "not_path_owner"
    found.refresh_from_db()
    assert found.confirmed_at is None
