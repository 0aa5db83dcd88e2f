"""The demonstration company is sound, lies in the past, and stays calm when it is looked at again days later."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Max
from django.test import Client

from customers.models import User
from escalations.engine.sweep import sweep
from escalations.management.demonstration import SIGN_INS
from escalations.management.demonstration.knowledge import ENTRIES, FOLDER
from escalations.management.demonstration.people import SignIn
from escalations.management.demonstration.stories import STORIES
from escalations.models import (
    Attachment,
    Case,
    Clock,
    Escalation,
    Event,
    Message,
    Notice,
    NoticeState,
    PolicyVersion,
    Review,
    Survey,
)
from escalations.models.attachments import content_of
from escalations.rules.vocabulary import CaseState, EscalationState
from knowledgebase.models import Article, Audience

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")


def rows() -> dict[str, int]:
    """How many rows there are of everything."""
    models = [
        model
        for app in ("customers", "knowledgebase", "escalations")
        for model in apps.get_app_config(app).get_models()
    ]
    return {model.__name__: model._default_manager.count() for model in models}


def test_loading_again_changes_nothing_and_says_so_in_one_line(loaded: datetime) -> None:
    before = rows()
    said = StringIO()
    call_command("load_demonstration", stdout=said)
    assert len(said.getvalue().splitlines()) == 1
    assert rows() == before


@pytest.mark.parametrize("sign_in", SIGN_INS, ids=lambda sign_in: sign_in.email)
def test_every_printed_sign_in_works_and_leads_to_its_own_door(loaded: datetime, sign_in: SignIn) -> None:
    client = Client()
    assert client.login(email=sign_in.email, password=sign_in.password)
    user = User.objects.get(email=sign_in.email)
    assert user.name == sign_in.name
    inside = client.get("/admin/").status_code == 200
    assert inside == (sign_in.where == "/admin/") == user.is_staff == user.is_superuser
    assert hasattr(user, "agent") != hasattr(user, "contact")
    assert (sign_in.where == "/portal/") == hasattr(user, "contact")


def test_every_story_is_a_case_and_every_state_is_there(loaded: datetime) -> None:
    assert Case.objects.count() == len(STORIES) >= 25
    assert set(Case.objects.values_list("state", flat=True)) == {state.value for state in CaseState}
    levels = Counter(
        Case.objects.unsolved()
        .filter(escalations__state__in=("requested", "investigating"))
        .values_list("level", flat=True)
    )
    assert {1, 2, 3, 4} <= set(levels)
    ended = {EscalationState.DECLINED.value, EscalationState.CLOSED.value}
    assert ended <= set(Escalation.objects.values_list("state", flat=True))
    assert Escalation.objects.filter(steps__move="hand_back").exists()
    assert Escalation.objects.filter(
        steps__decisions__isnull=False, steps__decisions__decided_at=None, steps__to_level=3
    ).exists()
    assert Survey.objects.count() >= 7
    assert Review.objects.count() >= 4


def test_files_came_from_both_sides_and_are_what_they_say(loaded: datetime) -> None:
    log, picture, ranges = Attachment.objects.order_by("pk")
    assert (log.message.contact_id, ranges.message.user_id) != (None, None)
    assert content_of(log.sha256).startswith(b"time;store;celsius\n")
    assert content_of(picture.sha256).startswith(b"\x89PNG\r\n")
    assert sum(row.size for row in (log, picture, ranges)) < 10_000


def test_journal_and_clocks_are_as_the_events_say(loaded: datetime) -> None:
    said = StringIO()
    call_command("verify_journal", stdout=said)
    call_command("recompute_clocks", check=True, stdout=said)
    assert f"{len(STORIES)} journals are whole" in said.getvalue()


def test_nothing_lies_in_the_future(loaded: datetime) -> None:
    latest = [
        Event.objects.aggregate(at=Max("recorded_at"))["at"],
        Event.objects.aggregate(at=Max("occurred_at"))["at"],
        Message.objects.aggregate(at=Max("written_at"))["at"],
        Attachment.objects.aggregate(at=Max("added_at"))["at"],
        Notice.objects.aggregate(at=Max("written_at"))["at"],
        Clock.objects.aggregate(at=Max("started_at"))["at"],
        Article.objects.aggregate(at=Max("published_at"))["at"],
        PolicyVersion.objects.aggregate(at=Max("published_at"))["at"],
    ]
    assert max(latest) <= loaded


def test_people_act_in_working_hours_and_not_all_on_the_full_hour(loaded: datetime) -> None:
    acts = [
        at.astimezone(BERLIN) for at in Event.objects.exclude(actor_kind="system").values_list("occurred_at", flat=True)
    ]
    assert all(at.weekday() < 5 and 9 <= at.hour + at.minute / 60 <= 17 for at in acts)
    assert len({at.minute for at in acts}) > 20


def test_what_was_due_was_done_and_what_was_to_be_told_was_told(loaded: datetime) -> None:
    before = Event.objects.count()
    assert sweep(loaded) == 0
    assert Event.objects.count() == before
    waiting = Notice.objects.exclude(state__in=(NoticeState.ACCEPTED, NoticeState.FOLDED))
    assert not waiting.filter(next_try_at__lte=loaded).exists()


def test_looking_again_two_days_later_tells_nobody_twice_of_one_case(loaded: datetime) -> None:
    told = Notice.objects.aggregate(last=Max("pk"))["last"]
    for _again in range(3):
        sweep(loaded + timedelta(days=2))
    apart = Notice.objects.filter(pk__gt=told, channel="in_app", folded_into=None)
    new = apart.exclude(case=None).values_list("case_id", "recipient")
    assert [pair for pair, times in Counter(new).items() if times > 1] == []


def test_some_are_late_and_most_are_calm(loaded: datetime) -> None:
    late = Case.objects.unsolved().filter(clocks__state="running", clocks__breached_at__isnull=False).distinct()
    assert 1 <= late.count() <= Case.objects.unsolved().count() / 3


def test_every_open_escalation_has_somebody_and_a_next_look_to_come(loaded: datetime) -> None:
    for climb in Escalation.objects.open().select_related("accountable__user"):
        assert climb.accountable.works
        assert climb.next_check_at is not None and climb.next_check_at > loaded


def test_nobody_but_the_printed_sign_ins_can_sign_in(loaded: datetime) -> None:
    able = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert able == {sign_in.email for sign_in in SIGN_INS}


def test_there_is_an_answer_for_everybody_and_no_text_is_left_over(loaded: datetime) -> None:
    assert Article.objects.count() == len(ENTRIES) == len(list(FOLDER.glob("*.md"))) >= 12
    counts = [Article.objects.readable_by(audience).count() for audience in Audience]
    assert 0 < counts[0] < counts[1] < counts[2] == len(ENTRIES)
    assert all(article.summary.endswith((".", "?")) and len(article.body) > 300 for article in Article.objects.all())


def test_subjects_and_words_are_all_different(loaded: datetime) -> None:
    texts = list(Message.objects.values_list("body", flat=True))
    assert len(texts) == len(set(texts)) > 100
