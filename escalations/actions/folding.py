"""Many notices as one: of one round about one case, more mails at once than anybody reads, and more than a budget.

Folded ones are rows like all others. Those of the inbox are shown with the notice they are folded into; a mail that is
folded goes out with the one that carries it, and is accepted with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from customers.models import User
from escalations.actions import rows
from escalations.models import Event, Level, Notice, NoticeState, VersionState
from escalations.rules import events as e
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Channel

MANY = 5  # mails of the engine that one person gets apart in one round of delivery
HOUR = timedelta(hours=1)
# What leads among notices of one round: a step says more than a missed clock, and that more than a near one.
_RANKS = {e.ClockWarned.kind: 0, e.PromiseBroken.kind: 1, e.ClockBreached.kind: 2}
_FIRST = 3

_Row = tuple[int, int, str, str, int, str]  # notice, case, recipient, channel, event, kind


# -- one round, one case, one person -------------------------------------------------------------------


def of_one_round(events: Sequence[Event]) -> None:
    """What the engine tells a colleague of one case in one round is one notice, led by the newest that matters most.

    The others are folded into it, those of earlier transactions of this round too unless their mail has left.
    """
    written = {event.pk for event in events if event.actor == SYSTEM.code}
    if not written:
        return
    groups: dict[tuple[int, str, str], list[_Row]] = defaultdict(list)
    for row in _of_this_round(events):
        _pk, case_id, recipient, channel, _event, _kind = row
        groups[case_id, recipient, channel].append(row)
    into: dict[int, int] = {}
    for group in groups.values():
        new = [row for row in group if row[4] in written]
        if new and len(group) > 1:
            lead = max(new, key=lambda row: (_RANKS.get(row[5], _FIRST), -row[0]))
            into |= {row[0]: lead[0] for row in group if row is not lead}
    _fold(into)


def _of_this_round(events: Sequence[Event]) -> Iterable[_Row]:
    """The notices to colleagues of what the engine recorded at the same instant about these cases."""
    found = Notice.objects.filter(
        case_id__in={event.case_id for event in events},
        written_at=events[0].recorded_at,
        recipient__startswith="user:",
        event__actor=SYSTEM.code,
        seen_at=None,
        tries=0,
    )
    return found.order_by("pk").values_list("pk", "case_id", "recipient", "channel", "event_id", "event__kind")


def _fold(into: Mapping[int, int]) -> None:
    """Folds each of these into another; a mail waits for its carrier, the inbox has all of them already."""
    if not into:
        return
    rows.update(Notice, ["folded_into"], list(into.items()))
    mails = Notice.objects.filter(pk__in=into, channel=Channel.MAIL.value)
    mails.update(state=NoticeState.FOLDED, next_try_at=None)


# -- more than a person reads ---------------------------------------------------------------------------


@dataclass(slots=True)
class Mailbag:
    """The mails that wait for one person, the oldest first, and how many more may go out in this hour."""

    recipient: str
    waiting: list[tuple[int, bool]]
    left: int | None

    def folds(self) -> tuple[list[int], list[int]]:
        """What goes into a digest now, and what waits for the end of the hour; all else goes out apart."""
        told = [pk for pk, by_engine in self.waiting if by_engine]
        now = told if len(told) > MANY else []
        digest = set(now[1:])
        apart = [pk for pk, _by_engine in self.waiting if pk not in digest]
        later = apart[max(self.left, 0) :] if self.left is not None else []
        return now, later


def before_leasing(at: datetime) -> Q:
    """Folds what is too much of what waits now; gives what may be leased.

    Held inside the transaction of the lease: the accounts of people with a budget are locked, so that two workers
    count one after the other, and nothing that was written meanwhile slips through uncounted.
    """
    budgets = _budgets()
    users = User.objects.select_for_update(no_key=True).filter(uid__in=[code[5:] for code in budgets])
    with_mail = users.filter(uid__in=[code[5:] for code in _with_mail(budgets, at)]).order_by("pk")
    locked = [user.code for user in with_mail]
    waiting: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    cleared: list[int] = []
    columns = ("pk", "recipient", "event__actor", "event__data")
    for pk, recipient, actor, data in _untried(at).order_by("pk").values_list(*columns):
        if data and data.get("decision"):  # a question is answered from its own mail, and its deadline does not wait
            cleared.append(pk)
        else:
            waiting[recipient].append((pk, actor == SYSTEM.code))
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
    return [pk for pk, _by_engine in bag.waiting if pk not in held]


def _hold_back(recipient: str, over: list[int], at: datetime) -> None:
    """What is over the budget waits in the digest of this hour, and becomes that digest where there is none yet."""
    ends = at.replace(minute=0, second=0, microsecond=0) + HOUR
    first = _mails().filter(recipient=recipient, state=NoticeState.WAITING, next_try_at=ends, tries=0).order_by("pk")
    carrier = first.values_list("pk", flat=True).first()
    if carrier is None:
        carrier, over = over[0], over[1:]
        Notice.objects.filter(pk=carrier).update(next_try_at=ends)
    _carry(carrier, over)


def _carry(carrier: int, others: Collection[int]) -> None:
    """These go out with the carrier, and so does what was folded into them before."""
    inner = Notice.objects.filter(folded_into__in=others).values_list("pk", flat=True)
    _fold(dict.fromkeys([*others, *inner], carrier))


def _mails() -> QuerySet[Notice]:
    return Notice.objects.filter(channel=Channel.MAIL.value)


def _untried(at: datetime) -> QuerySet[Notice]:
    """Mails to colleagues that wait now and that no worker has."""
    waiting = _mails().filter(state=NoticeState.WAITING, next_try_at__lte=at, tries=0, leased_until=None)
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
