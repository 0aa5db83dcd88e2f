"""Endpoints and dead letters in the back office: the secret is seen once, and a button does what it says once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.urls import reverse

from escalations.actions import deliveries, endpoints
from escalations.admin.bases import page_of
from escalations.models import AllowedHost, Endpoint, Notice
from tests.cast import MONDAY
from tests.cast import Company as Cast
from tests.policies import builders

pytestmark = pytest.mark.django_db

ADD = reverse("admin:escalations_endpoint_add")
NOTICES = reverse("admin:escalations_notice_changelist")
SECRET = re.compile(r'id="secret">([^<]+)<')


@pytest.fixture
def ada(company: Cast) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def may(*codes: str) -> Client:
    user = builders.user("Vic Visitor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


def filled(**changed: Any) -> dict[str, Any]:
    return {"name": "Reports", "channel": "webhook", "url": "https://reports.example/", "is_active": "on"} | changed


def press(client: Client, row: Any, button: str) -> Any:
    return client.post(reverse(f"admin:escalations_{row._meta.model_name}_{button}", args=[row.pk]), follow=True)


def test_a_new_webhook_gets_a_secret_that_is_shown_once_and_kept_sealed(ada: Client) -> None:
    page = ada.post(ADD, filled(kinds=["case.opened"]))
    found = SECRET.search(page.content.decode())
    endpoint = Endpoint.objects.get()
    assert found and found[1] == endpoint.secret
    assert "no-store" in page.headers["Cache-Control"]
    assert endpoint.kinds == ["case.opened"]
    assert endpoint.secret not in ada.get(page_of(endpoint)).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM escalations_endpoint")
        assert endpoint.secret not in cursor.fetchone()[0]


def test_a_chat_needs_no_secret(ada: Client) -> None:
    assert ada.post(ADD, filled(channel="chat")).status_code == 302
    assert Endpoint.objects.get().secret == ""


def test_a_new_secret_is_made_by_a_button_and_the_one_before_signs_on(ada: Client) -> None:
    ada.post(ADD, filled())
    before = Endpoint.objects.get()
    page = press(ada, before, "new_secret").content.decode()
    after = Endpoint.objects.get()
    assert after.secret in page and after.secret != before.secret
    assert after.previous_secret == before.secret
    assert "24 hours" in page


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://me:word@reports.example/", "without name and password"),
        ("http://10.0.0.7/hook", "private address"),
        ("ftp://reports.example/", "http:// or https://"),
    ],
)
def test_an_address_that_will_not_be_called_is_refused_in_the_form(ada: Client, url: str, said: str) -> None:
    assert said in ada.post(ADD, filled(url=url)).content.decode()
    assert not Endpoint.objects.exists()


def test_an_allowed_host_is_written_as_it_stands_in_an_address(ada: Client) -> None:
    add = reverse("admin:escalations_allowedhost_add")
    assert "without http://" in ada.post(add, {"host": "http://chat.intern/", "note": "Chat"}).content.decode()
    ada.post(add, {"host": " 10.0.0.7 ", "note": "Chat"})
    assert AllowedHost.objects.get().host == "10.0.0.7"
    assert ada.post(ADD, filled(channel="chat", url="http://10.0.0.7/hook")).status_code == 302


def test_a_ping_waits_for_delivery_and_its_tries_stand_on_the_page(ada: Client) -> None:
    ada.post(ADD, filled())
    endpoint = Endpoint.objects.get()
    press(ada, endpoint, "ping")
    notice = Notice.objects.get(recipient=endpoint.code)
    attempt = deliveries.begin(notice=notice, at=MONDAY)
    deliveries.end(attempt=attempt, at=MONDAY + timedelta(seconds=2), outcome="failed", code=503, answer="too busy")
    page = ada.get(page_of(endpoint)).content.decode()
    assert "ping · failed · 503 · too busy · 2.0 s" in page
    assert page_of(notice) in page


def test_what_arrived_is_delivered_once_more_by_its_button(ada: Client) -> None:
    endpoint = Endpoint.objects.create(name="Reports", channel="webhook", url="https://reports.example/")
    notice = endpoints.ping(endpoint=endpoint, at=MONDAY)
    deliveries.accepted(notice=notice, at=MONDAY)
    assert "Deliver once more" in ada.get(page_of(notice)).content.decode()
    press(ada, notice, "replay")
    again = Notice.objects.get(pk=notice.pk)
    assert (again.state, again.uid) == ("waiting", notice.uid)
    assert "nothing was done" in press(ada, notice, "replay").content.decode()


@pytest.fixture
def dead(company: Cast) -> list[Notice]:
    company.open()
    Notice.objects.filter(channel="mail").update(state="failed", next_try_at=None, last_error="no such person")
    return list(Notice.objects.filter(state="failed").order_by("pk"))


def test_dead_letters_are_found_counted_and_tried_again_together(ada: Client, dead: list[Notice]) -> None:
    figures = ada.get(reverse("admin:index")).context["front"]["figures"]
    assert [(row.number, row.tone) for row in figures if row.words == "dead letters"] == [(2, "bad")]
    assert list(ada.get(NOTICES, {"state__exact": "failed"}).context["cl"].result_list.order_by("pk")) == dead
    chosen = {"action": "try_again", "_selected_action": [row.pk for row in Notice.objects.all()]}
    assert "2 notices are tried again" in ada.post(NOTICES, chosen, follow=True).content.decode()
    assert not Notice.objects.filter(state="failed").exists()


def test_one_is_tried_again_by_its_button_and_the_page_says_what_to_do(ada: Client, dead: list[Notice]) -> None:
    page = ada.get(page_of(dead[0])).content.decode()
    assert "Nothing more is tried by itself" in page and "Try again now" in page
    assert "1 notice is tried again" in press(ada, dead[0], "try_again").content.decode()
    assert Notice.objects.get(pk=dead[1].pk).state == "failed"


def test_looking_alone_presses_no_button_and_neither_does_following_a_link(ada: Client, dead: list[Notice]) -> None:
    address = reverse("admin:escalations_notice_try_again", args=[dead[0].pk])
    assert ada.get(address).status_code == 405
    reader = may("view_notice")
    assert "Try again now" not in reader.get(page_of(dead[0])).content.decode()
    assert reader.post(address).status_code == 403
    assert Notice.objects.filter(state="failed").count() == 2
