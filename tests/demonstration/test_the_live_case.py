"""The case of the live demonstration climbs while one watches, tells each level's person, and stops at the top."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from customers.models import User
from escalations.actions import clocks, handling
from escalations.engine.sweep import sweep
from escalations.management.demonstration.live import open_live_case
from escalations.management.demonstration.people import BEN, BRANDT, EVA, MARA, TOMAS
from escalations.models import Case, Event, Notice, staff_standing

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def live(loaded: datetime) -> Case:
    case = open_live_case(loaded)
    assert case is not None
    return case


def watch(case: Case, begin: datetime, until: int, since: int = 0) -> None:
    """Sweeps every five seconds, as beat does."""
    for second in range(since, until + 1, 5):
        sweep(begin + second * SECOND)
    case.refresh_from_db()


def kinds(case: Case) -> list[str]:
    return list(Event.objects.filter(case=case).order_by("seq").values_list("kind", flat=True))


def told(case: Case, email: str) -> list[str]:
    code = User.objects.get(email=email).code
    found = Notice.objects.filter(case=case, recipient=code, channel="in_app", folded_into=None).order_by("pk")
    return list(found.values_list("event__kind", flat=True))


def test_it_warns_after_half_a_minute_and_climbs_after_one(loaded: datetime, live: Case) -> None:
    watch(live, loaded, 25)
    assert kinds(live) == ["case.opened"]
    watch(live, loaded, 55, since=30)
    assert kinds(live) == ["case.opened", "clock.warned"]
    watch(live, loaded, 60, since=60)
    assert kinds(live) == ["case.opened", "clock.warned", "clock.breached", "escalation.requested"]
    assert live.level == 2
    assert told(live, MARA) == ["escalation.requested"]


def test_it_goes_on_level_by_level_and_stops_at_the_top(loaded: datetime, live: Case) -> None:
    levels = []
    for minute in range(12):
        watch(live, loaded, 60 * minute + 55, since=60 * minute)
        levels.append(live.level)
    assert sorted(levels) == levels
    assert set(levels[:10]) == {1, 2, 3, 4}
    assert set(levels[9:]) == {4}
    assert told(live, BRANDT)[0] == told(live, EVA)[0] == "escalation.stepped"
    ended = kinds(live)
    watch(live, loaded, 3600, since=1800)
    assert set(kinds(live)[len(ended) :]) <= {"escalation.reminded"}
    assert len(kinds(live)) - len(ended) <= 3  # told again ever more seldom, and never left in silence
    assert len(told(live, EVA)) < 16
    assert clocks.differences(live) == []


def test_somebody_is_told_again_and_it_passes_on_within_minutes(loaded: datetime, live: Case) -> None:
    watch(live, loaded, 235)
    happened = kinds(live)
    assert happened.index("escalation.requested") < happened.index("escalation.reminded")
    assert happened.index("escalation.reminded") < happened.index("escalation.passed_on")
    assert live.level == 2
    assert told(live, MARA)[:2] == ["escalation.requested", "escalation.reminded"]
    assert "escalation.passed_on" in told(live, TOMAS)


def test_an_answer_in_time_keeps_it_where_it_is(loaded: datetime, live: Case) -> None:
    ben = staff_standing(User.objects.get(email=BEN))
    handling.reply(case=live, actor=ben, at=loaded + 20 * SECOND, text="I have it.")
    watch(live, loaded, 170, since=25)
    assert live.level == 1
    assert "escalation.requested" not in kinds(live)


def test_starting_again_ends_the_earlier_one_and_opens_exactly_one(loaded: datetime, live: Case) -> None:
    watch(live, loaded, 130)
    before = Case.objects.count()
    again = open_live_case(loaded + timedelta(days=2))
    assert again is not None
    assert Case.objects.count() == before + 1
    live.refresh_from_db()
    assert live.state == "resolved"
    open_ones = Case.objects.unsolved().filter(topic=live.topic)
    assert list(open_ones) == [again]


def test_starting_again_two_days_later_floods_nobody_with_what_was_left(loaded: datetime, live: Case) -> None:
    watch(live, loaded, 130)
    last = Notice.objects.order_by("-pk")[0].pk
    later = loaded + timedelta(days=2)
    open_live_case(later)
    sweep(later)
    new = Notice.objects.filter(pk__gt=last, case=live, channel="in_app", folded_into=None)
    people = list(new.values_list("recipient", flat=True))
    assert len(people) == len(set(people)) > 0
