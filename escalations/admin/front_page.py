"""The first page of the back office: what a new company lacks, in the order in which it is set up, and the state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.admin import site
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from escalations.admin.wording import icon_of
from escalations.reports import office, proofs
from escalations.reports.office import Beginning, Today

FILES = "django.core.mail.backends.filebased.EmailBackend"
PUBLISHERS = 2  # whoever wrote a procedure does not publish it alone
GOOD, NOTE, BAD = "good", "note", "bad"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to set up: why it matters, what is still missing, and the page on which it is done, if one may see it.

    One that `can_wait` does not keep a company from being ready.
    """

    title: Any
    why: Any
    missing: str
    link: str
    can_wait: bool = False

    @property
    def is_done(self) -> bool:
        return not self.missing

    @property
    def icon(self) -> str:
        return icon_of(well=self.is_done)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the state, with the page that tells more, and how good it is."""

    number: int | str
    words: str
    link: str
    tone: str


def front_page(request: HttpRequest, at: datetime) -> dict[str, Any]:
    """What the template draws. Whoever may look at nothing is told nothing."""
    may = _Allowed(request)
    user: Any = request.user
    shown = [step for step in _steps(office.beginning(user, at), may) if step.link]
    left = [step for step in shown if not step.is_done]
    done = len(shown) - len(left)
    is_set_up = all(step.can_wait for step in left)
    return {
        "steps": left if is_set_up else shown,
        "steps_all": len(shown),
        "steps_done": done,
        "steps_percent": 100 * done // len(shown) if shown else 100,
        "next_step": left[0] if left else None,
        "is_set_up": is_set_up,
        "figures": list(_figures(office.today(user, at), proofs.newest(at), may)),
    }


class _Allowed:
    """Addresses of pages, empty for those that this person may not see."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def look(self, model: str, query: str = "") -> str:
        page = site.get_model_admin(apps.get_model(model))
        if not page.has_view_permission(self.request):
            return ""
        return reverse(f"admin:{model.replace('.', '_')}_changelist") + query

    def add(self, model: str, *, instead: bool = True) -> str:
        """Where a row is added; the list where this person may not, or where rows are there already."""
        page = site.get_model_admin(apps.get_model(model))
        if instead and page.has_add_permission(self.request):
            return reverse(f"admin:{model.replace('.', '_')}_add")
        return self.look(model)

    def named(self, name: str, model: str) -> str:
        return reverse(f"admin:{name}") if self.look(model) else ""


def _first_policy(may: _Allowed) -> str:
    """The page of templates; the list for whoever may add none."""
    allowed = site.get_model_admin(apps.get_model("escalations.policy")).has_add_permission(may.request)
    return (
        may.named("escalations_policy_from_template", "escalations.policy")
        if allowed
        else may.add("escalations.policy")
    )


def _steps(has: Beginning, may: _Allowed) -> Iterator[Step]:
    """In the order in which each one needs those before it."""
    yield _calendar(has, may)
    yield _teams(has, may)
    yield Step(
        _("A second person who may publish"),
        _("Nobody publishes a procedure alone, and somebody has to get in when you are ill."),
        translate("Only one person may publish procedures.") if has.publishers < PUBLISHERS else "",
        may.add("customers.user"),
    )
    yield _mailbox(has, may)
    yield Step(
        _("The first procedure, published"),
        _("It says how urgent a case is, who has it at which level, and when it climbs. Without one no case can open."),
        "" if has.published_policies else translate("No policy is published: no case can be opened yet."),
        may.look("escalations.policyversion") if has.policies else _first_policy(may),
    )
    yield _duty(has, may)
    yield Step(
        _("The first customer with a contact"),
        _("Cases belong to an organization, and answers go to its people."),
        "" if has.organizations_with_people else translate("No organization has a contact yet."),
        may.look("customers.contact") if has.organizations else may.add("customers.organization"),
    )
    yield Step(
        _("A role for everybody who works here"),
        _("A role says what somebody may do beside the work on their own cases."),
        _agents(has),
        may.look("customers.user") if has.agents else may.add("escalations.agent"),
    )
    yield Step(
        _("Somebody whom the auditor tells"),
        _("What goes wrong inside Belay is mailed past Belay's own queue, so that it arrives when the queue stands."),
        "" if settings.AUDITOR_MAILS else translate("Nobody: name addresses in AUDITOR_MAILS where Belay is started."),
        may.named("escalations_pulse_health", "escalations.pulse"),
        can_wait=True,
    )


def _calendar(has: Beginning, may: _Allowed) -> Step:
    missing = ""
    if not has.published_calendars:
        missing = translate("No calendar is published.")
    elif not has.calendars_with_holidays:
        missing = translate("No published calendar knows a holiday.")
    link = may.look("escalations.calendarversion") if has.calendars else may.add("escalations.calendar")
    why = _("Every promise is counted in business hours, and a holiday that is missing makes a promise too short.")
    return Step(_("A calendar with your hours and holidays, published"), why, missing, link)


def _teams(has: Beginning, may: _Allowed) -> Step:
    missing = "" if has.teams else translate("There is no team yet.")
    if has.teams_without_people:
        missing = ngettext(
            "%(number)s team has nobody in it.", "%(number)s teams have nobody in them.", has.teams_without_people
        ) % {"number": has.teams_without_people}
    elif has.teams_without_lead:
        missing = ngettext("%(number)s team has no lead.", "%(number)s teams have no lead.", has.teams_without_lead) % {
            "number": has.teams_without_lead
        }
    why = _("A case always belongs to a team, and its lead answers for it when nobody else does.")
    return Step(
        _("Teams with people and a lead each"), why, missing, may.add("escalations.team", instead=not has.teams)
    )


def _mailbox(has: Beginning, may: _Allowed) -> Step:
    to_files = settings.EMAIL_BACKEND == FILES
    missing = ""
    if not has.mailboxes:
        missing = translate("There is no active mailbox: customers can only use the portal.")
    elif to_files:
        missing = translate("Letters are only written to files: name your mail server in EMAIL_URL.")
    why = _("Customers write to it, and letters about their cases come from it.")
    link = may.add("escalations.mailbox", instead=not has.mailboxes)
    return Step(_("A mailbox, and a server that sends letters"), why, missing, link, can_wait=True)


def _duty(has: Beginning, may: _Allowed) -> Step:
    missing = ""
    if not has.published_policies:
        missing = translate("First publish a procedure: it names the teams of its levels.")
    elif has.levels_without_duty:
        missing = ngettext(
            "%(number)s team of a level has no rota with people.",
            "%(number)s teams of levels have no rota with people.",
            has.levels_without_duty,
        ) % {"number": has.levels_without_duty}
    why = _("Whoever is on duty is told first. Without a rota the lead is told, also at night and on leave.")
    return Step(_("Somebody on duty at each level"), why, missing, may.add("escalations.rota"), can_wait=True)


def _agents(has: Beginning) -> str:
    if not has.agents:
        return translate("Nobody works here yet.")
    if not has.agents_without_role:
        return ""
    said = ngettext(
        "%(number)s person who works here has no role.",
        "%(number)s people who work here have no role.",
        has.agents_without_role,
    )
    return said % {"number": has.agents_without_role}


def _figures(now: Today, proof: proofs.Proof, may: _Allowed) -> Iterator[Figure]:
    """Those that this person may look at; the worst stand out by their colour."""
    state = "?state__exact="
    shown = [
        (now.open_escalations, _("open escalations"), may.look("escalations.escalation", "?open=yes"), NOTE),
        (now.violations, _("violations that are not over"), may.look("escalations.violation", "?over=no"), BAD),
        (now.dead_letters, _("dead letters"), may.look("escalations.notice", f"{state}failed"), BAD),
        (now.set_aside, _("cases set aside with an error"), may.look("escalations.setaside"), BAD),
        (
            now.failed_mails,
            _("mails that were not understood"),
            may.look("escalations.receivedmail", f"{state}failed"),
            BAD,
        ),
        (now.failing_mailboxes, _("mailboxes that fail"), may.look("escalations.mailbox", "?fails=yes"), BAD),
        (now.lanes_down, _("ways out that are down"), may.look("escalations.lane", "?down_since__isempty=0"), BAD),
        (now.storms, _("storms that wait for somebody"), may.look("escalations.storm", "?is_open__exact=1"), BAD),
        (now.to_review, _("procedures to be looked at again"), may.look("escalations.policyversion", "?due=yes"), BAD),
        (
            now.unread,
            _("confirmations of reading missing"),
            may.look("escalations.reading", "?read_at__isempty=1&version__state__exact=published"),
            NOTE,
        ),
        (now.paths, _("path checks to confirm"), may.look("escalations.pathcheck", "?confirmed_at__isempty=1"), BAD),
    ]
    health = may.named("escalations_pulse_health", "escalations.pulse")
    if health:
        yield _verdict(proof, health)
    for number, words, link, tone in shown:
        if link:
            yield Figure(number, str(words), link, tone if number else GOOD)


def _verdict(proof: proofs.Proof, link: str) -> Figure:
    if proof.minutes is None:
        return Figure("–", translate("the auditor has not looked yet"), link, BAD)
    ago = int(proof.minutes)
    looked = ngettext("the auditor looked %(ago)s minute ago", "the auditor looked %(ago)s minutes ago", ago)
    well = not proof.is_old and not proof.violations
    sign = "✓" if well else "!"
    return Figure(sign, looked % {"ago": ago}, link, GOOD if well else BAD)
