"""Organizations and contacts come in as sheets, all lines or none, and go out as sheets that hold no formula."""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from customers import actions, sheets
from customers.models import Contact, ContactAddress, Membership, Organization, SupportPlan, User
from customers.sheet_imports import (
    Outcome,
    export_contacts,
    export_organizations,
    foreseen,
    import_contacts,
    import_organizations,
)
from customers.sheets import NotTaken

pytestmark = pytest.mark.django_db


def agreed(_outcome: Outcome) -> None:
    """A yes."""


def rows() -> list[list[object]]:
    models = (Organization, Contact, ContactAddress, Membership, User)
    return [list(model._default_manager.order_by("pk").values()) for model in models]


@pytest.fixture(autouse=True)
def norlight() -> Organization:
    plan = SupportPlan.objects.create(slug="care", name="Care")
    organization = actions.add_organization(name="Norlight Energy", tier="vip", plan=plan)
    actions.add_contact(name="Ida Holm", email="ida@norlight.example", organization=organization, is_lead=True)
    return organization


def organizations(text: str | bytes) -> Outcome:
    return import_organizations(text.encode() if isinstance(text, str) else text, agree=agreed)


def contacts(text: str) -> Outcome:
    return import_contacts(text.encode(), agree=agreed)


def test_organizations_are_made_changed_and_left() -> None:
    text = "name,tier,plan\nHalden Foods,plus,\nNORLIGHT energy,standard,\nBrückner & Söhne,,care\n"
    outcome = organizations(text)
    assert (outcome.made, outcome.changed, outcome.left) == (2, 1, 0)
    assert outcome.told == [
        "new: Halden Foods",
        "changed: Norlight Energy; tier: vip → standard",
        "new: Brückner & Söhne",
    ]
    found = Organization.objects.order_by("pk").values_list("name", "tier", "plan__slug")
    assert list(found) == [
        ("Norlight Energy", "standard", "care"),
        ("Halden Foods", "plus", None),
        ("Brückner & Söhne", "standard", "care"),
    ]
    again = organizations(text)
    assert (again.anything, again.left) == (False, 3)


def test_contacts_are_known_by_any_of_their_addresses() -> None:
    text = (
        "name;addresses;organizations\n"
        'Ida H. Holm;"IDA@norlight.example; ida@home.example";Norlight Energy\n'
        "Otto Berg;otto@norlight.example;norlight energy (lead)\n"
    )
    outcome = contacts(text)
    assert (outcome.made, outcome.changed) == (1, 1)
    ida, otto = Contact.objects.order_by("pk")
    assert (ida.name, [each.email for each in ida.addresses.order_by("pk")]) == (
        "Ida H. Holm",
        ["ida@norlight.example", "ida@home.example"],
    )
    assert [place.is_lead for person in (ida, otto) for place in person.memberships.all()] == [False, True]
    assert not contacts(text).anything


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("name\nBrückner\n".encode(), "Brückner"),
        ("name\nBrückner\n".encode("utf-8-sig"), "Brückner"),
        ("name\r\nBrückner – Söhne\r\n".encode("cp1252"), "Brückner – Söhne"),
        ("tier;name\nplus;Brückner\n".encode(), "Brückner"),
        ("Name , tier\n Brückner , PLUS \n".encode(), "Brückner"),
        ('name,tier\n"Brückner, Söhne\nKG",vip\n'.encode(), "Brückner, Söhne\nKG"),
    ],
)
def test_sheets_of_any_office_program_are_read(content: bytes, name: str) -> None:
    outcome = organizations(content)
    assert Organization.objects.filter(name=name).exists()
    assert bool(outcome.notes) == ("–" in name)
    assert not outcome.notes or "Windows-1252" in outcome.notes[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "This file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00", "This is no sheet of text"),
        ("name\nA\n".encode("utf-16"), "This is no"),
        (b"name\n\x81\n", "This is no text in UTF-8 or Windows-1252"),
        (b"name,colour\nA,red\n", "line 1: Unknown columns: colour. There are: name, tier, plan."),
        (b"tier\nvip\n", "line 1: Columns are missing: name."),
        (b"name,name\nA,B\n", "line 1: A column stands here twice"),
        (b'name\n"A\n', "line 2: A quotation mark is open here"),
        (b"name,tier\nA\n", "line 2: This line has 1 cells, the first one 2."),
        (b"name\n" + b"A\n" * (sheets.MOST_LINES + 1), "These are more than 2,000 lines"),
        (b"name\n" + b"x" * sheets.LARGEST, "This file is larger than 1000 kB"),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(content: bytes, said: str) -> None:
    before = rows()
    with pytest.raises(NotTaken) as refused:
        organizations(content)
    assert str(refused.value.problems[0]).startswith(said)
    assert rows() == before


def test_every_bad_line_is_named_and_nothing_of_the_sheet_is_taken() -> None:
    before = rows()
    text = "name,tier,plan\nHalden,plus,\n,plus,\nB,gold,\n\nC,,best\nhalden,,\n" + "x" * 121 + ",,\n"
    with pytest.raises(NotTaken) as refused:
        organizations(text)
    assert [str(problem).partition(": ")[0] for problem in refused.value.problems] == [
        "line 3, name",
        "line 4, tier",
        "line 6, plan",
        "line 7, name",
        "line 8, name",
    ]
    assert rows() == before


def test_every_bad_contact_is_named() -> None:
    other = actions.add_contact(name="Otto", email="otto@norlight.example")
    gone = Membership.objects.create(contact=other, organization=Organization.objects.get(), ended_on="2026-01-01")
    before = rows()
    text = (
        "name;addresses;organizations\n"
        "A;;\n"
        "B;not an address;\n"
        "C;c@x.example;Nowhere\n"
        '"Both";"ida@norlight.example; otto@norlight.example";\n'
        "Otto;otto@norlight.example;Norlight Energy\n"
    )
    with pytest.raises(NotTaken) as refused:
        contacts(text)
    assert [str(problem).partition(": ")[0] for problem in refused.value.problems] == [
        "line 2, addresses",
        "line 3, addresses",
        "line 4, organizations",
        "line 5, addresses",
        "line 6, organizations",
    ]
    assert rows() == before
    assert gone.ended_on


def test_a_preview_writes_nothing_and_says_what_the_import_does() -> None:
    before, text = rows(), b"name,tier\nHalden,plus\n"
    seen = foreseen(import_organizations, text)
    assert rows() == before
    assert seen.told == import_organizations(text, agree=agreed).told


FORMULAS = ["=1+1", "+49 30", "-2", "@SUM(A1)", "'=quoted", "'plain"]


def test_nothing_in_a_sheet_is_a_formula_and_it_comes_back_as_it_was() -> None:
    for name in FORMULAS:
        actions.add_organization(name=name, tier="standard")
    actions.add_contact(name="=Evil", email="evil@x.example", organization=Organization.objects.get(name="=1+1"))
    for content in (export_organizations(","), export_organizations(";"), export_contacts(",")):
        text = content.decode("utf-8-sig")
        cells = [
            cell for line in csv.reader(io.StringIO(text), delimiter=";" if ";tier" in text else ",") for cell in line
        ]
        assert not any(cell.startswith(sheets.FORMULA) for cell in cells)
    assert not import_organizations(export_organizations(","), agree=agreed).anything
    assert not import_organizations(export_organizations(";"), agree=agreed).anything
    assert not import_contacts(export_contacts(";"), agree=agreed).anything


# -- in the back office --------------------------------------------------------------------------------


@pytest.fixture
def door() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("ada@belay.example", "correct-horse", name="Ada"))
    return client


def test_a_sheet_is_looked_at_first_taken_in_after_a_yes_and_stays_on_record(door: Client) -> None:
    page = reverse("admin:customers_organization_import_sheet")
    assert page in door.get(reverse("admin:customers_organization_changelist")).content.decode()
    file = SimpleUploadedFile("customers.csv", b"name,tier\nHalden <b>,plus\n")
    html = door.post(page, {"file": file}).content.decode()
    assert "new: Halden &lt;b&gt;" in html
    assert Organization.objects.count() == 1
    fields = {name: html.split(f'name="{name}" value="')[1].partition('"')[0] for name in ("content", "name", "seen")}
    assert door.post(page, fields).status_code == 302
    assert Organization.objects.filter(name="Halden <b>", tier="plus").exists()
    assert LogEntry.objects.get(object_id=None).object_repr == "customers.csv"
    assert "New: 1. Changed: 0." in door.get(page).content.decode()


def test_a_contact_page_offers_the_same(door: Client) -> None:
    page = reverse("admin:customers_contact_import_sheet")
    file = SimpleUploadedFile("people.csv", b"name,addresses\nA,b\n")
    answer = door.post(page, {"file": file})
    assert answer.status_code == 422
    assert "line 2, addresses: “b” is no e-mail address." in answer.content.decode()
    sheet = door.get(reverse("admin:customers_contact_export_sheet"))
    assert sheet.content.decode("utf-8-sig").splitlines()[1] == "Ida Holm,ida@norlight.example,Norlight Energy (lead)"


def test_only_who_may_add_and_change_imports_and_only_who_may_look_exports() -> None:
    user = User.objects.create_user("vic@belay.example", "correct-horse", name="Vic", is_staff=True)
    client, names = Client(), ("organization", "contact")
    client.force_login(user)
    for name in names:
        assert client.get(reverse(f"admin:customers_{name}_import_sheet")).status_code == 403
        assert client.get(reverse(f"admin:customers_{name}_export_sheet")).status_code == 403
    user.user_permissions.set(Permission.objects.filter(codename__in=[f"view_{name}" for name in names]))
    before = rows()
    for name in names:
        assert client.get(reverse(f"admin:customers_{name}_export_sheet")).status_code == 200
        file = SimpleUploadedFile("x.csv", b"name,addresses\nA,a@x.example\n")
        assert client.post(reverse(f"admin:customers_{name}_import_sheet"), {"file": file}).status_code == 403
    assert rows() == before
