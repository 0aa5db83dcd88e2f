"""Who works here: teams with their members, agents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from customers.models import User
from escalations.actions import people, roles
from escalations.admin.bases import ChoicesOnce, ConfigurationAdmin, RemovedWhenUnused, confirmed, found_or_404
from escalations.models import Agent, Skill, Team, TeamMembership, words
from escalations.rules.roles import StaffRole


class MemberInline(ChoicesOnce, TabularInline):
    """The people of a team."""

    model = TeamMembership
    extra = 0
    hide_title = True
    choices_with = {"agent": ("user",)}
    verbose_name_plural = _("members")

    def get_queryset(self, request: HttpRequest) -> QuerySet[TeamMembership]:
        found: QuerySet[TeamMembership] = super().get_queryset(request)
        return found.select_related("agent__user", "team")


class PlaceInline(MemberInline):
    """The teams of a person."""

    verbose_name = _("team")
    verbose_name_plural = _("teams")


@admin.register(Skill)
class SkillAdmin(RemovedWhenUnused, ConfigurationAdmin):
    """Something people can do that not everybody can."""

    list_display = ("name", "held_by")
    list_filter = ("topics",)
    search_fields = ("name", "slug")
    fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Skill]:
        found: QuerySet[Skill] = super().get_queryset(request)
        return found.prefetch_related("agents__user")

    @display(description=_("who has it"))
    def held_by(self, skill: Skill) -> str:
        return ", ".join(str(agent) for agent in skill.agents.all() if agent.works)


@admin.register(Team)
class TeamAdmin(RemovedWhenUnused, ConfigurationAdmin):
    """A team, the name customers read, and its members."""

    list_display = ("name", "public_name", "members", "leads")
    search_fields = ("name", "public_name", "slug")
    list_filter = (("levels__version__policy", admin.RelatedOnlyFieldListFilter),)
    fields = ("name", "slug", "public_name")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MemberInline,)
    history_of = ("memberships",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Team]:
        found: QuerySet[Team] = super().get_queryset(request)
        return found.prefetch_related("memberships__agent__user")

    @display(description=_("active members"))
    def members(self, team: Team) -> int:
        return sum(place.agent.works for place in team.memberships.all())

    @display(description=_("led by"))
    def leads(self, team: Team) -> str:
        return ", ".join(str(place.agent) for place in team.memberships.all() if place.is_lead)


class AgentForm(forms.ModelForm):
    """Nobody is above himself, not even by way of others; the roles of a new colleague are chosen with them."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=[(role.value, words.ROLES[role]) for role in StaffRole],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        error_messages={"required": words.REMEDIES["role_missing"]},
        help_text=_("What this person may do at the desk and here; several roles give what any of them gives."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "roles" in self.fields:
            self.initial["roles"] = [role.value for role in roles.roles_of(self.instance.user)]

    def clean_manager(self) -> Agent | None:
        manager: Agent | None = self.cleaned_data["manager"]
        path, above = [self.instance], manager
        while above is not None:
            path.append(above)
            if above.pk == self.instance.pk:
                said = {"circle": " → ".join(str(agent) for agent in path)}
                raise ValidationError(_("These managers go in a circle: %(circle)s. Choose somebody else.") % said)
            if above in path[1:-1]:
                break
            above = above.manager
        return manager


@admin.register(Agent)
class AgentAdmin(ConfigurationAdmin):
    """The working side of a user. Deactivating somebody is an act that hands over their work, not a tick in a form."""

    form = AgentForm
    list_display = ("user", "job_title", "is_active", "works_in", "manager", "owns")
    list_select_related = ("user", "manager__user")
    list_filter = ("is_active", "teams", "skills")
    search_fields = ("user__name", "user__email", "job_title")
    fields = (
        "user",
        "roles",
        "job_title",
        "is_active",
        "manager",
        "skills",
        ("authority_limit", "authority_currency"),
    )
    autocomplete_fields = ("skills",)
    choices_with = {"manager": ("user",)}
    inlines = (PlaceInline,)
    history_of = ("memberships",)
    actions_detail = ("deactivate", "reactivate")

    def has_deactivate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        agent = self.get_object(request, object_id) if object_id else None
        return agent is not None and agent.is_active and self.has_change_permission(request, agent)

    def has_reactivate_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        agent = self.get_object(request, object_id) if object_id else None
        return agent is not None and not agent.works and self.has_change_permission(request, agent)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agent]:
        found: QuerySet[Agent] = super().get_queryset(request)
        return found.prefetch_related("memberships__team").annotate(owned=Count("owned_cases", distinct=True))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        return ("is_active", "user") if obj else ("is_active",)

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(agent=None, contact=None, is_active=True).order_by("name")
        if db_field.name == "manager":
            kwargs["queryset"] = Agent.objects.order_by("user__name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_form(self, request: HttpRequest, obj: Agent | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Whoever may not say who has which role sees the boxes, and cannot tick them."""
        form = super().get_form(request, obj, change, **kwargs)
        if obj and "roles" in form.base_fields:
            form.base_fields["roles"].disabled = not roles.may_give(request.user, obj.user)  # type: ignore[arg-type]
        return form

    def save_model(self, request: HttpRequest, obj: Agent, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "roles" in form.changed_data:
            chosen = [StaffRole(name) for name in form.cleaned_data["roles"]]
            roles.give(user=obj.user, roles=chosen, by=request.user, at=timezone.now())  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Agent | None = None) -> bool:
        """Nobody is deleted: the journal speaks of them."""
        return False

    @action(description=_("Deactivate"), url_path="deactivate", icon="person_off", permissions=["deactivate"])
    def deactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        agent = found_or_404(Agent.objects.select_related("user"), object_id)
        text = _(
            "Deactivate %(name)s? Cases of theirs that are not closed: %(cases)s. Each stays with its team without an "
            "owner, or goes to the next person where it is escalated. They lead teams: %(leads)s; take turns in rotas: "
            "%(rotas)s; are the manager of people: %(reports)s. %(name)s cannot sign in to work any more."
        )
        counted = {
            "cases": people.held_by(agent).count(),
            "leads": agent.memberships.filter(is_lead=True).count(),
            "rotas": agent.turns.count(),
            "reports": agent.reports.count(),
        }
        return confirmed(
            self,
            request,
            agent,
            title=_("Deactivate"),
            question=text % {"name": agent, **counted},
            act=lambda: people.deactivate(agent=agent, by=request.user, at=timezone.now()),  # type: ignore[arg-type]
            done=_("Deactivated: their open work is handed over."),
        )

    @action(description=_("Reactivate"), url_path="reactivate", icon="person_add", permissions=["reactivate"])
    def reactivate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        agent = found_or_404(Agent.objects.select_related("user"), object_id)
        return confirmed(
            self,
            request,
            agent,
            title=_("Reactivate"),
            question=_("Let %(name)s work here again? Former cases do not come back.") % {"name": agent},
            act=lambda: people.reactivate(agent=agent, by=request.user, at=timezone.now()),  # type: ignore[arg-type]
            done=_("Reactivated: new work can be given to them."),
        )

    @display(description=_("teams"))
    def works_in(self, agent: Agent) -> str:
        return ", ".join(place.team.name for place in agent.memberships.all())

    @display(description=_("owns cases"), ordering="owned")
    def owns(self, agent: Any) -> int:
        return int(agent.owned)
