"""Cases: the list, a new one, one as the person who asks may see it, and the words on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from escalations.actions import handling, intake
from escalations.api import customer, pages, staff
from escalations.api.bodies import base, daily
from escalations.api.documents import OF_A_CASE, asking, documented, listing
from escalations.api.door import ApiView
from escalations.api.fields import Choice
from escalations.casefile import overview, queues
from escalations.casefile.customer import customer_casefile
from escalations.casefile.staff import staff_casefile
from escalations.models import Case, Escalation, Event, Message
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import OPEN_ESCALATION, UNSOLVED, CaseState, Origin

UNSOLVED_WORD, ALL_WORD = "unsolved", "all"
STATES = [UNSOLVED_WORD, ALL_WORD, *(state.value for state in CaseState)]

CASE = PolymorphicProxySerializer(
    component_name="Case", serializers=[staff.StaffCase, customer.CustomerCase], resource_type_field_name=None
)
CASE_LINE = PolymorphicProxySerializer(
    component_name="CaseLine",
    serializers=[staff.StaffCaseLine, customer.CustomerCaseLine],
    resource_type_field_name=None,
)
MESSAGE = PolymorphicProxySerializer(
    component_name="Message", serializers=[staff.Entry, customer.CustomerEntry], resource_type_field_name=None
)
NEW_CASE = PolymorphicProxySerializer(
    component_name="NewCase",
    serializers=[daily.OpenCaseForCustomer, daily.OpenCase],
    resource_type_field_name=None,
)


class CaseQuery(pages.Query):
    """What a customer's list of cases can be asked."""

    state = Choice(STATES, default=UNSOLVED_WORD, help_text="`unsolved` is new, open and pending.")
    level = base.Level(required=False)
    mine = serializers.BooleanField(required=False, help_text="Owned by you; for customers: opened by you.")
    escalated = serializers.BooleanField(required=False, help_text="With an open escalation, or without.")


class StaffCaseQuery(CaseQuery):
    """What the staff's list of cases can be asked, too."""

    severity = base.Severity(required=False, help_text="Staff only.")
    team = serializers.SlugField(required=False, help_text="The short name of a team. Staff only.")


def filtered(rows: QuerySet[Case], query: dict[str, Any], standing: Standing) -> QuerySet[Case]:
    """The cases that a query asks for."""
    wanted = query["state"]
    if wanted != ALL_WORD:
        rows = rows.filter(state__in=[s.value for s in UNSOLVED] if wanted == UNSOLVED_WORD else [wanted])
    columns = {"level": "level", "severity": "severity", "team": "team__slug"}
    rows = rows.filter(**{column: query[name] for name, column in columns.items() if name in query})
    if "mine" in query:
        is_mine = Q(owner_id=standing.agent_id) if standing.is_staff else Q(contact_id=standing.contact_id)
        rows = rows.filter(is_mine if query["mine"] else ~is_mine)
    if "escalated" in query:
        climbs = Escalation.objects.filter(state__in=[s.value for s in OPEN_ESCALATION]).values("case_id")
        rows = rows.filter(pk__in=climbs) if query["escalated"] else rows.exclude(pk__in=climbs)
    return rows


def order_of(state: str) -> pages.Order:
    """Unsolved cases by what is due next, which has an index; as soon as others are among them, the newest first."""
    return pages.Order.DUE if state == UNSOLVED_WORD or state in UNSOLVED else pages.Order.NEWEST


def tell_lines(view: ApiView, request: Request, query: dict[str, Any]) -> Response:
    """A page of cases in the words of this door."""
    names = ("organization", "owner__user", "team", "pause_reason", "topic", "contact")
    rows = filtered(Case.objects.visible_to(view.standing), query, view.standing).select_related(*names)
    page = pages.page_of(rows, order_of(query["state"]), query)
    if view.standing.is_staff:
        return pages.answer(request, page, staff.StaffCaseLine(queues.rows(page.rows, view.at), many=True).data)
    lines = overview.case_lines(page.rows, view.standing, view.at)
    return pages.answer(request, page, customer.CustomerCaseLine(lines, many=True).data)


def told(view: ApiView, case: Case) -> Any:
    """The case as this door tells it."""
    if view.standing.is_staff:
        return staff.StaffCase(staff_casefile(case, view.standing, view.at), context={"standing": view.standing}).data
    return customer.CustomerCase(customer_casefile(case, view.standing, view.at)).data


class Cases(ApiView):
    """All cases that one may see, and new ones."""

    @documented(
        summary="Cases, the most urgent first",
        description="Unsolved cases run by what is due next; with resolved or closed ones among them, the newest is "
        "first. Customers see their own cases and those of organizations they lead, in fewer fields.",
        operation_id="cases_list",
        parameters=[StaffCaseQuery],
        answers={200: listing("CasePage", CASE_LINE)},
    )
    def get(self, request: Request) -> Response:
        form = StaffCaseQuery if self.standing.is_staff else CaseQuery
        return tell_lines(self, request, pages.asked(form, request))

    @documented(
        summary="Open a case",
        description="The matrix gives severity, level and team. Staff names the contact; customers open their own.",
        operation_id="cases_open",
        request=NEW_CASE,
        answers={201: CASE},
        is_write=True,
        examples=(
            asking(
                "By a customer",
                {
                    "subject": "Meter readings stop arriving",
                    "text": "This is the third night.",
                    "impact": "high",
                    "urgency": "high",
                },
            ),
            asking(
                "By staff",
                {"contact": "ida@customer.example", "subject": "Invoice differs", "text": "Ida called about March."},
            ),
        ),
    )
    def post(self, request: Request) -> Response:
        form = daily.OpenCaseForCustomer if self.standing.is_staff else daily.OpenCase
        body = form(data=request.data)
        body.is_valid(raise_exception=True)
        opened = intake.open_case(
            actor=self.standing,
            at=self.at,
            origin=Origin.API,
            key=self.key(request),
            **body.arguments_for(self.standing),
        )
        address = request.build_absolute_uri(f"{request.path}{opened.reference}/")
        case = self.case(opened.reference)
        return Response(told(self, case), status=status.HTTP_201_CREATED, headers={"Location": address})


class OneCase(ApiView):
    """One case."""

    @documented(
        summary="One case",
        description="Staff gets the whole casefile with timeline, clocks, levels and what can be done; a customer "
        "gets what concerns the customer.",
        operation_id="cases_read",
        answers={200: CASE},
        problems=OF_A_CASE,
    )
    def get(self, request: Request, reference: str) -> Response:
        return Response(told(self, self.case(reference)))


class Messages(ApiView):
    """The words on a case."""

    takes_files = True

    @documented(
        summary="Messages of a case, the oldest first",
        description="Staff reads internal notes among them, told apart by `sort`.",
        operation_id="messages_list",
        answers={200: listing("MessagePage", MESSAGE)},
        problems=OF_A_CASE,
    )
    def get(self, request: Request, reference: str) -> Response:
        case = self.case(reference)
        if self.standing.is_staff:
            timeline = staff_casefile(case, self.standing, self.at).timeline
            written = [entry for entry in timeline if entry.text or entry.note or entry.files]
            shown: Any = staff.Entry(written, many=True).data
        else:
            entries = customer_casefile(case, self.standing, self.at).entries
            shown = customer.CustomerEntry([entry for entry in entries if entry.text or entry.files], many=True).data
        return pages.answer(request, pages.Page(shown, ""), shown)

    @documented(
        summary="Reply",
        description="Words for the other side, as a form also with `files`. A reply of the customer ends a pause.",
        operation_id="messages_reply",
        request=base.WORDS,
        answers={201: MESSAGE},
        problems=OF_A_CASE,
        is_write=True,
        examples=(asking("Reply", {"text": "We restarted the collector; please look again at nine."}),),
    )
    def post(self, request: Request, reference: str) -> Response:
        case = self.case(reference)
        body = base.WordsAndFiles(data=request.data)
        body.is_valid(raise_exception=True)
        event = handling.reply(
            case=case, actor=self.standing, at=self.at, key=self.key(request), origin=Origin.API, **body.arguments()
        )
        return Response(_entry(self, case, event), status=status.HTTP_201_CREATED)


class Notes(ApiView):
    """Internal notes."""

    takes_files = True

    @documented(
        summary="Write an internal note",
        description="No customer ever sees it, and no clock counts it. As a form also with `files`. Staff only.",
        operation_id="notes_write",
        request=base.NOTE_WORDS,
        answers={201: staff.Entry},
        problems=OF_A_CASE,
        is_write=True,
        examples=(asking("Note", {"text": "@Mara Lindt, the collector runs on the old certificate."}),),
    )
    def post(self, request: Request, reference: str) -> Response:
        case = self.case(reference)
        self.staff_only()
        body = base.NoteWordsAndFiles(data=request.data)
        body.is_valid(raise_exception=True)
        event = handling.note(case=case, actor=self.standing, at=self.at, key=self.key(request), **body.arguments())
        return Response(_entry(self, case, event), status=status.HTTP_201_CREATED)


def _entry(view: ApiView, case: Case, event: Event) -> Any:
    """What was just written, as this door tells it."""
    if view.standing.is_staff:
        timeline = staff_casefile(case, view.standing, view.at).timeline
        return staff.Entry(next(entry for entry in timeline if entry.seq == event.seq)).data
    entries = customer_casefile(event.case, view.standing, view.at).entries
    written = Message.objects.get(uid=event.data["message"])
    return customer.CustomerEntry(customer.own_words(entries, written.body)).data
