"""What was imported from other systems: each source with its cases, which are looked at on their list."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.sites import AdminSite
from django.db.models import Count, Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as translate

from escalations.models import Case
from escalations.rules.standing import SYSTEM


def imports_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """For whoever may look at cases; one statement, however many cases there are."""
    cases = Case.objects.visible_to(SYSTEM).exclude(source="").order_by()
    sources: Any = cases.values("source").annotate(
        number=Count("pk"),
        unsolved=Count("pk", filter=Q(resolved_at=None, closed_at=None)),
        first=Min("opened_at"),
        last=Max("opened_at"),
    )
    listed = reverse("admin:escalations_case_changelist")
    context = {
        **site.each_context(request),
        "opts": Case._meta,
        "title": translate("Imports"),
        "sources": [
            {**row, "list": f"{listed}?{urlencode({'source__exact': row['source']})}"}
            for row in sources.order_by("source")
        ],
    }
    return TemplateResponse(request, "admin/escalations/imports.html", context)
