"""One customer on one page: open cases, promises, decisions, the account escalation, last words, ratings, people."""

import re
from datetime import timedelta

from django.test import Client

from escalations.actions import accounts, handling, promises
from escalations.models import Case, HouseRules, Team
from escalations.rules.vocabulary import Kind
from tests.cast import MONDAY, Company, worker
from tests.desk.conftest import SignIn

MINUTE = timedelta(minutes=1)
AT = MONDAY + 10 * MINUTE


def address(company: Company) -> str:
    return f"/desk/customers/{company.ida.organization.uid}/"


def words(client: Client, where: str) -> str:
    page = client.get(where).content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<main") :]).split())


def test_everything_about_one_customer_and_nothing_of_another(company: Company, sign_in: SignIn) -> None:
    climbed = company.escalate(company.open(subject="No readings"), AT, kind=Kind.HIERARCHICAL)
    promised = company.open(subject="Wrong unit")
    promises.make(
        case=promised, actor=company.agent.standing, at=AT, due_at=MONDAY + 90 * MINUTE, text="News at half past ten."
    )
    handling.reply(case=climbed, actor=company.otto.standing, at=AT + MINUTE, text="Is anybody there?")
    company.open(company.vera, subject="Of somebody else")
    page = words(sign_in(company.manager.user), address(company))
    assert "2 open cases · 1 escalated" in page
    assert "May we refund the month?" in page[page.index("Decisions that wait") :]
    assert "Wrong unit" in page[page.index("News promised") : page.index("Case Level")]
    contact = page[page.index("Last contact") :]
    assert "Is anybody there?" in contact and "News at half past ten." in contact
    assert "Ida Holm sees all their cases ida@customer.example" in contact and "Otto Berg" in contact
    assert "Of somebody else" not in page and "Vera Nilsson" not in page


def test_it_leads_to_the_account_escalation_or_to_beginning_one(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.manager.user)
    assert "Put into one hand" in words(client, address(company))
    opened = accounts.open_account(
        organization=company.ida.organization,
        actor=company.manager.standing,
        at=AT,
        manager=company.manager.agent,
        why="All of it at once.",
        rhythm_minutes=240,
        cases=[case],
    )
    page = client.get(address(company)).content.decode()
    assert f"/desk/accounts/{opened.uid}/" in page and "All of it at once." in page
    assert address(company) in client.get(f"/desk/accounts/{opened.uid}/").content.decode()


def test_whoever_sees_the_cases_of_their_teams_only_finds_their_customers_only(
    company: Company, sign_in: SignIn
) -> None:
    theirs = company.escalate(company.open(subject="Went up"), AT)
    own = company.open(subject="Stayed below")
    HouseRules.objects.create(by_team=True)
    stranger = worker("Nina Far", Team.objects.create(slug="far", name="Far", public_name="Far"))
    assert sign_in(stranger.user).get(address(company)).status_code == 404
    page = sign_in(company.specialist.user).get(address(company)).content.decode()
    assert theirs.reference in page and own.reference not in page
    assert Case.objects.count() == 2


def test_an_organization_that_does_not_exist_is_not_found(company: Company, sign_in: SignIn) -> None:
    assert sign_in(company.manager.user).get("/desk/customers/nobody/").status_code == 404
