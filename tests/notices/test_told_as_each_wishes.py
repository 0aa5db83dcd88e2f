"""What reaches whom and when: the inbox at once, mail when its reader works and wants it, the deputy of who is away."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, time, timedelta

import pytest
from django.core import mail

from customers.models import ContactAddress, UndeliverableAddress
from escalations.actions import bulletins, handling, triage
from escalations.engine.delivery import deliver
from escalations.models import Case, Endpoint, Notice, Watcher
from escalations.rules.vocabulary import Channel, NoticeGroup, Rhythm
from tests.cast import MONDAY, Company, Worker
from tests.notices.wishes import MIDNIGHT, berlin, calendar, choose, letters_to, procedure, subjects, wishes
from tests.people.absent import away

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def owned(company: Company, number: int = 1, at: datetime = MONDAY) -> list[Case]:
    """So many cases of the agent; the mails of before have gone out."""
    cases = [company.open(at=at) for _number in range(number)]
    for case in cases:
        triage.take(case=case, actor=company.specialist.standing, owner=company.agent.agent, at=at)
    deliver(at + 8 * DAY)
    mail.outbox.clear()
    return cases


def writes(company: Company, case: Case, at: datetime, text: str = "Any news?") -> None:
    handling.reply(case=case, actor=company.ida.standing, at=at, text=text)


def inbox(who: Worker, at: datetime) -> int:
    """How many notices of the inbox somebody had who looked at this instant, folded ones not counted."""
    return Notice.objects.filter(
        recipient=who.user.code, channel="in_app", state="accepted", written_at=at, folded_into=None
    ).count()


def held(who: Worker) -> list[datetime | None]:
    waiting = Notice.objects.filter(recipient=who.user.code, channel="mail", state="waiting", is_held=True)
    return list(waiting.order_by("pk").values_list("next_try_at", flat=True))


# -- hours ---------------------------------------------------------------------------------------------


def test_not_01_what_happens_at_midnight_is_in_the_inbox_now_and_comes_as_one_mail_after_the_holidays(
    company: Company,
) -> None:
    procedure(company, {1: calendar(company, "easter", 540, 1020, days=5)})
    cases = owned(company, 3)
    night = berlin("2026-04-03 00:00")
    for case in cases:
        writes(company, case, night)
    assert inbox(company.agent, night) == 3
    for at in ("2026-04-03 00:00", "2026-04-03 09:00", "2026-04-06 12:00", "2026-04-07 08:59"):
        deliver(berlin(at))
    assert subjects(company.agent) == []
    deliver(berlin("2026-04-07 09:00"))
    [digest] = letters_to(company.agent)
    assert digest.subject == "3 messages at once"
    assert all(f"[{case.reference}]" in digest.body for case in cases)
    states = Counter(Notice.objects.filter(recipient=company.agent.user.code).values_list("state", flat=True))
    assert set(states) == {"accepted"}


def test_not_01_a_level_that_is_open_round_the_clock_tells_at_midnight(company: Company) -> None:
    procedure(company, {1: calendar(company, "always", 0, MIDNIGHT)})
    [case] = owned(company)
    night = berlin("2026-04-05 00:00")
    writes(company, case, night)
    deliver(night)
    assert len(subjects(company.agent)) == 1


def test_customers_get_their_answer_at_any_hour(company: Company) -> None:
    [case] = owned(company)
    night = berlin("2026-03-04 00:00")
    handling.reply(case=case, actor=company.agent.standing, at=night, text="Mended.")
    deliver(night)
    assert [letter.to for letter in mail.outbox] == [["ida@customer.example"]]


def test_an_escalation_at_an_open_level_reaches_who_must_act_whatever_the_own_working_time(company: Company) -> None:
    procedure(company, {2: calendar(company, "always", 0, MIDNIGHT)})
    [case] = owned(company)
    for who in (company.agent, company.specialist):
        wishes(who, calendar=company.calendar)
    night = berlin("2026-03-12 02:00")
    company.escalate(case, night)
    Watcher.objects.create(case=case, agent=company.executive.agent)
    deliver(night)
    assert len(letters_to(company.specialist)) == 1
    writes(company, case, night + HOUR)
    deliver(night + HOUR)
    assert subjects(company.agent) == []
    assert len(letters_to(company.executive)) == 1  # has no working time of the own: hears while the level is open
    deliver(berlin("2026-03-12 09:00"))
    assert len(letters_to(company.agent)) == 1


# -- quiet hours ---------------------------------------------------------------------------------------


def test_quiet_hours_go_over_midnight_and_follow_the_clocks_that_are_put_forward(company: Company) -> None:
    procedure(company, {1: calendar(company, "always", 0, MIDNIGHT)})
    [case] = owned(company)
    wishes(company.agent, quiet=(22, 7))
    at = berlin("2026-03-28 23:00")
    writes(company, case, at)
    assert held(company.agent) == [berlin("2026-03-29 07:00")]
    deliver(at + 6 * HOUR + timedelta(minutes=59))
    assert subjects(company.agent) == []
    deliver(at + 7 * HOUR)  # the night of the change has an hour less
    assert len(subjects(company.agent)) == 1


def test_what_the_policy_calls_urgent_passes_quiet_hours_and_working_time(company: Company) -> None:
    procedure(company, {1: company.calendar}, urgent=(NoticeGroup.CUSTOMER, 2))
    grave, light = owned(company)[0], company.open(company.vera, impact="low", urgency="low")
    triage.take(case=light, actor=company.specialist.standing, owner=company.agent.agent, at=MONDAY)
    deliver(MONDAY + HOUR)
    mail.outbox.clear()
    wishes(company.agent, quiet=(20, 8), calendar=company.calendar, rhythm=Rhythm.DAILY)
    night = berlin("2026-03-15 03:00")
    for case, who in ((grave, company.ida), (light, company.vera)):
        handling.reply(case=case, actor=who.standing, at=night, text="It burns.")
    deliver(night)
    [letter] = letters_to(company.agent)
    assert grave.reference in letter.subject
    assert held(company.agent) == [berlin("2026-03-16 09:00")]


# -- rhythm and choices --------------------------------------------------------------------------------


def test_whoever_wants_a_digest_a_day_gets_one_and_is_still_asked_at_once(company: Company) -> None:
    cases = owned(company, 3)
    wishes(company.agent, rhythm=Rhythm.DAILY, digest_at=time(16))
    wishes(company.specialist, rhythm=Rhythm.DAILY, digest_at=time(16))
    at = berlin("2026-03-12 10:00")
    for case in cases:
        writes(company, case, at)
    company.escalate(cases[0], at)
    deliver(at)
    assert subjects(company.agent) == []
    assert len(letters_to(company.specialist)) == 1
    deliver(berlin("2026-03-12 15:59"))
    assert subjects(company.agent) == []
    deliver(berlin("2026-03-12 16:00"))
    assert subjects(company.agent) == ["3 messages at once"]


def test_whoever_wants_a_digest_an_hour_gets_it_at_the_full_hour(company: Company) -> None:
    cases = owned(company, 2)
    wishes(company.agent, rhythm=Rhythm.HOURLY)
    for minute, case in enumerate(cases, start=1):
        writes(company, case, berlin("2026-03-12 10:00") + minute * timedelta(minutes=7))
    deliver(berlin("2026-03-12 10:59"))
    assert subjects(company.agent) == []
    deliver(berlin("2026-03-12 11:00"))
    assert subjects(company.agent) == ["2 messages at once"]


def test_what_somebody_does_not_want_by_mail_is_in_the_inbox_only(company: Company) -> None:
    [case] = owned(company)
    choose(company.agent, NoticeGroup.CUSTOMER, Channel.MAIL, wanted=False)
    at = berlin("2026-03-12 10:00")
    writes(company, case, at)
    company.escalate(case, at)
    deliver(at)
    assert inbox(company.agent, at) == 1
    assert not any("wrote" in subject for subject in subjects(company.agent))


def test_by_chat_comes_what_was_chosen_and_only_where_somebody_has_a_chat(company: Company) -> None:
    [case] = owned(company)
    for who in (company.agent, company.specialist):
        choose(who, NoticeGroup.CUSTOMER, Channel.CHAT, wanted=True)
    Endpoint.objects.create(name="Ben", channel="chat", url="https://chat.example/ben", agent=company.agent.agent)
    Watcher.objects.create(case=case, agent=company.specialist.agent)
    writes(company, case, berlin("2026-03-12 10:00"))
    by_chat = Notice.objects.filter(channel="chat")
    assert [row.recipient for row in by_chat] == [company.agent.user.code]
    Endpoint.objects.update(is_active=False)
    writes(company, case, berlin("2026-03-12 11:00"))
    assert by_chat.count() == 1


def test_a_bulletin_follows_the_wishes_too(company: Company) -> None:
    wishes(company.agent, quiet=(20, 8), calendar=company.calendar)
    choose(company.specialist, NoticeGroup.SYSTEM, Channel.MAIL, wanted=False)
    users = [company.agent.user, company.specialist.user, company.administrator]
    saturday = berlin("2026-03-14 10:00")
    told = {"policy": "Standard", "found": 2}
    bulletins.tell(users, kind="paths", about="paths", path="/desk/paths/", data=told, at=saturday)
    assert held(company.agent) == [berlin("2026-03-16 09:00")]
    channels = Notice.objects.values_list("recipient", "channel").order_by("pk")
    assert (company.specialist.user.code, "mail") not in channels
    assert (company.specialist.user.code, "in_app") in channels
    assert (company.administrator.code, "in_app") not in channels
    bulletins.tell(users, kind="storm", about="storm", path="/desk/", data={"climbs": 2, "minutes": 9}, at=saturday)
    assert len(held(company.agent)) == 1  # somebody must look at a storm


# -- who is away, and who cannot be reached ------------------------------------------------------------


def test_the_deputy_of_who_is_away_gets_the_mail_and_both_have_it_in_the_inbox(company: Company) -> None:
    [case] = owned(company)
    at = berlin("2026-03-12 10:00")
    away(company.agent, company.specialist, at=at - HOUR)
    away(company.specialist, company.manager, at=at - HOUR)
    writes(company, case, at)
    deliver(at)
    assert subjects(company.agent) == subjects(company.specialist) == []
    [letter] = letters_to(company.manager)
    assert "Ben Okafor" in letter.body
    assert [inbox(who, at) for who in (company.agent, company.specialist, company.manager)] == [1, 0, 1]


def test_a_deputy_who_hears_it_anyway_hears_it_once(company: Company) -> None:
    [case] = owned(company)
    at = berlin("2026-03-12 10:00")
    away(company.agent, company.specialist, at=at - HOUR)
    Watcher.objects.create(case=case, agent=company.specialist.agent)
    writes(company, case, at)
    deliver(at)
    assert len(letters_to(company.specialist)) == inbox(company.specialist, at) == 1


def test_without_a_deputy_who_is_there_the_mail_goes_to_who_is_away(company: Company) -> None:
    [case] = owned(company)
    at = berlin("2026-03-12 10:00")
    away(company.agent, at=at - HOUR)
    writes(company, case, at)
    deliver(at)
    assert len(letters_to(company.agent)) == 1


def test_what_a_deputy_did_is_no_news_to_him(company: Company) -> None:
    [case] = owned(company)
    at = berlin("2026-03-12 10:00")
    away(company.agent, company.specialist, at=at - HOUR)
    company.escalate(case, at)
    handling.hold(case=case, actor=company.specialist.standing, at=at + HOUR, reason=company.waiting, wake_at=at + DAY)
    assert not Notice.objects.filter(event__kind="case.held", recipient=company.specialist.user.code).exists()


def test_not_03_an_address_that_mail_came_back_from_gets_none_not_even_from_the_machine(company: Company) -> None:
    for address in ("Ben@Belay.example", "IDA@customer.example"):
        UndeliverableAddress.objects.create(email=address, since=MONDAY)
    at = berlin("2026-03-12 10:00")
    company.open(at=at)
    bulletins.tell([company.agent.user], kind="absence", about="a", path="/desk/", data={"person": "x"}, at=at)
    codes = {company.agent.user.code, company.ida.contact.code}
    rows = Notice.objects.filter(recipient__in=codes)
    assert {row.channel for row in rows} == {"in_app"}
    assert {row.recipient for row in rows} == codes


def test_not_03_a_contact_with_another_address_is_written_to_there(company: Company) -> None:
    contact = company.ida.contact
    UndeliverableAddress.objects.create(email="ida@customer.example", since=MONDAY)
    ContactAddress.objects.create(contact=contact, email="ida.holm@norlight.example")
    at = berlin("2026-03-12 10:00")
    company.open(at=at)
    deliver(at)
    assert ["ida.holm@norlight.example"] in [letter.to for letter in mail.outbox]
