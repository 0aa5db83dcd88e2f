"""What stands in the open places of an address: something of the own case, or the same of the foreign one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType

from customers.models import AccessToken
from escalations.models import (
    Absence,
    AccountEscalation,
    Case,
    Decision,
    DutyOverride,
    Macro,
    PathCheck,
    ReceivedMail,
    SavedView,
    Storm,
    tokens,
)
from tests.access.routes import Route

OfCase = Callable[[Case], str]
FILE = "meter.log"
QUERIES: dict[str, OfCase] = {
    "/admin/autocomplete/": lambda _: "?app_label=customers&model_name=membership&field_name=organization&term=x",
    "/desk/queue/several/": lambda case: f"?verb=note&case={case.reference}",
    "/desk/accounts/new/": lambda case: f"?organization={case.organization.uid}" if case.organization else "",
    "/help/search/": lambda _: "?q=article",
    "/portal/cases/new/suggestions/": lambda _: "?subject=article",
}


def _decision_token(case: Case) -> str:
    asked = Decision.objects.filter(escalation__case=case).latest("pk")
    return tokens.decision_url(asked, asked.person).rstrip("/").rpartition("/")[2]


def _attachment(case: Case) -> str:
    return str(case.attachments.latest("pk").uid)


# By the beginning of an address and the name of the place; the first that fits.
OF_A_CASE: dict[tuple[str, str], OfCase] = {
    ("/", "reference"): lambda case: case.reference,
    ("/", "clock"): lambda case: f"resolution-{case.clocks.filter(kind='resolution').earliest('pk').start_seq}",
    ("/desk/decisions/", "token"): _decision_token,
    ("/desk/accounts/", "uid"): lambda case: AccountEscalation.objects.get(organization=case.organization).uid,
    ("/desk/customers/", "uid"): lambda case: case.organization.uid if case.organization else "",
    ("/desk/files/", "uid"): _attachment,
    ("/portal/files/", "uid"): _attachment,
    ("/api/v1/attachments/", "uid"): _attachment,
    ("/desk/mails/", "uid"): lambda case: str(ReceivedMail.objects.get(case=case).uid),
    ("/desk/absence/", "pk"): lambda case: str(Absence.objects.get(agent=case.owner).pk),
}
OF_THE_HOUSE: dict[tuple[str, str], Callable[[Route], str]] = {
    ("/desk/paths/", "uid"): lambda _: str(PathCheck.objects.latest("pk").uid),
    ("/desk/queue/views/", "uid"): lambda _: str(SavedView.objects.earliest("pk").uid),
    ("/desk/duty/", "team"): lambda _: "specialists",
    ("/desk/duty/overrides/", "pk"): lambda _: str(DutyOverride.objects.latest("pk").pk),
    ("/api/v1/cases/", "uid"): lambda _: str(Macro.objects.latest("pk").uid),
    ("/desk/cases/", "uid"): lambda _: str(Macro.objects.latest("pk").uid),
    ("/desk/storms/", "uid"): lambda _: str(Storm.objects.latest("pk").uid),
    ("/desk/mail/", "path"): lambda _: "20260302-080000-1-0",
    ("/desk/accounts/", "verb"): lambda _: "tell",
    ("/desk/cases/", "verb"): lambda _: "note",
    ("/portal/cases/", "verb"): lambda _: "reply",
    ("/desk/procedure/", "slug"): lambda _: "standard",
    ("/desk/procedure/", "number"): lambda _: "1",
    ("/desk/procedure/", "key"): lambda _: "none",
    ("/desk/cases/", "name"): lambda _: "refused",
    ("/", "name"): lambda _: FILE,
    ("/help/", "category_slug"): lambda _: "public-shelf",
    ("/help/", "article_slug"): lambda _: "public-article",
    ("/api/v1/articles/", "slug"): lambda _: "public-article",
    ("/admin/r/", "content_type_id"): lambda _: str(ContentType.objects.get_for_model(Case).pk),
    ("/admin/r/", "object_id"): lambda _: str(Case.objects.earliest("pk").pk),
    ("/admin/", "object_id"): lambda route: _first_row(route),
    ("/admin/", "id"): lambda route: _first_row(route),
    ("/admin/", "kind"): lambda _: "case.opened",
    ("/admin/", "reader"): lambda _: "staff",
    ("/admin/", "language"): lambda _: "en",
    ("/admin/", "app_label"): lambda _: "escalations",
    ("/admin/", "url"): lambda _: "nothing",
    ("/api/", "anything"): lambda _: "nothing/",
    ("/accounts/tokens/", "pk"): lambda _: str(AccessToken.objects.earliest("pk").pk),
    ("/accounts/invitation/", "secret"): lambda _: "no-such-invitation",
    ("/accounts/oidc/", "provider_id"): lambda _: "nobody",
    ("/accounts/", "uidb36"): lambda _: "1",
    ("/accounts/", "key"): lambda _: "no-such-key",
}


def _first_row(route: Route) -> str:
    """The key of a row of the model that the address names."""
    _empty, _admin, app, model, *_rest = route.address.split("/")
    row = apps.get_model(app, model)._default_manager.order_by("pk").first()
    if row is None:
        raise LookupError(f"{model} has no row: make one in tests/access/house.py")
    return str(row.pk)


def is_of_somebody(route: Route) -> bool:
    """Whether the address names something that belongs to one of the two cases."""
    return any(_known(OF_A_CASE, route, place) for place in route.places)


def address_of(route: Route, case: Case) -> str:
    """The address with its open places filled from this case, with a question where the page wants one."""
    filled = route.address
    for place in route.places:
        filled = filled.replace(f"<{place}>", _value(route, place, case))
    asked = QUERIES.get(route.address)
    return filled + (asked(case) if asked else "")


def _value(route: Route, place: str, case: Case) -> str:
    if of_case := _known(OF_A_CASE, route, place):
        return str(of_case(case))
    if of_house := _known(OF_THE_HOUSE, route, place):
        return str(of_house(route))
    raise LookupError(f"{route.address}: say in tests/access/objects.py what stands for <{place}>")


def _known(known: dict[tuple[str, str], Any], route: Route, place: str) -> Any:
    fitting = [key for key in known if key[1] == place and route.address.startswith(key[0])]
    return known[max(fitting, key=lambda key: len(key[0]))] if fitting else None
