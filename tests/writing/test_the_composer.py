"""Replies and notes as the case page sends them: with a promise, canned words and names, and without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from escalations.actions import promises
from escalations.actions.answering import answer
from escalations.models import CannedReply, Case, HouseRules, Macro, Mention, Message, Team, Topic
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company
from tests.work.ground import HOUR, MINUTE


@pytest.fixture
def case(company: Company) -> Case:
    return company.open()


@pytest.fixture
def desk(company: Company) -> Client:
    client = Client()
    client.force_login(company.agent.user)
    return client


def page(name: str, case: Case, *more: str) -> str:
    return reverse(f"desk:{name}", args=[case.reference, *more])


def kinds(case: Case) -> list[str]:
    return [event.kind for event in case.events.order_by("seq")][1:]


# -- a reply with a promise ----------------------------------------------------------------------------


def test_a_reply_with_a_promise_is_one_message_and_one_promise(company: Company, case: Case) -> None:
    due_at = MONDAY + 2 * HOUR
    answer(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="We look.", due_at=due_at)
    case.refresh_from_db()
    assert (kinds(case), case.promised_at) == (["promise.made"], due_at)
    assert not case.clocks.filter(kind="first_response", met_at=None).exists()
    is_sound(case)


def test_a_reply_keeps_the_open_promise_and_the_new_one_follows(company: Company, case: Case) -> None:
    ben = company.agent.standing
    promises.make(case=case, actor=ben, at=MONDAY, due_at=MONDAY + HOUR)
    for _twice in range(2):
        answer(case=case, actor=ben, at=MONDAY + MINUTE, text="Found.", due_at=MONDAY + 3 * HOUR, key="desk:once")
    case.refresh_from_db()
    assert kinds(case) == ["promise.made", "message.sent", "promise.made"]
    assert case.promised_at == MONDAY + 3 * HOUR
    is_sound(case)


def test_a_promise_that_is_refused_sends_no_reply(company: Company, desk: Client, case: Case) -> None:
    before = everything()
    refused = desk.post(page("act", case, "reply"), {"text": "We look.", "due_at": "2020-01-01T10:00"})
    assert refused.status_code == 422
    assert "We look." in refused.content.decode() and refused.context["form"].errors["due_at"]
    assert everything() == before


def test_the_button_says_when_and_its_form_is_taken(company: Company, desk: Client, case: Case) -> None:
    text = desk.get(page("case", case)).content.decode()
    found = re.search(r'name="due_at" value="([^"]+)"', text)
    assert found
    desk.post(page("act", case, "reply"), {"text": "We look.", "due_at": found[1]})
    case.refresh_from_db()
    assert case.promised_at


# -- canned replies ------------------------------------------------------------------------------------


def canned(**fields: Any) -> CannedReply:
    return CannedReply.objects.create(**{"name": "We have it", "text": "Hello {{ first_name }}.", **fields})


def test_canned_words_are_added_to_what_is_written_and_nothing_is_sent(desk: Client, case: Case) -> None:
    row, before = canned(text="Hello <b>{{ contact }}</b>"), everything()
    shown = desk.post(page("canned", case), {"text": "Mine first", "canned": row.uid})
    assert shown.context["form"]["text"].value() == f"Mine first\n\nHello <b>{case.contact.name}</b>"
    assert "<b>Ida" not in shown.content.decode()
    assert desk.get(page("canned", case), {"canned": row.uid}).context["form"]["text"].value().startswith("Hello")
    assert everything() == before


def test_only_what_fits_the_contact_the_topic_and_the_team_is_offered(
    company: Company, desk: Client, case: Case
) -> None:
    fits = {canned(name="For all").uid, canned(name="English", language="en").uid}
    canned(name="German", language="de")
    canned(name="Retired", is_active=False)
    canned(name="Theirs", team=Team.objects.get(slug="specialists"))
    canned(name="Of another topic", topic=Topic.objects.create(slug="billing", name="Billing"))
    assert {row.uid for row in desk.get(page("canned", case)).context["offered"]} == fits
    found = desk.get(page("canned", case), {"q": "engl"}, headers={"HX-Request": "true", "HX-Target": "canned-list"})
    assert [row.name for row in found.context["offered"]] == ["English"]
    assert "<html" not in found.content.decode()


# -- names in notes ------------------------------------------------------------------------------------


def test_whom_to_tell_is_chosen_without_scripts(company: Company, desk: Client, case: Case) -> None:
    shown = desk.post(page("telling", case), {"text": "Is this yours?"})
    assert shown.context["form"]["text"].value() == "Is this yours?" and not Message.objects.filter(is_public=False)
    mara = company.specialist.agent
    desk.post(page("act", case, "note"), {"text": "Is this yours?", "mentioned": [mara.pk]})
    assert Mention.objects.get().agent == mara


def test_names_are_offered_while_typing(company: Company, desk: Client) -> None:
    found = desk.get(reverse("desk:names"), {"q": company.specialist.user.name[:3]}).content.decode()
    assert f'data-name="{company.specialist.user.name}"' in found


# -- macros --------------------------------------------------------------------------------------------


def test_a_macro_is_looked_at_first_and_then_done_once(company: Company, desk: Client, case: Case) -> None:
    made = Macro.objects.create(name="Mine now", meaning="When nobody else is near")
    for position, (verb, values) in enumerate([("take", {}), ("reply", {"text": "Hello {{ first_name }}."})]):
        made.steps.create(position=position, verb=verb, values=values)
    listed = desk.get(page("macros", case)).content.decode()
    assert made.name in listed
    assert made.meaning in listed
    before = everything()
    shown = desk.post(page("macro", case, made.uid))
    assert [(step.text, step.is_public) for step in shown.context["steps"]] == [("", False), ("Hello Ida.", True)]
    assert everything() == before
    for _twice in range(2):
        sent = desk.post(page("macro", case, made.uid), {"key": "abc", "do": "all"})
        assert sent.url == page("case", case)  # type: ignore[attr-defined]
    assert kinds(case) == ["case.taken", "message.sent"]


def test_a_macro_that_cannot_be_done_says_which_step_and_why(company: Company, desk: Client, case: Case) -> None:
    made = Macro.objects.create(name="Twice")
    for position in (1, 2):
        made.steps.create(position=position, verb="hold", values={"pause": company.waiting.slug, "hours": 4})
    before = everything()
    assert desk.post(page("macro", case, made.uid)).context["stops"]
    refused = desk.post(page("macro", case, made.uid), {"key": "abc", "do": "all"})
    assert (refused.status_code, everything()) == (422, before)


def test_what_is_not_theirs_to_see_is_not_there(company: Company, case: Case) -> None:
    HouseRules.objects.create(by_team=True)
    made = Macro.objects.create(name="Mine now")
    client = Client()
    client.force_login(company.specialist.user)
    for address in (
        page("canned", case),
        page("macros", case),
        page("suggestions", case),
        page("telling", case),
    ):
        assert client.get(address).status_code == 404
    assert client.post(page("macro", case, made.uid)).status_code == 404


def test_a_note_says_whom_it_was_for_and_the_page_says_who_follows(company: Company, desk: Client, case: Case) -> None:
    mara = company.specialist
    desk.post(page("act", case, "note"), {"text": "Look at this.", "mentioned": [mara.agent.pk]})
    assert f"for {mara.user.name}" in desk.get(page("case", case)).content.decode()
    shown = desk.get(page("followers", case)).content.decode()
    assert company.ida.contact.name in shown and "Nobody watches" in shown


def test_enter_in_the_search_never_sends_the_reply(desk: Client, case: Case) -> None:
    """A browser presses the first button of a form."""
    shown = desk.get(page("canned", case)).content.decode()
    form = shown[shown.index(f'action="{page("act", case, "reply")}"') :]
    assert re.findall(r"<button[^>]*>", form)[0].count(f'formaction="{page("canned", case)}"') == 1
