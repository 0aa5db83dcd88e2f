"""Whoever runs Belay sees which cases the engine could not move on, why, and has them tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import User
from escalations.actions import set_aside
from escalations.actions.set_aside import Stage
from escalations.admin.bases import page_of
from escalations.models import Case, Pulse, SetAside
from tests.cast import MONDAY
from tests.cast import Company as Cast
from tests.policies import builders

pytestmark = pytest.mark.django_db

LIST = reverse("admin:escalations_setaside_changelist")
INDEX = reverse("admin:index")


@pytest.fixture
def cases(company: Cast) -> list[Case]:
    """Two cases that were set aside, each at another stage."""
    cases = [company.open(), company.open()]
    for case, stage in zip(cases, (Stage.WAKE, Stage.CLOCKS), strict=True):
        set_aside.put(case_id=case.pk, stage=stage, problem=KeyError("case.teleported"), at=MONDAY)
    return cases


@pytest.fixture
def ada(company: Cast) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def may(*codes: str) -> Client:
    """Somebody who may enter the administration, with these rights and no others."""
    user = builders.user("Vic Visitor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client = Client()
    client.force_login(user)
    return client


def again(row: SetAside) -> str:
    return reverse("admin:escalations_setaside_try_again", args=[row.pk])


def rows() -> list[object]:
    return list(SetAside.objects.order_by("pk").values())


def test_the_list_says_of_each_case_what_failed_and_why(ada: Client, cases: list[Case]) -> None:
    page = ada.get(LIST).content.decode()
    for case in cases:
        assert case.reference in page
    assert "ending its hold" in page
    assert "telling of its clocks" in page
    assert "KeyError: &#x27;case.teleported&#x27;" in page
    shown = ada.get(LIST, {"stage": "wake"}).context["cl"].result_list
    assert [row.case for row in shown] == cases[:1]


def test_the_first_page_says_how_many_there_are_and_leads_to_them(ada: Client, cases: list[Case]) -> None:
    for case, number in zip([None, *cases], (2, 1, 0), strict=True):
        if case:
            set_aside.over(case_id=case.pk)
        [figure] = [row for row in ada.get(INDEX).context["front"]["figures"] if "set aside" in row.words]
        assert (figure.number, figure.link, figure.tone) == (number, LIST, "bad" if number else "good")


def test_somebody_without_the_right_sees_neither_the_list_nor_the_line(cases: list[Case]) -> None:
    visitor = may("view_case")
    assert visitor.get(LIST).status_code == 403
    assert "set aside" not in visitor.get(INDEX).content.decode()


def test_one_case_is_tried_again_by_its_button(ada: Client, cases: list[Case]) -> None:
    first, second = SetAside.objects.order_by("pk")
    assert f'formaction="{again(first)}"' in ada.get(LIST).content.decode()
    answer = ada.post(again(first), follow=True)
    assert "1 case is tried again with the next round" in answer.content.decode()
    first.refresh_from_db()
    assert first.next_try_at > MONDAY + timedelta(minutes=1)
    second.refresh_from_db()
    assert second.next_try_at == MONDAY + timedelta(minutes=1)


def test_chosen_cases_are_tried_again_together(ada: Client, cases: list[Case]) -> None:
    chosen = {"action": "try_again", "_selected_action": [row.pk for row in SetAside.objects.all()]}
    answer = ada.post(LIST, chosen, follow=True)
    assert "2 cases are tried again with the next round" in answer.content.decode()
    assert not SetAside.objects.filter(next_try_at=MONDAY + timedelta(minutes=1)).exists()


def test_following_a_link_tries_nothing_again(ada: Client, cases: list[Case]) -> None:
    before = rows()
    assert ada.get(again(SetAside.objects.all()[0])).status_code == 405
    assert rows() == before


def test_looking_alone_does_not_allow_trying_again(cases: list[Case]) -> None:
    reader, before = may("view_setaside"), rows()
    page = reader.get(LIST).content.decode()
    assert cases[0].reference in page
    assert "formaction" not in page
    assert reader.post(again(SetAside.objects.all()[0])).status_code == 403
    reader.post(LIST, {"action": "try_again", "_selected_action": [row.pk for row in SetAside.objects.all()]})
    assert rows() == before


def test_a_case_that_went_on_meanwhile_is_not_found(ada: Client, cases: list[Case]) -> None:
    row = SetAside.objects.all()[0]
    set_aside.over(case_id=row.case_id)
    assert ada.post(again(row)).status_code == 404


def test_the_page_of_one_says_what_to_do_in_words_and_times_of_the_reader_and_tries_again(
    company: Cast, ada: Client, cases: list[Case]
) -> None:
    User.objects.filter(pk=company.administrator.pk).update(time_zone="America/New_York")
    row = SetAside.objects.get(case=cases[0])
    page = ada.get(page_of(row)).content.decode()
    for said in (
        "ending its hold",
        "People can go on working on it.",
        "March 2, 2026, 3 a.m.",
        "March 2, 2026, 3:01 a.m.",
    ):
        assert said in page
    assert f'action="{again(row)}"' in page
    assert "2026, 8 a.m." not in page
    ada.post(again(row))
    row.refresh_from_db()
    assert row.next_try_at > MONDAY + timedelta(minutes=1)
    assert "formaction" not in (reader := may("view_setaside").get(page_of(row)).content.decode())
    assert again(row) not in reader
    assert "People can go on working on it." in reader


def test_a_case_that_cannot_be_read_has_a_remedy_of_its_own(ada: Client, cases: list[Case]) -> None:
    SetAside.objects.filter(case=cases[0]).update(stage=set_aside.READING)
    row = SetAside.objects.get(case=cases[0])
    page = ada.get(page_of(row)).content.decode()
    assert "verify_journal" in page
    assert "reading it" in page
    assert [shown.case for shown in ada.get(LIST, {"stage": "reading"}).context["cl"].result_list] == cases[:1]


def test_rows_of_the_engine_are_named_in_words_and_in_the_time_of_the_reader(cases: list[Case]) -> None:
    pulse = Pulse(component="beat", at=MONDAY)
    with timezone.override("America/New_York"):
        assert str(pulse) == "beat, March 2, 2026, 3 a.m."
    assert str(SetAside.objects.get(case=cases[0])) == str(cases[0])
