"""Pages make a number of statements that does not grow with what they show, and that stands in a file."""

import tomllib
from datetime import timedelta
from pathlib import Path

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from escalations.actions import escalation, handling
from escalations.actions.attachments import Upload
from escalations.models import Case
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn

ALL_BUDGETS: dict[str, dict[str, int]] = tomllib.loads(
    (Path(__file__).parent.parent / "query_budgets.toml").read_text()
)
BUDGETS = ALL_BUDGETS["desk"]
AT = MONDAY + timedelta(minutes=10)
LOG = Upload.of("meter.log", "text/plain", b"03:00 no reading")


def busy_case(company: Company) -> Case:
    """A case on which something of everything happened."""
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=AT, text="I look at it.", files=[LOG])
    handling.note(case=case, actor=company.agent.standing, at=AT, text="The lock again.")
    company.escalate(case, AT)
    escalation.acknowledge(case=case, actor=company.specialist.standing, at=AT, severity=1, text="Heard.")
    return case


def statements(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as made:
        assert client.get(address).status_code in (200, 204)
    return len(made)


def test_pages_stay_within_their_budgets_and_do_not_grow_with_what_they_show(company: Company, sign_in: SignIn) -> None:
    case = busy_case(company)
    busy_case(company)  # nobody opens it, so there is something new in the inbox from the beginning
    client = sign_in(company.specialist.user)
    pages = {name: address_of(name, case) for name in BUDGETS}
    for address in pages.values():
        client.get(address)
    one = {name: statements(client, address) for name, address in pages.items()}
    for _number in range(5):
        busy_case(company)
    handling.reply(case=case, actor=company.specialist.standing, at=AT, text="And more words.", files=[LOG])
    six = {name: statements(client, address) for name, address in pages.items()}
    assert {name: count for name, count in six.items() if count > BUDGETS[name]} == {}
    assert {name: count for name, count in six.items() if count > one[name]} == {}


def address_of(name: str, case: Case) -> str:
    """Where the page of this name is."""
    special = {
        "home": "/desk/",
        "queue": "/desk/queue/?view=all&severity=2&team=specialists&owner=nobody&owner=me&group=level",
        "queue_live": "/desk/queue/live/?view=all&known=",
        "queue_search": "/desk/queue/?q=meter+readings",
        "queue_filter": "/desk/queue/filter/?view=all",
        "saved_views": "/desk/queue/views/?view=all",
        "case": f"/desk/cases/{case.reference}/",
        "case_changes": f"/desk/cases/{case.reference}/changes/?since=999",
        "case_refused": f"/desk/cases/{case.reference}/panels/refused/",
        "case_ended_clocks": f"/desk/cases/{case.reference}/panels/ended-clocks/",
        "act": f"/desk/cases/{case.reference}/climb/",
        "new": "/desk/cases/new/",
        "customer": f"/desk/customers/{case.organization.uid if case.organization else ''}/",
        "inbox_count": "/desk/inbox/count/",
    }
    return special.get(name, f"/desk/{name}/")
