"""A customer's program reads what the customer may know: an exact set of keys, and no word of ours."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from escalations.actions import accounts, asks, escalation, handling, promises, resolution, review, work
from escalations.actions.attachments import Upload
from escalations.casefile.customer import AskFace, CustomerCasefile, Place, PublicEntry
from escalations.casefile.overview import CaseLine
from escalations.models import Case, OutsideParty, PauseReason, Skill, Topic
from escalations.rules.vocabulary import AskReason, Kind, Outcome, Reason
from tests.api.calls import Api
from tests.cast import MONDAY, Company

HOUR = timedelta(hours=1)
PLANTED = "MAULWURF"
SEEN_INSIDE = (
    *("note", "trace.log", "cause", "lesson", "reason", "promise", "delay"),
    *("skill", "finding", "step", "request", "contact", "carrier", "account"),
)
LINE = {
    "reference",
    "subject",
    "state",
    "status",
    "opened_at",
    "organization",
    "topic",
    "level",
    "has_it",
    "news_at",
    "promised_at",
    "owed_since",
    "is_escalated",
}
FILE = LINE | {
    "news_late",
    "news_words",
    "news_clock",
    "path",
    "waits_for",
    "wakes_at",
    "closes_at",
    "entries",
    "offers",
    "score",
    "ask",
    "goes_on_as",
}
FILE_OF_A_MESSAGE = {"uid", "name", "content_type", "size"}


def names(value: type[Any]) -> set[str]:
    return {item.name for item in fields(value)}


def a_case_with_everything(company: Company) -> Case:
    """Every kind of internal word is on it, each with the planted word in it."""
    for row in (company.policy, company.waiting, company.agent.agent):
        row.refresh_from_db()
    type(company.policy).objects.filter(pk=company.policy.pk).update(name=f"{PLANTED} policy")
    PauseReason.objects.filter(pk=company.waiting.pk).update(name=f"{PLANTED} reason", slug=PLANTED.lower())
    company.waiting.refresh_from_db()
    case, who, at = company.open(company.ida), company.agent.standing, MONDAY
    files = [Upload.of(f"{PLANTED} trace.log", "text/plain", b"inside")]
    handling.note(case=case, actor=who, at=at, text=f"{PLANTED} note", files=files)
    handling.reply(
        case=case, actor=who, at=at, text="See this.", files=[Upload.of("meter.log", "text/plain", b"03:00")]
    )
    brief = escalation.BriefText(f"{PLANTED} tried", f"{PLANTED} impact", f"{PLANTED} asked", f"{PLANTED} question")
    reason = Reason.AUTHORITY
    escalation.escalate(case=case, actor=who, at=at, kind=Kind.HIERARCHICAL, reason=reason, brief=brief)
    mara = company.specialist.standing
    promises.make(case=case, actor=who, at=at, due_at=at + 99 * HOUR, reason=f"{PLANTED} promise")
    promises.move(case=case, actor=who, at=at, due_at=at + 999 * HOUR, text="Later.", reason=f"{PLANTED} delay")
    escalation.accept(case=case, actor=mara, at=at, text="We have it.")
    escalation.decide(case=case, actor=mara, at=at, verdict="approved", answer=f"{PLANTED} answer")
    escalation.hand_back(case=case, actor=mara, at=at, reason=f"{PLANTED} back")
    escalation.accept(case=case, actor=who, at=at, text="We have it again.")
    resolution.resolve(case=case, actor=who, at=at + HOUR, outcome=Outcome.WORKAROUND, text="Solved.")
    resolution.rate(case=case, actor=company.ida.standing, at=at + HOUR, score=4, comment="Fine")
    review.write_review(case=case, actor=who, at=at + HOUR, causes=f"{PLANTED} cause", lessons=f"{PLANTED} lesson")
    resolution.reopen(case=case, actor=company.ida.standing, at=at + HOUR, text="Not solved")
    work_inside(company, case, at + HOUR)
    asks.ask(case=case, actor=company.ida.standing, at=at + HOUR, reason=AskReason.AGAIN, text="Again.", reach="Mobile")
    asks.decline_ask(case=case, actor=who, at=at + HOUR, text="We are nearly there.")
    handling.hold(case=case, actor=who, at=at + HOUR, reason=company.waiting, wake_at=at + 99 * HOUR)
    return case


def work_inside(company: Company, case: Case, at: datetime) -> None:
    """What was found, planned and asked of others, and the account that it belongs to; none of it is the customer's."""
    party = OutsideParty.objects.create(slug="carrier", name=f"{PLANTED} carrier")
    skill = Skill.objects.create(slug=f"{PLANTED.lower()}-skill", name=f"{PLANTED} skill")
    by: dict[str, Any] = {"case": case, "actor": company.agent.standing, "at": at}
    handling.assess(**by, skill=skill, amount=987_654)
    work.find(**by, text=f"{PLANTED} finding")
    line = work.PlanLine(f"{PLANTED} step", company.agent.agent, (at + 99 * HOUR).date())
    work.plan(**by, steps=[line], target_at=at + 99 * HOUR)
    work.request(**by, text=f"{PLANTED} request", party=party, contact=f"{PLANTED} contact")
    accounts.open_account(
        organization=company.ida.organization,
        actor=company.agent.standing,
        at=at,
        manager=company.manager.agent,
        why=f"{PLANTED} account",
        rhythm_minutes=480,
        cases=[case],
    )


def test_a_customer_gets_exactly_the_casefile_of_the_customer(company: Company) -> None:
    data = Api(company.ida.user).get(f"cases/{a_case_with_everything(company).reference}/").data
    assert set(data) == FILE == names(CustomerCasefile)
    assert {key for entry in data["entries"] for key in entry} == names(PublicEntry)
    assert {key for entry in data["entries"] for file in entry["files"] for key in file} == FILE_OF_A_MESSAGE
    assert {key for place in data["path"] for key in place} == names(Place)
    assert set(data["ask"]) == names(AskFace)
    assert set(data["offers"]) == {"reply", "confirm", "reopen", "rate", "ask", "withdraw_ask"}
    assert {key for offer in data["offers"].values() for key in offer} == {"is_open", "why"}


def test_a_line_of_a_customer_is_a_part_of_that_casefile(company: Company) -> None:
    a_case_with_everything(company)
    (line,) = Api(company.ida.user).get("cases/").data["results"]
    assert set(line) == LINE
    assert names(CaseLine) > LINE < names(CustomerCasefile)


def test_a_line_says_the_same_as_the_case(company: Company) -> None:
    cases = [company.open(company.ida), company.escalate(company.open(company.otto), MONDAY)]
    resolution.resolve(case=cases[0], actor=company.agent.standing, at=MONDAY, outcome=Outcome.SOLVED, text="Done.")
    customer = Api(company.ida.user)
    lines = {line["reference"]: line for line in customer.get("cases/", state="all").data["results"]}
    for case in cases:
        whole = customer.get(f"cases/{case.reference}/").data
        assert lines[case.reference] == {key: whole[key] for key in LINE}


def test_no_internal_word_reaches_a_customer_on_any_address(company: Company) -> None:
    case = a_case_with_everything(company)
    Topic.objects.create(slug=PLANTED.lower(), name=PLANTED, is_offered=False)
    of_case = ["", "messages/"]
    paths = ["", "me/", "cases/?state=all", "escalations/", "articles/"]
    paths += [f"cases/{case.reference}/{part}" for part in of_case]
    for who in (company.ida, company.otto, company.vera):
        for path in paths:
            assert PLANTED.lower() not in Api(who.user).get(path).text.lower(), path
    staff = Api(company.agent.user).get(f"cases/{case.reference}/").text
    assert all(f"{PLANTED} {word}" in staff for word in SEEN_INSIDE)


def test_staff_of_ours_is_named_by_role_only(company: Company) -> None:
    case = a_case_with_everything(company)
    told = Api(company.ida.user).get(f"cases/{case.reference}/").text
    for worker in (company.agent, company.specialist, company.manager, company.executive):
        assert worker.user.name not in told
        assert worker.user.uid not in told


def test_a_customer_reads_the_public_messages_alone(company: Company) -> None:
    case = a_case_with_everything(company)
    customer = Api(company.ida.user).get(f"cases/{case.reference}/messages/").data["results"]
    staff = Api(company.agent.user).get(f"cases/{case.reference}/messages/").data["results"]
    assert [row["text"] for row in customer] == [
        "This is the third night.",
        "See this.",
        "Later.",
        "We have it.",
        "We have it again.",
        "Solved.",
        "Not solved",
        "Again.",
        "We are nearly there.",
    ]
    assert [row["text"] for row in staff if row["sort"] == "message"] == [row["text"] for row in customer]
    assert f"{PLANTED} note" in [row["text"] for row in staff if row["sort"] == "note"]
    assert [row["note"] for row in staff if row["note"]] == [f"{PLANTED} promise", f"{PLANTED} delay"]


def test_a_customer_cannot_find_out_by_filters_what_the_casefile_does_not_say(company: Company) -> None:
    company.open(company.ida)
    for name, value in {"severity": 2, "team": "front", "owner": "x"}.items():
        answer = Api(company.ida.user).get("cases/", **{name: value})
        assert (answer.status, answer.data["field"]) == (400, name)


def test_a_customer_cannot_find_out_by_bodies_which_reasons_and_colleagues_there_are(company: Company) -> None:
    case, customer = company.open(company.ida), Api(company.ida.user)
    for verb, body in {
        "hold": [{"reason": "customer"}, {"reason": "no-such-reason"}],
        "take": [{"owner": company.agent.user.uid}, {"owner": "0" * 32}],
        "notes": [{"text": "Hello"}, {}],
    }.items():
        there, not_there = (customer.post(f"cases/{case.reference}/{verb}/", asked) for asked in body)
        assert (there.status, there.data["code"]) == (403, "staff_only")
        assert there.text == not_there.text
