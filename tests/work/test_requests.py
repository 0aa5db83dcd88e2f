"""What others were asked for: one of them, on a clock of its own, reminded until it is answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, moving, resolution, triage, work
from escalations.models import Case, Clock, Event, Message, OutsideParty, PauseReason, Request, Team
from escalations.rules.vocabulary import ClockKind, Elapsed, Outcome
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company
from tests.work.ground import DAY, HOUR, MINUTE, accepted, all_rows, carrier, strict, told

FRIDAY_AFTERNOON = MONDAY + timedelta(days=4, hours=7)  # 16:00 in Berlin, an hour before closing time


def managers() -> Team:
    return Team.objects.get(slug="managers")


def ask(company: Company, case: Case, at: datetime = MONDAY, **fields: Any) -> Request:
    given: dict[str, Any] = {"team": managers(), "text": "Which firmware do they run?"} | fields
    work.request(case=case, actor=company.specialist.standing, at=at, **given)
    return Request.objects.latest("pk")


def clock(request: Request) -> Clock:
    made = Event.objects.get(kind="request.made", data__request=request.uid)
    return Clock.objects.get(case=request.case, kind=ClockKind.REQUEST, start_seq=made.seq)


def test_a_team_is_asked_on_a_clock_of_its_own_while_the_accountable_person_stays(company: Company) -> None:
    strict(company)
    case = accepted(company)
    before = case.escalations.get().accountable
    asked = ask(company, case, at=MONDAY + HOUR)
    assert (asked.whom, asked.state, asked.asked_by) == ("Department managers", "open", company.specialist.agent)
    assert (clock(asked).state, clock(asked).due_at) == ("running", MONDAY + 5 * HOUR)
    assert case.escalations.get().accountable == before
    case.refresh_from_db()
    assert case.team.slug == "specialists"
    assert told(company.manager) == ["request.made"]
    is_sound(case)


def test_somebody_outside_is_asked_with_contact_and_their_reference(company: Company) -> None:
    case = accepted(company)
    asked = ask(company, case, team=None, party=carrier(), contact="Ove", their_reference=" NC-77 ", chase_minutes=60)
    assert (asked.whom, asked.contact, asked.their_reference) == ("Nordic Carrier", "Ove", "NC-77")
    made = Event.objects.get(kind="request.made")
    assert made.data == {"request": asked.uid, "team": "", "party": "carrier"}
    is_sound(case)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ("both", "team", "request_of_one"),
        ("neither", "team", "request_of_one"),
        ("own", "team", "own_team"),
        ("retired", "party", "unknown_choice"),
        ("silent", "text", "text_missing"),
        ("hasty", "chase_minutes", "rhythm_range"),
        ("forgotten", "chase_minutes", "rhythm_range"),
        ("long", "their_reference", "too_long"),
    ],
)
def test_a_request_goes_to_one_side_with_words_and_a_rhythm(
    company: Company, wrong: str, field: str, code: str
) -> None:
    case = accepted(company)
    party = carrier()
    retired = OutsideParty.objects.create(slug="old", name="Old Carrier", is_active=False)
    fields: dict[str, dict[str, Any]] = {
        "both": {"party": party},
        "neither": {"team": None},
        "own": {"team": Team.objects.get(slug="specialists")},
        "retired": {"team": None, "party": retired},
        "silent": {"text": "  "},
        "hasty": {"chase_minutes": 14},
        "forgotten": {"chase_minutes": 168 * 60 + 1},
        "long": {"their_reference": "x" * 81},
    }
    before = all_rows()
    with pytest.raises(Refused) as refused:
        ask(company, case, **fields[wrong])
    assert (refused.value.field, refused.value.code) == (field, code)
    assert all_rows() == before


def test_the_asked_team_answers_although_the_case_is_not_theirs(company: Company) -> None:
    strict(company)
    case = accepted(company)
    asked = ask(company, case)
    work.answer_request(
        case=case, actor=company.manager.standing, at=MONDAY + HOUR, request=asked, text="They run 2.8."
    )
    asked.refresh_from_db()
    assert (asked.state, asked.next_chase_at, asked.answered_at) == ("answered", None, MONDAY + HOUR)
    assert asked.answer == Message.objects.get(body="They run 2.8.", is_public=False)
    assert (clock(asked).state, clock(asked).met_at) == ("met", MONDAY + HOUR)
    assert "request.answered" in told(company.specialist)
    assert "request.answered" not in told(company.ida)
    is_sound(case)


def test_whoever_asked_hears_the_answer_without_owning_the_case(company: Company) -> None:
    case = accepted(company)
    work.request(
        case=case, actor=company.executive.standing, at=MONDAY, team=managers(), text="Which firmware do they run?"
    )
    asked = Request.objects.get()
    work.answer_request(case=case, actor=company.manager.standing, at=MONDAY, request=asked, text="They run 2.8.")
    assert told(company.executive) == ["request.answered"]


def test_a_cancelled_request_is_void_and_its_team_is_told(company: Company) -> None:
    strict(company)
    case = accepted(company)
    asked = ask(company, case)
    work.cancel_request(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, request=asked, text="Found it.")
    asked.refresh_from_db()
    assert (asked.state, asked.next_chase_at, clock(asked).state) == ("cancelled", None, "void")
    assert told(company.manager) == ["request.made", "request.cancelled"]
    is_sound(case)


def test_an_ended_request_takes_no_second_answer_and_no_other_case_has_it(company: Company) -> None:
    case, other = accepted(company), accepted(company)
    asked, open_one = ask(company, case), ask(company, other)
    work.answer_request(case=case, actor=company.manager.standing, at=MONDAY, request=asked, text="They run 2.8.")
    ask(company, case, text="And the hardware?")
    before = all_rows()
    for request in (asked, open_one):
        with pytest.raises(Refused) as refused:
            work.answer_request(case=case, actor=company.manager.standing, at=MONDAY, request=request, text="2.9.")
        assert (refused.value.field, refused.value.code) == ("request", "request_unknown")
    assert all_rows() == before


def test_nobody_answers_where_nobody_was_asked(company: Company) -> None:
    case, other = accepted(company), accepted(company)
    asked = ask(company, other)
    before = all_rows()
    with pytest.raises(Refused) as refused:
        work.answer_request(case=case, actor=company.manager.standing, at=MONDAY, request=asked, text="2.9.")
    assert refused.value.code == "no_request"
    assert all_rows() == before


def test_solving_a_case_cancels_what_is_open_and_tells_those_who_were_asked(company: Company) -> None:
    strict(company)
    case = accepted(company)
    specialist = company.specialist.standing
    first, second = ask(company, case), ask(company, case, team=None, party=carrier())
    work.answer_request(case=case, actor=company.manager.standing, at=MONDAY, request=first, text="They run 2.8.")
    third = ask(company, case, text="And the hardware?")
    resolved = resolution.resolve(
        case=case, actor=specialist, at=MONDAY + HOUR, outcome=Outcome.WITHDRAWN, text="You need it no more."
    )
    assert resolved.data["requests"] == [second.uid, third.uid]
    assert list(Request.objects.order_by("pk").values_list("state", "next_chase_at")) == [
        ("answered", None),
        ("cancelled", None),
        ("cancelled", None),
    ]
    assert [clock(asked).state for asked in (first, second, third)] == ["met", "void", "void"]
    assert told(company.manager)[-1] == "case.resolved"
    is_sound(case)


# -- reminders -----------------------------------------------------------------------------------------


def test_both_sides_are_reminded_in_the_working_time_of_the_level(company: Company) -> None:
    case = accepted(company, at=FRIDAY_AFTERNOON)
    asked = ask(company, case, at=FRIDAY_AFTERNOON, chase_minutes=120)
    monday = MONDAY + timedelta(days=7)
    assert asked.next_chase_at == monday + HOUR
    assert work.chase(asked.pk, monday + HOUR - MINUTE) is None
    chased = work.chase(asked.pk, monday + HOUR)
    assert chased is not None
    assert chased.data == {"request": asked.uid, "times": 1}
    asked.refresh_from_db()
    assert (asked.chased, asked.next_chase_at) == (1, monday + 3 * HOUR)
    for person in (company.manager, company.specialist, company.agent):
        assert told(person).count("request.chased") == 1
    is_sound(case)


def test_a_reminder_comes_once_however_late_and_never_after_the_answer(company: Company) -> None:
    case = accepted(company)
    asked = ask(company, case, chase_minutes=60)
    assert work.chase(asked.pk, MONDAY + 3 * DAY) is not None
    assert work.chase(asked.pk, MONDAY + 3 * DAY) is None
    work.answer_request(
        case=case, actor=company.manager.standing, at=MONDAY + 3 * DAY, request=asked, text="They run 2.8."
    )
    before = all_rows()
    assert work.chase(asked.pk, MONDAY + 9 * DAY) is None
    assert work.chase(0, MONDAY + 9 * DAY) is None
    assert all_rows() == before


def test_reminders_go_on_while_the_case_is_on_hold(company: Company) -> None:
    case = accepted(company)
    asked = ask(company, case, chase_minutes=60)
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=MONDAY + 5 * DAY)
    assert work.chase(asked.pk, MONDAY + HOUR) is not None


# -- the clock of a request ----------------------------------------------------------------------------


def test_the_clock_of_a_request_stops_only_for_a_reason_that_names_it(company: Company) -> None:
    strict(company)
    case = accepted(company)
    asked = ask(company, case)
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=MONDAY + DAY)
    assert clock(asked).state == "running"
    handling.resume(case=case, actor=company.agent.standing, at=MONDAY)
    named = PauseReason.objects.create(slug="parts", name="Waiting for parts", public_label="Parts", stops=["request"])
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY + HOUR, reason=named, wake_at=MONDAY + DAY)
    assert (clock(asked).state, clock(asked).next_at) == ("paused", None)
    handling.resume(case=case, actor=company.agent.standing, at=MONDAY + 3 * HOUR)
    assert (clock(asked).state, clock(asked).due_at) == ("running", MONDAY + 6 * HOUR)
    is_sound(case)


def test_the_clock_of_a_request_keeps_its_terms_in_another_version_severity_and_team(company: Company) -> None:
    first = strict(company)
    case = accepted(company)
    asked = ask(company, case)
    due_at = clock(asked).due_at
    newer = strict(company, to_answer=30)
    assert newer.number > first.number
    moving.move(case=case, version=newer, elapsed=Elapsed.RESTART, actor=company.specialist.standing, at=MONDAY + HOUR)
    escalation.hand_back(case=case, actor=company.specialist.standing, at=MONDAY + HOUR, reason="Not ours.")
    assert (clock(asked).state, clock(asked).due_at) == ("running", due_at)
    is_sound(case)


def test_before_any_escalation_others_are_asked_too_and_whoever_asks_takes_the_case(company: Company) -> None:
    case = company.open()
    triage.take(case=case, actor=company.agent.standing, at=MONDAY)
    work.request(case=case, actor=company.agent.standing, at=MONDAY, team=managers(), text="Which firmware?")
    case.refresh_from_db()
    assert (case.owner, Request.objects.get().escalation) == (company.agent.agent, None)
    is_sound(case)
