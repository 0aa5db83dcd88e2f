"""What helps to write on a case, for programs: canned replies filled in for it, and macros."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalations.actions import macros
from escalations.api import pages, staff
from escalations.api.cases import told
from escalations.api.documents import OF_A_CASE, documented, listing
from escalations.api.door import ApiView
from escalations.casefile.writing import canned_replies


class CannedReply(serializers.Serializer):
    """Words that are written often, filled in with what the case says."""

    uid = serializers.CharField()
    name = serializers.CharField()
    text = serializers.CharField()
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="What the case does not say yet; it stands in square brackets."
    )


class MacroName(serializers.Serializer):
    """Several acts under one name."""

    uid = serializers.CharField()
    name = serializers.CharField()
    meaning = serializers.CharField()


class CannedReplies(ApiView):
    """Canned replies for one case."""

    @documented(
        summary="Canned replies for a case",
        description="Those in the language of the contact, for its topic and the teams of whoever asks. Staff only.",
        operation_id="canned_list",
        answers={200: listing("CannedReplyPage", CannedReply())},
        problems=OF_A_CASE,
    )
    def get(self, request: Request, reference: str) -> Response:
        case = self.case(reference)
        self.staff_only()
        shown: Any = CannedReply(canned_replies(case, self.standing), many=True).data
        return pages.answer(request, pages.Page(shown, ""), shown)


class Macros(ApiView):
    """The macros that may be used."""

    @documented(
        summary="Macros for a case",
        description="Those of everybody, and of the teams of whoever asks. Staff only.",
        operation_id="macros_list",
        answers={200: listing("MacroPage", MacroName())},
        problems=OF_A_CASE,
    )
    def get(self, request: Request, reference: str) -> Response:
        self.case(reference)
        self.staff_only()
        shown: Any = MacroName(macros.offered(self.standing), many=True).data
        return pages.answer(request, pages.Page(shown, ""), shown)


class OneMacro(ApiView):
    """Does everything a macro says."""

    @documented(
        summary="Carry out a macro",
        description="All of its acts in their order, or none: a refusal names the step. Answers with the case as it is "
        "afterwards. Staff only.",
        operation_id="macros_run",
        request=None,
        answers={200: staff.StaffCase},
        problems=OF_A_CASE,
        is_write=True,
    )
    def post(self, request: Request, reference: str, uid: str) -> Response:
        case = self.case(reference)
        self.staff_only()
        row = next((macro for macro in macros.offered(self.standing) if macro.uid == uid), None)
        if row is None:
            raise Http404
        macros.run(macro=row, case=case, actor=self.standing, at=self.at, key=self.key(request))
        return Response(told(self, self.case(reference)))
