"""Staff reads what was published, administrators also what is in review, nobody else anything; all may question it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.models import User
from escalations.actions import policies, readings
from escalations.models import Bulletin, Notice, PolicyVersion, Reading
from tests.actions.soundness import everything
from tests.cast import MONDAY, Company, worker
from tests.desk.conftest import SignIn
from tests.desk.test_query_budgets import ALL_BUDGETS
from tests.procedure.ground import DAY, full_draft, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("standing_clock")]
LIST, PAGE = "/desk/procedure/", "/desk/procedure/standard/"


def handed_in(company: Company) -> PolicyVersion:
    writer = User.objects.create_superuser("wanda@belay.example", "correct-horse", name="Wanda Writer")
    return policies.submit(version=full_draft(company), by=writer, at=MONDAY - DAY)


def test_customers_and_strangers_find_none_of_these_pages(
    company: Company, version: PolicyVersion, sign_in: SignIn
) -> None:
    before = everything()
    pages = [LIST, PAGE, f"{PAGE}{version.number}/", "/desk/training/"]
    posts = [f"{PAGE}{version.number}/{path}/" for path in ("read", "question", "training/calmly")]
    for address in pages:
        assert sign_in(company.ida.user).get(address).status_code == 404
        assert Client().get(address)["Location"] == f"{reverse('login')}?next={address}"
    for address in posts:
        assert sign_in(company.ida.user).post(address, {"text": "x"}).status_code == 404
        assert "login" in Client().post(address, {"text": "x"})["Location"]
        assert sign_in(company.agent.user).get(address).status_code == 405
    assert everything() == before
    assert not Bulletin.objects.exists()


def test_a_version_in_review_is_for_administrators_and_says_that_it_is_not_in_force(
    company: Company, sign_in: SignIn
) -> None:
    draft = full_draft(company)
    address = f"{PAGE}{draft.number}/"
    admin = sign_in(company.administrator)
    assert "draft – not in force" in admin.get(address).content.decode()
    assert sign_in(company.agent.user).get(address).status_code == 404
    policies.submit(version=draft, by=None, at=MONDAY - DAY)
    page = admin.get(address).content.decode()
    assert page.count("in review – not in force") >= 2
    assert "I have read and can apply this" not in page
    assert sign_in(company.agent.user).get(address).status_code == 404
    assert address not in sign_in(company.agent.user).get(PAGE).content.decode()
    assert address in admin.get(LIST).content.decode()


def test_a_version_published_for_later_says_from_when_on(company: Company, sign_in: SignIn) -> None:
    version = handed_in(company)
    policies.publish(version=version, by=company.administrator, at=MONDAY - DAY, effective_at=MONDAY + 5 * DAY)
    page = sign_in(company.agent.user).get(f"{PAGE}{version.number}/").content.decode()
    assert "published – not in force yet" in page
    assert "New cases follow it from March 7, 2026 on." in page


def test_a_draft_whose_hours_were_never_published_cannot_be_shown_and_says_why(
    company: Company, sign_in: SignIn
) -> None:
    draft = full_draft(company)
    hours = policies.new_calendar_draft(calendar=company.calendar, by=company.administrator, at=MONDAY).calendar
    new = type(hours).objects.create(slug="night", name="Night")
    draft.levels.update(calendar=new)
    answer = sign_in(company.administrator).get(f"{PAGE}{draft.number}/")
    assert answer.status_code == 409
    assert "it names hours that were never published" in answer.content.decode()


def test_whoever_was_asked_confirms_on_the_page_and_the_lead_sees_who_has_not(
    company: Company, sign_in: SignIn
) -> None:
    mia = worker("Mia Berg", company.specialist.agent.teams.get(), is_lead=False)
    version = handed_in(company)
    policies.publish(version=version, by=company.administrator, at=MONDAY)
    readings.ask(version=version, at=MONDAY)
    client, lead = sign_in(mia.user), sign_in(company.specialist.user)
    assert "please read it and confirm that you did" in client.get(LIST).content.decode()
    assert "I have read this version" in client.get(PAGE).content.decode()
    assert "Who has read this version" not in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{version.number}/read/")
    assert Reading.objects.get(agent=mia.agent).read_at == MONDAY
    assert "I have read this version" not in client.get(PAGE).content.decode()
    page = lead.get(PAGE).content.decode()
    shown = page[page.index("Who has read this version") :]
    assert "Mia Berg (March 2, 2026)" in shown
    assert "Ben Okafor" not in shown[: shown.index("</dl>")]
    everybody = sign_in(company.administrator).get(PAGE).content.decode()
    assert "Ben Okafor" in everybody[everybody.index("Who has read this version") :]


def test_a_question_reaches_the_owner_with_its_words_and_stays_on_the_page(
    company: Company, version: PolicyVersion, sign_in: SignIn
) -> None:
    company.policy.owner = company.manager.agent
    company.policy.save()
    client, address = sign_in(company.agent.user), f"{PAGE}{version.number}/question/"
    for _click in range(2):
        assert client.post(address, {"text": "Why not two levels at once?"}).status_code == 303
    notices = Notice.objects.filter(bulletin__kind="procedure_question", channel="in_app")
    assert [notice.recipient for notice in notices] == [company.manager.user.code]
    page = sign_in(company.specialist.user).get(PAGE).content.decode()
    assert "Why not two levels at once?" in page
    inbox = sign_in(company.manager.user).get("/desk/inbox/").content.decode()
    assert "Ben Okafor has a question or suggestion: Standard" in inbox


def test_without_an_owner_the_administrators_have_it_and_nothing_empty_is_sent(
    company: Company, version: PolicyVersion, sign_in: SignIn
) -> None:
    client, address = sign_in(company.agent.user), f"{PAGE}{version.number}/question/"
    for text in (" ", "x" * 2001):
        answer = client.post(address, {"text": text})
        assert answer.status_code == 422
        assert not Bulletin.objects.exists()
    client.post(address, {"text": "Who owns this?"})
    told = set(Notice.objects.filter(bulletin__kind="procedure_question").values_list("recipient", flat=True))
    assert told == {company.administrator.code}


def test_the_pages_cost_the_same_however_much_they_show(
    company: Company, version: PolicyVersion, sign_in: SignIn
) -> None:
    budget = ALL_BUDGETS["procedure"]
    pages = {"list": LIST, "document": PAGE, "training": "/desk/training/"}
    client = sign_in(company.specialist.user)

    def cost() -> dict[str, int]:
        found = {}
        for name, address in pages.items():
            client.get(address)
            with CaptureQueriesContext(connection) as made:
                assert client.get(address).status_code == 200
            found[name] = len(made)
        return found

    first = cost()
    for number in range(4):
        worker(f"Person{number} Berg", company.specialist.agent.teams.get(), is_lead=False)
        sign_in(company.agent.user).post(f"{PAGE}{version.number}/question/", {"text": f"Question {number}"})
    publish(company, full_draft(company), days_ago=1)
    readings.ask(version=PolicyVersion.objects.get(state="published"), at=MONDAY)
    second = cost()
    assert {name: count for name, count in second.items() if count > budget[name]} == {}
    assert second == first
