"""A case that went through everything, looked at by its customer after every single act."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from typing import Any

from escalations.actions import accounts, asks, escalation, handling, resolution, review, triage, work
from escalations.casefile import sentences
from escalations.casefile.customer import VERBS, customer_casefile
from escalations.casefile.staff import staff_casefile
from escalations.models import AccountEscalation, Case, Event, OutsideParty, standpoint
from escalations.rules import permits
from escalations.rules.audience import AUDIENCE, Role
from escalations.rules.vocabulary import AskReason, Kind, Outcome, Reason
from tests.cast import MONDAY, Company

MINUTE = timedelta(minutes=1)
PUBLIC = [
    "We cannot bill.",
    "Not before the part is in.",
    "All hands on it.",
    "I look at it.",
    "Here is the log.",
    "I have it; news by noon.",
    "Restarted.",
    "It is back.",
    "Really done.",
]
SECRET = [
    "a sour remark",
    "worse than told",
    "tried in vain",
    "what it costs them",
    "what we ask",
    "may we refund",
    "refund granted",
    "not ours",
    "back to you",
    "a lock forgotten",
    "rotate safely",
    "Waiting for a cheap excuse",
    "too dear to lose",
    "we were late",
    "a rotten cable",
    "ask the vendor why",
    "Cable Works",
    "wanted by nobody",
]


def story(company: Company) -> Iterator[Case]:
    """One case through every verb; yields it after each. What is internal is written in words of its own."""
    ben, mara, jan, ida = (who.standing for who in (company.agent, company.specialist, company.manager, company.ida))
    at = iter(MONDAY + number * 5 * MINUTE for number in range(1, 99))
    case = company.open()
    company.waiting.name = "Waiting for a cheap excuse"
    company.waiting.save()
    brief = escalation.BriefText("tried in vain", "what it costs them", "what we ask", "may we refund")
    up: dict[str, Any] = {"reason": Reason.SKILL, "brief": brief}
    same: dict[str, Any] = {"case": case}
    joined: list[AccountEscalation] = []
    vendor = OutsideParty.objects.create(slug="cable-works", name="Cable Works")
    yield case
    acts = [
        lambda: handling.note(**same, actor=ben, at=next(at), text="a sour remark"),
        lambda: triage.triage(**same, actor=ben, at=next(at), severity=1, level=1, reason="worse than told"),
        lambda: handling.reply(**same, actor=ben, at=next(at), text="I look at it."),
        lambda: handling.hold(**same, actor=ben, at=next(at), reason=company.waiting, wake_at=MONDAY + 400 * MINUTE),
        lambda: handling.reply(**same, actor=ida, at=next(at), text="Here is the log."),
        lambda: asks.ask(**same, actor=ida, at=next(at), reason=AskReason.GROWING, text="We cannot bill."),
        lambda: asks.decline_ask(**same, actor=ben, at=next(at), text="Not before the part is in."),
        lambda: escalation.escalate(**same, actor=ben, at=next(at), kind=Kind.FUNCTIONAL, **up),
        lambda: escalation.withdraw(**same, actor=ben, at=next(at), reason="wanted by nobody"),
        lambda: escalation.escalate(**same, actor=ben, at=next(at), kind=Kind.FUNCTIONAL, **up),
        lambda: escalation.decline(**same, actor=mara, at=next(at), reason="not ours"),
        lambda: escalation.escalate(**same, actor=ben, at=next(at), kind=Kind.FUNCTIONAL, **up),
        lambda: escalation.acknowledge(**same, actor=mara, at=next(at), severity=1, text="I have it; news by noon."),
        lambda: escalation.accept(**same, actor=mara, at=next(at)),
        lambda: escalation.hand_back(**same, actor=mara, at=next(at), reason="back to you"),
        lambda: joined.append(in_one_hand(company, case, next(at))),
        lambda: accounts.tell(joined[0], actor=jan, at=next(at), text="All hands on it."),
        lambda: accounts.close(joined[0], actor=jan, at=next(at), lessons="we were late"),
        lambda: work.find(**same, actor=ben, at=next(at), text="a rotten cable"),
        lambda: work.request(**same, actor=ben, at=next(at), text="ask the vendor why", party=vendor),
        lambda: escalation.climb(**same, actor=ben, at=next(at), kind=Kind.HIERARCHICAL, level=3, **up),
        lambda: escalation.decide(**same, actor=jan, at=next(at), verdict="approved", answer="refund granted"),
        lambda: resolution.resolve(**same, actor=jan, at=next(at), outcome=Outcome.SOLVED, text="Restarted."),
        lambda: resolution.reopen(**same, actor=ida, at=next(at), text="It is back."),
        lambda: resolution.resolve(**same, actor=jan, at=next(at), outcome=Outcome.WORKAROUND, text="Really done."),
        lambda: resolution.confirm(**same, actor=ida, at=next(at)),
        lambda: resolution.rate(**same, actor=ida, at=next(at), score=4, comment="Took long."),
        lambda: review.write_review(**same, actor=jan, at=next(at), causes="a lock forgotten", lessons="rotate safely"),
    ]
    for act in acts:
        act()
        yield Case.objects.select_related(
            "policy_version", "organization__plan", "contact", "team", "owner__user", "topic", "pause_reason"
        ).get(pk=case.pk)


def in_one_hand(company: Company, case: Case, at: datetime) -> AccountEscalation:
    """The manager has all cases of this customer, for a reason that is not the customer's."""
    return accounts.open_account(
        organization=company.ida.organization,
        actor=company.agent.standing,
        at=at,
        manager=company.manager.agent,
        why="too dear to lose",
        rhythm_minutes=120,
        cases=[case],
    )


def words_of(value: Any) -> Iterator[str]:
    """Every string that a template could print from this, however deep."""
    if is_dataclass(value):
        for field in fields(value):
            yield from words_of(getattr(value, field.name))
    elif isinstance(value, dict):
        for each in value.values():
            yield from words_of(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from words_of(each)
    else:
        yield str(value)


def end_of(case: Case) -> datetime:
    return (case.last_event_at or MONDAY) + MINUTE


def test_nothing_internal_is_in_the_customers_casefile_after_any_act(company: Company) -> None:
    names = [who.user.name for who in (company.agent, company.specialist, company.manager, company.executive)]
    hidden = [*SECRET, *names, company.policy.name, "Platform specialists", "Department managers"]
    seen: set[str] = set()
    for case in story(company):
        for who in (company.ida, company.otto):
            found = " | ".join(words_of(customer_casefile(case, who.standing, end_of(case))))
            assert [word for word in hidden if word.lower() in found.lower()] == []
            seen |= {word for word in PUBLIC if word in found}
    assert seen == set(PUBLIC)


def test_the_same_words_are_in_the_staffs_casefile_so_that_the_test_above_can_fail(company: Company) -> None:
    *_others, case = story(company)
    found = " | ".join(words_of(staff_casefile(case, company.agent.standing, end_of(case))))
    entries = [*PUBLIC, "a sour remark", "worse than told", "not ours", "back to you"]
    assert [word for word in entries if word not in found] == []


def test_the_history_of_the_customer_is_the_allowed_kinds_and_no_others(company: Company) -> None:
    *_others, case = story(company)
    kinds = [event.kind for event in Event.objects.filter(case=case).order_by("seq")]
    found = customer_casefile(case, company.ida.standing, end_of(case)).entries
    assert len(found) == len([kind for kind in kinds if kind in sentences.CUSTOMER])
    assert {"note.added", "case.triaged", "decision.made", "review.written"} & set(sentences.CUSTOMER) == set()
    assert {kind for kind, roles in AUDIENCE.items() if Role.CUSTOMER in roles} <= set(sentences.CUSTOMER)


def test_what_is_offered_to_staff_and_customer_is_what_the_actions_allow(company: Company) -> None:
    for case in story(company):
        situation = standpoint(case).situation(MONDAY)
        for colleague in (company.agent, company.specialist):
            offered = staff_casefile(case, colleague.standing, end_of(case)).offers
            allowed = permits.offers(situation, colleague.standing)
            assert {verb: offer.refusal for verb, offer in offered.items()} == allowed
            assert all(offer.is_open == (not offer.refusal) for offer in offered.values())
            assert all(str(offer.why) for offer in offered.values() if not offer.is_open)
        theirs = customer_casefile(case, company.ida.standing, end_of(case)).offers
        allowed = permits.offers(situation, company.ida.standing)
        assert {verb: offer.refusal for verb, offer in theirs.items()} == {verb: allowed[verb] for verb in VERBS}


def test_only_the_opener_and_leads_of_the_organization_find_the_case(company: Company) -> None:
    hers, his = company.open(company.ida), company.open(company.otto)
    assert set(Case.objects.visible_to(company.ida.standing)) == {hers, his}
    assert set(Case.objects.visible_to(company.otto.standing)) == {his}
    assert set(Case.objects.visible_to(company.vera.standing)) == set()
    assert set(Case.objects.visible_to(company.agent.standing)) == {hers, his}
