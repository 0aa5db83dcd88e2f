"""Many notices as one: of one round about one case, the same again, what was held, and more than anybody reads.

Folded ones are rows like all others. Those of the inbox are shown with the notice they are folded into; a mail that is
folded goes out with the one that carries it, and is accepted with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from customers.models import User
from escalations.actions import rows
from escalations.models import Event, Level, Notice, NoticeState, VersionState
from escalations.models.wishes import LEFT_OPEN
from escalations.rules import events as e
from escalations.rules.groups import sameness
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Channel

MANY = 5  # mails of the engine that one person gets apart in one round of delivery
HOUR = timedelta(hours=1)
# What leads among notices of one round: a step says more than a missed clock, and that more than a near one.
_RANKS = {e.ClockWarned.kind: 0, e.PromiseBroken.kind: 1, e.ClockBreached.kind: 2}
_FIRST = 3


class _Row(NamedTuple):
    """A notice that nobody has read or sent yet; the fields are columns."""

    pk: int
    case_id: int
    recipient: str
    channel: str
    written_at: datetime
    next_try_at: datetime | None
    folded_into_id: int | None
    event_id: int
    event__kind: str
    event__data: dict[str, Any]
    event__actor: str

    @property
    def place(self) -> tuple[int, str, str]:
        return self.case_id, self.recipient, self.channel


# -- one case, one person ------------------------------------------------------------------------------


def together(events: Sequence[Event]) -> None:
    """Makes one notice of what says the same or was told in one round of the engine, as far as nobody has it yet.

    What is folded is led by one of the new notices, which are in this transaction: no worker has them, nothing is lost.
    """
    by_engine = any(event.actor == SYSTEM.code for event in events)
    kinds = {event.kind for event in events if sameness(event.kind, event.data)}
    if not by_engine and not kinds:
        return
    found = list(_unread(events, kinds))
    written = {event.pk for event in events}
    into = _of_one_round(found, written, events[0].recorded_at)
    into |= _said_again(found, written, into)
    before = [row.pk for row in found if row.pk in into and row.event_id not in written and row.next_try_at]
    for pk in set(before) - _nobody_has(before):
        del into[pk]
    into = {pk: into.get(lead, lead) for pk, lead in into.items()}
    _fold(into | _inner(into))


def _nobody_has(ids: Collection[int]) -> set[int]:
    """Those of these that still wait, locked; what delivery has at this moment is left to it, and not waited for."""
    if not ids:
        return set()
    free = Notice.objects.filter(pk__in=ids, state=NoticeState.WAITING, tries=0)
    return set(free.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))


def _unread(events: Sequence[Event], kinds: Collection[str]) -> Iterable[_Row]:
    """The notices to colleagues about these cases, of this round of the engine or of these kinds."""
    this_round = Q(event__actor=SYSTEM.code, written_at=events[0].recorded_at)
    found = Notice.objects.filter(
        this_round | Q(event__kind__in=kinds, folded_into=None),
        case_id__in={event.case_id for event in events},
        recipient__startswith="user:",
        seen_at=None,
        tries=0,
    )
    return map(_Row._make, found.order_by("pk").values_list(*_Row._fields))


def _of_one_round(found: Iterable[_Row], written: Collection[int], at: datetime) -> dict[int, int]:
    """What the engine tells a colleague of one case in one round, into the newest that matters most.

    Those of earlier transactions of this round too, unless their mail has left.
    """
    groups: dict[tuple[int, str, str], list[_Row]] = defaultdict(list)
    for row in found:
        if row.written_at == at and row.event__actor == SYSTEM.code:
            groups[row.place].append(row)
    into: dict[int, int] = {}
    for group in groups.values():
        if new := [row for row in group if row.event_id in written]:
            lead = max(new, key=lambda row: (_RANKS.get(row.event__kind, _FIRST), -row.pk))
            into |= {row.pk: lead.pk for row in group if row is not lead}
    return into


def _said_again(found: Sequence[_Row], written: Collection[int], folded: Collection[int]) -> dict[int, int]:
    """What the newest says again, into it; a mail only while it is held, and never to be held longer."""
    newest: dict[tuple[Any, ...], _Row] = {}
    apart = [row for row in found if row.pk not in folded and row.folded_into_id is None]
    for row in apart:
        if row.event_id in written and (same := sameness(row.event__kind, row.event__data)):
            newest[*row.place, same] = row
    into: dict[int, int] = {}
    for row in apart:
        lead = newest.get((*row.place, sameness(row.event__kind, row.event__data)))
        if lead and row.pk < lead.pk and _may_wait_for(lead, row):
            into[row.pk] = lead.pk
    return into


def _may_wait_for(lead: _Row, row: _Row) -> bool:
    if row.next_try_at is None or lead.next_try_at is None:
        return row.channel == Channel.IN_APP
    return lead.written_at < row.next_try_at >= lead.next_try_at


def _inner(into: Mapping[int, int]) -> dict[int, int]:
    """What was folded before into what is folded now goes with it."""
    if not into:
        return {}
    found = Notice.objects.filter(folded_into__in=into).exclude(pk__in=into)
    return {pk: into[carrier] for pk, carrier in found.values_list("pk", "folded_into_id") if carrier}


def _fold(into: Mapping[int, int]) -> None:
    """Folds each of these into another; a mail waits for its carrier, the inbox has all of them already."""
    if not into:
        return
    rows.update(Notice, ["folded_into"], list(into.items()))
    left = Notice.objects.filter(pk__in=into, channel__in=LEFT_OPEN)
    left.update(state=NoticeState.FOLDED, next_try_at=None)


# -- more than a person reads ---------------------------------------------------------------------------


class Waiting(NamedTuple):
    """A mail that could leave now; `was_held` until now, by its reader's hours or by a budget."""

    pk: int
    by_engine: bool
    was_held: bool
    is_urgent: bool


@dataclass(slots=True)
class Mailbag:
    """The mails that wait for one person, the oldest first, and how many more may go out in this hour."""

    recipient: str
    waiting: list[Waiting]
    left: int | None

    def folds(self) -> tuple[list[int], list[int]]:
        """What goes into a digest now, and what waits for the end of the hour; all else goes out apart.

        What was held until now comes as one; what is urgent waits for no end of an hour.
        """
        held = [mail.pk for mail in self.waiting if mail.was_held]
        told = [mail.pk for mail in self.waiting if mail.by_engine]
        as_one = {*(held if len(held) > 1 else []), *(told if len(told) > MANY else [])}
        now = [mail.pk for mail in self.waiting if mail.pk in as_one]
        apart = [mail for mail in self.waiting if mail.pk not in now[1:]]
        over = apart[max(self.left, 0) :] if self.left is not None else []
        return now, [mail.pk for mail in over if not mail.is_urgent]


def before_leasing(at: datetime, channel: Channel = Channel.MAIL) -> Q:
    """Folds what is too much of what waits now by this channel; gives what may be leased.

    Held inside the transaction of the lease: the accounts of people with a budget are locked, so that two workers
    count one after the other, and nothing that was written meanwhile slips through uncounted. Budgets are of mails.
    """
    budgets = _budgets() if channel == Channel.MAIL else {}
    users = User.objects.select_for_update(no_key=True).filter(uid__in=[code[5:] for code in budgets])
    with_mail = users.filter(uid__in=[code[5:] for code in _with_mail(budgets, at)]).order_by("pk")
    locked = [user.code for user in with_mail] if budgets else []
    waiting: dict[str, list[Waiting]] = defaultdict(list)
    cleared: list[int] = []
    columns = ("pk", "recipient", "event__actor", "event__data", "is_held", "over_budget", "is_urgent")
    for pk, recipient, actor, data, is_held, over, urgent in _untried(at, channel).order_by("pk").values_list(*columns):
        if data and data.get("decision"):  # a question is answered from its own mail, and its deadline does not wait
            cleared.append(pk)
        else:
            waiting[recipient].append(Waiting(pk, actor == SYSTEM.code, is_held or over, urgent))
    for recipient, mails in waiting.items():
        left = budgets[recipient] - _sent(recipient, at) if recipient in locked else None
        cleared += _let_go(Mailbag(recipient, mails, left), at)
    return ~Q(recipient__in=budgets) | Q(tries__gt=0) | Q(pk__in=cleared)


def _let_go(bag: Mailbag, at: datetime) -> list[int]:
    """Folds what is too much for this person; gives the mails that go out now."""
    now, later = bag.folds()
    if now:
        _carry(now[0], now[1:])
    if later:
        _hold_back(bag.recipient, later, at)
    held = {*now[1:], *later}
    return [mail.pk for mail in bag.waiting if mail.pk not in held]


def _hold_back(recipient: str, over: list[int], at: datetime) -> None:
    """What is over the budget waits in the digest of this hour, and becomes that digest where there is none yet."""
    ends = at.replace(minute=0, second=0, microsecond=0) + HOUR
    first = _mails().filter(recipient=recipient, state=NoticeState.WAITING, next_try_at=ends, over_budget=True, tries=0)
    carrier = first.order_by("pk").values_list("pk", flat=True).first()
    Notice.objects.filter(pk__in=over).update(over_budget=True)
    if carrier is None:
        carrier, over = over[0], over[1:]
        Notice.objects.filter(pk=carrier).update(next_try_at=ends)
    _carry(carrier, over)


def _carry(carrier: int, others: Collection[int]) -> None:
    """These go out with the carrier, and so does what was folded into them before."""
    into = dict.fromkeys(others, carrier)
    _fold(into | _inner(into))


def _mails() -> QuerySet[Notice]:
    return Notice.objects.filter(channel=Channel.MAIL.value)


def _untried(at: datetime, channel: Channel) -> QuerySet[Notice]:
    """What waits for colleagues by this channel now and no worker has."""
    by_it = Notice.objects.filter(channel=channel.value)
    waiting = by_it.filter(state=NoticeState.WAITING, next_try_at__lte=at, tries=0, leased_until=None)
    mine = waiting.select_for_update(skip_locked=True, no_key=True, of=("self",))
    return mine.filter(recipient__startswith="user:")


def _with_mail(budgets: Collection[str], at: datetime) -> QuerySet[Notice, str]:
    waiting = _mails().filter(state=NoticeState.WAITING, next_try_at__lte=at, tries=0, recipient__in=budgets)
    return waiting.order_by().values_list("recipient", flat=True).distinct()


def _sent(recipient: str, at: datetime) -> int:
    """How many mails this person got in this hour, with those that are under way."""
    begins = at.replace(minute=0, second=0, microsecond=0)
    sent = Q(state=NoticeState.ACCEPTED, accepted_at__gte=begins)
    under_way = Q(state=NoticeState.WAITING, tries__gt=0)
    return _mails().filter(sent | under_way, recipient=recipient, folded_into=None).count()


def _budgets() -> dict[str, int]:
    """How many mails an hour everybody gets who works at a level with a budget; the smallest counts."""
    found: dict[str, int] = {}
    levels = Level.objects.filter(version__state=VersionState.PUBLISHED, notice_budget__isnull=False)
    members = levels.filter(team__memberships__agent__is_active=True)
    for uid, budget in members.values_list("team__memberships__agent__user__uid", "notice_budget").distinct():
        code = f"user:{uid}"
        found[code] = min(budget or 0, found.get(code, budget or 0))
    return found
