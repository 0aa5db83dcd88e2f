"""A customer asks for escalation; it is granted by the climb itself, withdrawn, declined with a reason, or over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import pgettext

from customers.models import Contact, Membership
from customers.refusal import Refused
from escalations.actions import journal
from escalations.models import Ask, Case, Event, Standpoint, contact_standing, standpoint, words
from escalations.rules import events, permits
from escalations.rules.asks import again_from, last_answer
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import AskReason, AskState, CaseState, Verb

LONGEST_REACH = 200


def ask(
    *,
    case: Case,
    actor: Standing,
    at: datetime,
    reason: AskReason,
    text: str,
    reach: str = "",
    key: str | None = None,
) -> Event:
    """The customer wants the case escalated; `text` says what is at stake, `reach` how to be reached.

    Ends a pause like all words of the customer. Raises Refused, also too soon after an answer, and for anybody but the
    leads of the organization where the procedure leaves it to them.
    """
    with journal.locked(case, actor=actor, at=at, verb=Verb.ASK, key=key) as work:
        if work.replayed:
            return work.replayed
        if reason not in words.ASK_REASONS:
            raise Refused("reason", "unknown_choice", words.REMEDIES["unknown_choice"])
        if len(reach.strip()) > LONGEST_REACH:
            raise Refused("reach", "too_long", words.REMEDIES["too_long"] % {"most": LONGEST_REACH})
        _check(work.around, work.lines, actor, work.at)
        message = work.say(text, public=True)
        if work.case.state == CaseState.PENDING:
            work.case.resume()
        work.around.ask = Ask.objects.create(
            case=work.case,
            contact_id=actor.as_contact,
            reason=AskReason(reason).value,
            stake=message,
            reach=reach.strip(),
            asked_at=work.at,
        )
        return work.record(events.AskMade(work.around.ask.uid, work.around.ask.reason, message.uid))


def withdraw_ask(*, case: Case, actor: Standing, at: datetime, key: str | None = None) -> Event:
    """The customer no longer needs it; no answer is owed any more. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.WITHDRAW_ASK, key=key) as work:
        if work.replayed:
            return work.replayed
        _of_today(work.case, actor, work.at)
        wish = _open(work)
        wish.state = AskState.WITHDRAWN.value
        return work.record(events.AskWithdrawn(wish.uid))


def decline_ask(*, case: Case, actor: Standing, at: datetime, text: str, key: str | None = None) -> Event:
    """Not escalated; `text` tells the customer why, and what happens instead, and is news. Raises Refused."""
    with journal.locked(case, actor=actor, at=at, verb=Verb.DECLINE_ASK, key=key) as work:
        if work.replayed:
            return work.replayed
        wish = _open(work)
        message = work.say(text, public=True)
        work.own()
        wish.state, wish.answered_at = AskState.DECLINED.value, work.at
        wish.answered_by_id, wish.answer = actor.agent_id, message
        return work.record(events.AskDeclined(wish.uid, message.uid))


def over(work: journal.Work) -> str:
    """The case is closed, and with it a wish that waited for an answer; gives its uid, empty without one."""
    if work.around.ask is None:
        return ""
    wish = _open(work)
    wish.state = AskState.WITHDRAWN.value
    return wish.uid


def why_not(*, case: Case, actor: Standing, at: datetime) -> Refused | None:
    """Why this customer cannot ask now, before anything is filled in; None when nothing is against it."""
    around = standpoint(case)
    if code := permits.refusal(Verb.ASK, around.situation(at), actor):
        return Refused("", code, words.REFUSALS[code])
    try:
        _check(around, case.events.all().lines(), actor, at)
    except Refused as refused:
        return refused
    return None


def _check(around: Standpoint, lines: Sequence[events.Line], actor: Standing, at: datetime) -> None:
    """Raises Refused for whoever may not ask here, and too soon after the last answer."""
    _check_leads(around, _of_today(around.case, actor, at), at)
    hours, answered_at = around.procedure.ask_again_hours, last_answer(lines)
    if answered_at and at < (again := again_from(answered_at, hours)):
        raise Refused("", "ask_too_soon", words.REMEDIES["ask_too_soon"] % _told(answered_at, again))


def _open(work: journal.Work) -> Ask:
    """The wish that waits for an answer, watched. Raises LookupError where `permits` was not asked first."""
    if work.around.ask is None:
        raise LookupError("nobody asks for escalation")
    work.watch(work.around.ask)
    return work.around.ask


def _of_today(case: Case, actor: Standing, at: datetime) -> Standing:
    """Who the customer is at this instant. Raises Refused for whoever may not follow the case, or no longer may."""
    standing = contact_standing(Contact.objects.get(pk=actor.as_contact), at.date())
    if not Case.objects.visible_to(standing).filter(pk=case.pk).exists():
        raise Refused("", "not_your_case", words.REMEDIES["not_your_case"])
    return standing


def _check_leads(around: Standpoint, standing: Standing, at: datetime) -> None:
    """Raises Refused where only leads may ask for the level it would go to, naming them."""
    procedure, organization = around.procedure, around.case.organization_id
    upper, first = procedure.next_rung(around.case.level), procedure.leads_ask_from
    if first is None or upper is None or upper.number < first:
        return
    if organization is None or organization in standing.organizations_led:
        return
    current = Membership.objects.current(at.date()).filter(organization=organization, is_lead=True)
    leads = current.order_by("contact__name").values_list("contact__name", flat=True)
    if not leads:
        raise Refused("", "ask_leads_missing", words.REMEDIES["ask_leads_missing"])
    raise Refused("", "ask_leads_only", words.REMEDIES["ask_leads_only"] % {"leads": ", ".join(leads)})


def moments() -> str:
    """How a day of any year and a time are written, in the letters of Django's date filter."""
    return pgettext("a day of any year and a time, in the letters of Django's date filter", "D j M Y, H:i")


def _told(answered_at: datetime, again: datetime) -> dict[str, str]:
    """Both instants as the reader's own clock shows them."""
    pattern = moments()
    return {
        "answered": formats.date_format(timezone.localtime(answered_at), pattern),
        "again": formats.date_format(timezone.localtime(again), pattern),
    }
