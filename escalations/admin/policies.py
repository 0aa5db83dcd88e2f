"""The written procedure: policies, and their versions with levels, targets, matrix and triggers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from escalations.actions import checking, policies
from escalations.admin import policy_templates
from escalations.admin.bases import (
    ConfigurationAdmin,
    RecordInline,
    VersionAdmin,
    confirmed,
    found_or_404,
)
from escalations.admin.conditions import explained
from escalations.admin.filters import DueFilter
from escalations.admin.marks import mark
from escalations.admin.moves import begin_page, may_move, waiting_for
from escalations.admin.policy_life import LifeOfVersions, followed_by
from escalations.admin.policy_rows import (
    CommunicationInline,
    LevelInline,
    MatrixInline,
    RequirementInline,
    RoleInline,
    TargetInline,
    TrainingInline,
    TriggerInline,
)
from escalations.admin.wording import STATE_COLOURS, review_words, state_words, why_not_publish
from escalations.casefile.differences import differences_of
from escalations.casefile.readings import asked_to_read
from escalations.models import Policy, PolicyVersion, VersionState


class PolicyForm(forms.ModelForm):
    """A policy keeps taking everybody else's cases as long as no other does."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        narrowed = next((name for name in ("topics", "plans") if cleaned.get(name)), None)
        if narrowed and self.instance.pk and policies.is_last_for_everybody(self.instance):
            remedy = _("This is the last policy for everybody else; publish another one for everybody first.")
            self.add_error(narrowed, ValidationError(remedy))
        return cleaned


class PolicyVersionsInline(RecordInline):
    """The versions of a policy, newest first."""

    model = PolicyVersion
    fields = ("number", "state", "note", "effective_at", "review_by", "retired_at")
    readonly_fields = fields
    related = ("policy",)
    hide_title = True
    tab = False


@admin.register(Policy)
class PolicyAdmin(ConfigurationAdmin):
    """The name of a procedure and the cases it applies to."""

    form = PolicyForm
    list_display = ("name", "position", "applies_to", "running", "owner")
    list_select_related = ("owner__user",)
    list_filter = ("plans", "topics")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "owner", "position", "topics", "plans", "looked_at")
    readonly_fields = ("looked_at",)
    choices_with = {"owner": ("user",)}
    prepopulated_fields = {"slug": ("name",)}
    filter_horizontal = ("topics", "plans")
    inlines = (PolicyVersionsInline,)
    actions_list = ("from_template",)
    actions_detail = ("begin",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Policy]:
        found: QuerySet[Policy] = super().get_queryset(request)
        return found.prefetch_related("versions", "topics", "plans")

    def has_begin_permission(self, request: HttpRequest, _object_id: str | None = None) -> bool:
        return request.user.has_perm("escalations.change_policyversion")

    def has_from_template_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and request.user.has_perm("escalations.change_policyversion")

    @action(
        description=_("New policy from a template"),
        url_path="from-template",
        icon="note_add",
        permissions=["from_template"],
    )
    def from_template(self, request: HttpRequest) -> HttpResponse:
        return policy_templates.begin(self, request)

    @display(description=_("applies to"))
    def applies_to(self, policy: Policy) -> str:
        narrowed = [*policy.plans.all(), *policy.topics.all()]
        return ", ".join(str(row) for row in narrowed) or str(_("everybody else"))

    @display(description=_("published version"))
    def running(self, policy: Policy) -> str:
        numbers = [row.number for row in policy.versions.all() if row.state == VersionState.PUBLISHED]
        return str(numbers[0]) if numbers else str(_("none yet"))

    @display(description=_("looked at again"))
    def looked_at(self, policy: Policy) -> str:
        running = policy.current() if policy.pk else None
        said, is_late = review_words(running) if running else ("", False)
        red = "font-semibold text-red-700 dark:text-red-400"
        return format_html('<span class="{}">{}</span>', red, said) if is_late else said or "–"

    @action(description=_("New draft"), url_path="new-draft", icon="edit_note", permissions=["begin"])
    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return begin_draft(self, request, found_or_404(Policy.objects.all(), object_id))


def begin_draft(page: ConfigurationAdmin, request: HttpRequest, policy: Policy) -> HttpResponse:
    return confirmed(
        page,
        request,
        policy,
        title=_("New draft"),
        question=_("Begin the next version of “%(name)s” with all rows of the newest one?") % {"name": policy},
        act=lambda: policies.new_draft(policy=policy, by=request.user, at=timezone.now()),  # type: ignore[arg-type]
        done=_("Here is the new draft; change it and hand it in for review when it is right."),
    )


# When it was handed in, published, and what came of it, by whom.
LIFE = (("submitted_at", "submitted_by"), ("published_at", "published_by"), ("effective_at", "review_by", "retired_at"))


class PolicyVersionForm(forms.ModelForm):
    """What a version says besides its rows."""

    class Meta:
        help_texts = {
            "on_severity": _(
                "An example: 3 h are promised for medium, 2 h for high, and a case turns out to be high after 1 h. "
                "Carry the time over: 1 h is left. Begin again: 2 h are left."
            )
        }


@admin.register(PolicyVersion)
class PolicyVersionAdmin(LifeOfVersions, VersionAdmin):
    """One edition of a policy: written as a draft, looked at, published once, retired in the end."""

    form = PolicyVersionForm

    list_display = ("__str__", "shown_state", "note", "effective_at", "published_by", "review_by", "retired_at")
    list_select_related = ("policy", "published_by")
    list_filter = ("state", DueFilter, "policy")
    search_fields = ("policy__name", "policy__slug", "note")
    fieldsets = (
        (None, {"fields": ("policy", "number", "note", "purpose", *LIFE)}),
        (_("How cases end and severities change"), {"fields": ("confirm_days", "on_severity")}),
        (_("Decisions"), {"fields": ("currency", "sign_in_above")}),
        (_("Customers who ask for escalation"), {"fields": ("ask_again_hours", "leads_ask_from")}),
        (_("Triggers that climb by themselves"), {"fields": ("rule_bound",)}),
        (_("Mail to closed cases"), {"fields": ("on_closed", "reopen_days")}),
    )
    readonly_fields = ("policy", "number", *(name for names in LIFE for name in names))
    inlines = (
        LevelInline,
        TargetInline,
        MatrixInline,
        TriggerInline,
        RoleInline,
        CommunicationInline,
        RequirementInline,
        TrainingInline,
    )
    change_form_outer_before_template = "admin/escalations/policy_version_state.html"

    class Media:
        css = {"all": ("css/back_office.css",)}

    def has_move_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._is_in(request, object_id, VersionState.PUBLISHED)

    def has_begin_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._is_in(request, object_id, VersionState.PUBLISHED, VersionState.RETIRED)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        context: dict[str, Any] = dict(extra_context or {})
        if version is not None:
            context["version_words"] = state_words(version)
            context["why_not"] = why_not_publish(version, request.user)  # type: ignore[arg-type]
            context["review_words"], context["is_review_late"] = review_words(version)
            context |= self._readers(version)
            context |= self._followers(request, version)
            context["differences"] = differences_of(version) if version.state == VersionState.REVIEW else None
            context["conditions"] = explained() if version.state == VersionState.DRAFT else []
        found: HttpResponse = super().change_view(request, object_id, form_url, context)
        if version is not None and version.state != VersionState.RETIRED and isinstance(found, TemplateResponse):
            found.context_data = found.context_data or {}
            found.context_data["findings"] = mark(found, checking.findings(version, timezone.now()))
        return found

    def _followers(self, request: HttpRequest, version: PolicyVersion) -> dict[str, Any]:
        """How many open cases follow this version, and how many could move to it; none before it takes effect."""
        if version.state not in (VersionState.PUBLISHED, VersionState.RETIRED):
            return {}
        found: dict[str, Any] = {"followed_by": followed_by(version)}
        if version.state == VersionState.PUBLISHED:
            found["on_older"] = waiting_for(version)
            found["move_page"] = begin_page(version=version.pk) if may_move(request) else ""
        return found

    def _readers(self, version: PolicyVersion) -> dict[str, Any]:
        """Who was asked to read this version, and how many of them have confirmed; nobody before it is published."""
        if version.state in (VersionState.DRAFT, VersionState.REVIEW):
            return {}
        readers = asked_to_read(version)
        return {"readers": readers, "confirmed": sum(reader.read_at is not None for reader in readers)}

    @display(description=_("state"), label=STATE_COLOURS)
    def shown_state(self, version: PolicyVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @action(description=_("Move cases here"), url_path="move-cases", icon="move_up", permissions=["move"])
    def move(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(begin_page(version=object_id))

    @action(description=_("New draft from this"), url_path="new-draft", icon="edit_note", permissions=["begin"])
    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = found_or_404(PolicyVersion.objects.select_related("policy"), object_id)
        return begin_draft(self, request, version.policy)
