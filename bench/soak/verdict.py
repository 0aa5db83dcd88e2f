"""What must be true when the storm is over: nothing is missing, nothing was told twice, every letter arrived."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from escalations.actions import clocks
from escalations.models import Case, Event, Notice, NoticeState
from escalations.models.events import chain_of
from escalations.rules import events as e
from escalations.rules.vocabulary import Channel

# What of an event decides who is told, beside the level and whether somebody has acknowledged.
TELLING = ("clock", "move", "to_level", "outcome", "because", "by")

Signature = tuple[Any, ...]
Told = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Verdict:
    """Counts, and every problem in words."""

    cases: int
    events: int
    in_app: int
    mails: int
    folded: int
    letters: int
    doubles: int
    problems: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        told = f"{self.in_app:,} notices in Belay, {self.mails:,} by mail"
        apart = f"{self.mails - self.folded:,} mails apart ({self.folded:,} more came with a digest)"
        return [
            f"{self.cases:,} escalations, {self.events:,} events, {told}",
            f"{self.letters:,} letters arrived for {apart}: {self.doubles:,} came again with the same Message-ID",
            f"{len(self.problems)} missing, double, torn or lost",
            *self.problems[:20],
        ]


def judge(taken: Path, first: int) -> Verdict:
    """Looks at everything; cases with keys below `first` are the undisturbed ones that the others are held against."""
    letters = Counter[str]()
    words: dict[str, str] = {}
    for path in taken.iterdir():
        letter = message_from_bytes(path.read_bytes(), policy=policy.default)
        uid = str(letter["Message-ID"]).strip("<>").partition("@")[0]
        letters[uid] += 1
        body = letter.get_body(("plain",))
        words[uid] = body.get_content() if body else ""
    problems = [*whole(), *told_alike(first), *arrived(letters, words)]
    mails = Notice.objects.filter(channel=Channel.MAIL)
    return Verdict(
        cases=Case.objects.filter(pk__gte=first).count(),
        events=Event.objects.count(),
        in_app=Notice.objects.filter(channel=Channel.IN_APP).count(),
        mails=mails.count(),
        folded=mails.filter(folded_into__isnull=False).count(),
        letters=sum(letters.values()),
        doubles=sum(letters.values()) - len(letters),
        problems=problems,
    )


def whole() -> Iterator[str]:
    """Journals without gaps and with their chain, clocks as the journal says, each clock missed at most once."""
    for case in Case.objects.order_by("pk").iterator(chunk_size=200):
        lines = list(Event.objects.filter(case=case).order_by("seq"))
        if [line.seq for line in lines] != list(range(1, case.last_seq + 1)):
            yield f"{case.reference}: the numbers of the journal have a gap"
        if chain_of(case.uid, lines) != case.chain:
            yield f"{case.reference}: the chain of the journal is broken"
        yield from (f"{case.reference}: {wrong}" for wrong in clocks.differences(case))
        breaches = (line.data for line in lines if line.kind == e.ClockBreached.kind)
        for clock, times in Counter((data["clock"], data["start_seq"]) for data in breaches).items():
            if times > 1:
                yield f"{case.reference}: {clock} was missed {times} times"


def told_alike(first: int) -> Iterator[str]:
    """The same event at the same place was told to the same people by the same channels, in every case."""
    told: dict[int, set[tuple[str, str]]] = defaultdict(set)
    rows = Notice.objects.filter(event__isnull=False).values_list("event_id", "recipient", "channel")
    for event_id, recipient, channel in rows.iterator():
        if (recipient, channel) in told[event_id]:
            yield f"event {event_id} was told {recipient} twice by {channel}"
        told[event_id].add((recipient, channel))
    found: dict[Signature, Counter[Told]] = defaultdict(Counter)
    expected: dict[Signature, set[Told]] = defaultdict(set)
    for event, signature in signed():
        people = frozenset(told[event.pk])
        found[signature][people] += 1
        if event.case_id < first:
            expected[signature].add(people)
    for signature, ways in found.items():
        right = expected[signature] or {ways.most_common(1)[0][0]}
        for people, times in ways.items():
            if people not in right:
                yield f"{signature}: {times} times told {sorted(people)}, not {[sorted(way) for way in right]}"


def signed() -> Iterator[tuple[Event, Signature]]:
    """Every event with what decides who is told of it."""
    case_id, level, heard = 0, 0, False
    for event in Event.objects.order_by("case_id", "seq").iterator():
        if event.case_id != case_id:
            case_id, level, heard = event.case_id, 0, False
        level = event.data.get("to_level") or event.data.get("level") or level
        if event.kind in (e.EscalationRequested.kind, e.EscalationStepped.kind):
            heard = False
        heard = heard or event.kind == e.EscalationAcknowledged.kind
        yield event, (event.kind, level, heard, *(str(event.data.get(name, "")) for name in TELLING))


def arrived(letters: Counter[str], words: dict[str, str]) -> Iterator[str]:
    """Every mail arrived under its own identity, or its case is named in the digest that it came with."""
    unknown = set(letters)
    around = Notice.objects.exclude(channel=Channel.IN_APP).select_related("folded_into", "case")
    for notice in around.iterator(chunk_size=1000):
        unknown.discard(notice.uid)
        if notice.state != NoticeState.ACCEPTED:
            yield f"notice {notice.uid} ({notice.channel} to {notice.recipient}) is {notice.state}: {notice.last_error}"
        carrier = notice.folded_into or notice
        if carrier.channel != Channel.MAIL or not letters[carrier.uid]:
            yield f"notice {notice.uid}: no letter arrived"
        elif notice.case and notice.case.reference not in words[carrier.uid]:
            yield f"notice {notice.uid}: the letter it came with does not name {notice.case.reference}"
    yield from (f"a letter arrived that no notice is about: {uid}" for uid in unknown)
    late = Notice.objects.filter(channel=Channel.IN_APP).exclude(state=NoticeState.ACCEPTED).count()
    if late:
        yield f"{late} notices of the inbox are not accepted"
