"""The work on an escalation: findings, plan, requests, scripts, and what comes after the end."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from escalations.actions import handling, resolution, work
from escalations.desk.acts.base import Act
from escalations.desk.forms.working import (
    AnswerRequestForm,
    AssessForm,
    CancelRequestForm,
    FindForm,
    FinishForm,
    FollowUpForm,
    PlanForm,
    RequestForm,
    TickForm,
    WatchForm,
)
from escalations.rules.vocabulary import Verb

ACTS: Mapping[str, Act] = {
    Verb.ASSESS: Act(
        AssessForm,
        handling.assess,
        _("It is kept what this case takes."),
        _("The procedure may climb when nobody who has the case can do it or may decide it."),
    ),
    Verb.WATCH: Act(
        WatchForm,
        handling.watch,
        _("Done; watchers hear of every change."),
        _("Whoever watches hears of every change. Choose yourself again to end it for you."),
    ),
    Verb.TICK: Act(
        TickForm,
        handling.tick,
        _("Ticked; the brief will say so by itself."),
        _("What was tried stands in the brief by itself, so that nobody types it again."),
    ),
    Verb.FIND: Act(FindForm, work.find, _("The finding is kept.")),
    Verb.PLAN: Act(
        PlanForm,
        work.plan,
        _("The plan counts now, and everybody with a step is told."),
        _("What is done, by whom and by when. It takes the place of any plan before it."),
    ),
    Verb.FINISH: Act(FinishForm, work.finish, _("Done; one step less.")),
    Verb.REQUEST: Act(
        RequestForm,
        work.request,
        _("Asked; you hear of it until there is an answer."),
        _("A part of the work for somebody else. Whoever is accountable stays so."),
    ),
    Verb.ANSWER_REQUEST: Act(
        AnswerRequestForm, work.answer_request, _("The answer is kept, and whoever asked has it.")
    ),
    Verb.CANCEL_REQUEST: Act(
        CancelRequestForm, work.cancel_request, _("The request is over."), _("Whoever was asked is told."), grave=True
    ),
    Verb.FOLLOW_UP: Act(
        FollowUpForm,
        resolution.follow_up,
        _("Followed up; nothing more is owed here."),
        _("Some days after the end: is all still well? Write to the customer, or note what you heard."),
    ),
}
