"""Saved views of the queue: a question under a name, of one person or of a team."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from escalations.models import SavedView, Team, TeamMembership
from escalations.rules.roles import StaffRole
from tests.cast import Company, Worker, worker
from tests.desk.conftest import SignIn

VIEWS = "/desk/queue/views/"
ASKED = "view=all&severity=1&severity=2&owner=nobody&sort=newest&group=level&column=due&column=team"


def save(client: Client, name: str = "Burning", asked: str = ASKED, **more: Any) -> SavedView:
    assert client.post(f"{VIEWS}?{asked}", {"name": name, **more}).status_code == 303
    return SavedView.objects.latest("pk")


def colleague(company: Company) -> Worker:
    """A member of the agent's team who does not lead it."""
    return worker("Lea Front", company.agent.agent.teams.get(), is_lead=False, role=StaffRole.AGENT)


def tabs(client: Client) -> list[str]:
    page = client.get("/desk/queue/").content.decode()
    found = [view for view in SavedView.objects.all() if f"?saved={view.uid}&amp;" in page]
    return [view.name for view in sorted(found, key=lambda view: page.index(view.uid))]


def test_what_the_queue_shows_is_saved_and_asked_again(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.agent.user)
    view = save(client)
    assert (view.agent, view.team) == (company.agent.agent, None)
    answer = client.get(f"/desk/queue/?saved={view.uid}")
    assert answer.headers["Location"] == f"/desk/queue/?saved={view.uid}&{ASKED}"
    page = client.get(answer.headers["Location"]).content.decode()
    assert 'owner=nobody&amp;sort=newest&amp;group=level&amp;column=due&amp;column=team" aria-current="page"' in page
    assert "Keep this in" not in page
    assert "Keep this in “Burning”" in client.get(f"/desk/queue/?saved={view.uid}&view=all&severity=1").content.decode()


def test_nobody_else_has_it(company: Company, sign_in: SignIn) -> None:
    view = save(sign_in(company.agent.user))
    other = sign_in(company.specialist.user)
    assert tabs(other) == []
    for answer in (
        other.get(f"/desk/queue/?saved={view.uid}"),
        other.get(f"{VIEWS}{view.uid}/"),
        other.post(f"{VIEWS}{view.uid}/", {"name": "Mine now"}),
        other.post(f"{VIEWS}{view.uid}/move/", {"way": "up"}),
        other.post(f"{VIEWS}{view.uid}/delete/"),
        other.get("/desk/queue/?saved=nothing"),
    ):
        assert answer.status_code == 404
    view.refresh_from_db()
    assert view.name == "Burning"


def test_a_lead_saves_for_the_team_and_everybody_in_it_has_the_tab(company: Company, sign_in: SignIn) -> None:
    team = company.agent.agent.teams.get()
    lead, lea = sign_in(company.agent.user), sign_in(colleague(company).user)
    view = save(lead, team=team.pk)
    assert (view.agent, view.team) == (None, team)
    assert tabs(lea) == tabs(lead) == ["Burning"]
    assert tabs(sign_in(company.specialist.user)) == []
    assert lea.get(f"/desk/queue/?saved={view.uid}&{ASKED}").status_code == 200
    assert lea.post(f"{VIEWS}{view.uid}/", {"name": "Ours"}).status_code == 404
    TeamMembership.objects.filter(team=team, agent=company.agent.agent).update(is_lead=False)
    assert lead.post(f"{VIEWS}{view.uid}/delete/").status_code == 404
    assert SavedView.objects.count() == 1


def test_whoever_does_not_lead_saves_for_nobody_else(company: Company, sign_in: SignIn) -> None:
    lea, team = sign_in(colleague(company).user), company.agent.agent.teams.get()
    view = save(lea, team=team.pk)
    assert view.team is None
    other = Team.objects.get(slug="specialists")
    assert sign_in(company.agent.user).post(f"{VIEWS}?view=all", {"name": "x", "team": other.pk}).status_code == 422
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_needs_a_name(company: Company, sign_in: SignIn, name: str) -> None:
    client = sign_in(company.agent.user)
    assert client.post(f"{VIEWS}?{ASKED}", {"name": name}).status_code == 422
    assert not SavedView.objects.exists()


def test_it_is_renamed_changed_ordered_and_deleted(company: Company, sign_in: SignIn) -> None:
    client = sign_in(company.agent.user)
    first, second = save(client, "First"), save(client, "Second")
    assert client.post(f"{VIEWS}{first.uid}/", {"name": "Before"}).status_code == 303
    first.refresh_from_db()
    assert (first.name, first.question["severity"]) == ("Before", ["1", "2"])
    changed = {"name": "Before", "takes_over": "on"}
    assert client.post(f"{VIEWS}{first.uid}/?view=mine&severity=4", changed).status_code == 303
    first.refresh_from_db()
    assert first.question == {"view": ["mine"], "severity": ["4"]}
    assert tabs(client) == ["Before", "Second"]
    client.post(f"{VIEWS}{second.uid}/move/", {"way": "up"})
    client.post(f"{VIEWS}{second.uid}/move/", {"way": "up"})
    assert tabs(client) == ["Second", "Before"]
    client.post(f"{VIEWS}{second.uid}/delete/")
    assert tabs(client) == ["Before"]


@pytest.mark.parametrize("question", [[], "x", {"severity": "1", "state": [1], "team": [None, "front"]}, 5, {"q": 1}])
def test_whatever_stands_in_a_row_the_queue_goes_on(company: Company, sign_in: SignIn, question: Any) -> None:
    case = company.open()
    SavedView.objects.create(
        agent=company.agent.agent, name="Odd", question=question, columns={"x": 1}, sort="no", grouping="|"
    )
    page = sign_in(company.agent.user).get("/desk/queue/").content.decode()
    assert case.reference in page
    assert ">Odd</a>" in page
