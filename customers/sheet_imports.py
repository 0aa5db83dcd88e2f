"""Organizations and contacts from a sheet, and back into one: all lines of it or none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from customers import actions, sheets
from customers.models import Contact, Membership, Organization, SupportPlan, Tier
from customers.refusal import Refused
from customers.sheets import NotTaken, Problem

ORGANIZATION_COLUMNS = ("name", "tier", "plan")
CONTACT_COLUMNS = ("name", "addresses", "organizations")
LEAD = "(lead)"

Cells = Mapping[str, str]


class _Undo(Exception):
    """Everything that was written goes back."""


class Wrong(Exception):
    """One cell is wrong: its column, and how to mend it."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column, self.sentence = column, sentence


@dataclass(slots=True)
class Outcome:
    """What an import does: lines that are new, changed, and as they are; `told` has a sentence for each that counts."""

    made: int = 0
    changed: int = 0
    left: int = 0
    told: list[str] = field(default_factory=list)
    notes: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.made or self.changed)

    def counted(self) -> str:
        said = {"made": self.made, "changed": self.changed, "left": self.left}
        return _("New: %(made)s. Changed: %(changed)s. As they are: %(left)s.") % said

    def count(self, name: str, differs: list[str], *, made: bool) -> None:
        self.made += made
        self.changed += bool(differs) and not made
        self.left += not differs and not made
        if made or differs:
            said = _("new: %(name)s") if made else _("changed: %(name)s")
            self.told.append("; ".join([said % {"name": name}, *differs]))


Look = Callable[[Outcome], None]


def import_organizations(content: bytes, *, agree: Look) -> Outcome:
    """Takes every line of a sheet of organizations, known by their names whatever the capital letters.

    `agree` is told what was done before it counts, and may raise to take all of it back. Raises NotTaken.
    """
    sheet = sheets.read(content, ORGANIZATION_COLUMNS, ("name",))
    known = {row.name.lower(): row for row in Organization.objects.select_related("plan")}
    plans = {plan.slug: plan for plan in SupportPlan.objects.all()}
    return _taken(sheet, lambda cells, outcome: _organization(cells, known, plans, outcome), ("name",), agree)


def import_contacts(content: bytes, *, agree: Look) -> Outcome:
    """Takes every line of a sheet of contacts, known by any of their addresses. Raises NotTaken."""
    sheet = sheets.read(content, CONTACT_COLUMNS, ("name", "addresses"))
    people = Contact.objects.prefetch_related("addresses", "memberships")
    known = {address.email.lower(): person for person in people for address in person.addresses.all()}
    companies = {row.name.lower(): row for row in Organization.objects.all()}
    return _taken(sheet, lambda cells, outcome: _contact(cells, known, companies, outcome), (), agree)


def foreseen(take: Callable[..., Outcome], content: bytes) -> Outcome:
    """What an import would do; nothing is written. Raises NotTaken."""
    seen: list[Outcome] = []

    def take_back(outcome: Outcome) -> None:
        seen.append(outcome)
        raise _Undo

    with suppress(_Undo):
        take(content, agree=take_back)
    return seen[0]


def _taken(sheet: sheets.Sheet, take: Callable[[Cells, Outcome], None], once: tuple[str, ...], agree: Look) -> Outcome:
    outcome, problems, seen = Outcome(notes=sheet.notes), list[Problem](), dict[str, int]()
    with transaction.atomic():
        for number, cells in sheet.lines:
            word = " ".join(cells[name].lower() for name in once)
            try:
                if once and word in seen:
                    raise Wrong(once[0], _("This stands in line %(line)s already.") % {"line": seen[word]})
                seen[word] = number
                take(cells, outcome)
            except Wrong as wrong:
                problems.append(Problem(number, wrong.column, wrong.sentence))
            except Refused as refused:
                problems.append(Problem(number, refused.field, str(refused.remedy)))
        if problems:
            raise NotTaken(problems)
        agree(outcome)
    return outcome


# -- one line ----------------------------------------------------------------------------------------------------------


def _name(cells: Cells) -> str:
    name = cells["name"]
    if not name:
        raise Wrong("name", _("This must not be empty."))
    if len(name) > 120:
        raise Wrong("name", _("This is longer than %(longest)s characters; shorten it.") % {"longest": 120})
    return name


def _organization(
    cells: Cells, known: dict[str, Organization], plans: Mapping[str, SupportPlan], outcome: Outcome
) -> None:
    name, said, word = _name(cells), cells.get("tier", "").lower(), cells.get("plan", "")
    if said and said not in Tier.values:
        raise Wrong("tier", _("Write one of: %(choices)s.") % {"choices": ", ".join(Tier.values)})
    if word and word not in plans:
        raise Wrong("plan", _("There is no support plan of the short name “%(word)s”.") % {"word": word[:60]})
    row = known.get(name.lower())
    if row is None:
        made = actions.add_organization(name=name, tier=said or Tier.STANDARD, plan=plans.get(word))
        known[name.lower()] = made
        outcome.count(name, [], made=True)
        return
    tier, plan = said or row.tier, plans[word] if word else row.plan
    columns = (("tier", row.tier, tier), ("plan", row.plan, plan))
    differs = [f"{column}: {before or '–'} → {after or '–'}" for column, before, after in columns if before != after]
    if differs:
        actions.change_organization(organization=row, tier=tier, plan=plan)
    outcome.count(row.name, differs, made=False)


def _contact(cells: Cells, known: dict[str, Contact], companies: Mapping[str, Organization], outcome: Outcome) -> None:
    name, addresses = _name(cells), _addresses(cells["addresses"])
    places = _places(cells.get("organizations", ""), companies)
    found = {known[address].pk: known[address] for address in addresses if address in known}
    if len(found) > 1:
        names = ", ".join(sorted(person.name for person in found.values()))
        raise Wrong("addresses", _("These addresses are of several contacts: %(names)s.") % {"names": names})
    person = next(iter(found.values()), None)
    made = person is None
    if person is None:
        person = actions.add_contact(name=name)
    differs = [] if made or person.name == name else [f"name: {person.name} → {name}"]
    if differs:
        actions.rename_contact(contact=person, name=name)
        person.name = name
    differs += _reach(person, addresses, known)
    differs += _place(person, places, made=made)
    outcome.count(name, differs, made=made)


def _reach(person: Contact, addresses: list[str], known: dict[str, Contact]) -> list[str]:
    new = [address for address in addresses if address not in known]
    for address in new:
        actions.add_address(contact=person, email=address)
        known[address] = person
    return [_("new address: %(address)s") % {"address": address} for address in new]


def _place(person: Contact, places: Mapping[Organization, bool], *, made: bool) -> list[str]:
    stands = {} if made else {place.organization_id: place for place in Membership.objects.filter(contact=person)}
    differs = []
    for organization, is_lead in places.items():
        before = stands.get(organization.pk)
        if before is not None and before.ended_on is None and before.is_lead == is_lead:
            continue
        actions.place_contact(contact=person, organization=organization, is_lead=is_lead)
        said = _("leads %(organization)s") if is_lead else _("belongs to %(organization)s")
        differs.append(said % {"organization": organization})
    return differs


def _addresses(cell: str) -> list[str]:
    found = list(dict.fromkeys(part.strip().lower() for part in cell.split(";") if part.strip()))
    if not found:
        raise Wrong("addresses", _("A contact is known by its addresses; write at least one."))
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            raise Wrong("addresses", _("“%(word)s” is no e-mail address.") % {"word": address[:80]}) from None
    return found


def _places(cell: str, companies: Mapping[str, Organization]) -> dict[Organization, bool]:
    found: dict[Organization, bool] = {}
    for part in filter(None, map(str.strip, cell.split(";"))):
        name = part.removesuffix(LEAD).strip()
        if name.lower() not in companies:
            said = _("There is no organization “%(name)s”; import organizations first.")
            raise Wrong("organizations", said % {"name": name[:80]})
        found[companies[name.lower()]] = part.endswith(LEAD)
    return found


# -- back into a sheet -------------------------------------------------------------------------------------------------


def export_organizations(delimiter: str) -> bytes:
    rows = Organization.objects.select_related("plan").order_by("name", "pk")
    lines = ([row.name, row.tier, row.plan.slug if row.plan else ""] for row in rows)
    return sheets.written(ORGANIZATION_COLUMNS, lines, delimiter)


def export_contacts(delimiter: str) -> bytes:
    """Those that have an address, by which they are known; without organizations they have left."""
    rows = Contact.objects.prefetch_related("addresses", "memberships__organization").order_by("name", "pk")
    return sheets.written(CONTACT_COLUMNS, (_line(row) for row in rows if row.addresses.all()), delimiter)


def _line(contact: Contact) -> list[str]:
    places: Iterable[Any] = [place for place in contact.memberships.all() if place.ended_on is None]
    marks = {True: f" {LEAD}", False: ""}
    named = sorted(f"{place.organization.name}{marks[place.is_lead]}" for place in places)
    return [contact.name, "; ".join(sorted(each.email for each in contact.addresses.all())), "; ".join(named)]
