"""One case as its customer sees and moves it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from escalations.actions import escalation, handling, promises, resolution
from escalations.actions.attachments import Upload
from escalations.models import Case, Event, Message, Survey
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import CaseState, Outcome
from tests.cast import MONDAY, Company
from tests.portal.rooms import HOUR, VERBS, act, browser, page, resolved

pytestmark = pytest.mark.django_db

LOG = Upload.of("meter.log", "text/plain", b"03:00 no reading")


def words(html: bytes) -> str:
    """What a person reads of a page, without markup and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def test_the_page_answers_when_where_and_what_next(company: Company) -> None:
    case = company.open(at=timezone.now())
    answer = browser(company.ida.user).get(page("case", case.reference))
    seen, found = words(answer.content), answer.context["file"]
    assert found.news_at is not None
    in_her_zone = found.news_at.astimezone(ZoneInfo("Europe/Berlin")).isoformat(timespec="seconds")
    assert f'datetime="{in_her_zone}"' in answer.content.decode()
    for said in ("Next news by", "Now with Front line", "Specialists joins by itself", "Meter readings stop arriving"):
        assert said in seen


def test_levels_are_a_path_with_roles_instead_of_names(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + HOUR)
    seen = words(browser(company.ida.user).get(page("case", case.reference)).content)
    assert "Front line had it before" in seen
    assert "Now with Specialists" in seen
    assert "Mara Lindt" not in seen


def test_news_that_is_late_is_called_late(company: Company) -> None:
    case = company.open(at=timezone.now() - timedelta(days=10))
    seen = words(browser(company.ida.user).get(page("case", case.reference)).content)
    assert "This news is late" in seen
    assert "We owe you an answer since then" in seen


def promised(company: Company, at: datetime, due_at: datetime) -> Case:
    case = company.open(at=at)
    promises.make(case=case, actor=company.agent.standing, at=at, due_at=due_at, reason="The supplier is late.")
    return case


def test_promised_news_are_what_the_page_says_first(company: Company) -> None:
    now = timezone.now()
    case, ida = promised(company, now, now + HOUR), browser(company.ida.user)
    answer = ida.get(page("case", case.reference))
    seen = words(answer.content)
    in_her_zone = (now + HOUR).astimezone(ZoneInfo("Europe/Berlin")).isoformat(timespec="seconds")
    assert seen.index("We promised you news by") < seen.index("Where it is")
    assert f'datetime="{in_her_zone}"' in answer.content.decode()
    assert "news promised by" in words(ida.get(page("cases")).content)
    wake_at = now + 24 * HOUR
    handling.hold(case=case, actor=company.agent.standing, at=now, reason=company.waiting, wake_at=wake_at)
    seen = words(ida.get(page("case", case.reference)).content)
    assert seen.index("We promised you news by") < seen.index("We wait for your answer")
    assert "news promised by" in words(ida.get(page("cases")).content)


@pytest.mark.parametrize("swept", [False, True])
def test_a_promise_that_is_over_is_owned_up_to_at_once(company: Company, swept: bool) -> None:
    start = timezone.now() - 30 * HOUR
    case = promised(company, start, start + HOUR)
    if swept:
        promises.break_promise(case=case, actor=SYSTEM, at=timezone.now())
    seen = words(browser(company.ida.user).get(page("case", case.reference)).content)
    assert "We owe you news" in seen
    assert "We promised them by then and did not keep it." in seen
    assert ("We promised news by" in seen) and (("and did not keep it ·" in seen) == swept)


def test_the_words_that_kept_a_promise_are_marked_in_time_or_late(company: Company) -> None:
    now = timezone.now()
    for due_at, mark in ((now + HOUR, "✓ The news we promised by"), (now - HOUR, "▲ The news we promised by")):
        case = promised(company, now - 2 * HOUR, due_at)
        handling.reply(case=case, actor=company.agent.standing, at=now, text="It works.")
        seen = words(browser(company.ida.user).get(page("case", case.reference)).content)
        assert mark in seen
        assert "We promised you news" not in seen
        assert "The supplier is late." not in seen


def test_a_reply_is_said_once(company: Company) -> None:
    case, ida = company.open(), browser(company.ida.user)
    for _ in range(2):
        answer = ida.post(act(case, "reply"), {"text": "It happened again.", "key": "b" * 32})
        assert (answer.status_code, answer["Location"]) == (303, page("case", case.reference))
    stored = Message.objects.get(body="It happened again.")
    assert (stored.is_public, stored.contact, stored.user) == (True, company.ida.contact, None)
    assert "It happened again." in words(ida.get(page("case", case.reference)).content)


def test_a_reply_ends_the_wait_for_the_customer(company: Company) -> None:
    case = company.open()
    wake = timezone.now() + timedelta(days=2)
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY + HOUR, reason=company.waiting, wake_at=wake)
    ida = browser(company.ida.user)
    assert "On hold We wait for your answer" in words(ida.get(page("case", case.reference)).content)
    ida.post(act(case, "reply"), {"text": "Here it is."})
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


@pytest.mark.parametrize("text", ["", "   ", "x" * 20_001])
def test_a_reply_without_words_or_with_too_many_changes_nothing_and_keeps_them(company: Company, text: str) -> None:
    case = company.open()
    answer = browser(company.ida.user).post(act(case, "reply"), {"text": text})
    assert answer.status_code == 422
    assert list(answer.context["forms"]["reply"].errors) == ["text"]
    assert answer.context["forms"]["reply"]["text"].value() == text
    assert Event.objects.filter(case=case).count() == 1


def test_yes_it_is_solved_closes_the_case(company: Company) -> None:
    case, ida = resolved(company), browser(company.ida.user)
    seen = words(ida.get(page("case", case.reference)).content)
    assert "Is it solved? The collector was restarted." in seen
    assert "the case closes by itself" in seen
    told = ida.post(act(case, "confirm"), {}, follow=True)
    case.refresh_from_db()
    assert case.state == CaseState.CLOSED
    assert "Thank you. The case is closed." in words(told.content)


def test_not_solved_opens_the_case_again_with_the_reason(company: Company) -> None:
    case, ida = resolved(company), browser(company.ida.user)
    without = ida.post(act(case, "reopen"), {"text": ""})
    case.refresh_from_db()
    assert (without.status_code, case.state) == (422, CaseState.RESOLVED)
    ida.post(act(case, "reopen"), {"text": "It still fails."})
    case.refresh_from_db()
    assert case.state == CaseState.OPEN
    assert "It still fails." in words(ida.get(page("case", case.reference)).content)


def test_a_closed_case_can_still_be_opened_again(company: Company) -> None:
    case, ida = resolved(company), browser(company.ida.user)
    ida.post(act(case, "confirm"), {})
    assert "It is not solved after all" in words(ida.get(page("case", case.reference)).content)
    ida.post(act(case, "reopen"), {"text": "It is back."})
    case.refresh_from_db()
    assert case.state == CaseState.OPEN


def test_a_solution_is_rated_once_from_one_to_five(company: Company) -> None:
    case, ida = resolved(company), browser(company.ida.user)
    for wrong in ("0", "6", "", "many"):
        answer = ida.post(act(case, "rate"), {"score": wrong, "comment": "Kept words"})
        assert answer.status_code == 422
        assert "Kept words" in answer.content.decode()
    assert not Survey.objects.exists()
    ida.post(act(case, "rate"), {"score": "4", "comment": "Quick."})
    assert (Survey.objects.get().score, Survey.objects.get().comment) == (4, "Quick.")
    assert "You rated how we solved it with 4 of 5" in words(ida.get(page("case", case.reference)).content)
    assert ida.post(act(case, "rate"), {"score": "1"}).status_code == 422
    assert Survey.objects.get().score == 4


@pytest.mark.parametrize(
    ("state", "offered"),
    [("open", {"reply"}), ("resolved", {"confirm", "reopen", "rate"}), ("closed", {"reopen", "rate"})],
)
def test_what_is_offered_is_what_is_allowed(company: Company, state: str, offered: set[str]) -> None:
    case = company.open() if state == "open" else resolved(company)
    if state == "closed":
        resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY + 3 * HOUR)
    ida, before = browser(company.ida.user), Event.objects.filter(case=case).count()
    assert set(ida.get(page("case", case.reference)).context["forms"]) == offered
    for verb in VERBS.keys() - offered:
        refused = ida.post(act(case, verb), VERBS[verb])
        assert refused.status_code == 422
        assert refused.context["forms"][verb].non_field_errors()
        assert b'role="alert"' in refused.content
    assert Event.objects.filter(case=case).count() == before


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_opened_as_a_page_leads_to_the_case_and_does_nothing(company: Company, verb: str) -> None:
    case = resolved(company)
    before = Event.objects.count()
    answer = browser(company.ida.user).get(act(case, verb))
    assert (answer.status_code, answer["Location"]) == (303, page("case", case.reference))
    assert Event.objects.count() == before


def test_my_cases_say_who_has_each_and_when_its_news_comes(company: Company) -> None:
    company.open(at=timezone.now(), subject="With the front line")
    asked = resolved(company)
    answer = browser(company.ida.user).get(page("cases"))
    seen = words(answer.content)
    assert "With the front line Received · Front line next news by" in seen
    assert [line.reference for line in answer.context["asked"]] == [asked.reference]
    clock = Case.objects.get(subject="With the front line").clocks.get(kind="first_response")
    assert answer.context["rows"].lines[0].news_at == clock.due_at


@pytest.mark.parametrize("heard", [False, True])
def test_the_list_says_the_same_as_the_case(company: Company, heard: bool) -> None:
    at, who = timezone.now(), company.specialist.standing
    case = company.escalate(company.open(at=at), at)
    if heard:
        escalation.acknowledge(case=case, actor=who, at=at, severity=2, text="We have it.")
    ida = browser(company.ida.user)
    line = ida.get(page("cases")).context["rows"].lines[0]
    found = ida.get(page("case", case.reference)).context["file"]
    assert (line.news_at, line.status, line.has_it) == (found.news_at, found.status, found.has_it)


def test_a_colleague_is_no_face_of_ours(company: Company) -> None:
    case = company.open(company.otto)
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + HOUR, text="Which model?")
    seen = browser(company.ida.user).get(page("case", case.reference)).content.decode()
    faces = re.findall(r'class="face( ours)?"', seen)
    assert faces == [" ours", ""]


def test_closed_cases_have_a_list_of_their_own(company: Company) -> None:
    case = resolved(company)
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY + 3 * HOUR)
    ida = browser(company.ida.user)
    assert case.reference not in words(ida.get(page("cases")).content)
    assert case.reference in words(ida.get(page("cases"), {"show": "closed"}).content)


@pytest.mark.parametrize(("query", "found"), [("METER night", True), ("B-{}", True), ("zebra", False), ("%", False)])
def test_my_cases_are_searched_by_words_or_number(company: Company, query: str, found: bool) -> None:
    case = company.open(subject="Meter readings stop at night")
    asked = query.format(case.reference.removeprefix("B-"))
    seen = words(browser(company.ida.user).get(page("cases"), {"q": asked}).content)
    assert (case.subject in seen) is found


def test_a_list_page_that_is_no_number_is_the_first(company: Company) -> None:
    company.open()
    ida = browser(company.ida.user)
    for asked in ("-1", "x", "99999999999", "²"):
        assert ida.get(page("cases"), {"page": asked}).status_code == 200


def test_many_cases_are_shown_page_by_page_with_as_many_statements_as_one(company: Company) -> None:
    ida = browser(company.ida.user)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ida.get(page("cases")).status_code == 200
        return len(seen)

    company.open()
    few = statements()
    for number in range(34):
        company.open(subject=f"Number {number}")
    assert statements() == few <= 8
    first, second = (ida.get(page("cases"), {"page": number}).context["rows"] for number in (1, 2))
    assert (len(first.lines), first.more, len(second.lines), second.more) == (30, True, 5, False)


def test_a_case_needs_as_many_statements_with_many_lines_as_with_few(company: Company) -> None:
    case, ida = company.open(), browser(company.ida.user)

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ida.get(page("case", case.reference)).status_code == 200
        return len(seen)

    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + HOUR, text="One", files=[LOG])
    few = statements()
    for number in range(12):
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY + HOUR, text=f"Line {number}", files=[LOG])
        handling.reply(case=case, actor=company.ida.standing, at=MONDAY + HOUR, text=f"Back {number}")
    # Four are what a permit knows: who is away, open requests, scripts of the topic, an open ask; one is files.
    assert statements() == few <= 17


def test_a_case_that_ended_without_being_solved_still_speaks_plainly(company: Company) -> None:
    case = company.open()
    resolution.resolve(
        case=case, actor=company.agent.standing, at=MONDAY + HOUR, outcome=Outcome.NO_ANSWER, text="We heard nothing."
    )
    assert "We heard nothing." in words(browser(company.ida.user).get(page("case", case.reference)).content)
