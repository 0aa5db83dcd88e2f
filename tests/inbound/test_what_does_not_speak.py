"""Automatic answers, bounces, lists, loops and floods: on record, never answered, never words of the customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from customers import actions as people
from customers.models import UndeliverableAddress
from escalations.actions import escalation, handling, participants
from escalations.actions.escalation import by_itself
from escalations.casefile.customer import customer_casefile
from escalations.engine.sweep import sweep
from escalations.models import Case, Mailbox, Notice, ReceivedMail
from escalations.reports import stuck
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, worker
from tests.inbound.post import SUPPORT, came, kinds, letter, marked, newest, opened, said, support

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AWAY = {"Auto_Submitted": "auto-replied"}


@pytest.fixture
def case(company: Company) -> Case:
    support()
    return opened(letter())


def address(company: Company, case: Case) -> str:
    return marked(newest(company.ida.contact.code, case))


def waiting(company: Company, case: Case) -> Case:
    """On hold, until the customer answers."""
    ben, wake_at = company.agent.standing, MONDAY + 24 * HOUR
    handling.hold(case=case, actor=ben, at=MONDAY, reason=company.waiting, wake_at=wake_at)
    return case


# -- automatic mail ------------------------------------------------------------------------------------


def test_eml_01_an_out_of_office_reply_is_on_record_and_changes_nothing(company: Company, case: Case) -> None:
    waiting(company, case)
    letters, words = Notice.objects.count(), said(case)
    clocks = list(case.clocks.order_by("pk").values_list("kind", "state", "next_at", "due_at"))
    mail = came(letter(to=address(company, case), subject="Out of office", **AWAY), MONDAY + HOUR)
    case.refresh_from_db()
    assert (mail.kind, mail.result, mail.case, case.state) == ("auto_reply", "recorded", case, "pending")
    assert kinds(case)[-1] == "mail.recorded"
    assert (Notice.objects.count(), said(case)) == (letters, words)
    assert list(case.clocks.order_by("pk").values_list("kind", "state", "next_at", "due_at")) == clocks
    is_sound(case)


def test_what_is_only_on_record_is_shown_to_no_customer(company: Company, case: Case) -> None:
    before = len(customer_casefile(case, company.ida.standing, MONDAY).entries)
    came(letter(to=address(company, case), **AWAY), MONDAY + HOUR)
    assert len(customer_casefile(case, company.ida.standing, MONDAY + HOUR).entries) == before
    participants.join(
        case=case, contact=company.otto.contact, actor=company.ida.standing, at=MONDAY + HOUR, how="copied"
    )
    told = customer_casefile(case, company.ida.standing, MONDAY + HOUR).entries
    assert told[-1].words == "Otto Berg was copied in and follows the case from here on"


@pytest.mark.parametrize(
    "headers",
    [
        AWAY,
        {"Precedence": "list", "List_Id": "<all.customer.example>"},
        {"Precedence": "bulk"},
        {"X_Auto_Response_Suppress": "All", "Auto_Submitted": "auto-generated"},
    ],
)
def test_eml_01_machines_open_no_case_and_get_no_answer(company: Company, headers: dict[str, str]) -> None:
    support()
    mail = came(letter(**headers))
    assert (mail.state, mail.result, mail.case) == ("done", "recorded", None)
    assert not Case.objects.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "sender", [SUPPORT, SUPPORT.upper(), "support+1a-abcdefgh@belay.example", "help@belay.example", "belay@localhost"]
)
def test_eml_02_our_own_address_as_sender_is_a_loop(company: Company, sender: str) -> None:
    support(aliases=["help@belay.example"])
    mail = came(letter(sender))
    assert (mail.kind, mail.result) == ("loop", "recorded")
    assert not Case.objects.exists()


def test_eml_02_our_own_address_as_that_of_an_agent_is_a_loop_too(company: Company) -> None:
    support(address=company.agent.user.email)
    assert came(letter(company.agent.user.email)).kind == "loop"


def test_eml_02_our_own_letter_that_comes_back_in_a_circle_is_a_loop(company: Company, case: Case) -> None:
    ours = newest(company.ida.contact.code, case)
    mail = came(letter(Message_ID=f"<{ours.uid}@belay.example>"))
    assert (mail.kind, mail.result) == ("loop", "recorded")
    assert Case.objects.count() == 1


# -- floods --------------------------------------------------------------------------------------------


def test_eml_01_one_address_opens_only_so_many_cases_within_an_hour(company: Company, settings: Any) -> None:
    settings.MAIL_CASES_PER_HOUR = 3
    support()
    results = [came(letter(subject=str(number)), MONDAY + number * MINUTE).result for number in range(5)]
    assert results == ["opened"] * 3 + ["set_aside"] * 2
    assert came(letter("otto@customer.example"), MONDAY + 6 * MINUTE).result == "opened"
    assert Notice.objects.filter(bulletin__kind="mail", recipient=company.administrator.code).count() == 1
    assert came(letter(), MONDAY + 61 * MINUTE).result == "opened"


def test_eml_01_two_machines_that_answer_each_other_on_a_case_are_stopped(
    company: Company, case: Case, settings: Any
) -> None:
    settings.MAIL_MESSAGES_PER_HOUR = 3
    to = address(company, case)
    results = [came(letter(to=to, text=str(number)), MONDAY + MINUTE).result for number in range(5)]
    assert results == ["replied"] * 2 + ["set_aside"] * 3
    assert kinds(case).count("mail.recorded") == 1
    assert ReceivedMail.objects.filter(kind="loop", case=case).count() == 3
    assert Notice.objects.filter(bulletin__kind="mail").count() == 1


def test_automatic_mails_fill_no_journal(company: Company, case: Case, settings: Any) -> None:
    settings.MAIL_MESSAGES_PER_HOUR = 3
    to = address(company, case)
    for number in range(5):
        came(letter(to=to, text=str(number), **AWAY), MONDAY + MINUTE)
    assert kinds(case).count("mail.recorded") == 3
    assert ReceivedMail.objects.filter(kind="auto_reply", result="recorded").count() == 5


# -- bounces -------------------------------------------------------------------------------------------


def bounce(notice: Notice, whom: str, *, action: str = "failed", status: str = "5.1.1", proof: bool = True) -> bytes:
    """A report as mail servers write them; with `proof` it brings back the head of our letter."""
    original = f"<{notice.uid if proof else 'x' * 32}@belay.example>"
    return f"""From: MAILER-DAEMON@relay.example
To: {SUPPORT}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{notice.uid}-{status}@relay.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

It did not arrive.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {whom}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 no such user here

--B
Content-Type: message/rfc822

From: {SUPPORT}
To: {whom}
Subject: We have your case
Message-ID: {original}

--B--
""".replace("\n", "\r\n").encode()


def sent(notice: Notice) -> Notice:
    """The next server has taken it."""
    Notice.objects.filter(pk=notice.pk).update(state="accepted", accepted_at=MONDAY, next_try_at=None)
    notice.refresh_from_db()
    return notice


def test_not_03_a_bounce_marks_the_address_and_tells_whoever_keeps_the_case(company: Company, case: Case) -> None:
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY, text="We look.")
    notice = sent(newest(company.ida.contact.code, case))
    mail = came(bounce(notice, "Ida@customer.example"), MONDAY + HOUR)
    notice.refresh_from_db()
    assert (mail.kind, mail.result, mail.case) == ("bounce", "recorded", case)
    assert (notice.state, notice.bounced_at) == ("bounced", MONDAY + HOUR)
    dead = UndeliverableAddress.objects.get()
    assert (dead.email, dead.since) == ("ida@customer.example", MONDAY + HOUR)
    assert "550 no such user here" in dead.reason
    assert kinds(case)[-1] == "mail.bounced"
    told = Notice.objects.filter(event__kind="mail.bounced")
    assert set(told.values_list("recipient", "channel")) == {
        (company.agent.user.code, "in_app"),
        (company.agent.user.code, "mail"),
    }
    is_sound(case)


def test_the_same_bounce_again_tells_nobody_again(company: Company, case: Case) -> None:
    notice = sent(newest(company.ida.contact.code, case))
    came(bounce(notice, "ida@customer.example"), MONDAY + HOUR)
    came(bounce(notice, "ida@customer.example", status="5.7.1"), MONDAY + HOUR)
    assert kinds(case)[-2:] == ["mail.bounced", "mail.recorded"]


def test_a_mail_that_is_only_delayed_is_on_record(company: Company, case: Case) -> None:
    notice = sent(newest(company.ida.contact.code, case))
    mail = came(bounce(notice, "ida@customer.example", action="delayed", status="4.4.1"))
    notice.refresh_from_db()
    assert (mail.result, mail.case, notice.state) == ("recorded", case, "accepted")
    assert kinds(case)[-1] == "mail.recorded"
    assert not UndeliverableAddress.objects.exists()


def test_a_bounce_that_proves_nothing_is_only_on_record(company: Company, case: Case) -> None:
    notice = sent(newest(company.ida.contact.code, case))
    mail = came(bounce(notice, "ida@customer.example", proof=False))
    notice.refresh_from_db()
    assert (mail.result, mail.case, notice.state) == ("recorded", case, "accepted")
    assert not UndeliverableAddress.objects.exists()


def test_a_bounce_to_the_mark_of_the_letter_is_believed(company: Company, case: Case) -> None:
    notice = sent(newest(company.ida.contact.code, case))
    raw = bounce(notice, "ida@customer.example", proof=False).replace(
        f"To: {SUPPORT}".encode(), f"To: {marked(notice)}".encode(), 1
    )
    came(raw, MONDAY + HOUR)
    assert UndeliverableAddress.objects.get().email == "ida@customer.example"


def test_a_mail_from_the_address_says_that_it_works_again(company: Company, case: Case) -> None:
    people.mark_undeliverable(email="ida@customer.example", reason="full", at=MONDAY)
    came(letter("otto@customer.example"))
    assert UndeliverableAddress.objects.exists()
    came(letter("IDA@customer.example"))
    assert not UndeliverableAddress.objects.exists()


# -- the ladder ----------------------------------------------------------------------------------------


@pytest.fixture
def escalated(company: Company) -> Case:
    """With Mara, who was told; and there is Nina in her team."""
    support()
    case = company.escalate(company.open(), MONDAY)
    worker("Nina Falk", case.team, is_lead=False)
    return case


def holder(case: Case) -> str:
    return case.escalations.get().steps.order_by("-number")[0].person.user.name


def test_not_03_a_step_passes_on_at_once_when_mail_did_not_reach_its_person(company: Company, escalated: Case) -> None:
    notice = sent(newest(company.specialist.user.code, escalated))
    came(bounce(notice, company.specialist.user.email), MONDAY + 5 * MINUTE)
    sweep(MONDAY + 5 * MINUTE)
    assert holder(escalated) == "Nina Falk"
    assert kinds(escalated)[-2:] == ["mail.bounced", "escalation.passed_on"]
    bounced = Notice.objects.filter(event__kind="mail.bounced").values_list("recipient", flat=True)
    assert company.specialist.user.code not in bounced
    assert company.agent.user.code in bounced
    is_sound(escalated)


def test_not_03_whoever_read_it_in_belay_was_reached(company: Company, escalated: Case) -> None:
    code = company.specialist.user.code
    Notice.objects.filter(recipient=code, channel="in_app").update(seen_at=MONDAY + MINUTE)
    came(bounce(sent(newest(code, escalated)), company.specialist.user.email), MONDAY + 5 * MINUTE)
    sweep(MONDAY + 5 * MINUTE)
    assert holder(escalated) == "Mara Lindt"


def test_not_03_what_was_acknowledged_stays_where_it_is(company: Company, escalated: Case) -> None:
    mara = company.specialist
    escalation.acknowledge(case=escalated, actor=mara.standing, at=MONDAY + MINUTE, severity=2, text="I have it.")
    came(bounce(sent(newest(mara.user.code, escalated)), mara.user.email), MONDAY + 5 * MINUTE)
    sweep(MONDAY + 5 * MINUTE)
    assert holder(escalated) == "Mara Lindt"


def test_not_03_an_address_that_is_known_to_be_dead_is_not_waited_for(company: Company) -> None:
    support()
    people.mark_undeliverable(email=company.specialist.user.email, reason="gone", at=MONDAY)
    case = company.escalate(company.open(), MONDAY)
    assert holder(case) == "Mara Lindt"
    by_itself.consider(case=case, actor=company.agent.standing, at=MONDAY)
    assert holder(case) == "Eva Roth"


def test_not_03_a_mail_that_came_back_is_no_proof_that_somebody_was_told(company: Company, escalated: Case) -> None:
    told = Notice.objects.filter(case=escalated)
    told.exclude(recipient=company.specialist.user.code).delete()
    told.filter(channel="in_app").delete()
    notice = sent(newest(company.specialist.user.code, escalated))
    late = MONDAY + 10 * MINUTE
    assert not stuck.not_told(late)
    came(bounce(notice, company.specialist.user.email), MONDAY + 6 * MINUTE)
    Notice.objects.filter(event__kind="mail.bounced").delete()
    assert stuck.not_told(late)


def test_a_mailbox_that_is_not_active_is_still_ours(company: Company) -> None:
    support(is_active=False)
    assert came(letter(SUPPORT)).kind == "loop"
    assert not Mailbox.objects.fetched().exists()
