"""The life of a policy version in the back office: handed in, published by somebody else, looked at again, retired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action
from unfold.widgets import INPUT_CLASSES

from customers.refusal import Refused
from escalations.actions import checking, policies, readings
from escalations.admin.bases import confirmed, found_or_404, page_of, refused
from escalations.admin.wording import moment, why_not_publish
from escalations.casefile.differences import differences_of
from escalations.models import Case, PolicyVersion, VersionState
from escalations.rules.standing import SYSTEM

Verb = Callable[..., PolicyVersion]


# -- what is filled in -------------------------------------------------------------------------------------------------


class DayInput(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%d")


class LookForm(forms.Form):
    """By which day it is looked at again; a year from now unless somebody says otherwise."""

    review_by = forms.DateField(
        label=_("Looked at again by"),
        widget=DayInput,
        help_text=_("Two weeks before, on that day and every week after it the owner of the policy is reminded."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"review_by": timezone.localdate() + policies.REVIEWED_AFTER})


class PublishForm(LookForm):
    """From which day it takes the new cases, and by which it is looked at again; days are those of whoever fills in."""

    field_order = ("effective_on", "review_by")
    effective_on = forms.DateField(
        label=_("In effect from"),
        required=False,
        widget=DayInput,
        help_text=_("From the beginning of this day. Empty: at once."),
    )

    def clean_effective_on(self) -> date | None:
        """Today is at once. Raises ValidationError for a day that is over."""
        day: date | None = self.cleaned_data["effective_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is over; leave it empty to begin at once."))
        return day

    @property
    def effective_at(self) -> datetime | None:
        """The first instant of the chosen day where this person is; None for at once."""
        day: date | None = self.cleaned_data["effective_on"]
        if day is None or day == timezone.localdate():
            return None
        return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


# -- the pages ---------------------------------------------------------------------------------------------------------


class LifeOfVersions:
    """The buttons of a policy version. Which of them there are follows from its state; each asks before it acts."""

    actions_detail = ("submit", "publish", "send_back", "look_again", "move", "retire", "begin")

    def has_submit_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._is_in(request, object_id, VersionState.DRAFT)

    def has_review_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._is_in(request, object_id, VersionState.REVIEW)

    def has_look_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._is_in(request, object_id, VersionState.PUBLISHED)

    def has_retire_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        return self._is_in(request, object_id, VersionState.SCHEDULED, VersionState.PUBLISHED)

    def _is_in(self, request: HttpRequest, object_id: str | None, *states: VersionState) -> bool:
        return self._state(request, object_id) in states and self.may_configure(request)  # type: ignore[attr-defined]

    def _state(self, request: HttpRequest, object_id: str | None) -> str:
        """The state of this version, asked for once per request: every button wants to know it."""
        known: tuple[str | None, str] | None = getattr(request, "version_state", None)
        if known is None or known[0] != object_id:
            version = self.get_object(request, object_id) if object_id else None  # type: ignore[attr-defined]
            known = object_id, version.state if version else ""
            request.version_state = known  # type: ignore[attr-defined]
        return known[1]

    @action(description=_("Hand in for review"), url_path="submit", icon="rate_review", permissions=["submit"])
    def submit(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = _version(object_id)
        return confirmed(
            self,  # type: ignore[arg-type]
            request,
            version,
            title=_("Hand in for review"),
            question=_(
                "Hand in “%(name)s” for review? Nothing of it can be changed until somebody else publishes it "
                "or it is sent back."
            )
            % {"name": version},
            act=_acting(request, policies.submit, version),
            done=_("Handed in: somebody else looks at this version now, and publishes it or sends it back."),
            findings=checking.findings(version, timezone.now()),
        )

    @action(description=_("Send back"), url_path="send-back", icon="undo", permissions=["review"])
    def send_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = _version(object_id)
        return confirmed(
            self,  # type: ignore[arg-type]
            request,
            version,
            title=_("Send back"),
            question=_("Send “%(name)s” back? It is a draft again then, and can be changed and handed in once more.")
            % {"name": version},
            act=_acting(request, policies.send_back, version),
            done=_("Sent back: this version is a draft again."),
        )

    @action(description=_("Publish"), url_path="publish", icon="check_circle", permissions=["review"])
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = _version(object_id)
        form = PublishForm(request.POST if request.method == "POST" else None)

        def act() -> Any:
            days = {"effective_at": form.effective_at, "review_by": form.cleaned_data["review_by"]}
            row = policies.publish(version=version, by=request.user, at=timezone.now(), **days)  # type: ignore[arg-type]
            if row.state == VersionState.PUBLISHED:
                return _("Published: this version takes the new cases from now on.")
            return translate("Published: this version takes the new cases from %(when)s on.") % {"when": _begins(row)}

        context = {
            "title": _("Publish"),
            "why_not": why_not_publish(version, request.user),  # type: ignore[arg-type]
            "findings": checking.findings(version, timezone.now()),
            "consequences": list(_of_publishing(version)),
            "differences": differences_of(version),
        }
        return _answer(self, request, version, form, act, context)  # type: ignore[arg-type]

    @action(description=_("Looked at again"), url_path="look-again", icon="event_repeat", permissions=["look"])
    def look_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = _version(object_id)
        form = LookForm(request.POST if request.method == "POST" else None)

        def act() -> Any:
            day = form.cleaned_data["review_by"]
            policies.looked_at_again(version=version, by=request.user, at=timezone.now(), review_by=day)  # type: ignore[arg-type]
            return translate("Written down: looked at again; the next time by %(day)s.") % {"day": date_format(day)}

        said = _("You say that “%(name)s” is still what people do; nothing but the day of the next look changes.")
        context = {"title": _("Looked at again"), "consequences": [said % {"name": version}]}
        return _answer(self, request, version, form, act, context)  # type: ignore[arg-type]

    @action(description=_("Retire"), url_path="retire", icon="archive", permissions=["retire"])
    def retire(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = _version(object_id)
        return confirmed(
            self,  # type: ignore[arg-type]
            request,
            version,
            title=_("Retire"),
            question=_("Retire “%(name)s”? This cannot be undone; another version has to be published instead.")
            % {"name": version},
            act=_acting(request, policies.retire, version),
            done=_("Retired: this version takes no new cases."),
            consequences=list(_of_retiring(version)),
        )


def _version(object_id: str) -> PolicyVersion:
    return found_or_404(PolicyVersion.objects.select_related("policy", "submitted_by"), object_id)


def _acting(request: HttpRequest, verb: Verb, version: PolicyVersion) -> Callable[[], PolicyVersion]:
    return lambda: verb(version=version, by=request.user, at=timezone.now())


def _answer(
    page: DjangoModelAdmin[Any],
    request: HttpRequest,
    version: PolicyVersion,
    form: forms.Form,
    act: Callable[[], Any],
    context: dict[str, Any],
) -> HttpResponse:
    """Asks for days and says what would come of it; only a POST acts. `act` gives what was done, in words.

    What is refused about a day is said at its field, and nothing that was filled in is lost.
    """
    if request.method == "POST" and form.is_valid():
        try:
            done = str(act())
        except Refused as refusal:
            if refusal.field not in form.fields:
                return refused(request, refusal, page_of(version))
            form.add_error(refusal.field, str(refusal.remedy))
        else:
            page.log_change(request, version, done)
            messages.success(request, done)
            return HttpResponseRedirect(page_of(version))
    shown = {**page.admin_site.each_context(request), "opts": page.opts, "object": version, "form": form}
    return TemplateResponse(
        request, "admin/escalations/version_days.html", {**shown, "back": page_of(version), **context}
    )


# -- what would come of it ---------------------------------------------------------------------------------------------


def followed_by(version: PolicyVersion) -> int:
    """How many open cases follow this version."""
    return Case.objects.visible_to(SYSTEM).unsolved().filter(policy_version=version).count()


def _of_publishing(version: PolicyVersion) -> Iterator[str]:
    running = version.policy.current()
    if running is None:
        yield translate("No version of this policy runs yet; this one would be the first.")
    else:
        yield translate("It replaces version %(number)s.") % {"number": running.number}
        yield _staying(followed_by(running))
    yield translate("It takes all new cases of its policy, and can never be changed afterwards.")
    people = readings.concerned(version).count()
    yield ngettext(
        "%(people)s person who works by it is asked to read it when it takes effect.",
        "%(people)s people who work by it are asked to read it when it takes effect.",
        people,
    ) % {"people": people}


def _staying(cases: int) -> str:
    said = ngettext(
        "%(cases)s open case follows that one and stays on it until it is moved.",
        "%(cases)s open cases follow that one and stay on it until they are moved.",
        cases,
    )
    return said % {"cases": cases}


def _of_retiring(version: PolicyVersion) -> Iterator[str]:
    if version.state == VersionState.SCHEDULED:
        yield translate("It never takes effect; no case follows it.")
        return
    cases = followed_by(version)
    yield ngettext(
        "%(cases)s open case follows it and stays on it.", "%(cases)s open cases follow it and stay on it.", cases
    ) % {"cases": cases}
    coming = version.policy.versions.filter(state=VersionState.SCHEDULED).first()
    if coming is None:
        yield translate("No version of this policy runs then; new cases come under the next policy that fits them.")
    else:
        yield translate(
            "No version of this policy runs then until version %(number)s takes effect on %(when)s; new cases come "
            "under the next policy that fits them until then."
        ) % {"number": coming.number, "when": _begins(coming)}
    waiting = version.readings.filter(read_at=None).count()
    if waiting:
        yield ngettext(
            "%(people)s person has not confirmed to have read it, and need not any more.",
            "%(people)s people have not confirmed to have read it, and need not any more.",
            waiting,
        ) % {"people": waiting}


def _begins(version: PolicyVersion) -> str:
    return moment(version.effective_at) if version.effective_at else ""
