"""Linking, merging and splitting as people do it on the desk, in the portal, by mail and by programs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from escalations.actions import handling, merging, resolution, splitting
from escalations.actions.attachments import Upload
from escalations.models import Attachment, Case, CaseLink, Message
from escalations.rules.vocabulary import UNSOLVED, Outcome
from tests.actions.soundness import is_sound
from tests.api.calls import Api, act
from tests.cast import MONDAY, Company
from tests.desk.conftest import NOW
from tests.inbound.post import came, letter, support

AT = MONDAY + timedelta(minutes=5)
LOG = Upload.of("meter.log", "text/plain", b"03:00 no reading")


@pytest.fixture(autouse=True)
def standing_clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def browser(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def merged(company: Company) -> tuple[Case, Case]:
    case, into = company.open(company.otto), company.open()
    merging.merge(case=case, into=into, actor=company.agent.standing, at=AT, text="One matter.")
    case.refresh_from_db()
    return case, into


def test_the_desk_shows_what_merging_does_before_it_does_it(company: Company) -> None:
    case, into = company.open(company.otto), company.open()
    client, address = browser(company.agent.user), f"/desk/cases/{case.reference}/merge/"
    said = {"into": into.reference, "text": "One matter."}
    first = client.post(address, said)
    assert first.status_code == 422
    page = first.content.decode()
    assert "No way back" in page
    assert "Otto Berg" in page
    assert f'name="shown" value="{into.reference}"' in page
    case.refresh_from_db()
    assert case.merged_into is None
    assert client.post(address, {**said, "shown": into.reference}).status_code == 303
    case.refresh_from_db()
    assert case.merged_into == into


def test_words_of_a_colleague_are_kept_and_sent_on_with_one_press(company: Company) -> None:
    case, into = merged(company)
    client = browser(company.agent.user)
    answer = client.post(f"/desk/cases/{case.reference}/reply/", {"text": "We look at it."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "We look at it." in page
    assert f'action="/desk/cases/{into.reference}/reply/"' in page
    client.post(f"/desk/cases/{into.reference}/reply/", {"text": "We look at it."})
    assert Message.objects.get(body="We look at it.").case == into
    shown = client.get(f"/desk/cases/{case.reference}/").content.decode()
    assert "This case was merged and goes on as" in shown
    assert "merged into this one" in client.get(f"/desk/cases/{into.reference}/").content.decode()


@pytest.mark.parametrize("solved", [False, True])
def test_words_in_the_portal_arrive_where_it_goes_on_and_open_it_again(company: Company, solved: bool) -> None:
    case, into = merged(company)
    if solved:
        resolution.resolve(case=into, actor=company.agent.standing, at=AT, outcome=Outcome.SOLVED, text="Done.")
    client = browser(company.otto.user)
    assert into.reference in client.get(f"/portal/cases/{case.reference}/").content.decode()
    answer = client.post(f"/portal/cases/{case.reference}/reply/", {"text": "Still broken."})
    assert answer.headers["Location"] == f"/portal/cases/{into.reference}/"
    assert Message.objects.get(body="Still broken.").case == into
    into.refresh_from_db()
    assert into.state in UNSOLVED


def test_a_mail_that_answers_the_old_case_arrives_where_it_goes_on(company: Company) -> None:
    support()
    case, into = merged(company)
    mail = came(
        letter(
            "Otto Berg <otto@customer.example>", In_Reply_To=f"<case-{case.uid}@belay.example>", text="Still broken."
        ),
        NOW,
    )
    assert (mail.result, mail.case) == ("replied", into)
    is_sound(into)
    is_sound(case)


def test_a_program_of_the_customer_is_heard_and_one_of_ours_told_where(company: Company) -> None:
    case, into = merged(company)
    heard = Api(company.otto.user).post(f"cases/{case.reference}/messages/", {"text": "Still broken."})
    assert heard.status == 201
    assert Message.objects.get(body="Still broken.").case == into
    told = Api(company.agent.user).post(f"cases/{case.reference}/messages/", {"text": "We look."})
    assert (told.status, told.data["code"], into.reference in told.data["detail"]) == (409, "merged", True)
    assert Api(company.agent.user).get(f"cases/{case.reference}/").data["merged_into"] == into.reference
    assert Api(company.otto.user).get(f"cases/{case.reference}/").data["goes_on_as"] == into.reference


def test_programs_link_split_and_merge_too(company: Company) -> None:
    case, other = company.open(), company.open()
    made = act(company.agent, case.reference, "link", other=other.reference, kind="duplicate")
    assert [(link["kind"], link["case"]) for link in made.data["links"]] == [("duplicate", other.reference)]
    gone = act(company.agent, other.reference, "unlink", link=made.data["links"][0]["uid"])
    assert gone.data["links"] == []
    split = act(company.agent, case.reference, "split", messages=[1], subject="The invoice")
    assert [(link["kind"], link["back"]) for link in split.data["links"]] == [("split", True)]
    ended = act(company.agent, case.reference, "merge", into=other.reference, text="One matter.")
    assert (ended.data["outcome"], ended.data["merged_into"]) == ("merged", other.reference)
    wrong = act(company.agent, other.reference, "link", other="B-9", kind="duplicate")
    assert (wrong.status, wrong.data["field"], wrong.data["code"]) == (400, "other", "case_unknown")


def test_a_split_takes_words_and_files_along_and_leaves_the_originals(company: Company) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.ida.standing, at=AT, text="And the invoice\nis wrong.", files=[LOG])
    handling.note(case=case, actor=company.agent.standing, at=AT, text="Ask billing.")
    chosen = list(Message.objects.filter(case=case, pk__gt=case.messages.earliest("pk").pk))
    before = case.messages.count()
    otto = company.otto.contact
    event = splitting.split(
        case=case, actor=company.agent.standing, at=NOW, messages=chosen, subject="The invoice", contact=otto
    )
    made = Case.objects.get(uid=event.data["other"])
    first, note = made.messages.order_by("pk")
    assert (made.subject, made.contact, made.organization) == ("The invoice", otto, case.organization)
    assert "> And the invoice\n> is wrong." in first.body
    assert (first.is_public, note.is_public, "> Ask billing." in note.body) == (True, False, True)
    assert set(Attachment.objects.values_list("case_id", "sha256")) == {
        (row.pk, Attachment.objects.latest("pk").sha256) for row in (case, made)
    }
    assert case.messages.count() == before
    assert CaseLink.objects.get().kind == "split"
    assert made.clocks.get(kind="first_response").started_at == NOW
    is_sound(case)
    is_sound(made)


def test_the_desk_splits_what_was_ticked(company: Company) -> None:
    case = company.open()
    said = {"messages": [case.messages.get().uid], "subject": "The invoice", "contact": ""}
    assert browser(company.agent.user).post(f"/desk/cases/{case.reference}/split/", said).status_code == 303
    assert Case.objects.get(subject="The invoice").contact == case.contact
    nothing = browser(company.agent.user).post(f"/desk/cases/{case.reference}/split/", {"subject": "Nothing"})
    assert (nothing.status_code, Case.objects.filter(subject="Nothing").exists()) == (422, False)


def test_the_desk_links_by_reference_and_offers_what_is_alike(company: Company) -> None:
    case, other = company.open(), company.open(subject="Meter readings stop again")
    client, address = browser(company.agent.user), f"/desk/cases/{case.reference}/link/"
    assert f"?other={other.reference}" in client.get(address).content.decode()
    assert client.post(address, {"other": other.reference.lower(), "kind": "same_cause"}).status_code == 303
    assert CaseLink.objects.get().other == other
    wrong = client.post(address, {"other": "B-9", "kind": "same_cause"})
    assert "There is no such case" in wrong.content.decode()
