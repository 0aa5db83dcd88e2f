"""All that burns at one customer: the cases of an account escalation as its manager sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.fields.json import KT

from customers.models import Organization
from escalations.casefile import queues
from escalations.casefile.customer import WORDS
from escalations.casefile.news import first_news
from escalations.models import AccountEscalation, Case, Clock, Event
from escalations.rules import events as e
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED
from escalations.timing.stopwatch import ClockState

MOST_OVER, MOST_LINES = 50, 500
_UNSOLVED = [state.value for state in UNSOLVED]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One case of the account: what is due in `row`, and by when the customer hears from us (None: nothing runs).

    `missed` says that this instant has passed, `has_it` who answers for the case now.
    """

    case: Case
    row: queues.Row
    news_at: datetime | None
    missed: bool
    has_it: Any

    @property
    def is_open(self) -> bool:
        return self.case.state in UNSOLVED


@dataclass(frozen=True, slots=True)
class AccountBrief:
    """An account escalation in a list: how many of its cases are unsolved, and by when the first of them has news."""

    account: AccountEscalation
    unsolved: int
    highest: int
    news_at: datetime | None


def account_lines(account: AccountEscalation, standing: Standing, at: datetime) -> list[AccountLine]:
    """Every case of it, the unsolved first and of those the first due; a fixed number of statements.

    One that is over shows the cases that once joined it.
    """
    found = Case.objects.visible_to(standing)
    cases = found.filter(pk__in=_joined(account)) if account.closed_at else found.filter(account=account)
    return lines_of(cases, at, limit=MOST_LINES)


def lines_of(cases: QuerySet[Case], at: datetime, *, limit: int) -> list[AccountLine]:
    """So many of these cases as lines, the unsolved first and of those the first due; three statements."""
    found = list(queues.with_names(cases).annotate(news_at=first_news())[:limit])
    lines = [_line(row, vars(row.case)["news_at"], at) for row in queues.rows(found, at)]
    return sorted(lines, key=lambda line: (not line.is_open, line.case.next_due_at, line.case.pk))


def accounts_for(standing: Standing) -> QuerySet[AccountEscalation]:
    """The account escalations this person may know of: of all, or the own ones and those of cases they may see."""
    if not standing.by_team:
        return AccountEscalation.objects.all()
    visible = Case.objects.visible_to(standing).order_by().values("pk")
    joined = Event.objects.filter(kind=e.CaseJoinedAccount.kind, case__in=visible).values(uid=KT("data__account"))
    own = Q(manager_id=standing.agent_id) | Q(manager_id__in=standing.stands_in) | Q(opened_by_id=standing.agent_id)
    return AccountEscalation.objects.filter(own | Q(cases__in=visible) | Q(uid__in=joined)).distinct()


def accounts(standing: Standing) -> list[AccountBrief]:
    """Those that are open, the one with the most unsolved cases first."""
    unsolved = Q(cases__state__in=_UNSOLVED)
    runs = Q(state=ClockState.RUNNING.value, kind__in=[kind.value for kind in WORDS], case__account__closed_at=None)
    news = dict(
        Clock.objects.filter(runs, case__account__isnull=False)
        .values_list("case__account_id")
        .annotate(first=Min("due_at"))
    )
    found = (
        AccountEscalation.objects.filter(closed_at=None, pk__in=accounts_for(standing).values("pk"))
        .select_related("organization", "manager__user")
        .annotate(unsolved=Count("cases", filter=unsolved), worst=Min("cases__severity", filter=unsolved))
        .order_by("-unsolved", "opened_at")
    )
    return [AccountBrief(row, row.unsolved, row.worst or 0, news.get(row.pk)) for row in found]


def accounts_over(standing: Standing) -> QuerySet[AccountEscalation]:
    """Those that were closed, the latest first."""
    over = accounts_for(standing).filter(closed_at__isnull=False).select_related("organization", "manager__user")
    return over.order_by("-closed_at")[:MOST_OVER]


def burning(standing: Standing) -> QuerySet[Organization]:
    """Organizations with unsolved cases and without an open account escalation, the most cases first."""
    taken = AccountEscalation.objects.filter(closed_at=None).values("organization_id")
    open_ones = Q(cases__state__in=_UNSOLVED, cases__is_dormant=False)
    if standing.by_team:
        open_ones &= Q(cases__in=Case.objects.visible_to(standing).order_by().values("pk"))
    found = Organization.objects.exclude(pk__in=taken).annotate(unsolved=Count("cases", filter=open_ones))
    return found.filter(unsolved__gt=0).order_by("-unsolved", "name")[:MOST_OVER]


def _joined(account: AccountEscalation) -> list[int]:
    joined = Event.objects.filter(kind=e.CaseJoinedAccount.kind, data__account=account.uid)
    return list(joined.values_list("case_id", flat=True))


def _line(row: queues.Row, news_at: datetime | None, at: datetime) -> AccountLine:
    climb = row.escalation
    has_it = climb.accountable if climb else row.case.owner or row.case.team
    return AccountLine(row.case, row, news_at, news_at is not None and news_at <= at, has_it)
