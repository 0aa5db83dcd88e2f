"""The auditor's questions to the rows: what must not be now, each asked of all rows at once.

Every question is one to three statements over indexes, however many cases there are, and gives at most `MOST` answers,
the oldest first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import Case as Choice
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from escalations.models import (
    Agent,
    Attempt,
    Case,
    Escalation,
    Level,
    Notice,
    NoticeState,
    Pulse,
    Rota,
    RotaMember,
    SetAside,
    Step,
    Team,
    TeamMembership,
    VersionState,
    Violation,
)
from escalations.reports import stuck
from escalations.rules.routing import Because
from escalations.rules.violations import Found, ViolationKind
from escalations.rules.vocabulary import Channel

MOST = 100

# How long a notice may wait since it could first go out. Nothing may keep the inbox waiting; the others depend on a
# server of somebody else, whose short rests are nobody's business.
LIMITS: Mapping[str, timedelta] = {
    Channel.IN_APP.value: timedelta(minutes=1),
    Channel.MAIL.value: timedelta(minutes=30),
    Channel.CHAT.value: timedelta(minutes=30),
    Channel.WEBHOOK.value: timedelta(hours=1),
}
# No delivery would ever find these: without an instant, with one beyond every plan, or leased as no worker leases.
LONGEST_PLAN = timedelta(days=2)
LONGEST_HOLD = timedelta(days=31)
LONGEST_LEASE = timedelta(hours=1)


def unaccounted(at: datetime) -> list[Found]:
    """Open escalations whose accountable person left, or is away without anybody standing in."""
    rows = stuck.without_anybody(at).values_list("uid", "case_id", "accountable__user__uid")
    return [
        Found(ViolationKind.UNACCOUNTED, uid, case_id, {"person": f"user:{person}"})
        for uid, case_id, person in rows[:MOST]
    ]


def owners_left(at: datetime) -> list[Found]:
    """Open cases of somebody who works here no longer: nobody looks at them as his own."""
    left = Agent.objects.filter(Q(is_active=False) | Q(user__is_active=False)).values_list("pk", flat=True)
    rows = Case.objects.unsolved().filter(owner__in=list(left)).order_by("pk")
    return [
        Found(ViolationKind.OWNER_LEFT, uid, pk, {"person": f"user:{person}"})
        for uid, pk, person in rows.values_list("uid", "pk", "owner__user__uid")[:MOST]
    ]


def unchecked(at: datetime) -> list[Found]:
    """Open escalations whose next look is overdue by more than a minute."""
    rows = stuck.not_looked_at(at).values_list("uid", "case_id", "next_check_at")
    return [Found(ViolationKind.UNCHECKED, uid, case_id, {"since": _iso(due)}) for uid, case_id, due in rows[:MOST]]


def untold(at: datetime) -> list[Found]:
    """Current steps of which nobody of ours was told; those found before stay until somebody was."""
    before = Violation.objects.open().filter(kind=ViolationKind.UNTOLD.value).values_list("about", flat=True)
    steps = stuck.not_told(at, also=list(before))
    return [
        Found(ViolationKind.UNTOLD, step.uid, step.escalation.case_id, {"since": step.started_at.isoformat()})
        for step in steps[:MOST]
    ]


def set_aside(at: datetime) -> list[Found]:
    """Cases that the engine cannot move on: everything due on them waits."""
    rows = SetAside.objects.order_by("first_at").values_list("case__uid", "case_id", "stage", "first_at")
    return [
        Found(ViolationKind.SET_ASIDE, uid, case_id, {"stage": stage, "since": first.isoformat()})
        for uid, case_id, stage, first in rows[:MOST]
    ]


# -- notices -----------------------------------------------------------------------------------------------------------


def lost(at: datetime) -> Q:
    """The waiting notices that no delivery would ever find."""
    nowhere = Q(next_try_at=None) | Q(leased_until__gt=at + LONGEST_LEASE) | Q(next_try_at__gt=at + LONGEST_HOLD)
    beyond = Q(is_held=False, tries=0, next_try_at__gt=at + LONGEST_PLAN)
    return Q(state=NoticeState.WAITING, written_at__lt=at - stuck.MAY_WAIT) & (nowhere | beyond)


def waiting(at: datetime) -> list[Found]:
    """Notices that no delivery would find, and those that wait longer than their channel may take; one per channel.

    A notice can go out first when it was written, when it was to be let go, or when it was first tried: so what is held
    for its reader's working time is counted from its release.
    """
    late = Q()
    for channel, limit in LIMITS.items():
        late |= Q(channel=channel, first__lt=at - limit)
    by_channel = _waiting_long(at).values("channel").order_by("channel")
    counted = by_channel.annotate(
        lost=Count("pk", filter=lost(at)),
        late=Count("pk", filter=late & ~lost(at)),
        since=Min("first", filter=late | lost(at)),
    )
    found: list[Found] = []
    for row in counted:
        numbers = {ViolationKind.LOST: row["lost"], ViolationKind.LATE: row["late"]}
        for kind, number in numbers.items():
            if number:
                found.append(Found(kind, row["channel"], None, {"number": number, "since": _iso(row["since"])}))
    return found


def _waiting_long(at: datetime) -> QuerySet[Notice]:
    """All that was written before the shortest limit and waits, with the `first` instant it could go out."""
    tried = Attempt.objects.filter(notice=OuterRef("pk")).order_by("number").values("began_at")[:1]
    planned = Choice(When(tries=0, then=F("next_try_at")))
    rows = Notice.objects.filter(state=NoticeState.WAITING, written_at__lt=at - min(LIMITS.values()))
    return rows.annotate(first=Coalesce(Subquery(tried), planned, F("written_at")))


def unfolded(at: datetime) -> list[Found]:
    """Notices that came with another one which was given up, and that nobody gets therefore."""
    rows = Notice.objects.filter(state=NoticeState.FOLDED, folded_into__state=NoticeState.FAILED)
    carriers = rows.values_list("folded_into__uid", "channel").annotate(number=Count("pk")).order_by("folded_into__uid")
    return [
        Found(ViolationKind.UNFOLDED, uid, None, {"channel": channel, "number": number})
        for uid, channel, number in carriers[:MOST]
    ]


# -- parts of Belay ----------------------------------------------------------------------------------------------------


def silent(at: datetime, parts: Mapping[str, timedelta]) -> list[Found]:
    """The parts that gave no sign of life for longer than they may."""
    seen = dict(Pulse.objects.values_list("component", "at"))
    return [
        Found(ViolationKind.SILENT, part, None, {"since": _iso(seen.get(part))})
        for part, limit in parts.items()
        if part not in seen or at - seen[part] > limit
    ]


# -- who can be reached ------------------------------------------------------------------------------------------------


def unreachable(at: datetime) -> list[Found]:
    """Teams without anybody who works here, at or above the level of an open escalation."""
    there = TeamMembership.objects.filter(team=OuterRef("pk"), agent__in=Agent.objects.active())
    empty = list(Team.objects.filter(~Exists(there)).values_list("pk", flat=True))
    if not empty:
        return []
    levels = Level.objects.filter(team__in=empty).exclude(version__state=VersionState.DRAFT)
    climbs = Escalation.objects.open().filter(
        case__policy_version=OuterRef("version"), case__level__lte=OuterRef("number")
    )
    above = levels.filter(Exists(climbs)).values_list("team__uid", "team__name").annotate(level=Min("number"))
    at_it = _escalated_at(empty).values_list("team__uid", "team__name").annotate(level=Max("level"))
    found = {uid: {"team": name, "level": level} for uid, name, level in [*at_it.order_by(), *above.order_by()]}
    return [Found(ViolationKind.PATH, uid, None, data) for uid, data in sorted(found.items())[:MOST]]


def off_duty(at: datetime) -> list[Found]:
    """Duties that nobody is on any more: no place in a rota is taken, or the rota is gone that a step came by."""
    works = RotaMember.objects.filter(rota=OuterRef("pk"), agent__in=Agent.objects.active())
    stands_in = Rota.objects.filter(overrides__starts_at__lte=at, overrides__ends_at__gt=at)
    empty = Rota.objects.filter(~Exists(works)).exclude(pk__in=stands_in.values("pk"))
    served = Level.objects.filter(team=OuterRef("team"), version__state=VersionState.PUBLISHED)
    rotas = empty.filter(Exists(served)).values_list("team__uid", "team__name").order_by("team__uid")
    gone = _by_duty().exclude(Exists(Rota.objects.filter(team=OuterRef("to_team"))))
    steps = gone.values_list("to_team__uid", "to_team__name").order_by().distinct()
    found = {uid: {"team": name} for uid, name in [*rotas[:MOST], *steps[:MOST]]}
    return [Found(ViolationKind.DUTY, uid, None, data) for uid, data in sorted(found.items())]


def _escalated_at(team_ids: list[int]) -> QuerySet[Case]:
    """The open cases of these teams that are escalated."""
    climbs = Escalation.objects.open().filter(case=OuterRef("pk"))
    return Case.objects.unsolved().filter(Exists(climbs), team__in=team_ids)


def _by_duty() -> QuerySet[Step]:
    """Current steps of open escalations whose person was asked because of the duty of the team."""
    open_ones = Escalation.objects.open()
    return Step.objects.filter(escalation__in=open_ones, ended_at=None, because=Because.DUTY.value)


def _iso(instant: datetime | None) -> str:
    return instant.isoformat() if instant else ""
