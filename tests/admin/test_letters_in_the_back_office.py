"""Administrators read every letter, try words of their own on a real case, keep them, and go back to built-in ones."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from customers.models import User
from escalations.actions import bulletins, handling
from escalations.admin.letter_values import VALUES
from escalations.admin.letters import words_page
from escalations.channels import own_words
from escalations.models import LetterTemplate
from tests.cast import MONDAY, Company
from tests.notices.letterbox import letter_of, newest

pytestmark = pytest.mark.django_db
OPENED = ("case.opened", "customer", "en")
MINE: dict[str, Any] = {
    "subject": "Welcome: {{ subject }}",
    "text": "Hej {{ name }}!\n\n{{ quoted }}",
    "is_active": "on",
}


@pytest.fixture
def office(company: Company) -> Client:
    client = Client()
    client.force_login(company.administrator)
    return client


def overview(client: Client) -> Any:
    return client.get(reverse("admin:escalations_lettertemplate_changelist"))


def preview_in(answer: Any) -> Any:
    """What the page shows as preview."""
    assert answer.status_code == 200
    assert answer.context["problem"] == ""
    return answer.context["tried"]


def test_every_letter_is_listed_and_its_page_opens_in_each_language(office: Client) -> None:
    listed = overview(office)
    assert len(listed.context["letters"]) == len(own_words.letters_there_are())
    for letter in listed.context["letters"]:
        for language in letter["languages"]:
            assert language["page"] in listed.content.decode()
            answer = office.get(language["page"])
            assert preview_in(answer).letter.subject, language["page"]


def test_the_page_begins_with_the_built_in_words_of_its_language(office: Client) -> None:
    form = office.get(words_page("case.opened", "customer", "de")).context["form"]
    assert form["subject"].value() == "Ihr Anliegen ist bei uns: {{ subject }}"
    assert form["text"].value().startswith("Guten Tag {{ name }},")


def test_words_are_tried_on_the_newest_case_and_nothing_is_kept(office: Client, company: Company) -> None:
    company.open(subject="An older one")
    newest_case = company.open(company.vera, subject="The newest", text="It hums.")
    shown = preview_in(office.post(words_page(*OPENED), {**MINE, "preview": "1"}))
    assert shown.case == newest_case
    assert shown.letter.subject == f"[{newest_case.reference}] Welcome: The newest"
    assert shown.letter.text == "Hej Vera Nilsson!\n\n> It hums.\n"
    assert "It hums." in shown.page
    assert not LetterTemplate.objects.exists()


def test_a_case_can_be_chosen_by_its_reference(office: Client, company: Company) -> None:
    chosen, _newer = company.open(subject="Chosen"), company.open()
    shown = preview_in(office.post(words_page(*OPENED), {**MINE, "case": chosen.reference.lower(), "preview": "1"}))
    assert shown.case == chosen


def test_a_case_that_is_none_or_on_which_it_did_not_happen_is_said_so(office: Client, company: Company) -> None:
    case = company.open()
    for kind, reference, said in (
        ("case.opened", "nonsense", "There is no case “nonsense”"),
        ("case.closed", case.reference, f"This has not happened on {case.reference}"),
    ):
        page = words_page(kind, "customer", "en")
        built_in = own_words.built_in(kind, "customer", "en")._asdict()
        answer = office.post(page, {**built_in, "case": reference, "preview": "1"})
        assert said in answer.context["problem"]
        assert answer.context["tried"] is None


def test_what_never_happened_is_shown_with_examples(office: Client) -> None:
    shown = preview_in(office.get(words_page("promise.moved", "customer", "en")))
    assert shown.case is None
    assert shown.letter.subject.startswith("[B-1042] News later, by Monday")


def test_a_bulletin_is_tried_on_the_last_one(office: Client, company: Company) -> None:
    data = {"person": "Ben Okafor", "cases": 3}
    bulletins.tell([company.agent.user], kind="absence", about="x", path="/desk/", data=data, at=MONDAY)
    shown = preview_in(office.get(words_page("absence", "staff", "en")))
    assert shown.letter.subject == "You stand in for Ben Okafor"


class Frames(HTMLParser):
    """The frames of a page with what they are told."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "iframe":
            self.found.append(dict(attrs))


def test_the_page_of_the_letter_lies_whole_in_a_frame_that_can_do_nothing(office: Client, company: Company) -> None:
    company.open(subject='"><script>alert(1)</script>')
    answer = office.get(words_page(*OPENED))
    [frame] = Frames(answer.content.decode()).found
    assert frame["srcdoc"] == preview_in(answer).page
    assert frame["sandbox"] is None, "nothing is allowed"
    assert "<script>alert(1)" not in answer.content.decode()


def test_kept_words_are_used_for_the_next_letter(office: Client, company: Company) -> None:
    answer = office.post(words_page(*OPENED), {**MINE, "save": "1"}, follow=True)
    assert "Kept." in answer.content.decode()
    kept = LetterTemplate.objects.get()
    assert (kept.kind, kept.reader, kept.language, kept.changed_by) == (*OPENED, company.administrator)
    assert "Welcome: " in letter_of(newest(company.open(), company.ida.contact.code)).subject
    states = [row["languages"][0]["own"] for row in overview(office).context["letters"]]
    assert [row for row in states if row] == [kept]


def test_words_are_changed_in_place_and_can_rest(office: Client, company: Company) -> None:
    office.post(words_page(*OPENED), {**MINE, "save": "1"})
    resting = {**MINE, "subject": "Other: {{ subject }}", "save": "1"}
    del resting["is_active"]
    office.post(words_page(*OPENED), resting)
    kept = LetterTemplate.objects.get()
    assert (kept.subject, kept.is_active) == ("Other: {{ subject }}", False)
    assert "We have your case" in letter_of(newest(company.open(), company.ida.contact.code)).subject


def test_the_built_in_words_come_back(office: Client, company: Company) -> None:
    office.post(words_page(*OPENED), {**MINE, "save": "1"})
    office.post(words_page(*OPENED), {"restore": "1"})
    assert not LetterTemplate.objects.exists()
    assert "We have your case" in letter_of(newest(company.open(), company.ida.contact.code)).subject


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("text", "Hej\n{{ why }}", "Line 2: there is no “why” in this letter; there are: "),
        ("text", "{% load i18n %}", "Line 1: there is no tag “load”"),
        ("text", "{% if name %}", "Line 1: not understood"),
        ("subject", "{{ brief }}", "there is no “brief”"),
        ("subject", "", "required"),
    ],
)
def test_words_that_cannot_be_used_are_refused_at_their_field(
    office: Client, field: str, written: str, said: str
) -> None:
    for button in ("save", "preview"):
        answer = office.post(words_page(*OPENED), {**MINE, field: written, button: "1"})
        assert said in " ".join(answer.context["form"].errors[field])
        assert answer.context["form"][field].value() == written, "nothing that was written is lost"
    assert not LetterTemplate.objects.exists()


def test_what_customers_read_in_a_preview_has_nothing_internal(office: Client, company: Company) -> None:
    case = company.escalate(company.open(), MONDAY)
    handling.note(case=case, actor=company.agent.standing, at=MONDAY, text="They never pay")
    shown = preview_in(office.get(words_page("escalation.requested", "customer", "en")))
    for internal in ("They never pay", "Ben Okafor", "Restarted the collector", "Platform specialists"):
        assert internal not in shown.letter.subject + shown.letter.text + shown.page


def test_there_is_no_page_for_a_letter_that_is_never_written(office: Client) -> None:
    for where in (("note.added", "customer", "en"), ("case.opened", "boss", "en"), ("case.opened", "staff", "xx")):
        assert office.get(words_page(*where)).status_code == 404


def staff(*permissions: str) -> Client:
    """Somebody who may enter the back office and has these rights on letters and cases."""
    user = User.objects.create_user("vic@belay.example", "correct-horse", name="Vic", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client = Client()
    client.force_login(user)
    return client


def test_nobody_without_the_right_sees_or_writes_words(company: Company) -> None:
    visitor = staff()
    assert visitor.get(words_page(*OPENED)).status_code == 403
    assert visitor.post(words_page(*OPENED), {**MINE, "save": "1"}).status_code == 403
    assert not LetterTemplate.objects.exists()


def test_who_may_only_look_writes_nothing(company: Company) -> None:
    looking = staff("view_lettertemplate")
    assert looking.get(words_page(*OPENED)).status_code == 200
    for button in ("save", "preview", "restore"):
        assert looking.post(words_page(*OPENED), {**MINE, button: "1"}).status_code == 403


def test_who_may_not_look_at_cases_sees_none_in_a_preview(company: Company) -> None:
    company.open(text="The third night was mine.")
    answer = staff("view_lettertemplate", "change_lettertemplate").get(words_page(*OPENED))
    assert "you may not look at cases" in answer.context["problem"]
    assert "The third night was mine." not in answer.content.decode()


def test_every_value_that_letters_name_is_explained() -> None:
    named = {name for letter in own_words.letters_there_are() for name in own_words.known_to(*letter).names}
    assert named - set(VALUES) == set()
    assert set(VALUES) - named == set()
