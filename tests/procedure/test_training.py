"""People confirm texts for some time, are reminded, and accept only where they know what the level asks for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest
import time_machine

from customers.refusal import Refused
from escalations.actions import escalation, policies, trainings
from escalations.casefile.procedure import people
from escalations.models import Bulletin, Escalation, Notice, PolicyVersion, Team, Training, TrainingRecord
from tests.actions.soundness import everything
from tests.api.calls import Api
from tests.cast import MONDAY, Company, Worker, worker
from tests.desk.conftest import SignIn
from tests.procedure.ground import CALMLY, DAY, full_draft, publish

pytestmark = pytest.mark.django_db
PAGE = "/desk/procedure/standard/"
HEARD = "We look at it."


def confirm(version: PolicyVersion, who: Worker, *keys: str, day: int = 0) -> list[TrainingRecord]:
    at = MONDAY + day * DAY
    return [trainings.confirm(version=version, key=key, agent=who.agent, at=at) for key in keys]


def reminded() -> list[tuple[str, str]]:
    """Who was reminded of which texts."""
    found = Notice.objects.filter(bulletin__kind="training", channel="in_app").order_by("recipient", "pk")
    return [(notice.recipient, notice.bulletin.data["titles"]) for notice in found if notice.bulletin]


def of(people_: Iterable[Worker], titles: str) -> list[tuple[str, str]]:
    return sorted((who.user.code, titles) for who in people_)


def test_a_confirmation_counts_for_its_days_and_is_renewed_only_near_its_end(
    company: Company, version: PolicyVersion
) -> None:
    [first] = confirm(version, company.specialist, "calmly")
    assert (first.confirmed_at, first.valid_until) == (MONDAY, MONDAY + 100 * DAY)
    assert confirm(version, company.specialist, "calmly", day=69) == [first], "counts for 31 days more"
    [second] = confirm(version, company.specialist, "calmly", day=70)
    assert second.valid_until == MONDAY + 170 * DAY
    assert confirm(version, company.specialist, "calmly", day=70) == [second], "twice is once"
    assert TrainingRecord.objects.count() == 2


def test_what_is_not_in_force_and_what_it_does_not_say_cannot_be_confirmed(
    company: Company, version: PolicyVersion
) -> None:
    before = everything()
    with pytest.raises(Refused) as unknown:
        confirm(version, company.specialist, "flying")
    draft = policies.new_draft(policy=company.policy, by=company.administrator, at=MONDAY)
    with pytest.raises(Refused) as early:
        confirm(draft, company.specialist, "calmly")
    old = PolicyVersion.objects.get(policy=company.policy, number=1)
    with pytest.raises(Refused) as late:
        confirm(old, company.specialist, "calmly")
    assert unknown.value.code == "training_unknown"
    assert early.value.code == late.value.code == "version_not_in_force"
    assert everything() == before
    assert not TrainingRecord.objects.exists()


def test_whoever_lacks_a_text_cannot_accept_where_the_level_asks_for_it(
    company: Company, version: PolicyVersion, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    case = company.escalate(company.open(at=MONDAY), MONDAY)
    before = everything()
    with pytest.raises(Refused) as refused:
        escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY, text=HEARD)
    assert refused.value.code == "training_missing"
    assert everything() == before
    page = sign_in(company.specialist.user).get(f"/desk/cases/{case.reference}/").content.decode()
    refused_panel = f"/desk/cases/{case.reference}/panels/refused/"
    assert refused_panel in page
    panel = sign_in(company.specialist.user).get(refused_panel).content.decode()
    assert "Only people who confirmed the training texts of this level accept here" in panel
    assert 'href="/desk/procedure/"' in panel
    form = sign_in(company.specialist.user).get(f"/desk/cases/{case.reference}/accept/").content.decode()
    assert "To the page where this can be mended" in form
    offer = Api(company.specialist.user).get(f"cases/{case.reference}/").data["offers"]["accept"]
    assert (offer["is_open"], offer["refusal"], offer["mend"]) == (False, "training_missing", "/desk/procedure/")
    confirm(version, company.specialist, "handing-over", "calmly")
    case.refresh_from_db()
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY, text=HEARD)
    assert Escalation.objects.get(case=case).state == "investigating"


def test_one_text_of_two_is_not_enough_and_an_old_confirmation_is_none(
    company: Company, version: PolicyVersion
) -> None:
    confirm(version, company.specialist, "handing-over")
    confirm(version, company.specialist, "calmly", day=-101)
    case = company.escalate(company.open(), MONDAY)
    with time_machine.travel(MONDAY, tick=False), pytest.raises(Refused) as refused:
        escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY, text=HEARD)
    assert refused.value.code == "training_missing"


def test_a_level_that_does_not_ask_for_training_takes_everybody(company: Company, version: PolicyVersion) -> None:
    draft = full_draft(company)
    draft.levels.filter(number=2).update(needs_training=False)
    publish(company, draft, days_ago=1)
    case = company.escalate(company.open(), MONDAY)
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY, text=HEARD)
    assert Escalation.objects.get(case=case).state == "investigating"


def test_a_new_version_asks_again_only_for_the_text_it_changed(
    company: Company, version: PolicyVersion, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    confirm(version, company.specialist, "handing-over", "calmly", day=-3)
    draft = full_draft(company)
    draft.trainings.filter(key="calmly").update(text=f"{CALMLY} And thank them.")
    newer = publish(company, draft, days_ago=1)
    trained = company.specialist.standing.trained
    open_keys = [text.key for text in newer.procedure().trainings if text.digest not in trained]
    assert open_keys == ["calmly"]
    page = sign_in(company.specialist.user).get("/desk/procedure/").content.decode()
    assert "Talking to customers" in page
    assert "Handing over" not in page


def test_people_confirm_on_the_page_and_read_until_when_it_counts(
    company: Company, version: PolicyVersion, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    client = sign_in(company.specialist.user)
    assert client.get(PAGE).content.decode().count("I have read and can apply this") == 2
    answer = client.post(f"{PAGE}{version.number}/training/calmly/")
    assert answer["Location"] == f"{PAGE}{version.number}/#training-calmly"
    page = client.get(PAGE).content.decode()
    assert page.count("I have read and can apply this") == 1
    assert "confirmed until June 10, 2026" in page
    standing_clock.shift(timedelta(days=90))
    later = sign_in(company.specialist.user).get(PAGE).content.decode()
    assert later.count("I have read and can apply this") == 2, "it ends soon"


def test_a_text_of_another_level_is_nobody_elses_business(
    company: Company, version: PolicyVersion, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    page = sign_in(company.agent.user).get(PAGE).content.decode()
    assert "Handing over" in page, "everybody may read it"
    assert page.count("I have read and can apply this") == 1


def test_people_are_reminded_once_of_what_is_missing_and_once_before_it_ends(
    company: Company, version: PolicyVersion
) -> None:
    both = "Handing over, Talking to customers"
    assert trainings.remind(at=MONDAY) == 4
    others = [company.agent, company.manager, company.executive]
    assert sorted(reminded()) == sorted(of([company.specialist], both) + of(others, "Talking to customers"))
    assert trainings.remind(at=MONDAY + DAY) == 0
    for who in (*others, company.specialist):
        confirm(version, who, "calmly")
    confirm(version, company.specialist, "handing-over")
    Bulletin.objects.all().update(kind="paths")
    assert trainings.remind(at=MONDAY + 85 * DAY) == 0
    assert trainings.remind(at=MONDAY + 87 * DAY) == 4, "a fortnight before"
    assert trainings.remind(at=MONDAY + 88 * DAY) == 0
    assert trainings.remind(at=MONDAY + 101 * DAY) == 4, "it has ended"
    assert trainings.remind(at=MONDAY + 102 * DAY) == 0
    assert {titles for _who, titles in reminded()} == {"Talking to customers"}


def test_whoever_left_is_reminded_of_nothing_and_whoever_comes_is(company: Company, version: PolicyVersion) -> None:
    trainings.remind(at=MONDAY)
    before = len(reminded())
    company.specialist.agent.is_active = False
    company.specialist.agent.save()
    mia = worker("Mia Berg", Team.objects.get(slug="front"), is_lead=False)
    assert trainings.remind(at=MONDAY + DAY) == 1
    assert [found for found in reminded() if found[0] == mia.user.code] == of([mia], "Talking to customers")
    assert len(reminded()) == before + 1


def test_leads_see_their_own_people_and_their_texts_only(
    company: Company, version: PolicyVersion, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    mia = worker("Mia Berg", Team.objects.get(slug="specialists"), is_lead=False)
    confirm(version, company.specialist, "calmly")
    page = sign_in(company.specialist.user).get("/desk/training/").content.decode()
    assert "Mia Berg" in page
    assert "until 06/10/2026" in page
    assert "Ben Okafor" not in page
    assert sign_in(mia.user).get("/desk/training/").status_code == 404
    table = people.table(people.teams_led(company.specialist.standing), MONDAY)
    assert [(str(row.agent), row.lacks) for row in table.people] == [("Mara Lindt", 1), ("Mia Berg", 2)]
    company.agent.user.is_staff = company.agent.user.is_superuser = True
    company.agent.user.save()
    assert "Mia Berg" in sign_in(company.agent.user).get("/desk/training/").content.decode()


def test_the_home_page_says_what_is_to_be_confirmed(
    company: Company, version: PolicyVersion, sign_in: SignIn, standing_clock: time_machine.Traveller
) -> None:
    client = sign_in(company.agent.user)
    assert "To read and confirm" in client.get("/desk/").content.decode()
    confirm(version, company.agent, "calmly")
    assert "To read and confirm" not in client.get("/desk/").content.decode()


def test_a_text_that_a_browser_sends_back_unchanged_is_the_same_text() -> None:
    stored, sent = Training(key="brief", title="A brief", text="One.\n\nTwo."), Training(key="brief", title="A brief")
    sent.text = stored.text.replace("\n", "\r\n")
    assert sent.training() == stored.training()
    assert sent.training().digest == stored.training().digest
