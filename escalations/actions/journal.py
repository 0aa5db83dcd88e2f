"""The unit of work of every action: one case under lock, one event at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models, transaction

from customers.refusal import Refused
from escalations.actions import attachments, clocks, looking, notices, searching
from escalations.models import Agent, Case, Decision, Escalation, Event, Message, Standpoint, Step, standpoint, words
from escalations.rules import events, ladder, permits
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Verb

Snapshot = dict[str, Any]


def _snapshot(row: models.Model) -> Snapshot:
    return {item.attname: getattr(row, item.attname) for item in row._meta.concrete_fields}


def save_changes(row: models.Model, before: Snapshot) -> None:
    """Saves the fields that differ from the snapshot, state and stamps together."""
    changed = [name for name, value in before.items() if getattr(row, name) != value]
    if changed:
        row.save(update_fields=changed)


@dataclass(slots=True)
class Work:
    """A locked case, the rows around it, its events so far, and who acts at which instant."""

    actor: Standing
    at: datetime
    recorded_at: datetime
    around: Standpoint
    lines: list[events.Line]
    key: str | None = None
    replayed: Event | None = None
    about: Escalation | None = None
    before: dict[models.Model, Snapshot] = field(default_factory=dict)

    @property
    def case(self) -> Case:
        return self.around.case

    def require(self, verb: Verb) -> None:
        """Raises Refused, with the words for the reason, unless the actor may do this now."""
        code = permits.refusal(verb, self.around.situation(self.at), self.actor)
        if code == "merged":
            told = {"case": self.case.goes_on_as().reference}
            raise Refused("", code, words.REMEDIES["merged_into"] % told)
        if code:
            raise Refused("", code, words.against(code, self.actor))

    @property
    def escalation(self) -> Escalation:
        """The escalation this work is about. Raises LookupError where `permits` was not asked first."""
        if self.around.escalation is None:
            raise LookupError("this case was never escalated")
        return self.around.escalation

    @property
    def step(self) -> Step:
        """The current step, watched. Raises LookupError where `permits` was not asked first."""
        if self.around.step is None:
            raise LookupError("this case was never escalated")
        self.watch(self.around.step)
        return self.around.step

    @property
    def arrival(self) -> Step:
        """The step that brought the case where it is. Raises LookupError where `permits` was not asked first."""
        return self.around.arrival or self.step

    @property
    def decision(self) -> Decision:
        """The decision that waits for an answer, watched. Raises LookupError where `permits` was not asked first."""
        if self.around.open_decision is None:
            raise LookupError("no decision was asked for")
        self.watch(self.around.open_decision)
        return self.around.open_decision

    def stands_at(self, climb: Escalation, step: Step) -> None:
        """From here on this is the current step."""
        self.around.escalation = self.about = climb
        self.around.step, self.around.steps = step, (*self.around.steps, step)

    def next_check(self, since: datetime) -> datetime:
        """When an open escalation is looked at again at the latest: one dwell of its level later."""
        return looking.latest_check(self.case, self.around, since)

    def position(self) -> ladder.Position:
        """Where the case stands on its ladder."""
        return looking.standing(self.case, self.around, self.lines, self.at)

    def remember_criteria(self) -> None:
        """Since when any criterion to climb was met, the first time that somebody or something climbs."""
        if self.case.criteria_met_at is None:
            looking.remember_criteria(self.case, self.position())

    @property
    def agent(self) -> Agent:
        """The colleague who acts. Raises Agent.DoesNotExist where `permits` was not asked for staff first."""
        return Agent.objects.get(pk=self.actor.agent_id or 0)

    def begin(self) -> None:
        """The first act of a person of ours makes a new case open."""
        if self.actor.is_staff and self.case.state == CaseState.NEW:
            self.case.begin()

    def own(self) -> None:
        """A case of the front line that nobody owns becomes that of whoever works on it."""
        if self.case.owner_id is None and self.case.level == 1:
            self.case.owner_id = self.actor.agent_id

    def watch(self, row: models.Model) -> None:
        """Remembers a row as it is now, so that what changes in it is saved with the event."""
        self.before.setdefault(row, _snapshot(row))

    def save(self) -> None:
        """Saves what changed in the watched rows; all an act needs that leaves no line in the journal."""
        for row, before in self.before.items():
            save_changes(row, before)

    def record(self, data: events.EventData) -> Event:
        """Saves what changed, projects the clocks, writes the event and the notices it calls for."""
        case = self.case
        line = events.Line(case.last_seq + 1, self.at, data)
        self.lines.append(line)
        event = new_event(case, line, self.actor, recorded_at=self.recorded_at, key=self.key)
        event.escalation = self.about
        case.last_seq, case.last_event_at, case.chain = line.seq, line.at, event.link(case.chain, case.uid)
        folded = clocks.project(case, self.around, self.lines, self.at)
        looking.look_ahead(case, self.around, self.lines, self.at, folded=folded)
        self.save()
        event.save()
        notices.write([event])
        return event

    def say(self, body: str, *, public: bool, files: Sequence[attachments.Upload] = ()) -> Message:
        """The words of the actor as a message on the case, with the files that go with them.

        Raises Refused when there are no words, or a file is too much.
        """
        if not body.strip():
            raise Refused("text", "text_missing", words.REMEDIES["text_missing"])
        message = Message.objects.create(
            case=self.case,
            is_public=public,
            user_id=self.actor.user_id if self.actor.is_staff else None,
            contact_id=self.actor.contact_id,
            body=body.strip(),
            written_at=self.at,
        )
        searching.said(message)
        if files:
            attachments.add_all(message=message, files=files, at=self.at)
        return message


def new_event(
    case: Case, line: events.Line, actor: Standing, *, recorded_at: datetime, key: str | None = None
) -> Event:
    """The row of one line, not saved yet."""
    return Event(
        case=case,
        seq=line.seq,
        kind=line.data.kind,
        version=line.data.version,
        occurred_at=line.at,
        recorded_at=recorded_at,
        actor_kind=actor.door.value,
        actor=actor.code,
        on_behalf_of=actor.on_behalf_of,
        key=key,
        data=line.data.as_json(),
    )


def recorded_before(key: str | None, actor: Standing) -> Event | None:
    """What the actor did with this key the first time. Raises Refused when the key is somebody else's."""
    event = Event.objects.filter(key=key).select_related("case").first() if key else None
    if event and event.actor != actor.code:
        raise Refused("key", "key_in_use", words.REMEDIES["key_in_use"])
    return event


def begin(case: Case, *, actor: Standing, at: datetime, key: str | None = None) -> Work:
    """The unit of work for a case that was just made and has no events yet."""
    work = Work(actor, at, at, Standpoint(case, case.policy_version.procedure(), None, None), [], key)
    work.watch(case)
    return work


@contextmanager
def locked(
    case: Case,
    *,
    actor: Standing,
    at: datetime,
    verb: Verb | None = None,
    key: str | None = None,
    follow: bool = False,
) -> Iterator[Work]:
    """Locks the case and yields the unit of work; time never runs backwards inside a case.

    With a `key` that was used before, `work.replayed` is the event of that first time and nothing must be done again.
    A `verb` makes it the act of a person: Raises Refused when the actor may not, and the first one opens a new case.
    What shall `follow` a case that was merged arrives where that one goes on, even if it is merged at this moment.
    """
    pk: int | None = case.pk
    while pk:
        with transaction.atomic():
            row = _lock([pk])[pk]
            pk = row.merged_into_id if follow else None
            if pk:  # nobody holds one case while waiting for another: taking it back lets go of this one
                transaction.set_rollback(True)
                continue
            yield _work(row, actor=actor, at=at, verb=verb, key=key)


@contextmanager
def both_locked(
    case: Case, other: Case, *, actor: Standing, at: datetime, verb: Verb, key: str | None = None
) -> Iterator[tuple[Work, Work]]:
    """Locks two cases, whoever comes with them in which order, and yields the unit of work of each.

    The act of a person on the first: the verb and the key are that one's. Raises Refused when the actor may not.
    """
    with transaction.atomic():
        rows = _lock([case.pk, other.pk])
        first = _work(rows[case.pk], actor=actor, at=at, verb=verb, key=key)
        yield first, _work(rows[other.pk], actor=actor, at=at)


def _lock(keys: list[int]) -> dict[int, Case]:
    """The rows of these cases, locked in the order of their keys, so that no two acts wait for each other."""
    # No join that an act may change: PostgreSQL would not find the case again after waiting for its move.
    rows = Case.objects.select_for_update(of=("self",)).select_related("organization__plan").order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    if len(found) < len(set(keys)):
        raise Case.DoesNotExist
    return found


def _work(row: Case, *, actor: Standing, at: datetime, verb: Verb | None = None, key: str | None = None) -> Work:
    """The unit of work of a case that is locked. Raises Refused."""
    first = recorded_before(key, actor)
    instant = max(at, row.last_event_at or at)
    work = Work(actor, instant, at, standpoint(row), row.events.all().lines(), key, first)
    work.watch(row)
    if work.around.escalation:
        work.watch(work.around.escalation)
        work.about = work.around.open_escalation
    if verb and not first:
        work.require(verb)
        work.begin()
    return work
