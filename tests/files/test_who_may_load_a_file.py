"""Whoever may read a message may load its files, and nobody else learns that they exist."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from customers.models import Membership
from escalations.actions.attachments import Upload
from escalations.models import Attachment
from tests.cast import Company
from tests.files.sent import address, noted, replied, signed_in

pytestmark = pytest.mark.django_db

UPLOAD = Upload.of("meter.log", "text/plain", b"secret")


def public(company: Company) -> Attachment:
    return replied(company.open(company.otto), company.agent.standing, UPLOAD)


def internal(company: Company) -> Attachment:
    return noted(company.open(company.otto), company.agent.standing, UPLOAD)


def test_the_one_who_raised_it_and_the_leads_of_the_organization_may(company: Company) -> None:
    row = public(company)
    for customer in (company.otto, company.ida):
        assert signed_in(customer.user).get(address("portal", row)).status_code == 200


def test_the_staff_may_load_both(company: Company) -> None:
    for row in (public(company), internal(company)):
        assert signed_in(company.specialist.user).get(address("desk", row)).status_code == 200


def test_an_outsider_gets_what_everybody_gets_who_guesses(company: Company) -> None:
    row, vera = public(company), signed_in(company.vera.user)
    foreign, guessed = vera.get(address("portal", row)), vera.get(f"/portal/files/{'a' * 32}/meter.log")
    assert (foreign.status_code, guessed.status_code) == (404, 404)
    assert foreign.templates[0].name == guessed.templates[0].name == "404.html"


def test_the_file_of_an_internal_note_is_no_customers(company: Company) -> None:
    row = internal(company)
    for customer in (company.otto, company.ida):
        assert signed_in(customer.user).get(address("portal", row)).status_code == 404


def test_the_doors_do_not_open_for_each_other(company: Company) -> None:
    row = public(company)
    assert signed_in(company.ida.user).get(address("desk", row)).status_code == 404
    assert signed_in(company.agent.user).get(address("portal", row)).status_code == 404


def test_nobody_loads_a_file_without_signing_in(company: Company) -> None:
    row = public(company)
    for door in ("desk", "portal"):
        answer = Client().get(address(door, row))
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


def test_whoever_left_the_organization_has_left_its_files(company: Company) -> None:
    row, otto = public(company), signed_in(company.otto.user)
    Membership.objects.filter(contact=company.otto.contact).update(ended_on=date(2026, 3, 1))
    assert otto.get(address("portal", row)).status_code == 404


def test_the_folder_of_the_files_has_no_address(company: Company) -> None:
    row = public(company)
    for path in (f"/files/{row.sha256}", f"/media/content/{row.sha256}", f"/static/{row.sha256}"):
        assert signed_in(company.administrator).get(path).status_code == 404
