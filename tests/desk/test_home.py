"""Home: what needs one person now, in one order, and nothing that is owed stands in it twice."""

from datetime import timedelta

from escalations.actions import handling, promises, triage
from escalations.casefile.home import Need, home
from escalations.models import Agent, Case, Decision
from escalations.rules.vocabulary import Kind
from tests.cast import MONDAY, Company
from tests.desk.conftest import NOW, SignIn

MINUTE = timedelta(minutes=1)
AT = MONDAY + 10 * MINUTE


def owned(company: Company, subject: str, at: timedelta = timedelta()) -> Case:
    case = company.open(subject=subject, at=MONDAY + at)
    triage.take(case=case, actor=company.agent.standing, at=MONDAY + at)
    return case


def test_what_is_due_before_all_else_stands_on_top_and_nowhere_below(company: Company, sign_in: SignIn) -> None:
    later, first = owned(company, "Later", 5 * MINUTE), owned(company, "First")
    page = sign_in(company.agent.user).get("/desk/").content.decode()
    main = page[page.index("<main") : page.index("New in the inbox")]
    top, rest = main.split('class="stack"', 1)
    assert first.reference in top and first.reference not in rest
    assert later.reference in rest


def test_a_promise_stands_among_the_promises_only(company: Company) -> None:
    case, first = owned(company, "Promised"), owned(company, "First")
    promises.make(case=case, actor=company.agent.standing, at=AT, due_at=MONDAY + 20 * MINUTE, text="In ten minutes.")
    owed = home(company.agent.standing, at=NOW)
    top = owed.first(NOW)
    assert top is not None and (top.case, top.due_at) == (case, MONDAY + 20 * MINUTE)
    rest = owed.beside(top)
    assert rest.promised == [] and [row.case for row in rest.mine] == [first]
    assert [row.case for row in owed.beside(None).mine] == [first] and owed.beside(None).promised == [case]


def test_a_decision_that_is_due_first_stands_on_top_with_its_button(company: Company, sign_in: SignIn) -> None:
    case = company.escalate(company.open(), AT, kind=Kind.HIERARCHICAL)
    asked = case.escalations.get().decisions.get()
    Decision.objects.filter(pk=asked.pk).update(due_at=NOW + 5 * MINUTE)
    client = sign_in(asked.person.user)
    owed = home(
        next(one.standing for one in (company.specialist, company.manager) if one.agent == asked.person), at=NOW
    )
    first = owed.first(NOW)
    assert first is not None and first.need is Need.DECIDE and owed.beside(first).decisions == []
    assert client.get("/desk/").content.decode().count(f"/desk/cases/{case.reference}/decide/") == 1


def test_the_team_sees_what_nobody_has_and_what_is_late_and_not_what_is_ones_own(company: Company) -> None:
    mine, free = owned(company, "Mine"), company.open(subject="Free")
    others = company.open(subject="Of a colleague, in time")
    Case.objects.filter(pk=others.pk).update(owner=Agent.objects.get(pk=company.specialist.agent.pk))
    late = NOW + timedelta(days=9)
    assert [row.case for row in home(company.agent.standing, at=NOW).team] == [free]
    assert {row.case for row in home(company.agent.standing, at=late).team} == {free, others}
    assert mine not in {row.case for row in home(company.agent.standing, at=late).team}


def test_a_note_that_names_somebody_stands_there_until_it_is_seen_and_not_in_the_inbox_too(
    company: Company, sign_in: SignIn
) -> None:
    case = company.open()
    handling.note(
        case=case, actor=company.agent.standing, at=AT, text="Do you know the lock?", mentioned=[company.manager.agent]
    )
    client = sign_in(company.manager.user)
    page = client.get("/desk/").content.decode()
    assert page.count("Do you know the lock?") == 1 and "Notes that name you" in page
    assert "You have read everything." in page
    client.get(f"/desk/cases/{case.reference}/")
    assert "Notes that name you" not in client.get("/desk/").content.decode()
