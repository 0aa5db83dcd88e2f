"""What an explanation of a clock says: to staff with everything, to customers from an allow-list of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from escalations.casefile.explanation_ends import (
    CUSTOMERS_CLOCKS,
    ENDED_BY,
    ENDED_BY_FOR_CUSTOMERS,
    MEETS,
    MEETS_FOR_CUSTOMERS,
)
from escalations.casefile.explanation_moments import Moments
from escalations.casefile.people import Names
from escalations.casefile.sentences import duration
from escalations.casefile.timeline import Piece, Sort
from escalations.models import Event, PauseReason, words
from escalations.rules.owed import KEEP_THEIR_TERMS
from escalations.rules.procedure import Procedure
from escalations.rules.tracks import Basis, Because, Track
from escalations.rules.vocabulary import NEVER_PAUSED, ClockKind, Elapsed


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What a voice may ask about one clock: its track, what the case follows now, and where its pause ends."""

    track: Track
    procedure: Procedure
    plan: str
    ended: bool
    paused: bool
    wakes: str


@dataclass(frozen=True, slots=True)
class Lever:
    """Something that would change the clock or that would not; `code` is stable, for programs."""

    code: str
    words: str


class Voice(Protocol):
    """How a clock is explained to one kind of reader."""

    @property
    def tells_warning(self) -> bool: ...

    def speaks_of(self, kind: ClockKind) -> bool: ...
    def met(self) -> str: ...
    def met_word(self) -> str: ...
    def ending(self, *, met: bool) -> str: ...
    def hours(self, basis: Basis) -> str: ...
    def waited(self, kind: ClockKind) -> str: ...
    def name(self, track: Track, due: str) -> str: ...
    def pause(self, slug: str) -> str: ...
    def why(self, basis: Basis, track: Track) -> str: ...
    def ended_by(self, event: Event) -> str: ...
    def change(self, before: Basis | None, basis: Basis, event: Event, track: Track) -> str: ...
    def levers(self, clock: Clockwork) -> list[Lever]: ...


def piece_words(piece: Piece, voice: Voice) -> str:
    """What a piece of the time line is, in words."""
    if piece.sort is Sort.HOLIDAY:
        return _("holiday: %(name)s") % {"name": piece.label}
    if piece.sort is Sort.PAUSED:
        return _("paused: %(reason)s") % {"reason": voice.pause(piece.label)}
    return {
        Sort.OPEN: _("counted"),
        Sort.OVER: _("counted, too late"),
        Sort.TODO: _("still to run"),
        Sort.CLOSED: _("closed"),
    }[piece.sort]


def target_words(basis: Basis) -> str:
    return duration(basis.target.terms.minutes)


def other_hours(before: Basis, basis: Basis) -> bool:
    """Whether working time is counted on other hours from this basis on."""
    return before.target.terms.schedule != basis.target.terms.schedule


def turn_words(before: Basis, basis: Basis, voice: Voice) -> str:
    """What is different from this basis on, in few words; nothing when only its row or its warning is."""
    told = {"target": target_words(basis), "hours": voice.hours(basis)}
    same_target = before.target.terms.minutes == basis.target.terms.minutes
    if other_hours(before, basis):
        return (_("%(hours)s from here on") if same_target else _("target %(target)s %(hours)s from here on")) % told
    return "" if same_target else _("target %(target)s from here on") % told


@dataclass(frozen=True, slots=True)
class StaffVoice:
    """Everything: rows of the policy, reasons, and who did it."""

    names: Names
    pauses: Mapping[str, PauseReason]
    policies: Mapping[str, str]
    plans: Mapping[str, str]
    calendars: Mapping[int, tuple[str, int]]
    moments: Moments
    tells_warning: bool = True

    def speaks_of(self, kind: ClockKind) -> bool:
        return True

    def met(self) -> str:
        return _("Met %(moment)s")

    def met_word(self) -> str:
        return _("met")

    def ending(self, *, met: bool) -> str:
        return _("Met by %(what)s.") if met else _("Ended by %(what)s.")

    def hours(self, basis: Basis) -> str:
        name, number = self.calendars.get(basis.target.calendar_version_id or 0, ("", 0))
        return _("on the hours of “%(hours)s”, version %(number)d") % {"hours": name, "number": number}

    def waited(self, kind: ClockKind) -> str:
        return _("the customer has really waited") if kind in CUSTOMERS_CLOCKS else _("in real time")

    def name(self, track: Track, due: str) -> str:
        if track.promise:
            return _("News promised by %(moment)s") % {"moment": due}
        if track.kind is ClockKind.OWNERSHIP:
            return _("Time with %(team)s") % {"team": self.names.team(track.team)}
        if track.kind is ClockKind.TIME_AT_LEVEL:
            return _("Time at level %(level)d") % {"level": track.level}
        return str(words.CLOCKS[track.kind])

    def pause(self, slug: str) -> str:
        reason = self.pauses.get(slug)
        return reason.name if reason else slug

    def why(self, basis: Basis, track: Track) -> str:
        if track.promise:
            return _("this very instant was promised to the customer, whatever the hours")
        told = {"target": target_words(basis), "hours": self.hours(basis), "source": self._source(basis)}
        return _("the target is %(target)s of working time %(hours)s (%(source)s)") % told

    def _source(self, basis: Basis) -> str:
        """“policy “Standard”, version 4, row 3, severity high”: where the target is written, and what it asks for."""
        told = [
            _("policy “%(policy)s”") % {"policy": self._policy(basis)},
            _("version %(version)d") % {"version": basis.version},
            _("row %(row)d") % {"row": basis.row},
        ]
        severity = words.SEVERITIES[basis.target.severity] if basis.target.severity else ""
        told.append(_("severity %(severity)s") % {"severity": severity} if severity else _("every severity"))
        if basis.target.level:
            told.append(_("level %(level)d") % {"level": basis.target.level})
        if basis.target.plan:
            told.append(_("plan %(plan)s") % {"plan": self.plans.get(basis.target.plan, basis.target.plan)})
        return ", ".join(told)

    def _policy(self, basis: Basis) -> str:
        return self.policies.get(basis.policy, basis.policy)

    def ended_by(self, event: Event) -> str:
        what = str(ENDED_BY.get(event.kind, ""))
        if not what or event.actor_kind == "system":
            return what
        return _("%(what)s, %(who)s") % {"what": what, "who": self.names.person(event.actor)}

    def change(self, before: Basis | None, basis: Basis, event: Event, track: Track) -> str:
        told = _changed(before, basis) % {
            "target": target_words(basis),
            "carried": duration(basis.carried_minutes),
            "severity": words.SEVERITIES[basis.severity],
            "version": basis.version,
        }
        hours = f", {self.hours(basis)}" if before and other_hours(before, basis) else ""
        source = "" if track.promise else f" ({self._source(basis)})"
        by_itself = basis.because is Because.STARTED or (event.actor_kind == "system" and not event.on_behalf_of)
        who = "" if by_itself else f" – {self.names.person(event.on_behalf_of or event.actor)}"
        return f"{told}{hours}{source}{who}"

    def levers(self, clock: Clockwork) -> list[Lever]:
        if clock.ended:
            return [_nothing()]
        track = clock.track
        found = [Lever("meets", str(MEETS[track.kind])), self._hold(clock)]
        if track.promise:
            found.append(Lever("promise", _("Moving the promise changes it; the customer sees that.")))
            rest = _("A correction of the severity, a step of the escalation and another version do not change it.")
            return [*found, Lever("unmoved", rest)]
        if track.kind in KEEP_THEIR_TERMS:
            rest = _("A correction of the severity and another version do not change it: it keeps what it began with.")
            return [*found, Lever("unmoved", rest)]
        if track.kind is ClockKind.NEXT_UPDATE:
            found.append(Lever("promise", _("A promise of news to an exact instant takes its place.")))
        found.append(Lever("severity", _severities(clock)))
        version = _("Moving the case to a newer version of its policy can change it; a preview shows how.")
        return [*found, Lever("version", version)]

    def _hold(self, clock: Clockwork) -> Lever:
        if clock.paused:
            told = _("It goes on when the customer writes, when somebody resumes the case, or by itself on %(wakes)s.")
            return Lever("resume", told % {"wakes": clock.wakes})
        reasons = [reason.name for reason in self.pauses.values() if stops(reason, clock.track.kind)]
        if not reasons:
            return Lever("hold", _("Putting the case on hold does not stop it."))
        return Lever("hold", _("Putting the case on hold stops it for: %(reasons)s.") % {"reasons": ", ".join(reasons)})


def stops(reason: PauseReason, kind: ClockKind) -> bool:
    """Whether a hold for this reason would stop a clock of this kind."""
    return reason.is_active and kind in reason.stops and kind not in NEVER_PAUSED


def _nothing() -> Lever:
    return Lever("nothing", _("Nothing changes it any more: it has ended."))


def _changed(before: Basis | None, basis: Basis) -> str:
    """The sentence of a change, with places for its values; the first basis says how the clock began."""
    if before is None:
        return _begun(basis)
    if basis.because is Because.SEVERITY:
        return _("Severity corrected to %(severity)s: the target is %(target)s from here on; what had counted stays")
    if basis.target.terms == before.target.terms:
        return _("Moved to version %(version)d, which promises the same: %(target)s")
    return _("Moved to version %(version)d: the target is %(target)s from here on; what had counted stays")


def _begun(basis: Basis) -> str:
    if basis.because is Because.PROMISED:
        return _("Promised")
    if basis.because is Because.SEVERITY:
        if basis.carried_minutes:
            return _(
                "Severity corrected to %(severity)s: begun with %(target)s and %(carried)s that had counted before"
            )
        return _("Severity corrected to %(severity)s: begun again with %(target)s")
    if basis.because is Because.MOVED:
        if basis.carried_minutes:
            return _("Moved to version %(version)d: begun with %(target)s and the %(carried)s counted before")
        return _("Moved to version %(version)d: begun with %(target)s")
    return _("Begun with a target of %(target)s")


def _severities(clock: Clockwork) -> str:
    """What a correction of the severity would make of the target."""
    found = {
        severity: clock.procedure.target(clock.track.kind, severity=severity, level=clock.track.level, plan=clock.plan)
        for severity in words.SEVERITIES
    }
    lengths = {target.terms.minutes if target else None for target in found.values()}
    if len(lengths) == 1:
        return _("A correction of the severity does not change it.")
    told = [
        _("%(severity)s %(target)s")
        % {
            "severity": words.SEVERITIES[severity],
            "target": duration(target.terms.minutes) if target else _("without a target"),
        }
        for severity, target in found.items()
    ]
    again = clock.procedure.on_severity is Elapsed.RESTART
    then = _("it would begin again") if again else _("what has counted stays")
    values = {"targets": ", ".join(told), "then": then}
    return _("A correction of the severity changes it: %(targets)s; %(then)s.") % values


@dataclass(frozen=True, slots=True)
class CustomerVoice:
    """What a customer may read: their own clocks, public labels, no policy, no severity, nobody's name."""

    pauses: Mapping[str, PauseReason]
    moments: Moments
    tells_warning: bool = False

    def speaks_of(self, kind: ClockKind) -> bool:
        return kind in CUSTOMERS_CLOCKS

    def met(self) -> str:
        return _("Done %(moment)s")

    def met_word(self) -> str:
        return _("done")

    def ending(self, *, met: bool) -> str:
        return _("It ended with %(what)s.")

    def hours(self, basis: Basis) -> str:
        return _("on other working hours")

    def waited(self, kind: ClockKind) -> str:
        return _("you have really waited")

    def name(self, track: Track, due: str) -> str:
        return (
            _("News promised by %(moment)s") % {"moment": due} if track.promise else str(CUSTOMERS_CLOCKS[track.kind])
        )

    def pause(self, slug: str) -> str:
        reason = self.pauses.get(slug)
        return reason.public_label if reason else _("on hold")

    def why(self, basis: Basis, track: Track) -> str:
        if track.promise:
            return _("we promised you news by this very instant")
        return _("we have %(target)s of working time for it") % {"target": target_words(basis)}

    def ended_by(self, event: Event) -> str:
        return str(ENDED_BY_FOR_CUSTOMERS.get(event.kind, ""))

    def change(self, before: Basis | None, basis: Basis, event: Event, track: Track) -> str:
        told = {"target": target_words(basis), "carried": duration(basis.carried_minutes)}
        if track.promise:
            return _("We promised you news")
        if before is None and basis.carried_minutes:
            return _("Begun with %(target)s of working time, of which %(carried)s had counted before") % told
        if before is None:
            return _("Begun with %(target)s of working time") % told
        said = _("From here on we have %(target)s of working time; what had counted stays") % told
        return f"{said}, {self.hours(basis)}" if other_hours(before, basis) else said

    def levers(self, clock: Clockwork) -> list[Lever]:
        if clock.ended:
            return [_nothing()]
        track = clock.track
        found = [Lever("meets", str(MEETS_FOR_CUSTOMERS[track.kind]))]
        if clock.paused:
            told = _("It goes on as soon as you reply, or by itself on %(wakes)s.") % {"wakes": clock.wakes}
            found.append(Lever("resume", told))
        elif any(stops(reason, track.kind) for reason in self.pauses.values()):
            found.append(Lever("hold", _("While we have to wait, it may stand still; you would read here why.")))
        else:
            found.append(Lever("hold", _("It does not stand still, whatever we wait for.")))
        if track.promise:
            found.append(Lever("promise", _("If we move our promise, you read it in your case.")))
        return found
