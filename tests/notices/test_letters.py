"""What people read when something happens: for each event and each side, complete, plain, and nothing internal."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.template import Engine

from customers.models import User
from escalations.actions import handling, promises
from escalations.channels import letters
from escalations.channels.phrases import Letter
from escalations.models import Notice
from escalations.rules.audience import AUDIENCE, IN_APP_ONLY, Role
from escalations.rules.standing import SYSTEM
from tests.cast import MONDAY, Company
from tests.notices.letterbox import SECRET, everything, letter_of, newest

Letters = dict[tuple[str, str], list[Letter]]
COMPANY_NAMES = ("Ben Okafor", "Mara Lindt", "Jan Brandt", "Eva Roth")


@pytest.fixture
def written(company: Company, monkeypatch: pytest.MonkeyPatch) -> Letters:
    """All letters of all stories by kind of event and side, with a mark wherever a template asks for what is not."""
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "MISSING %s")
    found: Letters = defaultdict(list)
    for notice in everything(company):
        side = "customer" if notice.recipient.startswith("contact:") else "staff"
        found[letters.told_of(notice)[0].kind, side].append(letter_of(notice))
    return found


def test_every_event_somebody_is_told_of_has_a_letter_for_each_side(written: Letters) -> None:
    wanted = {(kind, "customer") for kind, roles in AUDIENCE.items() if Role.CUSTOMER in roles}
    told = {kind: roles for kind, roles in AUDIENCE.items() if kind not in IN_APP_ONLY}
    wanted |= {(kind, "staff") for kind, roles in told.items() if set(roles) - {Role.CUSTOMER}}
    assert set(written) == wanted


def test_every_letter_is_complete_and_plain(written: Letters) -> None:
    for (kind, side), sent in written.items():
        for letter in sent:
            place = f"{kind} {side}\n{letter.subject}\n{letter.text}"
            assert letter.subject.startswith("[B-"), place
            assert len(letter.subject.splitlines()) == 1, place
            assert letter.text.splitlines()[0].endswith(","), place
            assert "/desk/cases/B-" in letter.text if side == "staff" else "/portal/cases/B-" in letter.text, place
            for wrong in ("MISSING", "None", "{{", "{%", "&#", "&quot;", "\n\n\n", " ."):
                assert wrong not in letter.subject + letter.text, place


def test_no_customer_reads_what_is_internal_or_who_of_us_it_was(written: Letters) -> None:
    staff = [letter for (_kind, side), sent in written.items() for letter in sent if side == "staff"]
    assert any(SECRET in letter.text for letter in staff)
    for (kind, side), sent in written.items():
        for letter in sent:
            if side == "customer":
                for word in (SECRET, "/desk/", "severity", "Severity", *COMPANY_NAMES):
                    assert word not in letter.subject + letter.text, kind


def test_the_customer_of_a_new_case_reads_when_somebody_answers_in_her_own_time(company: Company) -> None:
    User.objects.filter(pk=company.ida.user.pk).update(time_zone="America/New_York")
    case = company.open()
    letter = letter_of(newest(case, company.ida.contact.code))
    assert letter.subject == f"[{case.reference}] We have your case: Meter readings stop arriving"
    assert "by Monday, 2 March, 04:00 EST at the latest" in letter.text
    assert "> This is the third night." in letter.text


def test_a_promise_is_written_in_the_customers_own_time_and_owned_up_to_when_it_was_broken(company: Company) -> None:
    User.objects.filter(pk=company.ida.user.pk).update(time_zone="America/New_York")
    case, staff = company.escalate(company.open(), MONDAY), company.specialist.standing
    noon, two = MONDAY + timedelta(hours=3), MONDAY + timedelta(hours=5)
    said: dict[str, Any] = {"case": case, "actor": staff, "reason": SECRET}
    promises.make(**said, at=MONDAY, due_at=noon, text="I look at its log.")
    letter = letter_of(newest(case, company.ida.contact.code))
    assert "promise you news by Monday, 2 March, 06:00 EST" in letter.text
    assert "I look at its log." in letter.text
    promises.move(**said, at=MONDAY, due_at=two)
    letter = letter_of(newest(case, company.ida.contact.code))
    assert "We promised you news by Monday, 2 March, 06:00 EST and need longer." in letter.text
    assert "promise you news by Monday, 2 March, 08:00 EST" in letter.text
    promises.break_promise(case=case, actor=SYSTEM, at=two)
    letter = letter_of(newest(case, company.ida.contact.code))
    assert "We promised you news by Monday, 2 March, 08:00 EST and did not keep it." in letter.text
    assert "You hear from us again by Tuesday, 3 March, 04:00 EST at the latest." in letter.text


def test_a_letter_speaks_the_language_of_its_reader(company: Company) -> None:
    User.objects.filter(pk=company.ida.user.pk).update(language="de")
    letter = letter_of(newest(company.open(), company.ida.contact.code))
    assert "Montag" in letter.text


def test_the_person_an_escalation_goes_to_reads_the_brief_and_until_when_to_acknowledge(company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    letter = letter_of(newest(case, company.specialist.user.code))
    assert "Ben Okafor has escalated this case from level 1 to 2" in letter.text
    assert "You answer for it now." in letter.text
    assert "acknowledge it by Monday, 2 March, 09:30 CET" in letter.text
    for part in ("Restarted the collector", "No billing on Thursday", "Find the cause"):
        assert part in letter.text


def test_a_subject_with_newlines_cannot_add_a_header_or_move_into_the_text(company: Company) -> None:
    case = company.open(subject="Help\r\nBcc: all@customer.example\n\nDear all \x1b[0m")
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="Heard you.")
    for recipient in (company.ida.contact.code, company.agent.user.code):
        letter = letter_of(newest(case, recipient))
        assert letter.subject.isprintable()
        assert "Bcc: all@customer.example Dear all" in letter.subject
        assert "\nBcc:" not in letter.text


def test_words_of_a_customer_are_marked_line_by_line(company: Company) -> None:
    case = company.open(text="First\n" + "-" * 79 + "\nSubject: second")
    letter = letter_of(newest(case, company.agent.user.code))
    assert f"> First\n> {'-' * 79}\n> Subject: second" in letter.text


def test_markup_in_words_arrives_as_it_was_written(company: Company) -> None:
    case = company.open(subject='<b>A & B</b> "quoted"', text="1 < 2 & 3 > 2")
    letter = letter_of(newest(case, company.agent.user.code))
    assert '<b>A & B</b> "quoted"' in letter.subject
    assert "> 1 < 2 & 3 > 2" in letter.text


def test_nobody_reads_where_nobody_is(company: Company) -> None:
    User.objects.filter(pk=company.agent.user.pk).update(is_active=False)
    assert letters.reader_of(company.agent.user.code) is None
    assert letters.reader_of("contact:gone") is None


def test_a_letter_of_the_old_year_about_the_new_one_tells_the_year(company: Company) -> None:
    december, january = datetime(2026, 12, 30, 9, tzinfo=UTC), datetime(2027, 1, 4, 11, tzinfo=UTC)
    case = company.open(at=december)
    said: dict[str, Any] = {"case": case, "actor": company.agent.standing, "reason": SECRET}
    promises.make(**said, at=december, due_at=january)
    promises.move(**said, at=january - timedelta(days=1), due_at=january + timedelta(days=1))
    made, moved = Notice.objects.filter(case=case, recipient=company.ida.contact.code, channel="mail").order_by("pk")[
        1:
    ]
    assert "promise you news by Monday, 4 January 2027, 12:00 CET" in letter_of(made).text
    assert "promise you news by Tuesday, 5 January, 12:00 CET" in letter_of(moved).text
    assert "2027" not in letter_of(moved).text
