"""While somebody reads the queue its lines become new where they stand; what moved is counted and moves on demand."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import time_machine
from django.test import Client

from escalations.actions import resolution, triage
from escalations.models import Case, HouseRules
from escalations.rules.roles import StaffRole
from escalations.rules.vocabulary import Outcome
from tests.cast import MONDAY, Company, worker
from tests.desk.conftest import NOW, SignIn

AT = MONDAY + timedelta(minutes=10)
ASKED = "view=all"


def known(client: Client, asked: str = ASKED) -> str:
    """What the page says of its lines: each number with its mark."""
    page = client.get(f"/desk/queue/?{asked}").content.decode()
    return ",".join(":".join(pair) for pair in re.findall(r'id="case-([^"]+)" data-row data-mark="([^"]+)"', page))


def look(client: Client, before: str, asked: str = ASKED) -> tuple[list[str], str]:
    """The lines that came anew, and what is said of the others."""
    answer = client.get(f"/desk/queue/live/?{asked}&known={quote(before)}")
    assert answer.status_code == 200
    page = answer.content.decode()
    news = re.search(r'<p id="news">(.*?)</p>', page, re.DOTALL)
    return re.findall(r'id="case-([^"]+)"', page), re.sub(r"<[^>]+>", "", news[1] if news else "").strip()


def test_nothing_new_says_nothing(company: Company, sign_in: SignIn) -> None:
    company.open()
    client = sign_in(company.agent.user)
    assert look(client, known(client)) == ([], "")


def test_a_line_that_changed_comes_anew_and_only_that_one(company: Company, sign_in: SignIn) -> None:
    case, _other = company.open(), company.open()
    client = sign_in(company.agent.user)
    before = known(client)
    triage.take(case=case, actor=company.specialist.standing, at=AT)
    assert look(client, before) == ([case.reference], "")


def test_times_go_on(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    client = sign_in(company.agent.user)
    before = known(client)
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert look(client, before) == ([case.reference], "")


def test_what_came_and_went_is_counted_and_led_to_but_not_shown(company: Company, sign_in: SignIn) -> None:
    gone, _stays = company.open(), company.open()
    client = sign_in(company.agent.user)
    before = known(client)
    company.open()
    resolution.resolve(case=gone, actor=company.agent.standing, at=AT, outcome=Outcome.SOLVED, text="Done.")
    assert look(client, before) == ([], "2 cases have come, gone or moved. Show")


def test_what_stands_elsewhere_now_is_counted(company: Company, sign_in: SignIn) -> None:
    first, _second = company.open(), company.open(at=MONDAY + timedelta(minutes=5))
    client = sign_in(company.agent.user)
    before = known(client)
    Case.objects.filter(pk=first.pk).update(next_due_at=MONDAY + timedelta(days=9))
    assert look(client, before)[1] == "2 cases have come, gone or moved. Show"


def test_it_answers_the_same_question_as_the_page(company: Company, sign_in: SignIn) -> None:
    HouseRules.objects.create(by_team=True)
    company.open(subject="Of another team")
    nina = worker("Nina Far", company.specialist.agent.teams.get(), role=StaffRole.SPECIALIST)
    assert look(sign_in(nina.user), "") == ([], "")
    assert look(sign_in(company.agent.user), "", "view=all&severity=4") == ([], "")


def test_nonsense_is_no_line(company: Company, sign_in: SignIn) -> None:
    company.open()
    for said in ("x", ":::,,,", "B-1:" + "9" * 5000):
        assert look(sign_in(company.agent.user), said)[0] == []
