"""The board: open escalations by level or by stage, narrowed by the address, the first due first, in pages."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from escalations.actions import escalation, promises
from escalations.casefile import board
from escalations.models import Case, HouseRules, Team
from escalations.rules.vocabulary import Kind
from tests.cast import MONDAY, Company, worker
from tests.desk.conftest import SignIn

MINUTE = timedelta(minutes=1)
AT = MONDAY + 10 * MINUTE
BOARD = "/desk/escalations/"


def columns(client: Client, address: str) -> dict[str, list[str]]:
    """The references of each column, by its key, in the order they are shown."""
    page = client.get(address).content.decode()
    parts = re.split(r'aria-labelledby="(?:level|stage)-(\w+)"', page)[1:]
    of = r'class="subject" href="/desk/cases/(B-\d+)/"'
    return {key: re.findall(of, part) for key, part in zip(parts[::2], parts[1::2], strict=True)}


def climbed(company: Company, subject: str = "Climbed", minutes: int = 10, **fields: object) -> Case:
    return company.escalate(company.open(subject=subject), MONDAY + minutes * MINUTE, **fields)  # type: ignore[arg-type]


def test_a_column_is_a_level_or_a_stage_as_the_address_says(company: Company, sign_in: SignIn) -> None:
    waiting, taken = climbed(company), climbed(company)
    escalation.acknowledge(case=taken, actor=company.specialist.standing, at=AT, severity=2, text="Heard.")
    escalation.accept(case=taken, actor=company.specialist.standing, at=AT)
    company.open(subject="Not escalated")
    client = sign_in(company.agent.user)
    assert {key: set(found) for key, found in columns(client, BOARD).items()} == {
        "2": {waiting.reference, taken.reference}
    }
    staged = {"requested": [waiting.reference], "investigating": [taken.reference]}
    assert columns(client, f"{BOARD}?by=stage") == staged
    assert list(staged) == ["requested", "investigating"]


def test_what_is_due_first_stands_first(company: Company, sign_in: SignIn) -> None:
    later, first = climbed(company, minutes=15), climbed(company, minutes=5)
    assert columns(sign_in(company.agent.user), BOARD) == {"2": [first.reference, later.reference]}


def test_team_customer_severity_and_kind_narrow_it(company: Company, sign_in: SignIn) -> None:
    expert = climbed(company)
    decision = climbed(company, kind=Kind.HIERARCHICAL)
    other = company.escalate(company.open(company.vera, subject="Halden"), AT)
    client = sign_in(company.agent.user)

    def shown(query: str) -> set[str]:
        return {reference for found in columns(client, f"{BOARD}?{query}").values() for reference in found}

    assert shown("") == shown("severity=nonsense&kind=nothing") == {c.reference for c in (expert, decision, other)}
    assert shown(f"customer={company.vera.organization.uid}") == {other.reference}
    assert shown("kind=hierarchical") == {decision.reference}
    assert shown(f"severity={other.severity}&customer={company.vera.organization.uid}") == {other.reference}
    assert shown("team=specialists") == {
        case.reference for case in (expert, decision, other) if case.team.slug == "specialists"
    }
    assert shown("team=nobody") == shown("team=%00x") == shown(f"column={'9' * 40}") == set()
    assert len(shown(f"severity={'9' * 40}")) == 3


def test_a_column_goes_on_where_its_first_page_ends(
    company: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "board", partial(board.board, limit=2))
    cases = [climbed(company, minutes=5 + number).reference for number in range(5)]
    client, seen, address = sign_in(company.agent.user), [], BOARD
    while address:
        page = client.get(address).content.decode()
        seen += re.findall(r'class="subject" href="/desk/cases/(B-\d+)/"', page)
        more = re.search(r'class="button wide" href="([^"]+)"', page)
        address = BOARD + more[1].replace("&amp;", "&") if more else ""
    assert seen == cases


def test_a_card_says_who_has_it_since_when_and_by_when_news_and_a_decision_are_due(
    company: Company, sign_in: SignIn
) -> None:
    case = climbed(company, kind=Kind.HIERARCHICAL)
    promises.make(case=case, actor=company.agent.standing, at=AT, due_at=MONDAY + 90 * MINUTE, text="News at 10:30.")
    page = sign_in(company.agent.user).get(BOARD).content.decode()
    card = " ".join(re.sub(r"<[^>]+>", " ", page[page.index('class="card ticket') :]).split())
    assert str(case.escalations.get().accountable) in card
    assert "open 10 min" in card
    assert "Decision asked" in card
    assert "Next news today 10:30" in card


def test_colleagues_who_see_the_cases_of_their_teams_only_see_no_other_on_it(company: Company, sign_in: SignIn) -> None:
    case = climbed(company)
    HouseRules.objects.create(by_team=True)
    stranger = worker("Nina Far", Team.objects.create(slug="far", name="Far", public_name="Far"))
    assert columns(sign_in(stranger.user), BOARD) == {}
    assert columns(sign_in(company.specialist.user), BOARD) == {"2": [case.reference]}
