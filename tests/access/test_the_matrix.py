"""Every address of the product answers every role as docs/access.md says; a new address needs a row there."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from urllib.parse import urlsplit

import pytest

from escalations.models import HouseRules
from tests.access.asking import Answer, ask, undrawn
from tests.access.house import HOSTILE, SECRET, House
from tests.access.objects import address_of, is_of_somebody
from tests.access.routes import Route, routes
from tests.access.table import HIDDEN, REFUSED, SHOWN, SIGN_IN, Row, rows

pytestmark = pytest.mark.django_db

TABLE = list(rows())
ROLES = list(TABLE[0].cells)
# These see the pages drawn: no hostile name and no secret gets out of them. For the others the answer alone counts.
DRAWN = {"nobody", "customer lead", "specialist", "administrator", "auditor"}
# What looking at a page writes, and nothing else: the session, and that a notice was seen.
LOOKING = {"django_session", "escalations_notice"}


def row_of(route: Route) -> Row:
    return next(row for row in TABLE if row.speaks_of(route))


def test_every_address_has_exactly_one_row_and_every_row_an_address() -> None:
    found = {route: [row for row in TABLE if row.speaks_of(route)] for route in routes()}
    assert [(route.method, route.address, len(speak)) for route, speak in found.items() if len(speak) != 1] == []
    used = Counter(f"{row.method} {row.pattern}" for speak in found.values() for row in speak)
    assert [row.pattern for row in TABLE if not used[f"{row.method} {row.pattern}"]] == []


@pytest.mark.parametrize("role", ROLES)
def test_every_address_answers_as_the_table_says(house: House, role: str) -> None:
    wrong: list[str] = []
    with nullcontext() if role in DRAWN else undrawn():
        for route in routes():
            row = row_of(route)
            cases = [house.own, house.foreign] if is_of_somebody(route) else [house.own]
            for case, promised in zip(cases, row.cells[role], strict=False):
                answer = ask(house.people[role], row.method, address_of(route, case))
                wrong += [f"{row.method} {route.address}: {fault}" for fault in faults(answer, row, promised)]
    assert "\n".join(wrong) == ""


def faults(answer: Answer, row: Row, promised: str) -> list[str]:
    """What is not as it should be."""
    found = [] if answer.sign == promised else [f"{promised} is promised, and it answers {answer.sign} {answer.status}"]
    allowed = set() if promised == HIDDEN else LOOKING if row.method == "GET" else {"django_session"}
    if (promised != SHOWN or row.method == "GET") and answer.written - allowed:
        found.append(f"it wrote {sorted(answer.written)}")
    if answer.is_page and HOSTILE[3:] in answer.text:
        found.append("a hostile name gets out")
    if SECRET in answer.text:
        found.append("a secret is shown")
    return [*found, *_of_headers(answer, row)]


def _of_headers(answer: Answer, row: Row) -> list[str]:
    """No page is framed, guessed at or lets foreign scripts in; only the back office's own scripts are looser."""
    policy, found = answer.headers.get("Content-Security-Policy", ""), []
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        found.append("its kind may be guessed")
    if answer.is_page and answer.headers.get("X-Frame-Options") != framed_by(row, answer):
        found.append("it may be framed")
    if answer.is_page and "unsafe" in policy and not row.pattern.startswith(("/admin/", "/desk/mails/")):
        found.append("its content policy is loose")
    if answer.is_page and ("'none'" not in policy or "frame-ancestors" not in policy):
        found.append("it has no content policy")
    return found


def framed_by(row: Row, answer: Answer) -> str:
    """The page of a mail stands in a frame of ours, in a sandbox, and runs nothing."""
    is_of_mail = row.pattern == "/desk/mails/<uid>/page/" and answer.status == 200
    return "SAMEORIGIN" if is_of_mail else "DENY"


@pytest.mark.parametrize("role", ["agent", "specialist", "lead"])
def test_without_the_house_rule_colleagues_find_what_is_of_others_as_their_own(house: House, role: str) -> None:
    cases = ("/desk/cases/<reference>/", "/desk/files/", "/api/v1/cases/<reference>/", "/api/v1/attachments/")
    asked = [route for route in routes() if route.address.startswith(cases) and route.method in ("", "GET")]
    found = [route for route in asked if row_of(route).method == "GET"]
    HouseRules.objects.update(by_team=False)
    with undrawn():
        signs = {ask(house.people[role], "GET", address_of(route, house.foreign)).sign for route in found}
    assert len(found) > 5
    assert signs == {SHOWN}


def test_a_refusal_and_a_way_to_sign_in_have_words(house: House) -> None:
    address = f"/api/v1/cases/{house.own.reference}/resolve/"
    refused = ask(house.people["customer lead"], "POST", address)
    assert (refused.sign, "detail" in refused.text or "title" in refused.text) == (REFUSED, True)
    asked = ask(house.people["nobody"], "GET", "/desk/")
    assert (asked.sign, urlsplit(asked.headers["Location"]).query) == (SIGN_IN, "next=/desk/")


def test_a_table_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(rows("| address | nobody | agent |\n| `/desk/` | ● |\n"))
    with pytest.raises(ValueError, match="line 2"):
        list(rows("| address | nobody | agent |\n| `/desk/` | ● | yes |\n"))
