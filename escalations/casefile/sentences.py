"""An event in the words of the person who reads: one table for staff, and an allow-list for customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from escalations.casefile import sentences_of_links as links
from escalations.casefile import sentences_of_mail as mails
from escalations.casefile.people import Names
from escalations.models import words
from escalations.rules import events as e
from escalations.rules.vocabulary import Move

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
    said = _("Case opened: severity %(severity)s by row %(row)d of the matrix, level %(level)d, team %(team)s") % {
        "severity": words.SEVERITIES[data.severity],
        "row": data.matrix_row,
        "level": data.level,
        "team": names.team(data.team),
    }
    if not data.follows:
        return said
    return _("%(said)s. It follows %(case)s, which was closed") % {"said": said, "case": names.case(data.follows)}


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


def _noted(data: e.NoteAdded, names: Names) -> str:
    if not data.mentioned:
        return _("noted")
    return _("noted for %(people)s") % {"people": ", ".join(names.person(code) for code in data.mentioned)}


def _clock(data: e.ClockWarned | e.ClockBreached, _names: Names) -> str:
    values = {"clock": words.CLOCKS[data.clock], "due": moment(data.due_at)}
    if isinstance(data, e.ClockBreached):
        return _("%(clock)s missed: it was due %(due)s") % values
    return _("%(clock)s is due soon: %(due)s") % values


_MOVES: dict[str, Any] = {
    Move.LEND: lambda: _("An expert helps: %(person)s; the case stays at level %(to_level)d, %(team)s"),
    Move.REDIRECT: lambda: _("Redirected to %(team)s, level %(to_level)d: %(person)s"),
    Move.HAND_BACK: lambda: _("Handed back to %(team)s, level %(to_level)d: %(person)s"),
    Move.STEP_BACK: lambda: _("Stepped back from level %(from_level)d to %(to_level)d, %(team)s: %(person)s"),
    Move.JUMP: lambda: _("Escalated from level %(from_level)d to %(to_level)d, %(team)s: %(person)s. %(reason)s"),
    Move.CLIMB: lambda: _("Escalated from level %(from_level)d to %(to_level)d, %(team)s: %(person)s. %(reason)s"),
}


def _step(data: e.StepTaken, names: Names) -> str:
    """The move, then whatever makes this one different from the usual."""
    values = {
        "from_level": data.from_level,
        "to_level": data.to_level,
        "person": who(data.person, data.because, data.instead_of, names),
        "team": names.team(data.to_team),
        "reason": words.REASONS[data.reason],
    }
    said = [_MOVES[data.move]() % values, _skipped(data), _asked_for(data, names)]
    if data.causes:
        said.append(_("By itself"))
    said.append(_passed_over(data.passed_over, names))
    if data.decision_due_at:
        said.append(_("To be decided by %(due)s") % {"due": moment(data.decision_due_at)})
    return ". ".join(part for part in said if part)


def who(person: str, because: str, instead_of: str, names: Names) -> str:
    """Somebody with why it is this one: “Mara Lindt (leads the team of this level)”."""
    name = names.person(person)
    if instead_of:
        return _("%(person)s (stands in for %(other)s)") % {"person": name, "other": names.person(instead_of)}
    return f"{name} ({words.BECAUSE[because]})" if because in words.BECAUSE else name


def _skipped(data: e.StepTaken) -> str:
    """The levels a jump left out."""
    left_out = [str(number) for number in range(data.from_level + 1, data.to_level)]
    if data.move != Move.JUMP or not left_out:
        return ""
    said = ngettext("Level %(levels)s was skipped", "Levels %(levels)s were skipped", len(left_out))
    return said % {"levels": ", ".join(left_out)}


def _asked_for(data: e.StepTaken, names: Names) -> str:
    return _("Asked for: %(skill)s") % {"skill": names.skill(data.skill)} if data.skill else ""


def _passed_over(told: list[str], names: Names) -> str:
    """Who would have been next, and why it was not them."""
    found = []
    for code, _sep, why in (entry.rpartition(":") for entry in told):
        if code.startswith("level:"):
            found.append(_("level %(level)s, where nobody is") % {"level": code.removeprefix("level:")})
        else:
            found.append(f"{names.person(code)} {words.OVER.get(why, why)}")
    return _("Passed over: %(people)s") % {"people": "; ".join(found)} if found else ""


def _passed_on(data: e.EscalationPassedOn, names: Names) -> str:
    values = {
        "old": names.person(data.from_person),
        "new": who(data.person, data.because, data.instead_of, names),
    }
    said = [
        _("Passed on from %(old)s to %(new)s") % values,
        _("%(old)s is away") % values if data.away and data.instead_of != data.from_person else "",
        _("It has to be acknowledged anew") if data.anew else "",
        _passed_over(data.passed_over, names),
    ]
    return ". ".join(part for part in said if part)


def _criteria_met(data: e.CriteriaMet, _names: Names) -> str:
    if data.rule:
        return _("The rule “%(rule)s” has acted often enough on this case; what follows is left to people") % {
            "rule": words.CONDITIONS[data.rule.partition(":")[0]]
        }
    return _("Criteria for the next level are met; the procedure leaves the climb to people")


def _place(data: e.EscalationDeclined, names: Names) -> dict[str, Any]:
    """Where the case is now that its escalation has ended."""
    return {"level": data.level, "team": names.team(data.team)}


def _decision_asked(data: e.DecisionAsked, names: Names) -> str:
    person = who(data.person, data.because, data.instead_of, names)
    if data.due_at:
        return _("A decision is asked of %(person)s, by %(due)s") % {"person": person, "due": moment(data.due_at)}
    return _("A decision is asked of %(person)s") % {"person": person}


def _decided(data: e.DecisionMade, _names: Names) -> str:
    values = {"verdict": words.VERDICTS[data.verdict], "option": data.option}
    return _("Decided: %(verdict)s, option %(option)d") % values if data.option else _("Decided: %(verdict)s") % values


def _released(data: e.ClimbReleased, _names: Names) -> str:
    if data.climbs:
        return _("The storm was looked at: this case climbs as its procedure says")
    return _("The storm was looked at: this case does not climb by itself; what follows is left to people")


def _closed(data: e.CaseClosed, _names: Names) -> str:
    said = {
        "confirmed": _("Closed: the customer confirmed the solution"),
        "silence": _("Closed: the customer did not object"),
        "staff": _("Closed by the support team"),
    }[data.how]
    return f"{said}. {_('The wish for escalation is over')}" if data.ask else said


def _resumed(data: e.CaseResumed, _names: Names) -> str:
    return _("Came back from hold by its date") if data.by == "wake" else _("Work goes on")


def _reassigned(data: e.CaseReassigned, names: Names) -> str:
    if data.accountable:
        values = {"old": names.person(data.from_accountable), "new": names.person(data.accountable)}
        if data.away:
            return _("%(old)s is away; %(new)s is accountable now") % values
        return _("%(old)s no longer works here; %(new)s is accountable now") % values
    if data.from_owner:
        return _("%(old)s no longer works here; the case has no owner") % {"old": names.person(data.from_owner)}
    if data.asked and data.away:
        return _("Whoever was asked is away; %(new)s decides now") % {"new": names.person(data.asked)}
    if data.asked:
        return _("Whoever was asked no longer works here; %(new)s decides now") % {"new": names.person(data.asked)}
    return _("Whoever helped here no longer works here")


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


def _undelivered(data: e.NoticeFailed, names: Names) -> str:
    values = {"channel": words.CHANNELS[data.channel], "person": names.person(data.recipient)}
    if data.recipient.startswith("endpoint:"):
        return _("Could not be delivered to a program outside, by %(channel)s") % values
    return _("Could not be delivered to %(person)s, by %(channel)s") % values


def _assessed(data: e.CaseAssessed, names: Names) -> str:
    amount = f"{data.amount} {data.currency}" if data.amount else ""
    if data.skill and amount:
        values = {"skill": names.skill(data.skill), "amount": amount}
        return _("It takes: %(skill)s, and authority over %(amount)s") % values
    if data.skill:
        return _("It takes: %(skill)s") % {"skill": names.skill(data.skill)}
    return _("It takes authority over %(amount)s") % {"amount": amount} if amount else _("It takes nothing special")


def _watched(data: e.CaseWatched, names: Names) -> str:
    values = {"person": names.person(data.watcher)}
    return _("%(person)s watches this case") % values if data.watches else _("%(person)s watches no longer") % values


def _planned(data: e.PlanMade, _names: Names) -> str:
    count = len(data.steps)
    said = ngettext("Plan made with %(count)d step", "Plan made with %(count)d steps", count) % {"count": count}
    if not data.target_at:
        return said
    return _("%(plan)s, to be solved by %(due)s") % {"plan": said, "due": moment(data.target_at)}


STAFF: dict[str, Sentence] = {
    e.CaseOpened.kind: _opened,
    e.CaseTriaged.kind: _triaged,
    e.CaseTaken.kind: lambda d, n: (
        _("%(person)s owns the case now") % {"person": n.person(d.owner)}
        if d.owner
        else _("Given back to the team; nobody owns the case")
    ),
    e.CaseReassigned.kind: _reassigned,
    e.MessageReceived.kind: lambda d, n: _("wrote"),
    e.MessageSent.kind: lambda d, n: _("replied"),
    e.NoteAdded.kind: _noted,
    e.NoticeFailed.kind: _undelivered,
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
    e.CaseAssessed.kind: _assessed,
    e.CaseWatched.kind: _watched,
    **links.STAFF,
    e.CaseJoinedAccount.kind: lambda d, n: (
        _("Put under the account escalation; %(person)s manages it, with news every %(every)s")
        % {"person": n.person(d.manager), "every": duration(d.minutes)}
    ),
    e.CaseLeftAccount.kind: lambda d, n: _("No longer under the account escalation"),
    e.ScriptTicked.kind: lambda d, n: _("Script: done, it helped") if d.helped else _("Script: done, no help"),
    e.MailRecorded.kind: mails.recorded,
    e.MailBounced.kind: mails.bounced,
    e.MailReferred.kind: mails.referred,
    e.ParticipantJoined.kind: mails.joined,
    e.FindingAdded.kind: lambda d, n: _("Finding added"),
    e.PlanMade.kind: _planned,
    e.PlanStepFinished.kind: lambda d, n: _("A step of the plan is done"),
    e.RequestMade.kind: lambda d, n: (
        _("Asked %(whom)s for a part of it") % {"whom": n.party(d.party) if d.party else n.team(d.team)}
    ),
    e.RequestAnswered.kind: lambda d, n: _("Answered by %(whom)s") % {"whom": n.request(d.request)},
    e.RequestCancelled.kind: lambda d, n: _("No longer needed from %(whom)s") % {"whom": n.request(d.request)},
    e.RequestChased.kind: lambda d, n: (
        _("Still nothing from %(whom)s; reminder %(times)d") % {"whom": n.request(d.request), "times": d.times}
    ),
    e.FollowUpPlanned.kind: lambda d, n: _("Follow-up planned"),
    e.FollowUpDone.kind: lambda d, n: _("Followed up"),
    e.FollowUpSent.kind: lambda d, n: _("Followed up with the customer"),
    e.SurveyAnswered.kind: lambda d, n: _("The customer rated the solution %(score)d of 5") % {"score": d.score},
    e.ReviewWritten.kind: lambda d, n: _("Review written"),
    e.CriteriaMet.kind: _criteria_met,
    e.ClimbHeld.kind: lambda d, n: (
        _("Too many cases were climbing at once: the climb to level %(level)d waits until somebody has looked")
        % {"level": d.to_level}
    ),
    e.ClimbReleased.kind: _released,
    e.AskMade.kind: lambda d, n: _("Asks for escalation: %(reason)s") % {"reason": words.ASK_REASONS[d.reason]},
    e.AskWithdrawn.kind: lambda d, n: _("No longer asks for escalation"),
    e.AskDeclined.kind: lambda d, n: _("Declined the escalation the customer asked for, with a reason"),
    e.EscalationRequested.kind: _step,
    e.EscalationStepped.kind: _step,
    e.BriefChased.kind: lambda d, n: (
        _("The brief still lacks what it was returned for; reminder %(times)d") % {"times": d.times}
    ),
    e.EscalationReminded.kind: lambda d, n: (
        _("%(person)s was told again: nobody has acknowledged") % {"person": n.person(d.person)}
    ),
    e.EscalationPassedOn.kind: _passed_on,
    e.EscalationForgotten.kind: lambda d, n: (
        _("Acknowledged and then silent: %(person)s has to acknowledge again") % {"person": n.person(d.person)}
    ),
    e.EscalationReturned.kind: lambda d, n: _("Returned as incomplete; whoever asked owes what is missing"),
    e.EscalationCompleted.kind: lambda d, n: _("The brief has what was missing"),
    e.EscalationAcknowledged.kind: lambda d, n: (
        _("Acknowledged; severity %(severity)s") % {"severity": words.SEVERITIES[d.severity]}
    ),
    e.EscalationAccepted.kind: lambda d, n: (
        _("Accepted; severity %(severity)s") % {"severity": words.SEVERITIES[d.severity]}
    ),
    e.EscalationDeclined.kind: lambda d, n: _("Declined: back to level %(level)d, %(team)s") % _place(d, n),
    e.EscalationWithdrawn.kind: lambda d, n: _("Withdrawn: back to level %(level)d, %(team)s") % _place(d, n),
    e.DeEscalated.kind: lambda d, n: _("De-escalated: back to level %(level)d, %(team)s") % _place(d, n),
    e.DecisionAsked.kind: _decision_asked,
    e.DecisionMade.kind: _decided,
}


def _public_step(data: e.StepTaken, names: Names) -> str:
    """Where the case is now, by the public name of the team; never who, why or by which rule."""
    if data.move == Move.LEND:
        return _("An expert helps")
    if data.to_level > data.from_level:
        return _("Raised to: %(team)s") % {"team": names.public_team(data.to_team)}
    return _("With: %(team)s") % {"team": names.public_team(data.to_team)}


# What a customer may read about, and nothing else; a new kind of event is invisible until it is put here.
CUSTOMER: dict[str, Sentence] = {
    e.CaseOpened.kind: lambda d, n: _("We have your case"),
    e.MessageReceived.kind: lambda d, n: "",
    e.MessageSent.kind: lambda d, n: "",
    e.ParticipantJoined.kind: mails.joined,
    e.CaseHeld.kind: lambda d, n: _("On hold until %(until)s") % {"until": moment(d.wake_at)},
    e.CaseResumed.kind: lambda d, n: _("Work goes on"),
    e.CaseResolved.kind: lambda d, n: _("Marked as solved"),
    e.CaseReopened.kind: lambda d, n: _("Opened again"),
    **links.CUSTOMER,
    e.CaseClosed.kind: lambda d, n: _("Closed, and your wish for escalation is over") if d.ask else _("Closed"),
    e.CaseMoved.kind: lambda d, n: _("The times we work by on your case changed"),
    e.PromiseMade.kind: lambda d, n: _("We promised news by %(due)s") % {"due": moment(d.due_at)},
    e.PromiseMoved.kind: lambda d, n: (
        _("We moved our promise: news by %(due)s, not by %(before)s")
        % {"due": moment(d.due_at), "before": moment(d.from_due_at)}
    ),
    e.PromiseBroken.kind: lambda d, n: _("We promised news by %(due)s and did not keep it") % {"due": moment(d.due_at)},
    e.AskMade.kind: lambda d, n: _("Asked for escalation"),
    e.AskWithdrawn.kind: lambda d, n: _("No longer asks for escalation"),
    e.AskDeclined.kind: lambda d, n: _("Our answer: not escalated, and why"),
    e.EscalationRequested.kind: _public_step,
    e.EscalationStepped.kind: _public_step,
    e.EscalationAcknowledged.kind: lambda d, n: _("Heard: somebody has it now"),
    e.EscalationAccepted.kind: lambda d, n: _("Work on it has begun"),
    e.EscalationDeclined.kind: lambda d, n: _("Stays with: %(team)s") % {"team": n.public_team(d.team)},
    e.EscalationWithdrawn.kind: lambda d, n: _("Goes on with: %(team)s") % {"team": n.public_team(d.team)},
    e.DeEscalated.kind: lambda d, n: _("Goes on with: %(team)s") % {"team": n.public_team(d.team)},
    e.FollowUpSent.kind: lambda d, n: _("We asked whether all is well"),
    e.SurveyAnswered.kind: lambda d, n: _("You rated the solution %(score)d of 5") % {"score": d.score},
}


def for_staff(data: e.EventData, names: Names) -> str:
    return STAFF[data.kind](data, names)


def for_customer(data: e.EventData, names: Names) -> str | None:
    """None for everything a customer does not read about."""
    sentence = CUSTOMER.get(data.kind)
    return sentence(data, names) if sentence else None
