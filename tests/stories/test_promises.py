"""Promises of news, told as stories: made, moved, kept, kept too late and broken, and what each person received."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from customers.refusal import Refused
from escalations.actions import escalation, handling, policies, promises, resolution
from escalations.casefile.customer import CustomerCasefile, customer_casefile
from escalations.casefile.staff import StaffCasefile, staff_casefile
from escalations.engine import sweep as sweeping
from escalations.engine.sweep import sweep
from escalations.models import Case, Clock, Escalation, Event, Message, Notice, Trigger
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import ClockKind, Effect, Kind, Outcome
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Customer, Worker
from tests.engine.together import together

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NOON = MONDAY + 3 * HOUR  # within the cadence of four working hours
EVENING = MONDAY + 10 * HOUR  # beyond it
SECRET = "the supplier forgot us"


def promised(company: Company, due_at: datetime = NOON, at: datetime = MONDAY, **fields: Any) -> Case:
    """A case of Ida for which Ben promised news, by default with words, so that nothing else is owed before."""
    case = company.open()
    said = {"text": "I try it over noon.", **fields}
    promises.make(case=case, actor=company.agent.standing, at=at, due_at=due_at, **said)
    case.refresh_from_db()
    return case


def escalated(company: Company) -> Case:
    """Mara has taken the case of Ben up and owes news by one o'clock."""
    case = company.escalate(company.open(), MONDAY)
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY, text="I have it.")
    case.refresh_from_db()
    return case


def watching(company: Company) -> None:
    """From here on a missed clock of news calls for a climb by itself."""
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY - 2 * HOUR)
    Trigger.objects.create(
        version=draft,
        position=9,
        condition="clock_breached",
        parameters={"clock": ClockKind.NEXT_UPDATE.value},
        effect=Effect.ACT,
        kind=Kind.FUNCTIONAL,
    )
    policies.publish_written_by_program(version=draft, by=company.administrator, at=MONDAY - HOUR)


def reply(company: Company, case: Case, at: datetime, who: Worker | None = None) -> None:
    handling.reply(case=case, actor=(who or company.agent).standing, at=at, text="This is what we found.")


def told(person: Worker | Customer) -> list[str]:
    """What this person was told of promises in the inbox, in order."""
    code = person.user.code if isinstance(person, Worker) else person.contact.code
    found = Notice.objects.filter(recipient=code, channel="in_app", event__kind__startswith="promise.").order_by("pk")
    return list(found.values_list("event__kind", flat=True))


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def news(case: Case) -> list[dict[str, Any]]:
    """The clocks of news of a case, in the order they began."""
    found = Clock.objects.filter(case=case, kind=ClockKind.NEXT_UPDATE.value).order_by("start_seq")
    return [dict(row) for row in found.values("state", "due_at", "breached_at", "met_at", "promise")]


def for_staff(company: Company, case: Case, at: datetime) -> StaffCasefile:
    case.refresh_from_db()
    return staff_casefile(case, company.agent.standing, at)


def for_ida(company: Company, case: Case, at: datetime) -> CustomerCasefile:
    case.refresh_from_db()
    return customer_casefile(case, company.ida.standing, at)


# -- made, and kept ----------------------------------------------------------------------------------------


def test_news_promised_are_the_clock_of_news_and_a_reply_in_time_keeps_them(company: Company) -> None:
    case = promised(company)
    assert (case.promised_at, case.owner) == (NOON, company.agent.agent)
    (clock,) = news(case)
    assert (clock["state"], clock["due_at"], bool(clock["promise"])) == ("running", NOON, True)
    assert for_ida(company, case, MONDAY).promised_at == NOON
    sweep(NOON - MINUTE)
    reply(company, case, NOON - MINUTE)
    sweep(NOON + MINUTE)
    case.refresh_from_db()
    assert case.promised_at is None
    (clock,) = news(case)
    assert (clock["state"], clock["met_at"], clock["breached_at"]) == ("met", NOON - MINUTE, None)
    assert told(company.ida) == ["promise.made"]
    assert "promise.broken" not in kinds(case)
    assert for_ida(company, case, NOON).entries[-1].kept == "The news we promised by Mon 2 Mar, 11:00"
    assert for_staff(company, case, NOON).timeline[-1].kept_late is False
    is_sound(case)


def test_the_instant_of_a_promise_is_kept_to_the_microsecond_and_out_of_hours(company: Company) -> None:
    due_at = datetime(2026, 3, 7, 23, 59, 59, 999_999, tzinfo=MONDAY.tzinfo)
    case = promised(company, due_at, MONDAY + timedelta(microseconds=1), reason=SECRET)
    assert (case.promised_at, news(case)[-1]["due_at"]) == (due_at, due_at)
    reply(company, case, due_at)
    assert (news(case)[-1]["state"], news(case)[-1]["breached_at"]) == ("met", None)
    is_sound(case)


def test_a_promise_kept_late_is_a_miss_that_stays_and_nobody_is_told_that_it_was_broken(company: Company) -> None:
    case = promised(company)
    reply(company, case, NOON + 5 * MINUTE)
    sweep(NOON + 6 * MINUTE)
    (clock,) = news(case)
    assert (clock["state"], clock["met_at"], clock["breached_at"]) == ("met", NOON + 5 * MINUTE, NOON)
    assert "promise.broken" not in kinds(case)
    entry = for_ida(company, case, NOON + HOUR).entries[-1]
    assert (entry.kept, entry.kept_late) == ("The news we promised by Mon 2 Mar, 11:00; they came late", True)
    assert for_ida(company, case, NOON + HOUR).owed_since is None
    is_sound(case)


def test_an_acknowledgement_keeps_a_promise_and_a_note_or_the_customers_words_do_not(company: Company) -> None:
    case = promised(company)
    handling.note(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text="Looks like the lock.")
    handling.reply(case=case, actor=company.ida.standing, at=MONDAY + 2 * MINUTE, text="Any news?")
    company.escalate(case, MONDAY + 3 * MINUTE)
    case.refresh_from_db()
    assert case.promised_at == NOON
    at, mara = MONDAY + 4 * MINUTE, company.specialist.standing
    escalation.acknowledge(case=case, actor=mara, at=at, severity=2, text="I have it.")
    assert [(clock["state"], bool(clock["promise"])) for clock in news(case)] == [("met", True), ("running", False)]
    kept = {entry.kind: entry.kept for entry in for_staff(company, case, at).timeline if entry.kept}
    assert list(kept) == ["escalation.acknowledged"]
    is_sound(case)


def test_a_resolution_keeps_a_promise_and_spam_makes_it_void(company: Company) -> None:
    solved, spam = promised(company), promised(company)
    for case, outcome in ((solved, Outcome.SOLVED), (spam, Outcome.SPAM)):
        staff = company.agent.standing
        resolution.resolve(case=case, actor=staff, at=MONDAY + HOUR, outcome=outcome, text="Done.")
    sweep(NOON + MINUTE)
    assert [(clock["state"], clock["breached_at"]) for clock in news(solved)] == [("met", None)]
    assert [(clock["state"], clock["breached_at"]) for clock in news(spam)] == [("void", None)]
    for case in (solved, spam):
        assert "promise.broken" not in kinds(case)
        is_sound(case)
    assert for_ida(company, solved, NOON).entries[-1].kept
    assert not for_ida(company, spam, NOON).entries[-1].kept
    assert told(company.ida) == ["promise.made", "promise.made"]


# -- broken ----------------------------------------------------------------------------------------------------


def test_a_broken_promise_is_told_once_to_everybody_it_concerns_and_the_cadence_begins_again(company: Company) -> None:
    case = escalated(company)
    promises.make(case=case, actor=company.specialist.standing, at=MONDAY, due_at=NOON)
    sweep(NOON - MINUTE)
    assert "promise.broken" not in kinds(case)
    for minute in (0, 0, 1, 30):
        sweep(NOON + minute * MINUTE)
    assert kinds(case).count("promise.broken") == 1
    for person in (company.ida, company.agent, company.specialist):
        assert told(person).count("promise.broken") == 1
    assert (told(company.manager), told(company.vera)) == ([], [])
    mails = Notice.objects.filter(event__kind="promise.broken", channel="mail")
    assert mails.count() == 3
    voided, broken, again = news(case)[-3:]
    assert (voided["state"], voided["breached_at"]) == ("void", None)
    assert (broken["state"], broken["breached_at"]) == ("void", NOON)
    assert (again["state"], again["due_at"]) == ("running", NOON + 4 * HOUR)
    assert "clock.breached" not in kinds(case)
    page = for_ida(company, case, NOON + HOUR)
    assert (page.promised_at, page.owed_since, page.news_at) == (None, NOON, NOON + 4 * HOUR)
    assert page.entries[-1].words == "We promised news by Mon 2 Mar, 11:00 and did not keep it"
    is_sound(case)


def test_the_news_that_were_owed_end_it_and_the_next_can_be_promised(company: Company) -> None:
    case = promised(company)
    sweep(NOON)
    assert for_ida(company, case, NOON + MINUTE).owed_since == NOON
    handling.reply(case=case, actor=company.ida.standing, at=NOON + MINUTE, text="Hello?")
    assert for_staff(company, case, NOON + 2 * MINUTE).owed_since == NOON
    reply(company, case, NOON + 3 * MINUTE)
    page = for_ida(company, case, NOON + 4 * MINUTE)
    assert (page.owed_since, page.entries[-1].kept) == (None, "")
    promises.make(case=case, actor=company.agent.standing, at=NOON + 5 * MINUTE, due_at=NOON + HOUR)
    reply(company, case, NOON + 6 * MINUTE)
    assert [clock["state"] for clock in news(case)] == ["void", "met"]
    assert news(case)[0]["breached_at"] == NOON
    is_sound(case)


def test_a_broken_promise_makes_one_climb_where_the_procedure_watches_news(company: Company) -> None:
    watching(company)
    case = promised(company)
    for minute in (0, 0, 1, 2):
        sweep(NOON + minute * MINUTE)
    case.refresh_from_db()
    assert (case.level, case.team.slug, case.check_at) == (2, "specialists", None)
    assert kinds(case)[-2:] == ["promise.broken", "escalation.requested"]
    climb = Event.objects.get(case=case, kind="escalation.requested")
    broken = Event.objects.get(case=case, kind="promise.broken")
    assert climb.data["causes"] == [f"next_update:{broken.data['start_seq']}"]
    assert Escalation.objects.get(case=case).accountable == company.specialist.agent
    is_sound(case)


def test_a_promise_broken_during_an_outage_says_how_late_that_was_seen(company: Company) -> None:
    case = promised(company)
    sweep(NOON + 2 * HOUR)
    broken = Event.objects.get(case=case, kind="promise.broken")
    assert (broken.data["due_at"], broken.data["late_seconds"]) == (NOON.isoformat(), 7200)
    assert "clock.breached" not in kinds(case)
    is_sound(case)


def test_a_case_on_hold_does_not_pause_its_promise(company: Company) -> None:
    case = promised(company)
    wake = MONDAY + timedelta(days=2)
    type(company.waiting).objects.update(stops=["resolution", "next_update"])
    company.waiting.refresh_from_db()
    handling.hold(case=case, actor=company.agent.standing, at=MONDAY, reason=company.waiting, wake_at=wake)
    assert news(case)[0]["state"] == "running"
    sweep(NOON)
    case.refresh_from_db()
    assert (case.state, kinds(case)[-1]) == ("pending", "promise.broken")
    assert told(company.ida) == ["promise.made", "promise.broken"]
    is_sound(case)


def test_a_declined_escalation_leaves_the_promise_as_it_was_given(company: Company) -> None:
    case = promised(company)
    company.escalate(case, MONDAY + MINUTE)
    mara = company.specialist.standing
    escalation.decline(case=case, actor=mara, at=MONDAY + 2 * MINUTE, reason="See article 12.")
    case.refresh_from_db()
    assert case.promised_at == NOON
    sweep(NOON)
    assert told(company.ida) == ["promise.made", "promise.broken"]
    assert [clock["state"] for clock in news(case)] == ["void"]  # no cadence: the case is not escalated
    is_sound(case)


# -- moved --------------------------------------------------------------------------------------------------------


def test_a_promise_moved_before_its_time_is_told_and_the_old_instant_no_longer_breaks_it(company: Company) -> None:
    case = promised(company)
    mara = company.specialist.standing
    promises.move(case=case, actor=mara, at=NOON - MINUTE, due_at=NOON + HOUR, reason=SECRET)
    assert told(company.ida) == ["promise.made", "promise.moved"]
    assert told(company.agent) == ["promise.moved"]
    sweep(NOON + MINUTE)
    case.refresh_from_db()
    assert (case.promised_at, "promise.broken" in kinds(case)) == (NOON + HOUR, False)
    sweep(NOON + HOUR)
    assert told(company.ida) == ["promise.made", "promise.moved", "promise.broken"]
    assert [(clock["state"], clock["breached_at"]) for clock in news(case)] == [("void", None), ("void", NOON + HOUR)]
    is_sound(case)


def test_a_promise_that_was_due_cannot_be_moved_any_more(company: Company) -> None:
    case = promised(company)
    for at, code, field in ((NOON, "promise_passed", "due_at"), (NOON + MINUTE, "promise_passed", "due_at")):
        refused(case, promises.move, company.agent, code, field, at=at, due_at=NOON + HOUR, reason=SECRET)
    sweep(NOON)
    refused(case, promises.move, company.agent, "nothing_promised", at=NOON, due_at=NOON + HOUR, reason=SECRET)


def test_earlier_needs_no_reason_and_later_does(company: Company) -> None:
    case = promised(company)
    refused(case, promises.move, company.agent, "promise_needs_reason", "reason", at=MONDAY, due_at=NOON + MINUTE)
    refused(case, promises.move, company.agent, "promise_unchanged", "due_at", at=MONDAY, due_at=NOON)
    promises.move(case=case, actor=company.agent.standing, at=MONDAY, due_at=NOON - HOUR, text="Sooner than I said.")
    case.refresh_from_db()
    assert case.promised_at == NOON - HOUR
    is_sound(case)


def test_who_moves_the_promise_of_a_case_that_lost_its_owner_owns_it(company: Company) -> None:
    case = promised(company)
    Case.objects.filter(pk=case.pk).update(owner=None)
    promises.move(case=case, actor=company.specialist.standing, at=MONDAY, due_at=NOON - HOUR)
    case.refresh_from_db()
    assert case.owner == company.specialist.agent


# -- reasons, refusals, repetitions ---------------------------------------------------------------------------------


def refused(case: Case, act: Any, who: Worker | Customer, code: str, field: str = "", **fields: Any) -> None:
    """Refused for this reason at this field, and nothing changed."""
    before = everything()
    with pytest.raises(Refused) as found:
        act(case=case, actor=who.standing, **fields)
    assert (found.value.code, found.value.field) == (code, field)
    assert everything() == before
    is_sound(case)


def test_later_than_the_cadence_needs_a_reason_which_stays_with_us(company: Company) -> None:
    case = company.open()
    refused(case, promises.make, company.agent, "promise_needs_reason", "reason", at=MONDAY, due_at=EVENING)
    refused(case, promises.make, company.agent, "promise_needs_reason", "reason", at=MONDAY, due_at=EVENING, reason=" ")
    promises.make(case=case, actor=company.agent.standing, at=MONDAY, due_at=EVENING, text="Soon.", reason=SECRET)
    promises.move(case=case, actor=company.agent.standing, at=MONDAY, due_at=EVENING + HOUR, reason=SECRET)
    assert [entry.note for entry in for_staff(company, case, MONDAY).timeline if entry.note] == [SECRET, SECRET]
    assert SECRET not in str(for_ida(company, case, MONDAY))
    assert list(Message.objects.filter(body=SECRET).values_list("is_public", flat=True)) == [False, False]
    is_sound(case)


def test_words_to_the_customer_are_news_so_the_next_ones_may_come_a_cadence_later(company: Company) -> None:
    case, at = escalated(company), MONDAY + 3 * HOUR + 50 * MINUTE
    due_at, mara = at + 2 * HOUR, company.specialist
    usual = promises.usual(case, at)
    assert (usual.silent, usual.spoken) == (MONDAY + 4 * HOUR, at + 4 * HOUR)
    refused(case, promises.make, mara, "promise_needs_reason", "reason", at=at, due_at=due_at)
    promises.make(case=case, actor=mara.standing, at=at, due_at=due_at, text="It is the lock; I test the mend.")
    assert [(clock["state"], bool(clock["promise"])) for clock in news(case)][-2:] == [
        ("met", False),
        ("running", True),
    ]
    is_sound(case)


def test_a_promise_lies_in_the_future_and_within_a_year(company: Company) -> None:
    case = company.open()
    refused(case, promises.make, company.agent, "promise_in_the_past", "due_at", at=MONDAY, due_at=MONDAY)
    far = MONDAY + timedelta(days=367)
    refused(case, promises.make, company.agent, "promise_too_far", "due_at", at=MONDAY, due_at=far, reason=SECRET)


def test_one_promise_at_a_time_and_none_on_what_is_solved(company: Company) -> None:
    case = promised(company)
    refused(case, promises.make, company.agent, "already_promised", at=MONDAY, due_at=NOON)
    staff = company.agent.standing
    resolution.resolve(case=case, actor=staff, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    refused(case, promises.make, company.agent, "case_not_open", at=MONDAY, due_at=NOON)
    refused(case, promises.move, company.agent, "case_not_open", at=MONDAY, due_at=NOON)


def test_no_customer_promises_in_our_name(company: Company) -> None:
    case = promised(company)
    for who in (company.ida, company.otto, company.vera):
        refused(case, promises.make, who, "staff_only", at=MONDAY, due_at=NOON)
        refused(case, promises.move, who, "staff_only", at=MONDAY, due_at=NOON - HOUR)


def test_two_clicks_are_one_promise_and_one_move(company: Company) -> None:
    case = company.open()
    said: dict[str, Any] = {"case": case, "actor": company.agent.standing, "at": MONDAY, "text": "I try it."}
    made = [promises.make(**said, due_at=NOON, key="form-1") for _click in range(2)]
    moved = [promises.move(**said, due_at=NOON - HOUR, key="form-2") for _click in range(2)]
    assert (made[0].pk, moved[0].pk) == (made[1].pk, moved[1].pk)
    assert kinds(case) == ["case.opened", "promise.made", "promise.moved"]
    assert told(company.ida) == ["promise.made", "promise.moved"]
    assert case.messages.count() == 3
    is_sound(case)


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_once_break_a_promise_once(company: Company) -> None:
    case = promised(company)

    def broken() -> Event | None:
        return promises.break_promise(case=case, actor=SYSTEM, at=NOON)

    found = together(broken, broken, lambda: sweep(NOON), lambda: sweep(NOON + MINUTE))
    assert [problem for problem in found if isinstance(problem, Exception)] == []
    assert kinds(case).count("promise.broken") == 1
    for person in (company.ida, company.agent):
        assert told(person).count("promise.broken") == 1
    is_sound(case)


@pytest.mark.django_db(transaction=True)
def test_a_reply_at_the_very_moment_of_breaking_leaves_one_of_both(company: Company) -> None:
    case = promised(company)
    found = together(lambda: sweep(NOON), lambda: reply(company, case, NOON))
    assert [problem for problem in found if isinstance(problem, Exception)] == []
    (clock,) = news(case)
    assert clock["state"] == ("void" if "promise.broken" in kinds(case) else "met")
    assert kinds(case).count("message.sent") == 1
    is_sound(case)


def test_more_broken_promises_than_fit_a_round_are_all_said_before_anything_else(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "BATCH", 2)
    cases = [company.open() for _number in range(5)]
    for case in cases:
        promises.make(case=case, actor=company.agent.standing, at=MONDAY, due_at=MONDAY + timedelta(minutes=50))
    sweep(MONDAY + timedelta(minutes=61))  # the first response is owed as well
    for case in cases:
        told = list(Event.objects.filter(case=case, actor="system").order_by("seq").values_list("kind", flat=True))
        assert told[0] == "promise.broken"
        assert "clock.breached" in told
        is_sound(case)
