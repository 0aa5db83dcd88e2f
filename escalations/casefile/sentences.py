"""An event in the words of the person who reads: one table for staff, and an allow-list for customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from escalations.casefile.people import Names
from escalations.models import words
from escalations.rules import events as e

Sentence = Callable[[Any, Names], str]


def moment(iso: str) -> str:
    """An ISO instant in the reader's own time."""
    pattern = pgettext("a day and a time, in the letters of Django's date filter", "D j M, H:i")
    return formats.date_format(timezone.localtime(datetime.fromisoformat(iso)), pattern)


def duration(minutes: float) -> str:
    """Minutes as people say them: 5 min, 4 h, 2 h 20 min."""
    hours, left = divmod(round(minutes), 60)
    if not hours:
        return _("%(minutes)d min") % {"minutes": left}
    if not left:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": left}


def _opened(data: e.CaseOpened, names: Names) -> str:
    return _("Case opened: severity %(severity)s by row %(row)d of the matrix, level %(level)d, team %(team)s") % {
        "severity": words.SEVERITIES[data.severity],
        "row": data.matrix_row,
        "level": data.level,
        "team": names.team(data.team),
    }


def _triaged(data: e.CaseTriaged, names: Names) -> str:
    if (data.from_severity, data.from_level, data.from_team) == (data.severity, data.level, data.team):
        return _("Severity and level confirmed")
    return _("Triaged: severity %(from_severity)s → %(severity)s, level %(from_level)d → %(level)d, team %(team)s") % {
        "from_severity": words.SEVERITIES[data.from_severity],
        "severity": words.SEVERITIES[data.severity],
        "from_level": data.from_level,
        "level": data.level,
        "team": names.team(data.team),
    }


def _clock(data: e.ClockWarned | e.ClockBreached, _names: Names) -> str:
    values = {"clock": words.CLOCKS[data.clock], "due": moment(data.due_at)}
    if isinstance(data, e.ClockBreached):
        return _("%(clock)s missed: it was due %(due)s") % values
    return _("%(clock)s is due soon: %(due)s") % values


def _step(data: e.StepTaken, names: Names) -> str:
    values = {
        "from_level": data.from_level,
        "to_level": data.to_level,
        "person": names.person(data.person),
        "team": names.team(data.to_team),
        "reason": words.REASONS[data.reason],
    }
    if data.move == "hand_back":
        return _("Handed back to %(team)s, level %(to_level)d: %(person)s") % values
    if data.move == "step_back":
        return _("Stepped back from level %(from_level)d to %(to_level)d, %(team)s") % values
    return _("Escalated from level %(from_level)d to %(to_level)d, %(team)s: %(person)s. %(reason)s") % values


def _closed(data: e.CaseClosed, _names: Names) -> str:
    return {
        "confirmed": _("Closed: the customer confirmed the solution"),
        "silence": _("Closed: the customer did not object"),
        "staff": _("Closed by the support team"),
    }[data.how]


def _resumed(data: e.CaseResumed, _names: Names) -> str:
    return _("Came back from hold by its date") if data.by == "wake" else _("Work goes on")


def _reassigned(data: e.CaseReassigned, names: Names) -> str:
    if data.accountable:
        values = {"old": names.person(data.from_accountable), "new": names.person(data.accountable)}
        return _("%(old)s no longer works here; %(new)s is accountable now") % values
    return _("%(old)s no longer works here; the case has no owner") % {"old": names.person(data.from_owner)}


def _promise_moved(data: e.PromiseMoved) -> str:
    values = {"before": moment(data.from_due_at), "due": moment(data.due_at)}
    return _("Promise moved: news by %(due)s, not by %(before)s") % values


def _case_moved(data: e.CaseMoved, names: Names) -> str:
    values = {"before": names.version(data.from_policy_version), "after": names.version(data.policy_version)}
    if data.elapsed == "restart":
        return _("Moved from %(before)s to %(after)s; running clocks began again") % values
    return _("Moved from %(before)s to %(after)s; running clocks kept the time they had counted") % values


def _repaired(data: e.ClocksRepaired, _names: Names) -> str:
    count = len(data.clocks)
    said = ngettext("%(count)d value of the clocks corrected", "%(count)d values of the clocks corrected", count)
    return said % {"count": count}


STAFF: dict[str, Sentence] = {
    e.CaseOpened.kind: _opened,
    e.CaseTriaged.kind: _triaged,
    e.CaseTaken.kind: lambda d, n: _("%(person)s owns the case now") % {"person": n.person(d.owner)},
    e.CaseReassigned.kind: _reassigned,
    e.MessageReceived.kind: lambda d, n: _("wrote"),
    e.MessageSent.kind: lambda d, n: _("replied"),
    e.NoteAdded.kind: lambda d, n: _("noted"),
    e.CaseHeld.kind: lambda d, n: _("On hold until %(until)s") % {"until": moment(d.wake_at)},
    e.CaseResumed.kind: _resumed,
    e.CaseResolved.kind: lambda d, n: _("Resolved: %(outcome)s") % {"outcome": words.OUTCOMES[d.outcome]},
    e.CaseReopened.kind: lambda d, n: _("Not solved: opened again"),
    e.CaseClosed.kind: _closed,
    e.ClockWarned.kind: _clock,
    e.ClockBreached.kind: _clock,
    e.PromiseMade.kind: lambda d, n: _("Promised news by %(due)s") % {"due": moment(d.due_at)},
    e.PromiseMoved.kind: lambda d, n: _promise_moved(d),
    e.PromiseBroken.kind: lambda d, n: _("Promise broken: news were promised by %(due)s") % {"due": moment(d.due_at)},
    e.CaseMoved.kind: _case_moved,
    e.ClocksRepaired.kind: _repaired,
    e.RequestMade.kind: lambda d, n: _("Asked %(team)s") % {"team": n.team(d.team)},
    e.RequestAnswered.kind: lambda d, n: _("Request answered"),
    e.FollowUpPlanned.kind: lambda d, n: _("Follow-up planned"),
    e.FollowUpDone.kind: lambda d, n: _("Followed up"),
    e.CriteriaMet.kind: lambda d, n: _("Criteria for the next level are met; the procedure leaves the climb to people"),
    e.EscalationRequested.kind: _step,
    e.EscalationStepped.kind: _step,
    e.EscalationAcknowledged.kind: lambda d, n: (
        _("Acknowledged; severity %(severity)s") % {"severity": words.SEVERITIES[d.severity]}
    ),
    e.EscalationAccepted.kind: lambda d, n: (
        _("Accepted; severity %(severity)s") % {"severity": words.SEVERITIES[d.severity]}
    ),
    e.EscalationDeclined.kind: lambda d, n: (
        _("Declined: back to level %(level)d, %(team)s") % {"level": d.level, "team": n.team(d.team)}
    ),
    e.DecisionMade.kind: lambda d, n: _("Decided: %(verdict)s") % {"verdict": words.VERDICTS[d.verdict]},
    e.SurveyAnswered.kind: lambda d, n: _("The customer rated the solution %(score)d of 5") % {"score": d.score},
    e.ReviewWritten.kind: lambda d, n: _("Review written"),
}


def _public_step(data: e.StepTaken, names: Names) -> str:
    if data.to_level > data.from_level:
        return _("Raised to: %(team)s") % {"team": names.public_team(data.to_team)}
    return _("With: %(team)s") % {"team": names.public_team(data.to_team)}


# What a customer may read about, and nothing else; a new kind of event is invisible until it is put here.
CUSTOMER: dict[str, Sentence] = {
    e.CaseOpened.kind: lambda d, n: _("We have your case"),
    e.MessageReceived.kind: lambda d, n: "",
    e.MessageSent.kind: lambda d, n: "",
    e.CaseHeld.kind: lambda d, n: _("On hold until %(until)s") % {"until": moment(d.wake_at)},
    e.CaseResumed.kind: lambda d, n: _("Work goes on"),
    e.CaseResolved.kind: lambda d, n: _("Marked as solved"),
    e.CaseReopened.kind: lambda d, n: _("Opened again"),
    e.CaseClosed.kind: lambda d, n: _("Closed"),
    e.CaseMoved.kind: lambda d, n: _("The times we work by on your case changed"),
    e.PromiseMade.kind: lambda d, n: _("We promised news by %(due)s") % {"due": moment(d.due_at)},
    e.PromiseMoved.kind: lambda d, n: (
        _("We moved our promise: news by %(due)s, not by %(before)s")
        % {"due": moment(d.due_at), "before": moment(d.from_due_at)}
    ),
    e.PromiseBroken.kind: lambda d, n: _("We promised news by %(due)s and did not keep it") % {"due": moment(d.due_at)},
    e.EscalationRequested.kind: _public_step,
    e.EscalationStepped.kind: _public_step,
    e.EscalationAcknowledged.kind: lambda d, n: _("Heard: somebody has it now"),
    e.EscalationAccepted.kind: lambda d, n: _("Work on it has begun"),
    e.EscalationDeclined.kind: lambda d, n: _("Stays with: %(team)s") % {"team": n.public_team(d.team)},
    e.SurveyAnswered.kind: lambda d, n: _("You rated the solution %(score)d of 5") % {"score": d.score},
}


def for_staff(data: e.EventData, names: Names) -> str:
    return STAFF[data.kind](data, names)


def for_customer(data: e.EventData, names: Names) -> str | None:
    """None for everything a customer does not read about."""
    sentence = CUSTOMER.get(data.kind)
    return sentence(data, names) if sentence else None
