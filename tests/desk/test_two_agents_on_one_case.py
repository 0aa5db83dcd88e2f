"""Two agents work on one case: neither loses a word, and the second hears what the first did."""

import re

from django.test import Client

from escalations.actions import handling, resolution, triage
from escalations.models import Case, Event, Message
from escalations.rules.vocabulary import CaseState, Outcome
from tests.cast import Company
from tests.desk.conftest import NOW, SignIn
from tests.work.ground import all_rows

WRITTEN = "Half an hour of careful words."


def sent_from(client: Client, case: Case, verb: str, **changes: str) -> dict[str, str]:
    """What the form of this verb holds as it was opened, with what somebody fills in."""
    page = client.get(f"/desk/cases/{case.reference}/{verb}/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(key|since)" value="([^"]*)"', page))
    return hidden | changes


def test_a_reply_written_meanwhile_is_sent_and_says_what_happened(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    form = sent_from(client, case, "reply", text=WRITTEN)
    triage.take(case=case, actor=company.specialist.standing, at=NOW)
    answer = client.post(f"/desk/cases/{case.reference}/reply/", form, follow=True)
    assert Message.objects.filter(body=WRITTEN, is_public=True).count() == 1
    page = answer.content.decode()
    assert "Meanwhile: Mara Lindt – Mara Lindt owns the case now" in page


def test_an_act_on_changed_facts_is_asked_again_with_everything_kept_and_one_press_does_it(
    company: Company, sign_in: SignIn
) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    form = sent_from(client, case, "resolve", text=WRITTEN, outcome="solved")
    triage.triage(case=case, actor=company.specialist.standing, at=NOW, severity=1, level=1, reason="Worse.")
    before = all_rows()
    answer = client.post(f"/desk/cases/{case.reference}/resolve/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The case has changed since you opened this." in page
    assert "<b>Mara Lindt</b>: Triaged: severity" in page
    assert WRITTEN in page
    assert "Resolve all the same" in page
    assert all_rows() == before
    again = dict(re.findall(r'<input type="hidden" name="(key|since)" value="([^"]*)"', page))
    assert client.post(f"/desk/cases/{case.reference}/resolve/", form | again).status_code == 303
    case.refresh_from_db()
    assert case.state == CaseState.RESOLVED


def test_the_second_transition_is_refused_in_words_with_who_was_first(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    form = sent_from(client, case, "resolve", text=WRITTEN, outcome="solved")
    resolution.resolve(
        case=case, actor=company.specialist.standing, at=NOW, outcome=Outcome.SOLVED, text="A new certificate."
    )
    before = all_rows()
    for press in range(2):  # also whoever insists
        page = client.post(f"/desk/cases/{case.reference}/resolve/", form).content.decode()
        form |= dict(re.findall(r'<input type="hidden" name="(key|since)" value="([^"]*)"', page))
        assert WRITTEN in page
        assert "This case is already resolved or closed; reopen it first." in page
        assert "all the same" not in page
        if press == 0:
            assert "<b>Mara Lindt</b>: Resolved: solved" in page
    assert all_rows() == before


def test_words_of_others_hold_up_no_act(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    form = sent_from(client, case, "take")
    handling.note(case=case, actor=company.specialist.standing, at=NOW, text="I looked.")
    assert client.post(f"/desk/cases/{case.reference}/take/", form).status_code == 303
    assert Event.objects.filter(case=case, kind="case.taken").exists()


def test_a_page_asks_what_others_did_and_hears_nothing_of_its_own_acts(company: Company, sign_in: SignIn) -> None:
    case, client = company.open(), sign_in(company.agent.user)
    address = f"/desk/cases/{case.reference}/changes/?since=1"
    assert f'hx-get="{address}"' in client.get(f"/desk/cases/{case.reference}/").content.decode()
    assert client.get(address).status_code == 204
    handling.note(case=case, actor=company.agent.standing, at=NOW, text="Mine.")
    assert client.get(address).status_code == 204
    handling.reply(case=case, actor=company.specialist.standing, at=NOW, text="Hers.")
    page = client.get(address).content.decode()
    assert "<b>Mara Lindt</b>: replied <small>just now</small>" in page
    assert "Hers." not in page
