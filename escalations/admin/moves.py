"""Moving cases to a newer version of their policy: chosen, looked at, and only then done, by POST."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from customers.models import new_uid
from customers.refusal import Refused
from escalations.actions import moving
from escalations.admin.bases import RecordAdmin, found_or_404, page_of, refused
from escalations.admin.move_preview import LOOKED_AT, Group, preview
from escalations.models import Case, PolicyVersion, VersionMove, VersionState, office_standing, words
from escalations.rules.standing import SYSTEM
from escalations.rules.vocabulary import Elapsed

AT_ONCE = 50  # so many cases are moved while somebody waits for the page
FRESH = timedelta(minutes=15)  # what was looked at longer ago is looked at again
LOOK_AGAIN = _("Some time has passed: look at what would change now, and confirm again.")
LISTED = 500
PROGRESS_COLOURS = {"running": "info", "finished": "success", "stopped": "warning"}
PROGRESS = {"running": _("in progress"), "finished": _("finished"), "stopped": _("stopped")}


def may_move(request: HttpRequest) -> bool:
    """Whoever may change policy versions moves cases between them."""
    return request.user.has_perm("escalations.change_policyversion")


def begin_page(**asked: Any) -> str:
    """The address at which a move of these cases, or of all to this version, is begun."""
    return f"{reverse('admin:escalations_versionmove_begin')}?{urlencode(asked, doseq=True)}"


def waiting_for(version: PolicyVersion) -> int:
    """How many open cases of the policy follow another version of it."""
    return moving.movable(version).count()


class ElapsedForm(forms.Form):
    """What becomes of the time that running clocks have counted. Nothing is chosen beforehand."""

    elapsed = forms.ChoiceField(
        choices=list(words.ELAPSED.items()),
        error_messages={"required": _("Choose what becomes of the time that has passed.")},
    )


class SureForm(forms.Form):
    """What a preview sends with its confirmation: when it was made, and a name for doing it once."""

    seen_at = forms.CharField(error_messages={"required": LOOK_AGAIN})
    key = forms.RegexField(r"^[0-9a-f]{32}$")

    def clean_seen_at(self) -> datetime:
        """Raises ValidationError when the preview is too old to be true."""
        seen_at = parse_datetime(self.cleaned_data["seen_at"])
        if seen_at is None or seen_at.tzinfo is None or timezone.now() - seen_at > FRESH:
            raise forms.ValidationError(LOOK_AGAIN)
        return seen_at


# -- the pages before a move -----------------------------------------------------------------------------


class Moving:
    """One visit: which cases, what becomes of the time, what would change; only the last page writes, by POST."""

    def __init__(self, page: DjangoModelAdmin[Any], request: HttpRequest) -> None:
        self.page, self.request = page, request
        self.asked = request.POST if request.method == "POST" else request.GET
        given = self.asked.getlist("case")
        self.keys = sorted({int(key) for key in given if key.isascii() and key.isdecimal() and len(key) < 18})
        self.version: PolicyVersion | None = None

    def answer(self) -> HttpResponse:
        if "case" in self.asked:
            groups = self._chosen()
        elif "version" in self.asked:
            groups = self._all_of()
        else:
            return self._which()
        form = ElapsedForm(self.asked if "look" in self.asked else None)
        if not form.is_valid():
            return self._how(form, groups)
        elapsed = Elapsed(form.cleaned_data["elapsed"])
        if self.request.method == "POST":
            sure = SureForm(self.request.POST)
            if sure.is_valid():
                return self._move(elapsed, groups, sure.cleaned_data["key"])
            return self._what(elapsed, groups, problem=" ".join(map(str, sure.errors.get("seen_at", []))))
        return self._what(elapsed, groups)

    # -- which cases -------------------------------------------------------------------------------

    def _all_of(self) -> list[Group]:
        rows = PolicyVersion.objects.select_related("policy").filter(state=VersionState.PUBLISHED)
        self.version = found_or_404(rows, self.asked["version"])
        cases = moving.movable(self.version)
        return [Group(self.version, cases[:LOOKED_AT], cases.count())]

    def _chosen(self) -> list[Group]:
        """The chosen cases by policy, each group with the version that takes new cases there. Raises Http404."""
        if not self.keys or len(self.keys) > AT_ONCE:
            raise Http404(translate("Choose between one and fifty cases."))
        rows = Case.objects.visible_to(SYSTEM).filter(pk__in=self.keys).select_related("policy_version__policy")
        by_policy: dict[int, list[Case]] = defaultdict(list)
        for case in rows.order_by("next_due_at", "pk"):
            by_policy[case.policy_version.policy_id].append(case)
        if not by_policy:
            raise Http404(translate("There is no such case."))
        published = PolicyVersion.objects.filter(state=VersionState.PUBLISHED).select_related("policy")
        running = {version.policy_id: version for version in published}
        return [Group(running.get(policy), cases, len(cases)) for policy, cases in by_policy.items()]

    # -- the pages ---------------------------------------------------------------------------------

    def _which(self) -> HttpResponse:
        published = PolicyVersion.objects.filter(state=VersionState.PUBLISHED).select_related("policy")
        older = Case.objects.visible_to(SYSTEM).unsolved().exclude(policy_version__state=VersionState.PUBLISHED)
        counted = older.order_by().values("policy_version__policy").annotate(cases=Count("pk"))
        waiting = {row["policy_version__policy"]: row["cases"] for row in counted}
        choices = [
            {"version": version, "cases": waiting.get(version.policy_id, 0), "address": begin_page(version=version.pk)}
            for version in published.order_by("policy__position", "policy_id")
        ]
        return self._show("which", 1, choices=choices)

    def _how(self, form: ElapsedForm, groups: Sequence[Group]) -> HttpResponse:
        return self._show("how", 2, form=form, groups=groups, total=sum(group.total for group in groups))

    def _what(self, elapsed: Elapsed, groups: Sequence[Group], problem: str = "") -> HttpResponse:
        found = preview(groups, elapsed, timezone.now())
        other = Elapsed.RESTART if elapsed is Elapsed.CARRY else Elapsed.CARRY
        return self._show(
            "what",
            3,
            groups=groups,
            preview=found,
            elapsed=elapsed,
            chosen=words.ELAPSED[elapsed],
            other=words.ELAPSED[other],
            other_page=self._again(look=1, elapsed=other.value),
            key=new_uid(),
            problem=problem,
        )

    def _again(self, **asked: Any) -> str:
        which: dict[str, Any] = {"version": self.version.pk} if self.version else {"case": self.keys}
        return begin_page(**which, **asked)

    def _back(self) -> str:
        if self.version:
            return page_of(self.version)
        if len(self.keys) == 1:
            return reverse("admin:escalations_case_change", args=self.keys)
        return reverse("admin:escalations_case_changelist" if self.keys else "admin:escalations_versionmove_changelist")

    def _show(self, step: str, number: int, **context: Any) -> HttpResponse:
        shared = {
            **self.page.admin_site.each_context(self.request),
            "opts": self.page.opts,
            "title": _("Move cases to a newer version"),
            "step": number,
            "steps": [_("Which cases"), _("The time that has passed"), _("What would change")],
            "version": self.version,
            "keys": self.keys,
            "again": self._again() if number > 1 else "",
            "may_view_cases": self.request.user.has_perm("escalations.view_case"),
            "back": self._back(),
        }
        return TemplateResponse(self.request, f"admin/escalations/move_{step}.html", shared | context)

    # -- doing it ----------------------------------------------------------------------------------

    def _move(self, elapsed: Elapsed, groups: Sequence[Group], key: str) -> HttpResponse:
        if self.version:
            return self._order(self.version, elapsed)
        for group in groups:
            if group.version is not None:
                self._at_once(group.version, group.cases, elapsed, key)
        return HttpResponseRedirect(self._back())

    def _order(self, version: PolicyVersion, elapsed: Elapsed) -> HttpResponse:
        by: Any = self.request.user
        try:
            given = moving.order(version=version, elapsed=elapsed, by=by, at=timezone.now())
        except Refused as refusal:
            begun = VersionMove.objects.filter(version__policy=version.policy_id, finished_at=None).first()
            return refused(self.request, refusal, page_of(begun or version))
        self.page.log_addition(self.request, given, str(version))
        said = translate("Ordered. The engine moves the cases one after the other; this page says how far it is.")
        messages.success(self.request, said)
        return HttpResponseRedirect(page_of(given))

    def _at_once(self, version: PolicyVersion, cases: Any, elapsed: Elapsed, key: str) -> None:
        """Moves the chosen cases of one policy, and says of each what became of it."""
        by: Any = self.request.user
        actor, at = office_standing(by), timezone.now()
        outcomes: dict[str, list[str]] = defaultdict(list)
        for case in cases:
            once = f"{key}:{case.pk}"
            code = moving.attempt(case=case, version=version, elapsed=elapsed, actor=actor, at=at, key=once)
            outcomes[code].append(case.reference)
        moved = outcomes.pop("", [])
        if moved:
            said = ngettext("%(case)s follows %(to)s now.", "%(count)s cases follow %(to)s now: %(case)s.", len(moved))
            text = said % {"to": version, "count": len(moved), "case": ", ".join(moved)}
            self.page.log_change(self.request, version, text)
            messages.success(self.request, text)
        for code, references in outcomes.items():
            messages.warning(self.request, f"{', '.join(references)}: {words.REMEDIES[code]}")


# -- the ways in from cases ------------------------------------------------------------------------------


class MovesCases:
    """The pages of cases lead to moving them: the list for a few, the page of a case for one."""

    actions = ("move_selected",)
    actions_detail = ("move_one",)

    def has_move_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """One that is solved, or that follows the newest version already, is not offered."""
        if not may_move(request) or object_id is None:
            return may_move(request)
        rows = Case.objects.visible_to(SYSTEM).unsolved().select_related("policy_version")
        case = rows.filter(pk=object_id).first() if object_id.isdecimal() else None
        return case is not None and case.policy_version.state != VersionState.PUBLISHED

    @action(description=_("Move to a newer version…"), permissions=["move"])
    def move_selected(self, request: HttpRequest, queryset: QuerySet[Case]) -> HttpResponse | None:
        keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(keys) <= AT_ONCE:
            return HttpResponseRedirect(begin_page(case=keys))
        text = _("Choose %(most)s cases at most; all open cases of a policy are moved under “Moves to a version”.")
        messages.warning(request, text % {"most": AT_ONCE})
        return None

    @action(description=_("Move to a newer version"), url_path="move", icon="move_up", permissions=["move"])
    def move_one(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(begin_page(case=object_id))


# -- orders and their progress ---------------------------------------------------------------------------


def progress_of(given: VersionMove) -> str:
    """Whether an order is running, finished or was stopped because its version retired."""
    if given.finished_at is None:
        return "running"
    return "finished" if given.reached >= given.up_to else "stopped"


def not_moved(given: VersionMove) -> list[dict[str, Any]]:
    """The cases an order could not move, with the page of each and what to do."""
    return [
        {
            "reference": reference,
            "address": reverse("admin:escalations_case_change", args=[Case.pk_of(reference)]),
            "reason": words.REMEDIES.get(code, words.REMEDIES[moving.FAILED]),
        }
        for reference, code in given.refused[:LISTED]
    ]


@admin.register(VersionMove)
class VersionMoveAdmin(RecordAdmin):
    """Orders to move all open cases of a policy: given here, carried out by the engine, with what became of each."""

    list_display = ("__str__", "progress", "kept_time", "ordered_by", "ordered_at", "moved", "count_not_moved")
    list_select_related = ("version__policy", "ordered_by")
    list_filter = ("elapsed", "version__policy", "ordered_at")
    search_fields = ("version__policy__name", "ordered_by__name")
    ordering = ("-pk",)
    fields = ("version", "kept_time", "ordered_by", "ordered_at", "finished_at", "moved", "count_not_moved")
    readonly_fields = ("kept_time", "count_not_moved")
    actions_list = ("begin",)
    change_form_outer_before_template = "admin/escalations/move_progress.html"

    class Media:
        css = {"all": ("css/moves.css",)}

    def has_view_permission(self, request: HttpRequest, obj: VersionMove | None = None) -> bool:
        return may_move(request) or super().has_view_permission(request, obj)

    def has_begin_permission(self, request: HttpRequest) -> bool:
        return may_move(request)

    @action(description=_("Move cases"), url_path="begin", icon="move_up", permissions=["begin"])
    def begin(self, request: HttpRequest) -> HttpResponse:
        return Moving(self, request).answer()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context: dict[str, Any] = dict(extra_context or {})
        given = self.get_object(request, object_id)
        if given is not None:
            left = moving.movable(given.version).filter(pk__gt=given.reached, pk__lte=given.up_to)
            context |= {
                "move": given,
                "progress": progress_of(given),
                "left": left.count() if given.finished_at is None else 0,
                "done": given.moved + len(given.refused),
                "not_moved": not_moved(given),
                "not_listed": max(len(given.refused) - LISTED, 0),
                "may_move": may_move(request) and given.version.state == VersionState.PUBLISHED,
                "rest_page": begin_page(version=given.version_id),
            }
        found: HttpResponse = super().change_view(request, object_id, form_url, context)
        return found

    @display(description=_("state"), label=PROGRESS_COLOURS)
    def progress(self, given: VersionMove) -> tuple[str, Any]:
        code = progress_of(given)
        return code, PROGRESS[code]

    @display(description=_("time that has passed"), ordering="elapsed")
    def kept_time(self, given: VersionMove) -> Any:
        return words.ELAPSED[given.elapsed]

    @display(description=_("not moved"))
    def count_not_moved(self, given: VersionMove) -> int:
        return len(given.refused)
