"""Every verb as an address of its own: a thin translation of one request into one action."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from customers.refusal import Refused
from escalations.api.acts import climbing, daily, joining, working
from escalations.api.acts.base import Act
from escalations.api.cases import CASE, told
from escalations.api.documents import OF_A_CASE, documented
from escalations.api.door import ApiView
from escalations.api.fields import Empty
from escalations.casefile.customer import VERBS as CUSTOMER_VERBS

ACTS = (*daily.ACTS, *climbing.ACTS, *working.ACTS, *joining.ACTS)


class ActView(ApiView):
    """Does one verb and tells the case as it is afterwards."""

    act: Act

    def post(self, request: Request, reference: str) -> Response:
        case = self.case(reference)
        act = self.act
        # Before the body is looked at: what is wrong with it would tell which reasons and people there are.
        if act.verb not in CUSTOMER_VERBS:
            self.staff_only()
        body = act.body(data=request.data, context={"standing": self.standing, "case": case})
        body.is_valid(raise_exception=True)
        key = self.key(request)
        try:
            act.call(case=case, actor=self.standing, at=self.at, key=key, **body.arguments())
        except Refused as refused:
            raise Refused(act.renamed.get(refused.field, refused.field), refused.code, refused.remedy) from refused
        return Response(told(self, self.case(reference)))


def view_of(act: Act) -> type[ActView]:
    """The view of one verb, with its own place in the document."""
    described = documented(
        summary=act.summary,
        description=f"Answers with the case as it is afterwards. Its `offers.{act.verb.value}` tells beforehand "
        "whether this is possible, and why not.",
        operation_id=f"cases_{act.verb.value}",
        request=None if act.body is Empty else act.body,
        answers={200: CASE},
        problems=OF_A_CASE,
        is_write=True,
        examples=act.examples,
    )
    name = "".join(part.title() for part in act.verb.value.split("_"))
    view = type(name, (ActView,), {"act": act, "__doc__": f"{act.summary}."})
    return extend_schema_view(post=described)(view)


__all__ = ["ACTS", "Act", "ActView", "view_of"]
