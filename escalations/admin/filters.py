"""Filters of lists that the front page leads to."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from escalations.models import Escalation, VersionState


class YesOrNo(admin.SimpleListFilter):
    """Rows for which something holds, or those for which it does not."""

    def holds(self) -> Q:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.filter(self.holds())
        return queryset.exclude(self.holds()) if self.value() == "no" else queryset


class OpenFilter(YesOrNo):
    """Escalations that have not ended."""

    title = _("open")
    parameter_name = "open"

    def holds(self) -> Q:
        return Q(pk__in=Escalation.objects.open().values("pk"))


class FailsFilter(YesOrNo):
    """Active mailboxes that could not be looked into the last time."""

    title = _("fails")
    parameter_name = "fails"

    def holds(self) -> Q:
        return Q(is_active=True, failures__gt=0)


class DueFilter(YesOrNo):
    """Published versions that are to be looked at again."""

    title = _("to be looked at again")
    parameter_name = "due"

    def holds(self) -> Q:
        return Q(state=VersionState.PUBLISHED, review_by__lte=timezone.localdate())
