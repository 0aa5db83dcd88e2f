"""The queue, the board and home: the most urgent first, in pages without counting."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client

from escalations.actions import handling, triage
from escalations.casefile import lines
from escalations.models import Case
from escalations.rules.vocabulary import Impact, Kind, Urgency
from tests.cast import MONDAY, Company
from tests.desk.conftest import SignIn

AT = MONDAY + timedelta(minutes=10)


def references(client: Client, address: str) -> list[str]:
    """The cases of a page, in the order they are shown."""
    page = client.get(address).content.decode()
    return re.findall(r'class="subject" href="/desk/cases/(B-\d+)/"', page)


def test_the_queue_shows_what_is_due_first_on_top(company: Company, sign_in: SignIn) -> None:
    late = company.open(at=MONDAY + timedelta(minutes=15), subject="Later")
    early = company.open(at=MONDAY, subject="Earlier")
    assert references(sign_in(company.agent.user), "/desk/queue/") == [early.reference, late.reference]


def test_the_views_are_my_team_mine_escalated_and_all(company: Company, sign_in: SignIn) -> None:
    free, owned, climbed = (company.open(subject=name) for name in ("Free", "Owned", "Climbed"))
    triage.take(case=owned, actor=company.agent.standing, at=AT)
    company.escalate(climbed, AT)
    client = sign_in(company.agent.user)
    assert set(references(client, "/desk/queue/")) == {free.reference, owned.reference}
    assert set(references(client, "/desk/queue/?view=mine")) == {owned.reference, climbed.reference}
    assert references(client, "/desk/queue/?view=escalated") == [climbed.reference]
    assert len(references(client, "/desk/queue/?view=all")) == 3
    assert references(client, "/desk/queue/?view=nonsense") == references(client, "/desk/queue/")


def test_pages_follow_each_other_without_gap_or_repetition(
    company: Company, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "page", partial(lines.page, limit=3))
    at_once = [company.open(subject=f"Case {number}").reference for number in range(4)]
    later = [company.open(at=MONDAY + timedelta(minutes=5), subject="Later").reference for _number in range(3)]
    client, seen, address = sign_in(company.agent.user), [], "/desk/queue/"
    while address:
        seen += references(client, address)
        following = re.search(r'rel="next" href="([^"]+)"', client.get(address).content.decode())
        address = "/desk/queue/" + following[1].replace("&amp;", "&") if following else ""
    assert seen == at_once + later


def test_a_cursor_that_is_none_shows_the_first_page(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    client = sign_in(company.agent.user)
    for cursor in ("x", "2026-03-02~", "~5", "2026-03-02T08:00:00+00:00~abc"):
        assert references(client, f"/desk/queue/?after={cursor}") == [case.reference]


def test_search_goes_straight_to_a_number_and_looks_for_words_in_subjects(company: Company, sign_in: SignIn) -> None:
    case = company.open(subject="Payroll export refuses umlauts")
    company.open(subject="Something else")
    client = sign_in(company.agent.user)
    assert (
        client.get(f"/desk/queue/?q={case.reference.lower()}").headers["Location"] == f"/desk/cases/{case.reference}/"
    )
    assert references(client, "/desk/queue/?q=umlauts") == [case.reference]
    assert "No case says that" in client.get("/desk/queue/?q=nothing+like+it").content.decode()
    assert client.get("/desk/queue/?q=B-99999").status_code == 200


def test_severity_is_said_by_sign_and_word_and_not_by_colour_alone(company: Company, sign_in: SignIn) -> None:
    company.open(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    page = sign_in(company.agent.user).get("/desk/queue/?view=all").content.decode()
    assert "▲" in page
    assert "Severity 1 · critical" in page


def test_a_case_on_hold_says_what_it_waits_for_and_when_it_wakes(company: Company, sign_in: SignIn) -> None:
    case = company.open()
    handling.reply(case=case, actor=company.agent.standing, at=AT, text="Which version?")
    wakes = MONDAY + timedelta(days=1)
    handling.hold(case=case, actor=company.agent.standing, at=AT, reason=company.waiting, wake_at=wakes)
    page = sign_in(company.agent.user).get("/desk/queue/").content.decode()
    assert "Waiting for the customer" in page
    assert "tomorrow 09:00" in page


def test_the_board_has_a_column_for_each_level_with_somebody_in_it(company: Company, sign_in: SignIn) -> None:
    company.escalate(company.open(subject="At two"), AT)
    company.escalate(company.open(subject="At three"), AT, level=3)
    page = sign_in(company.agent.user).get("/desk/escalations/").content.decode()
    assert page.index("At three") < page.index("At two")
    assert 'id="level-3"' in page
    assert 'id="level-4"' not in page


def test_home_shows_what_waits_for_this_person_and_nobody_else(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT, kind=Kind.HIERARCHICAL)
    page = sign_in(company.specialist.user).get("/desk/").content.decode()
    assert "May we refund the month?" in page
    assert f"/desk/cases/{case.reference}/decide/" in page
    other = sign_in(company.executive.user).get("/desk/").content.decode()
    assert "May we refund the month?" not in other
    assert "Nothing waits for you to take it up." in other


def test_the_inbox_counts_what_is_new_until_it_is_read(company: Company, sign_in: SignIn) -> None:
    company.open()
    client = sign_in(company.agent.user)
    assert "New case, severity 2" in client.get("/desk/inbox/").content.decode()
    assert ">1<" in client.get("/desk/inbox/count/?place=side").content.decode()
    assert "1<" in client.get("/desk/inbox/count/").content.decode()
    assert client.get("/desk/inbox/seen/").status_code == 405
    assert client.post("/desk/inbox/seen/").status_code == 303
    assert "fresh" not in client.get("/desk/inbox/count/").content.decode()
    assert (
        Case.objects.get().notices.filter(seen_at=None, channel="in_app", recipient=company.agent.user.code).count()
        == 0
    )


def test_nobody_reads_the_inbox_of_somebody_else(company: Company, sign_in: SignIn) -> None:
    company.open(subject="For the front line")
    assert "For the front line" not in sign_in(company.executive.user).get("/desk/inbox/").content.decode()
    sign_in(company.executive.user).post("/desk/inbox/seen/")
    assert company.agent.user.code in Case.objects.get().notices.filter(seen_at=None).values_list(
        "recipient", flat=True
    )
