"""The page on which a first policy begins from a template: a name, hours, a team for each level, and two people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from customers.refusal import Refused
from escalations.actions import templates
from escalations.admin.bases import page_of
from escalations.models import Agent, Calendar, Team, VersionState

MOST = max(template.levels for template in templates.TEMPLATES.values())


class TemplateForm(forms.Form):
    """What is to be chosen before there is a draft; the levels themselves are changed there."""

    template = forms.ChoiceField(label=_("Template"), widget=UnfoldAdminSelectWidget)
    name = forms.CharField(label=_("Name of the policy"), max_length=80, widget=UnfoldAdminTextInputWidget)
    calendar = forms.ModelChoiceField(
        Calendar.objects.none(),
        label=_("Calendar"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("The hours of every level and target. Around the clock asks for one that never closes."),
    )
    last_resort = forms.ModelChoiceField(
        Agent.objects.none(),
        label=_("Last resort"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Gets what nobody of a team can be reached for."),
    )
    owner = forms.ModelChoiceField(
        Agent.objects.none(),
        label=_("Owner of the policy"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Keeps it true, and is asked to look at it again."),
    )

    def __init__(self, said: templates.Wording, data: Any = None) -> None:
        super().__init__(data)
        self.fields["template"].choices = list(said.templates.items())  # type: ignore[attr-defined]
        published = Calendar.objects.filter(versions__state=VersionState.PUBLISHED).distinct()
        self.fields["calendar"].queryset = published  # type: ignore[attr-defined]
        people = Agent.objects.active().select_related("user")
        for name in ("last_resort", "owner"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        for number in range(1, MOST + 1):
            self.fields[f"team_{number}"] = forms.ModelChoiceField(
                Team.objects.all(),
                label=_("Team of level %(number)s") % {"number": number},
                required=False,
                widget=UnfoldAdminSelectWidget,
                help_text=_("Not needed with two levels.") if number > 2 else "",
            )
        teams = [f"team_{number}" for number in range(1, MOST + 1)]
        self.order_fields(["template", "name", "calendar", *teams, "last_resort", "owner"])

    def chosen(self) -> templates.Chosen:
        given = self.cleaned_data
        return templates.Chosen(
            name=given["name"],
            calendar=given["calendar"],
            teams=[given[f"team_{number}"] for number in range(1, MOST + 1)],
            last_resort=given["last_resort"],
            owner=given["owner"],
        )


def begin(page: DjangoModelAdmin[Any], request: HttpRequest) -> HttpResponse:
    """Asks, and on POST writes the draft and leads to it; what is refused is said at its field."""
    language = get_language() or "en"
    form = TemplateForm(templates.wording(language), request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            version = templates.begin(
                template=form.cleaned_data["template"],
                chosen=form.chosen(),
                language=language,
                by=request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal.remedy))
        else:
            done = str(_("Here is the draft: read it, change what is different with you, and hand it in for review."))
            page.log_addition(request, version.policy, done)
            messages.success(request, done)
            return HttpResponseRedirect(page_of(version))
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("New policy from a template"),
        "form": form,
        "back": reverse("admin:escalations_policy_changelist"),
    }
    return TemplateResponse(request, "admin/escalations/policy_template.html", context)
