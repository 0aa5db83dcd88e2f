"""Letters about a case come from the mailbox its first mail went to."""

from __future__ import annotations

from escalations.models import Case, Mailbox, ReceivedMail, mailbox_for
from tests.cast import MONDAY, Company


def box(slug: str, *, is_active: bool = True) -> Mailbox:
    return Mailbox.objects.create(slug=slug, address=f"{slug}@belay.example", is_active=is_active)


def came_in(mailbox: Mailbox, case: Case) -> None:
    ReceivedMail.objects.create(mailbox=mailbox, case=case, sha256="0" * 64, size=1, received_at=MONDAY)


def test_letters_come_from_where_the_first_mail_of_the_case_came_in(company: Company) -> None:
    case, other = company.open(), company.open(company.vera)
    first, second, third = box("closed", is_active=False), box("support"), box("billing")
    for mailbox in (first, third, second):
        came_in(mailbox, case)
    assert mailbox_for(case) == third
    assert mailbox_for(other) == second
    assert mailbox_for(None) == second


def test_without_an_active_mailbox_there_is_none(company: Company) -> None:
    case = company.open()
    came_in(box("closed", is_active=False), case)
    assert mailbox_for(case) is None
