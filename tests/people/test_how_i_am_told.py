"""The page on which people say how they want to be told, and read what that means now."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from customers.models import User
from escalations.desk.me import box_name
from escalations.models import Calendar, Endpoint, NoticeChoice, NoticeWishes
from escalations.rules.vocabulary import Channel, NoticeGroup, Rhythm
from tests.cast import Company
from tests.notices.wishes import berlin, procedure, wishes

pytestmark = pytest.mark.django_db

PAGE = "/desk/me/"
EVENING = berlin("2026-03-02 20:00")
USUAL = {box_name(group, Channel.MAIL): "on" for group in NoticeGroup}
FORM: dict[str, Any] = {"rhythm": "at_once", "digest_at": "08:00", "quiet_from": "", "quiet_until": "", "calendar": ""}


@pytest.fixture(autouse=True)
def standing_clock() -> object:
    with time_machine.travel(EVENING, tick=False) as traveller:
        yield traveller


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def rows() -> tuple[list[Any], list[Any]]:
    return list(NoticeWishes.objects.values_list()), list(NoticeChoice.objects.values_list())


def test_somebody_writes_down_how_to_be_told_and_reads_it_again(company: Company) -> None:
    client = signed_in(company.agent.user)
    hours = {"quiet_from": "21:00", "quiet_until": "07:30", "calendar": company.calendar.pk}
    boxes = {name: on for name, on in USUAL.items() if name != box_name(NoticeGroup.DAILY, Channel.MAIL)}
    answer = client.post(PAGE, FORM | hours | boxes | {"rhythm": "daily", "digest_at": "16:15"})
    assert answer["Location"] == reverse("desk:me")
    row = NoticeWishes.objects.get()
    assert (row.user, row.quiet_from, row.quiet_until) == (company.agent.user, time(21), time(7, 30))
    assert (row.rhythm, row.digest_at, row.calendar) == (Rhythm.DAILY, time(16, 15), company.calendar)
    choice = NoticeChoice.objects.get()
    assert (choice.group, choice.channel, choice.is_wanted) == ("daily", "mail", False)
    text = client.get(PAGE).content.decode()
    assert 'value="16:15"' in text
    assert 'value="07:30"' in text
    client.post(PAGE, FORM | USUAL)
    assert not NoticeChoice.objects.exists()
    assert NoticeWishes.objects.get().quiet_from is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"quiet_from": "21:00"}, "Give both a beginning and an end"),
        ({"quiet_from": "21:00", "quiet_until": "21:00"}, "hold nothing"),
        ({"digest_at": ""}, "Give a time of day"),
        ({"digest_at": "noon"}, "Give a time of day"),
        ({"rhythm": "never"}, "choose"),
        ({"calendar": "999"}, "choose"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_changes_nothing(
    company: Company, changed: dict[str, str], says: str
) -> None:
    wishes(company.agent, quiet=(20, 7), calendar=company.calendar)
    before = rows()
    answer = signed_in(company.agent.user).post(PAGE, FORM | USUAL | changed)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert says.lower() in text.lower()
    [field] = set(changed) - {"quiet_from"} or {"quiet_until"}
    assert f'id="id_{field}_error"' in text
    assert rows() == before


def test_the_page_says_what_the_present_choice_means_now(company: Company) -> None:
    procedure(company, {}, urgent=(NoticeGroup.ASKED, 1))
    client = signed_in(company.agent.user)
    text = client.get(PAGE).content.decode()
    assert "at once, because it is urgent" in text
    assert text.count('datetime="2026-03-03T09:00:00+01:00"') == 2
    client.post(PAGE, FORM | {"rhythm": "daily"})
    text = client.get(PAGE).content.decode()
    assert text.count("in the inbox only") == 3


def test_chat_can_be_chosen_by_whoever_has_one_and_its_address_stays_secret(company: Company) -> None:
    client, chat = signed_in(company.agent.user), box_name(NoticeGroup.ASKED, Channel.CHAT)
    assert "no chat of your own" in client.get(PAGE).content.decode()
    client.post(PAGE, FORM | USUAL | {chat: "on"})
    assert not NoticeChoice.objects.exists()
    url = "https://chat.example/hooks/secret"
    Endpoint.objects.create(name="Ben in the chat", channel="chat", url=url, agent=company.agent.agent)
    text = client.get(PAGE).content.decode()
    assert "Ben in the chat (chat.example)" in text
    assert "secret" not in text.split("<main")[1]
    client.post(PAGE, FORM | USUAL | {chat: "on"})
    assert NoticeChoice.objects.get().channel == "chat"


def test_only_published_working_time_is_offered(company: Company) -> None:
    draft = Calendar.objects.create(slug="draft", name="Some day")
    client = signed_in(company.agent.user)
    assert "Some day" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, FORM | USUAL | {"calendar": draft.pk}).status_code == 422


def test_customers_and_strangers_find_no_such_page(company: Company) -> None:
    assert signed_in(company.ida.user).get(PAGE).status_code == 404
    assert signed_in(company.administrator).get(PAGE).status_code == 404
    assert Client().get(PAGE)["Location"] == f"{reverse('login')}?next={PAGE}"
