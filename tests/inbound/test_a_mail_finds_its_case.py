"""A reply finds its case by a signed mark or by ids of mails, and joins it only if its sender may follow it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from customers import actions as people
from customers.models import Membership
from escalations.actions import bulletins, handling, resolution
from escalations.models import Case, Event, Notice, Participant, PolicyVersion, ReceivedMail
from escalations.rules.vocabulary import Outcome
from tests.actions.soundness import is_sound
from tests.cast import MONDAY, Company, customer
from tests.inbound.post import SUPPORT, came, kinds, letter, marked, newest, opened, said, support
from tests.policies.newer import newer

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OTTO = "Otto Berg <otto@customer.example>"
VERA = "Vera Nilsson <vera@customer.example>"


@pytest.fixture
def case(company: Company) -> Case:
    """A case of Ida's by mail, which was confirmed to her by mail."""
    support()
    return opened(letter(Message_ID="<first@customer.example>"))


def address(company: Company, case: Case) -> str:
    """Where Ida answers the letter about her case."""
    return marked(newest(company.ida.contact.code, case))


def followers(case: Case) -> list[str]:
    return [row.contact.name for row in case.participants.select_related("contact")]


# -- how it is found -----------------------------------------------------------------------------------


def test_eml_05_the_mark_in_the_address_leads_to_the_case(company: Company, case: Case) -> None:
    mail = came(letter(to=address(company, case), subject="Something else", text="Here is the log."), MONDAY + HOUR)
    assert (mail.result, mail.case) == ("replied", case)
    assert said(case)[-1] == "Here is the log."
    assert kinds(case)[-1] == "message.received"
    is_sound(case)


def test_eml_05_the_id_of_our_letter_leads_to_the_case(company: Company, case: Case) -> None:
    ours = f"<{newest(company.ida.contact.code, case).uid}@belay.example>"
    for header in ({"In_Reply_To": ours}, {"References": f"<first@customer.example> {ours} <later@elsewhere>"}):
        assert came(letter(**header), MONDAY + HOUR).case == case


def test_eml_05_the_id_of_a_mail_that_came_before_leads_to_the_case(case: Case) -> None:
    mail = came(letter(OTTO, In_Reply_To="<first@customer.example>"), MONDAY + HOUR)
    assert (mail.result, mail.case) == ("replied", case)


def test_eml_05_the_same_subject_alone_never_joins(case: Case) -> None:
    mail = came(letter(subject=f"Re: [{case.reference}] {case.subject}"), MONDAY + HOUR)
    assert mail.result == "opened"
    assert mail.case != case


def test_eml_05_a_mark_that_we_did_not_make_leads_nowhere(company: Company, case: Case) -> None:
    right = address(company, case)
    wrong = right.replace(right[-20], "2" if right[-20] != "2" else "3", 1)
    assert came(letter(to=right.replace("+", "+1"), subject="Other")).result == "opened"
    assert came(letter(to=SUPPORT.replace("@", "+cases@"))).result == "opened"
    assert wrong != right


def test_a_bounced_or_broken_id_is_no_id(case: Case) -> None:
    mail = came(letter(In_Reply_To="<>", References="nonsense <<x"), MONDAY + HOUR)
    assert mail.result == "opened"


# -- who may join --------------------------------------------------------------------------------------


def test_eml_05_a_reply_of_another_customer_never_lands_in_this_case(company: Company, case: Case) -> None:
    before = (said(case), kinds(case))
    mail = came(letter(VERA, to=address(company, case), text="I was forwarded this."), MONDAY + HOUR)
    assert (mail.result, (said(case), kinds(case))) == ("opened", before)
    assert mail.case
    assert (mail.case.contact, mail.case.organization) == (company.vera.contact, company.vera.organization)
    assert kinds(mail.case) == ["case.opened", "mail.referred"]
    assert Event.objects.get(case=mail.case, kind="mail.referred").data["other"] == case.uid
    is_sound(mail.case)


def test_eml_05_somebody_unknown_with_the_mark_gets_a_case_of_their_own(company: Company, case: Case) -> None:
    mail = came(letter("Ida at home <ida@home.example>", to=address(company, case)), MONDAY + HOUR)
    assert mail.result == "opened"
    assert mail.case
    assert mail.case.organization is None
    assert "mail.referred" in kinds(mail.case)


def test_somebody_who_left_the_organization_no_longer_writes_on_its_case(company: Company, case: Case) -> None:
    to = address(company, case)
    Membership.objects.filter(contact=company.ida.contact).update(ended_on=MONDAY.date())
    assert came(letter(to=to), MONDAY + HOUR).result == "opened"


def test_a_colleague_of_the_same_organization_joins_by_writing(company: Company, case: Case) -> None:
    came(letter(OTTO, to=address(company, case), text="I see it too."), MONDAY + HOUR)
    assert followers(case) == ["Ida Holm", "Otto Berg"]
    assert kinds(case)[-2:] == ["participant.joined", "message.received"]
    handling.reply(case=case, actor=company.agent.standing, at=MONDAY + 2 * HOUR, text="We look.")
    assert newest(company.otto.contact.code, case).event.kind == "message.sent"  # type: ignore[union-attr]


def test_known_people_of_the_same_organization_who_are_copied_in_join_and_nobody_else(company: Company) -> None:
    support(aliases=["help@belay.example"])
    ben = company.agent.user.email
    copied = f"{OTTO}, {VERA}, {ben}, help@belay.example, stranger@elsewhere.example, ida@customer.example"
    case = opened(letter(Cc=copied))
    assert followers(case) == ["Ida Holm", "Otto Berg"]
    assert kinds(case) == ["case.opened", "participant.joined"]
    came(letter(Cc=OTTO, to=address(company, case)), MONDAY + HOUR)
    assert kinds(case).count("participant.joined") == 1
    is_sound(case)


def test_a_case_without_an_organization_is_followed_only_by_those_who_do_already(company: Company) -> None:
    support()
    nora = "Nora <nora@elsewhere.example>"
    case = opened(letter(nora, Cc=OTTO, Message_ID="<nora@elsewhere.example>"))
    assert followers(case) == ["Nora"]
    assert came(letter(nora, In_Reply_To="<nora@elsewhere.example>"), MONDAY + HOUR).case == case
    assert came(letter(OTTO, In_Reply_To="<nora@elsewhere.example>"), MONDAY + HOUR).case != case


# -- colleagues ----------------------------------------------------------------------------------------


def test_a_colleague_who_answers_their_own_letter_leaves_a_note_and_no_public_words(
    company: Company, case: Case
) -> None:
    ben = company.agent.user
    to = marked(newest(ben.code, case))
    mail = came(letter(f"Ben <{ben.email}>", to=to, text="Call them first."), MONDAY + HOUR)
    assert (mail.result, mail.case) == ("noted", case)
    note = case.messages.order_by("-pk")[0]
    assert (note.body, note.is_public, note.user) == ("Call them first.", False, ben)
    assert kinds(case)[-1] == "note.added"
    assert not case.clocks.filter(kind="first_response", met_at__isnull=False).exists()
    is_sound(case)


def test_a_colleague_with_the_mark_of_somebody_else_is_only_on_record(company: Company, case: Case) -> None:
    mail = came(letter(company.agent.user.email, to=address(company, case)), MONDAY + HOUR)
    assert (mail.result, mail.case, mail.message) == ("recorded", case, None)
    assert kinds(case)[-1] == "mail.recorded"
    assert len(said(case)) == 1
    assert newest(company.agent.user.code, case).event.kind == "mail.recorded"  # type: ignore[union-attr]


def test_a_colleague_who_answers_what_belongs_to_no_case_opens_none(company: Company, case: Case) -> None:
    told = bulletins.to_administrators(kind="nobody", about="x", path="/desk/", data={"reference": "B-1"}, at=MONDAY)
    notice = Notice.objects.create(
        bulletin=told, recipient=company.agent.user.code, channel="mail", written_at=MONDAY, next_try_at=MONDAY
    )
    mail = came(letter(company.agent.user.email, to=marked(notice)))
    assert (mail.result, mail.case, Case.objects.count()) == ("set_aside", None, 1)


def test_a_colleague_who_writes_of_something_new_opens_a_case_like_anybody(company: Company, case: Case) -> None:
    mail = came(letter(company.agent.user.email), MONDAY + HOUR)
    assert mail.result == "opened"
    assert mail.case
    assert mail.case.contact.user is None


# -- by the state of the case --------------------------------------------------------------------------


def solved(company: Company, case: Case, at: Any = MONDAY) -> Case:
    resolution.resolve(case=case, actor=company.agent.standing, at=at, outcome=Outcome.SOLVED, text="It is fixed.")
    return case


def test_a_message_ends_a_pause(company: Company, case: Case) -> None:
    ben, wake_at = company.agent.standing, MONDAY + DAY
    handling.hold(case=case, actor=ben, at=MONDAY, reason=company.waiting, wake_at=wake_at)
    assert came(letter(to=address(company, case)), MONDAY + HOUR).result == "replied"
    case.refresh_from_db()
    assert case.state == "open"


def test_a_message_to_a_resolved_case_says_that_it_is_not_solved(company: Company, case: Case) -> None:
    solved(company, case)
    mail = came(letter(to=address(company, case), text="It is back."), MONDAY + HOUR)
    case.refresh_from_db()
    assert (mail.result, case.state) == ("reopened", "open")
    assert kinds(case)[-1] == "case.reopened"
    is_sound(case)


def closed(company: Company, case: Case) -> Case:
    solved(company, case)
    resolution.confirm(case=case, actor=company.ida.standing, at=MONDAY)
    return case


def test_a_closed_case_is_opened_again_within_the_days_of_its_policy(company: Company, case: Case) -> None:
    closed(company, case)
    assert came(letter(to=address(company, case)), MONDAY + 14 * DAY).result == "reopened"


def test_later_a_new_case_follows_the_closed_one(company: Company, case: Case) -> None:
    closed(company, case)
    mail = came(letter(to=address(company, case), text="Again!"), MONDAY + 15 * DAY)
    case.refresh_from_db()
    assert (mail.result, case.state) == ("followed_up", "closed")
    assert mail.case
    assert (mail.case.follows, mail.case.organization, said(mail.case)) == (case, case.organization, ["Again!"])
    assert mail.case.events.get(kind="case.opened").data["follows"] == case.uid
    is_sound(mail.case)


def test_a_policy_may_always_open_a_case_that_follows(company: Company) -> None:
    newer(company, lambda draft: PolicyVersion.objects.filter(pk=draft.pk).update(on_closed="follow_up"))
    support()
    case = closed(company, opened(letter()))
    assert came(letter(to=address(company, case)), MONDAY + HOUR).result == "followed_up"


def test_the_case_is_that_of_the_organization_the_contact_has_belonged_to_longest(company: Company) -> None:
    support()
    contact = company.ida.contact
    Membership.objects.create(contact=contact, organization=company.vera.organization)
    assert opened(letter()).organization == company.ida.organization
    assert Participant.objects.count() == 1


def test_two_addresses_of_one_contact_speak_for_the_same_person(company: Company, case: Case) -> None:
    nils = customer("Nils Aas", company.ida.organization, is_lead=False)
    nils.contact.addresses.create(email="nils@home.example")
    assert came(letter("nils@home.example", to=address(company, case))).message.contact == nils.contact  # type: ignore[union-attr]
    assert ReceivedMail.objects.filter(case=case).count() == 2
    assert people.works_again(email="nils@home.example") is False
