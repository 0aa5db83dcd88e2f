"""One customer as whoever answers for it sees it: what is open and promised, who is there, what was said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from customers.models import ContactAddress, Membership, Organization
from escalations.casefile.accounts import AccountLine, accounts_for, lines_of
from escalations.casefile.executive import open_questions
from escalations.models import AccountEscalation, Case, Decision, Message, Survey
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import UNSOLVED, CaseState

LINES, OVER, RATINGS, PEOPLE = 50, 5, 5, 50
_OVER = (CaseState.RESOLVED.value, CaseState.CLOSED.value)
_UNSOLVED = [state.value for state in UNSOLVED]


@dataclass(frozen=True, slots=True)
class Customer:
    """All that burns at one organization; lists are bounded, `more` says that there are other open cases.

    `heard` is the last thing they said, `told` the last thing we said, on the cases that are shown. Each of the
    `people` has the first of its addresses as `address`.
    """

    organization: Organization
    account: AccountEscalation | None
    lines: list[AccountLine]
    more: bool
    over: list[Case]
    questions: list[Decision]
    heard: Message | None
    told: Message | None
    ratings: list[Survey]
    people: list[Membership]

    @property
    def first(self) -> AccountLine | None:
        """What has to be done first here."""
        pressing = (line for line in self.lines if line.row.due_at and line.row.tone not in ("paused", "dormant"))
        return min(pressing, key=lambda line: (line.row.due_at, line.case.pk), default=None)

    @property
    def promises(self) -> list[AccountLine]:
        """Cases on which news are promised, or owed since a promise was broken; the first first."""
        found = [(promised, line.case.pk, line) for line in self.lines if (promised := _promised(line))]
        return [line for _promise, _pk, line in sorted(found, key=lambda item: item[:2])]

    @property
    def escalated(self) -> int:
        return sum(line.row.escalation is not None for line in self.lines)


def _promised(line: AccountLine) -> datetime | None:
    return line.case.promised_at or line.row.owed_since


def customer(uid: str, standing: Standing, *, at: datetime) -> Customer | None:
    """Everything about the organization of this uid; ten statements.

    None when there is no such one, or when somebody who sees the cases of their teams only has nothing to do with it.
    """
    organization = Organization.objects.select_related("plan").filter(uid=uid).first()
    if organization is None:
        return None
    cases = Case.objects.visible_to(standing).filter(organization=organization)
    going_on = accounts_for(standing).filter(organization=organization, closed_at=None)
    account = going_on.select_related("manager__user").first()
    unsolved = cases.filter(state__in=_UNSOLVED).order_by("next_due_at", "pk")
    lines = lines_of(unsolved, at, limit=LINES + 1)
    over = list(cases.filter(state__in=_OVER).order_by(F("last_event_at").desc(nulls_last=True), "-pk")[:OVER])
    if standing.by_team and not (account or lines or over):
        return None
    said = _last_said([line.case.pk for line in lines] + [case.pk for case in over])
    return Customer(
        organization=organization,
        account=account,
        lines=lines[:LINES],
        more=len(lines) > LINES,
        over=over,
        questions=list(_questions(organization, standing)),
        heard=said.get(True),
        told=said.get(False),
        ratings=list(_ratings(organization, standing)),
        people=list(_people(organization, at)),
    )


def _questions(organization: Organization, standing: Standing) -> QuerySet[Decision]:
    asked = open_questions(standing).filter(escalation__case__organization=organization)
    return asked.order_by(F("due_at").asc(nulls_last=True), "pk")[:LINES]


def _last_said(case_ids: list[int]) -> dict[bool, Message]:
    """The newest public words on these cases, of the customer (True) and of ours (False); one statement."""
    theirs = ExpressionWrapper(Q(contact__isnull=False), output_field=BooleanField())
    public = Message.objects.filter(case_id__in=case_ids, is_public=True).annotate(theirs=theirs)
    place = Window(RowNumber(), partition_by=F("theirs"), order_by=[F("written_at").desc(), F("pk").desc()])
    newest = public.annotate(place=place).filter(place=1).select_related("contact", "user", "case")
    return {bool(vars(message)["theirs"]): message for message in newest}


def _ratings(organization: Organization, standing: Standing) -> QuerySet[Survey]:
    visible = Case.objects.visible_to(standing).filter(organization=organization).order_by().values("pk")
    answers = Survey.objects.filter(case__in=visible).select_related("case", "contact")
    return answers.order_by("-answered_at", "-pk")[:RATINGS]


def _people(organization: Organization, at: datetime) -> QuerySet[Membership]:
    """Who is there, those who lead first."""
    address = ContactAddress.objects.filter(contact=OuterRef("contact")).order_by("pk").values("email")[:1]
    there = Membership.objects.current(at.date()).filter(organization=organization).select_related("contact__user")
    return there.annotate(address=Subquery(address)).order_by("-is_lead", "contact__name", "pk")[:PEOPLE]
