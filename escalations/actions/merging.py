"""One case goes on in another: both journals keep everything, and nothing that was owed goes silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone

from customers.models import Contact, Membership
from escalations.actions import journal
from escalations.actions.asks import moments
from escalations.actions.escalation.questions import no_longer_needed
from escalations.actions.work import cancel_open, refused
from escalations.models import Case, Event, Participant, Request, Standpoint, Watcher, standpoint
from escalations.rules import events
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED, CaseState, ClockKind, RequestState, Verb
from escalations.timing.stopwatch import ClockState

UNANSWERED = (ClockKind.FIRST_RESPONSE, ClockKind.NEXT_REPLY)


def merge(*, case: Case, actor: Standing, at: datetime, into: Case, text: str, key: str | None = None) -> Event:
    """Ends this case and lets it go on in the other one, as its customer is told in `text`. Raises Refused.

    Its followers follow the other one; what they had written and nobody answered is owed there. Its own escalation
    ends only where the other case stands as high. There is no way back: what belongs apart again is split off.
    """
    if case.pk == into.pk:
        raise refused("into", "link_self")
    with journal.both_locked(case, into, actor=actor, at=at, verb=Verb.MERGE, key=key) as (work, there):
        if work.replayed:
            return work.replayed
        check(work.case, there.case, work.around, there.around)
        message = work.say(text, public=True)
        _take_in(work, there)
        return _end(work, there.case, message.uid)


def check(case: Case, into: Case, around: Standpoint, there: Standpoint) -> None:
    """Raises Refused where words would reach somebody they were not meant for, or something would go silent."""
    told = {"case": into.reference}
    if case.organization_id != into.organization_id:
        raise refused("into", "merge_other_customer")
    if case.organization_id is None and case.contact_id != into.contact_id:
        raise refused("into", "merge_other_customer")
    if into.state not in UNSOLVED:
        raise refused("into", "merge_other_over", **told)
    if into.is_dormant:
        raise refused("into", "merge_dormant", **told)
    if around.open_escalation and (there.open_escalation is None or into.level < case.level):
        raise refused("into", "merge_higher", **told)
    if case.promised_at:
        due = formats.date_format(timezone.localtime(case.promised_at), moments())
        raise refused("into", "merge_promised", due=due)


def _take_in(work: journal.Work, there: journal.Work) -> None:
    """The other case gets the followers and watchers, and owes what was not answered."""
    joined = []
    for contact in newcomers(work.case, there.case, work.at):
        Participant.objects.create(case=there.case, contact=contact)
        joined.append(contact.code)
    for agent in Watcher.objects.filter(case=work.case).values_list("agent_id", flat=True):
        Watcher.objects.get_or_create(case=there.case, agent_id=agent)
    owed = waits_for_words(work.case)
    if owed and there.case.state == CaseState.PENDING:
        there.case.resume()
    there.record(events.CaseAbsorbed(work.case.uid, joined, owed))


def newcomers(case: Case, into: Case, at: datetime) -> list[Contact]:
    """Who follows the first case, belongs to the organization now, and does not follow the other one yet."""
    followers = Contact.objects.filter(participations__case=case).exclude(participations__case=into)
    if into.organization_id:
        current = Membership.objects.current(at.date()).filter(organization=into.organization_id)
        followers = followers.filter(pk__in=current.values("contact_id"))
    return list(followers.order_by("pk")) if into.organization_id else []


def waits_for_words(case: Case) -> bool:
    """Whether the customer waits for an answer of ours."""
    live = [ClockState.RUNNING.value, ClockState.PAUSED.value]
    return case.clocks.filter(kind__in=[kind.value for kind in UNANSWERED], state__in=live).exists()


def _end(work: journal.Work, into: Case, message: str) -> Event:
    no_longer_needed(work)
    climb = work.around.open_escalation
    if climb:
        work.step.ended_at = work.at
        climb.withdraw(at=work.at)
    work.case.merge(into=into, at=work.at)
    return work.record(events.CaseMerged(into.uid, message, climb.uid if climb else "", cancel_open(work)))


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What merging would do, before it is done; `against` says why it is refused, empty when it is not."""

    followers: list[Contact]
    owed: bool
    ends_escalation: bool
    requests: int


def foresee(case: Case, into: Case, at: datetime) -> Foreseen:
    """What merging would change. Raises Refused where it would be refused."""
    if case.pk == into.pk:
        raise refused("into", "link_self")
    around = standpoint(case)
    check(case, into, around, standpoint(into))
    return Foreseen(
        followers=newcomers(case, into, at),
        owed=waits_for_words(case),
        ends_escalation=around.open_escalation is not None,
        requests=Request.objects.filter(case=case, state=RequestState.OPEN.value).count(),
    )
