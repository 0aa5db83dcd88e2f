"""A customer asks for escalation; it is granted by the climb itself, withdrawn, or declined with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import pgettext

from customers.models import Contact, Membership
from customers.refusal import Refused
from escalations.actions import journal
from escalations.models import Ask, Case, Event, contact_standing, words
from escalations.rules import events
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import AskReason, AskState, CaseState, Verb

ANSWERED = (AskState.GRANTED.value, AskState.DECLINED.value)
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
        standing = _of_today(work)
        _check_leads(work, standing)
        if again := may_ask_from(work.case, work.around.procedure.ask_again_hours, work.at):
            raise Refused("", "ask_too_soon", words.REMEDIES["ask_too_soon"] % _told(*again))
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
        _of_today(work)
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


def may_ask_from(case: Case, hours: int, at: datetime) -> tuple[datetime, datetime] | None:
    """When the last wish was answered and from when on another one is taken; None when that is by now."""
    answers = Ask.objects.filter(case=case, state__in=ANSWERED, answered_at__isnull=False)
    answered_at = answers.order_by("-answered_at").values_list("answered_at", flat=True).first()
    if answered_at is None or answered_at + timedelta(hours=hours) <= at:
        return None
    return answered_at, answered_at + timedelta(hours=hours)


def _open(work: journal.Work) -> Ask:
    """The wish that waits for an answer, watched. Raises LookupError where `permits` was not asked first."""
    if work.around.ask is None:
        raise LookupError("nobody asks for escalation")
    work.watch(work.around.ask)
    return work.around.ask


def _of_today(work: journal.Work) -> Standing:
    """Who the customer is at this instant. Raises Refused for whoever may not follow the case, or no longer may."""
    contact = Contact.objects.get(pk=work.actor.as_contact)
    standing = contact_standing(contact, work.at.date())
    if not Case.objects.visible_to(standing).filter(pk=work.case.pk).exists():
        raise Refused("", "not_your_case", words.REMEDIES["not_your_case"])
    return standing


def _check_leads(work: journal.Work, standing: Standing) -> None:
    """Raises Refused where only leads may ask for the level it would go to, naming them."""
    procedure, organization = work.around.procedure, work.case.organization_id
    upper = procedure.next_rung(work.case.level)
    first = procedure.leads_ask_from
    if first is None or upper is None or upper.number < first or organization is None:
        return
    if organization in standing.organizations_led:
        return
    current = Membership.objects.current(work.at.date()).filter(organization=organization, is_lead=True)
    leads = current.order_by("contact__name").values_list("contact__name", flat=True)
    if not leads:
        raise Refused("", "ask_leads_missing", words.REMEDIES["ask_leads_missing"])
    raise Refused("", "ask_leads_only", words.REMEDIES["ask_leads_only"] % {"leads": ", ".join(leads)})


def _told(answered_at: datetime, again: datetime) -> dict[str, str]:
    """Both instants as the reader's own clock shows them."""
    pattern = pgettext("a day of any year and a time, in the letters of Django's date filter", "D j M Y, H:i")
    return {
        "answered": formats.date_format(timezone.localtime(answered_at), pattern),
        "again": formats.date_format(timezone.localtime(again), pattern),
    }
