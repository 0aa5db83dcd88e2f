"""The whole original of a mail is one click away from its words, harmless, and only for those who may see the case."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import User
from escalations.actions import roles
from escalations.models import Case, ReceivedMail
from escalations.models.attachments import content_of
from escalations.rules.roles import StaffRole
from tests.cast import MONDAY, PASSWORD, Company
from tests.desk.conftest import SignIn
from tests.inbound.post import came, letter, marked, newest, opened, support

BAD = (
    "<p>Hello <b>you</b></p><script>alert(1)</script><img src='https://spy.example/pixel.gif'><form action='/x'></form>"
)


def designed() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ida Holm <ida@customer.example>", "support@belay.example", "Dark"
    mail["Message-ID"] = "<designed@customer.example>"
    mail.set_content("It is dark.\n\nOn Monday somebody wrote:\n> Is it dark?\n")
    mail.add_alternative(BAD, subtype="html")
    mail.add_attachment(b"1;2;3", maintype="text", subtype="csv", filename="log.csv")
    return mail.as_bytes()


@pytest.fixture
def case(company: Company) -> Case:
    support()
    return opened(designed())


@pytest.fixture
def ben(company: Company, case: Case, sign_in: SignIn) -> Client:
    return sign_in(company.agent.user)


def addresses(mail: ReceivedMail) -> list[str]:
    return [reverse(f"desk:{name}", args=[mail.uid]) for name in ("received", "mail_page", "mail_original")]


def test_the_words_of_a_mail_lead_to_the_whole_of_it(case: Case, ben: Client) -> None:
    mail = ReceivedMail.objects.get()
    whole = addresses(mail)[0]
    page = ben.get(reverse("desk:case", args=[case.reference])).content.decode()
    assert whole in page
    assert "Is it dark?" not in page
    original = ben.get(whole).content.decode()
    for said in ("Is it dark?", "log.csv", "ida@customer.example", "Message-ID: &lt;designed@customer.example&gt;"):
        assert said in original
    assert "spy.example" not in original


def test_the_design_of_a_mail_runs_and_loads_nothing(case: Case, ben: Client) -> None:
    answer = ben.get(addresses(ReceivedMail.objects.get())[1])
    body, policy = answer.content.decode(), answer.headers["Content-Security-Policy"]
    assert "<b>you</b>" in body
    for gone in ("<script", "spy.example", "<form"):
        assert gone not in body
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_the_original_leaves_as_a_download(case: Case, ben: Client) -> None:
    answer = ben.get(addresses(ReceivedMail.objects.get())[2])
    assert answer.content == content_of(ReceivedMail.objects.get().sha256)
    assert answer.content.startswith(b"From: Ida Holm")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_customers_never_get_to_it(company: Company, case: Case, client: Client) -> None:
    mail = ReceivedMail.objects.get()
    for address in addresses(mail):
        assert client.get(address).status_code == 302
    client.login(email=company.ida.user.email, password=PASSWORD)
    for address in addresses(mail):
        assert client.get(address).status_code == 404
    assert client.post(addresses(mail)[0]).status_code in (404, 405)


def test_a_mail_without_a_case_is_for_administrators_with_or_without_an_agent(
    company: Company, case: Case, ben: Client, sign_in: SignIn
) -> None:
    mail = came(letter("nobody@elsewhere.example", Auto_Submitted="auto-replied"))
    assert mail.case is None
    assert [ben.get(address).status_code for address in addresses(mail)] == [404] * 3
    User.objects.filter(pk=company.agent.user.pk).update(is_staff=True)
    assert [ben.get(address).status_code for address in addresses(mail)] == [404] * 3
    roles.assign(company.agent.user, [StaffRole.AUDITOR])
    assert [ben.get(address).status_code for address in addresses(mail)] == [200] * 3
    ada = sign_in(company.administrator)
    assert [ada.get(address).status_code for address in addresses(mail)] == [200] * 3
    assert ada.get(addresses(ReceivedMail.objects.get(case=case))[0]).status_code == 200


def test_what_is_only_on_record_leads_to_its_original(company: Company, case: Case, ben: Client) -> None:
    to = marked(newest(company.ida.contact.code, case))
    mail = came(letter(to=to, Auto_Submitted="auto-replied"))
    page = ben.get(reverse("desk:case", args=[case.reference])).content.decode()
    assert "On record, and nothing else: an automatic answer" in page
    assert addresses(mail)[0] in page


def test_eml_07_a_new_case_by_mail_offers_what_may_be_the_same_and_joins_nothing(
    company: Company, case: Case, ben: Client
) -> None:
    again = opened(letter(subject="Dark again in the north hall"))
    other = opened(letter(subject="Something about invoices"))
    page = ben.get(reverse("desk:case", args=[again.reference])).content.decode()
    assert "Perhaps the same:" in page
    assert reverse("desk:case", args=[case.reference]) in page
    assert reverse("desk:case", args=[other.reference]) not in page
    assert Case.objects.count() == 3


def test_a_case_and_the_one_that_follows_it_lead_to_each_other(company: Company, case: Case, ben: Client) -> None:
    follower = company.open(subject="It is back", at=MONDAY)
    Case.objects.filter(pk=follower.pk).update(follows=case)
    for one, another in ((case, follower), (follower, case)):
        page = ben.get(reverse("desk:case", args=[one.reference])).content.decode()
        assert reverse("desk:case", args=[another.reference]) in page
