"""Cases on the ladder, told as stories: time is moved by hand, and what counts is what each person received."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from customers.models import Membership
from customers.refusal import Refused
from escalations.actions import clocks, escalation, handling, resolution, review, triage
from escalations.casefile.customer import customer_casefile
from escalations.casefile.staff import Entry, staff_casefile
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Escalation, Event, Notice
from escalations.models.events import chain_of
from escalations.rules.vocabulary import Kind, Outcome
from tests.cast import MONDAY, Company, Customer, Worker

MINUTE = timedelta(minutes=1)


def told(person: Worker | Customer, since: datetime | None = None) -> list[str]:
    """The kinds of event this person was told of in the inbox, in order."""
    code = person.user.code if isinstance(person, Worker) else person.contact.code
    found = Notice.objects.filter(recipient=code, channel="in_app").order_by("pk")
    if since:
        found = found.filter(written_at__gte=since)
    return list(found.values_list("event__kind", flat=True))


def timeline(case: Case, person: Worker) -> list[Entry]:
    return staff_casefile(case, person.standing, MONDAY).timeline


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def is_sound(case: Case) -> None:
    """Rows equal the journal, the chain holds, and an open escalation has somebody and a next check."""
    case.refresh_from_db()
    assert clocks.differences(case) == []
    assert chain_of(case.uid, Event.objects.filter(case=case).order_by("seq")) == case.chain
    assert list(case.events.order_by("seq").values_list("seq", flat=True)) == list(range(1, case.last_seq + 1))
    for climb in Escalation.objects.open().filter(case=case):
        assert climb.next_check_at is not None
        assert climb.accountable.works


def test_a_case_is_placed_by_the_matrix_and_both_sides_are_told(company: Company) -> None:
    case = company.open()
    assert (case.severity, case.level, case.state, case.team.slug) == (2, 1, "new", "front")
    assert told(company.ida) == ["case.opened"]
    assert told(company.agent) == ["case.opened"]
    assert sorted(case.clocks.values_list("kind", flat=True)) == ["first_response", "resolution"]
    is_sound(case)


def test_an_unanswered_case_warns_breaches_and_climbs_to_the_next_person_once(company: Company) -> None:
    case = company.open()
    sweep(MONDAY + 45 * MINUTE)
    assert told(company.agent)[-1] == "clock.warned"
    for _again in range(3):
        sweep(MONDAY + 61 * MINUTE)
    case.refresh_from_db()
    assert (case.level, case.team.slug) == (2, "specialists")
    assert kinds(case) == ["case.opened", "clock.warned", "clock.breached", "escalation.requested"]
    assert told(company.specialist) == ["escalation.requested"]
    assert Escalation.objects.get(case=case).accountable == company.specialist.agent
    is_sound(case)


def test_nobody_answers_at_any_level_and_each_level_is_asked_after_its_dwell_and_never_twice(company: Company) -> None:
    case = company.open()
    at = MONDAY
    for _minute in range(0, 10 * 24 * 60, 15):
        at += 15 * MINUTE
        sweep(at)
    case.refresh_from_db()
    assert case.level == 4
    assert kinds(case).count("escalation.requested") == 1
    assert kinds(case).count("escalation.stepped") == 2
    assert told(company.executive).count("escalation.stepped") == 1
    is_sound(case)


def test_a_functional_climb_is_acknowledged_accepted_and_solved_and_the_customer_hears_of_each(
    company: Company,
) -> None:
    case = company.open()
    at = MONDAY + 10 * MINUTE
    handling.reply(case=case, actor=company.agent.standing, at=at, text="Heard you.")
    company.escalate(case, at + 5 * MINUTE)
    escalation.acknowledge(
        case=case, actor=company.specialist.standing, at=at + 10 * MINUTE, severity=1, text="I have it; news by noon."
    )
    escalation.accept(case=case, actor=company.specialist.standing, at=at + 12 * MINUTE)
    resolution.resolve(
        case=case,
        actor=company.specialist.standing,
        at=at + 60 * MINUTE,
        outcome=Outcome.SOLVED,
        text="The lock is gone.",
    )
    resolution.confirm(case=case, actor=company.ida.standing, at=at + 90 * MINUTE)
    resolution.rate(case=case, actor=company.ida.standing, at=at + 91 * MINUTE, score=5)
    review.write_review(
        case=case, actor=company.specialist.standing, at=at + 95 * MINUTE, causes="A lock.", lessons="Rotate safely."
    )
    assert told(company.ida) == [
        "case.opened",
        "message.sent",
        "escalation.requested",
        "escalation.acknowledged",
        "escalation.accepted",
        "case.resolved",
    ]
    case.refresh_from_db()
    assert (case.state, case.level, case.severity) == ("closed", 2, 1)
    assert Escalation.objects.get(case=case).state == "closed"
    assert set(Clock.objects.filter(case=case).values_list("state", flat=True)) <= {"met", "void"}
    is_sound(case)


def test_a_decision_is_asked_of_the_manager_and_answered(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE, kind=Kind.HIERARCHICAL, level=3)
    assert told(company.manager) == ["escalation.requested"]
    escalation.accept(case=case, actor=company.manager.standing, at=MONDAY + 5 * MINUTE, text="I decide by noon.")
    escalation.decide(
        case=case, actor=company.manager.standing, at=MONDAY + 9 * MINUTE, verdict="approved", answer="Refund it."
    )
    assert told(company.agent)[-1] == "decision.made"
    assert "decision.made" not in told(company.ida)
    is_sound(case)


def test_a_declined_escalation_goes_back_to_where_it_came_from(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    escalation.decline(case=case, actor=company.specialist.standing, at=MONDAY + 5 * MINUTE, reason="See article 12.")
    case.refresh_from_db()
    assert (case.level, case.team.slug) == (1, "front")
    assert told(company.agent)[-1] == "escalation.declined"
    assert Escalation.objects.get(case=case).state == "declined"
    is_sound(case)


def test_a_case_handed_back_waits_for_triage_at_the_team_it_came_from(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY + 5 * MINUTE, text="I look at it.")
    escalation.hand_back(case=case, actor=company.specialist.standing, at=MONDAY + 9 * MINUTE, reason="Yours again.")
    case.refresh_from_db()
    climb = Escalation.objects.get(case=case)
    assert (case.level, case.team.slug, climb.state) == (1, "front", "requested")
    assert climb.accountable == company.agent.agent
    assert [entry.text for entry in timeline(case, company.agent)][-1] == "Yours again."
    assert "Yours again." not in str(customer_casefile(case, company.ida.standing, MONDAY + 9 * MINUTE))
    is_sound(case)


def test_waiting_stops_only_the_clocks_the_reason_names_and_the_customers_words_end_it(company: Company) -> None:
    case = company.open()
    handling.hold(
        case=case,
        actor=company.agent.standing,
        at=MONDAY + 10 * MINUTE,
        reason=company.waiting,
        wake_at=MONDAY + timedelta(days=2),
    )
    assert dict(case.clocks.values_list("kind", "state")) == {"first_response": "running", "resolution": "paused"}
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + 70 * MINUTE, text="Here is the log.")
    resolution_clock = case.clocks.get(kind="resolution")
    assert resolution_clock.state == "running"
    assert resolution_clock.due_at == MONDAY + timedelta(days=1, minutes=60)
    is_sound(case)


def test_a_case_on_hold_wakes_by_itself_at_its_date_and_not_before(company: Company) -> None:
    case = company.open()
    wake = MONDAY + timedelta(days=2)
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Which version do you run?")
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=wake)
    sweep(wake - MINUTE)
    case.refresh_from_db()
    assert (case.state, case.level) == ("pending", 1)
    sweep(wake)
    case.refresh_from_db()
    assert (case.state, case.wake_at) == ("open", None)
    assert told(company.agent)[-1] == "case.resumed"
    is_sound(case)


def test_silence_closes_a_resolved_case_after_the_working_days_of_the_policy(company: Company) -> None:
    case = company.open()
    resolution.resolve(
        case=case, actor=company.agent.standing, at=MONDAY, outcome=Outcome.SOLVED, text="Restart the collector."
    )
    sweep(MONDAY + timedelta(days=3) - MINUTE)
    case.refresh_from_db()
    assert case.state == "resolved"
    sweep(MONDAY + timedelta(days=3))
    case.refresh_from_db()
    assert case.state == "closed"
    assert told(company.ida)[-1] == "case.closed"
    is_sound(case)


def test_not_solved_opens_case_and_escalation_again_with_a_new_resolution_clock(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    resolution.resolve(
        case=case, actor=company.specialist.standing, at=MONDAY + 5 * MINUTE, outcome=Outcome.SOLVED, text="Done."
    )
    resolution.reopen(case=case, actor=company.ida.standing, at=MONDAY + 30 * MINUTE, text="It is back.")
    case.refresh_from_db()
    assert (case.state, case.level) == ("open", 2)
    assert Escalation.objects.get(case=case).state == "investigating"
    assert list(case.clocks.filter(kind="resolution").values_list("state", flat=True)) == ["met", "running"]
    is_sound(case)


def test_the_same_form_twice_is_one_reply(company: Company) -> None:
    case = company.open()
    first = handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Hello.", key="form-1")
    again = handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Hello.", key="form-1")
    assert first.pk == again.pk
    assert case.messages.count() == 2
    assert Company.open(company, key="form-2").pk == Company.open(company, key="form-2").pk


def test_what_is_refused_changes_nothing(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY + MINUTE)
    before = (kinds(case), Notice.objects.count(), case.messages.count())
    with pytest.raises(Refused, match="other_team"):
        escalation.accept(case=case, actor=company.agent.standing, at=MONDAY + 2 * MINUTE, text="Mine.")
    with pytest.raises(Refused, match="tell_customer"):
        escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY + 2 * MINUTE)
    with pytest.raises(Refused, match="already_escalated"):
        company.escalate(case, MONDAY + 2 * MINUTE)
    assert (kinds(case), Notice.objects.count(), case.messages.count()) == before
    is_sound(case)


def test_a_key_of_somebody_else_opens_nothing_and_shows_nothing(company: Company) -> None:
    case = company.open(key="mine")
    with pytest.raises(Refused, match="key_in_use"):
        company.open(company.vera, key="mine")
    with pytest.raises(Refused, match="key_in_use"):
        handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Hello.", key="mine")
    assert Case.objects.count() == 1
    is_sound(case)


def test_whoever_left_an_organization_neither_sees_its_cases_nor_hears_of_them(company: Company) -> None:
    case = company.open(company.otto)
    assert Case.objects.visible_to(company.otto.standing).filter(pk=case.pk).exists()
    Membership.objects.filter(contact=company.otto.contact).update(ended_on=MONDAY.date())
    assert not Case.objects.visible_to(company.otto.standing).filter(pk=case.pk).exists()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="Heard you.")
    assert told(company.otto) == ["case.opened"]


def test_the_first_act_of_a_person_of_ours_opens_a_new_case_and_the_engines_does_not(company: Company) -> None:
    case = company.open()
    sweep(MONDAY + 61 * MINUTE)
    case.refresh_from_db()
    assert (case.state, case.level) == ("new", 2)
    escalation.acknowledge(
        case=case, actor=company.specialist.standing, at=MONDAY + 70 * MINUTE, severity=2, text="I have it."
    )
    case.refresh_from_db()
    assert case.state == "open"
    is_sound(case)


def test_the_owner_hands_a_case_to_a_colleague_but_not_to_themselves(company: Company) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Heard you.")
    with pytest.raises(Refused, match="already_theirs"):
        triage.take(case=case, actor=company.agent.standing, at=MONDAY)
    triage.take(case=case, actor=company.agent.standing, at=MONDAY, owner=company.specialist.agent)
    case.refresh_from_db()
    assert case.owner == company.specialist.agent
    assert told(company.specialist) == ["case.taken"]


def test_nobody_waits_longer_than_a_year(company: Company) -> None:
    case = company.open()
    with pytest.raises(Refused, match="wake_too_far"):
        handling.hold(
            case=case,
            actor=company.agent.standing,
            at=MONDAY,
            reason=company.waiting,
            wake_at=MONDAY + timedelta(days=9999),
        )
    case.refresh_from_db()
    assert (case.state, case.last_seq) == ("new", 1)
