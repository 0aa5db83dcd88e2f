"""Whether somebody looks after a step: told again, passed on, brought back when forgotten – each once, never early."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalations.rules import events as e
from escalations.rules.attention import SIGNS_OF_LIFE, Care, Due, Watchfulness, next_care, owed_brief, watchfulness
from escalations.rules.procedure import Rung
from escalations.timing.schedule import Schedule
from tests.rules import told
from tests.rules.procedures import ALWAYS, MINUTE, OFFICE, START, rung
from tests.rules.told import ACCEPTED, ACKED, COMPLETED, FORGOTTEN, HELD, NOTE, PASSED_ON, REMINDED, STEP, instant

DAY = 24 * 60


def watchful(remind: int = 10, pass_on: int = 20, forget: int = 60, schedule: Schedule = ALWAYS) -> Rung:
    """A level that tells again after ten minutes, passes on after every twenty, and forgets nobody for an hour."""
    return replace(rung(2, 600, schedule), remind_minutes=remind, pass_on_minutes=pass_on, forget_minutes=forget)


def after(*happened: tuple[float, e.EventData], step: str = "s1") -> Watchfulness:
    """What was done for this step, a case having been opened and escalated at once."""
    lines = [(0, told.OPENED), (0, STEP), *happened]
    return watchfulness([e.Line(seq, instant(at), data) for seq, (at, data) in enumerate(lines, start=1)], step)


def due(now: Watchfulness, level: Rung | None = None, *, others: bool = True) -> Due | None:
    return next_care(level or watchful(), now, others=others)


# -- nobody acknowledged -----------------------------------------------------------------------------------------


def test_nobody_who_acknowledges_is_told_again_first_and_once_before_it_is_passed_on() -> None:
    assert due(after()) == Due(Care.REMIND, instant(10))
    assert due(after((10, REMINDED))) == Due(Care.PASS_ON, instant(20))


def test_where_nobody_is_left_to_ask_it_is_told_again_for_ever_at_doubled_waits_up_to_a_working_day() -> None:
    told_at, waits = [10.0], []
    for _time in range(9):
        found = due(after(*((at, REMINDED) for at in told_at)), others=False)
        assert found
        assert found.care is Care.REMIND
        waits.append((found.at - instant(told_at[-1])) / MINUTE)
        told_at.append(told_at[-1] + waits[-1])
    assert waits == [20, 40, 80, 160, 320, 480, 480, 480, 480]


def test_at_the_top_with_nobody_left_it_is_told_again_every_working_day_though_the_level_reminds_never() -> None:
    silent = watchful(0, 20)
    assert next_care(silent, after(), others=False) is None
    assert next_care(silent, after(), others=True, is_last=True) == Due(Care.PASS_ON, instant(20))
    assert next_care(silent, after(), others=False, is_last=True) == Due(Care.REMIND, instant(480))
    again = after((480, REMINDED))
    assert next_care(silent, again, others=False, is_last=True) == Due(Care.REMIND, instant(960))
    acknowledged = after((5, ACKED))
    assert next_care(watchful(0, 20, 0), acknowledged, others=False, is_last=True) is None


def test_the_next_is_asked_after_every_so_many_minutes() -> None:
    first = after((10, REMINDED))
    second = after((10, REMINDED), (20, PASSED_ON))
    third = after((10, REMINDED), (20, PASSED_ON), (40, replace(PASSED_ON, person="user:6")))
    assert [due(now) for now in (first, second, third)] == [
        Due(Care.PASS_ON, instant(20)),
        Due(Care.PASS_ON, instant(40)),
        Due(Care.PASS_ON, instant(60)),
    ]
    assert third.asked == ("user:2", "user:5", "user:6")


def test_esc_10_whoever_is_asked_late_has_the_whole_time_all_the_same() -> None:
    """After an outage nobody is passed over in the same minute in which they were asked."""
    assert due(after((500, REMINDED), (501, PASSED_ON))) == Due(Care.PASS_ON, instant(521))
    assert due(after((500, PASSED_ON))) == Due(Care.REMIND, instant(510))


def test_what_was_told_again_is_told_again_to_the_last_person_after_twice_the_wait() -> None:
    assert due(after((10, REMINDED), (20, PASSED_ON))) == Due(Care.PASS_ON, instant(40))
    assert due(after((10, REMINDED), (20, PASSED_ON)), others=False) == Due(Care.REMIND, instant(40))


def test_a_level_that_reminds_or_passes_on_never_does_neither() -> None:
    assert due(after(), watchful(0, 0)) is None
    assert due(after(), watchful(0, 20)) == Due(Care.PASS_ON, instant(20))
    assert due(after((10, REMINDED)), watchful(10, 0)) == Due(Care.REMIND, instant(30))


# -- acknowledged, and then --------------------------------------------------------------------------------------


def test_whoever_acknowledged_is_neither_reminded_nor_passed_over() -> None:
    assert due(after((5, ACKED))) == Due(Care.FORGOTTEN, instant(65))
    assert due(after((5, ACCEPTED)), watchful(forget=0)) is None


def test_esc_08_acknowledged_and_then_silent_for_the_time_of_the_level_is_forgotten() -> None:
    assert due(after((5, ACKED), (30, NOTE))) == Due(Care.FORGOTTEN, instant(90))
    assert due(after((5, ACKED), (30, told.WORDS))) == Due(Care.FORGOTTEN, instant(65))


def test_esc_08_what_was_forgotten_is_told_again_passed_on_again_and_forgotten_again() -> None:
    forgotten = ((10, REMINDED), (20, PASSED_ON), (25, ACKED), (85, FORGOTTEN))
    now = after(*forgotten)
    assert (now.heard, now.since, now.reminders, now.asked) == (None, instant(85), 0, ("user:5",))
    assert due(now) == Due(Care.REMIND, instant(95))
    assert due(after(*forgotten, (95, REMINDED))) == Due(Care.PASS_ON, instant(105))
    again = after(*forgotten, (95, REMINDED), (100, ACKED))
    assert due(again) == Due(Care.FORGOTTEN, instant(160))


def test_esc_08_a_note_before_anybody_acknowledged_is_no_acknowledgement() -> None:
    assert due(after((5, NOTE))) == Due(Care.REMIND, instant(10))


@pytest.mark.parametrize("sign", SIGNS_OF_LIFE, ids=lambda cls: cls.kind)
def test_every_sign_of_life_is_an_act_of_ours_that_puts_forgetting_off(sign: type[e.EventData]) -> None:
    samples = {type(data): data for data in vars(told).values() if isinstance(data, e.EventData)}
    samples |= {e.CaseTaken: e.CaseTaken("user:1"), e.PromiseMade: told.promised(900)}
    samples |= {e.PromiseMoved: told.postponed(200, 900)}
    assert after((5, ACKED), (30, samples[sign])).heard == instant(30)


@pytest.mark.parametrize(
    "sign", [REMINDED, told.WARNED, told.BREACHED, told.CRITERIA, told.CHASED, told.WISHED, told.WATCHED]
)
def test_what_the_engine_and_the_customer_do_is_no_sign_of_life(sign: e.EventData) -> None:
    assert after((5, ACKED), (30, sign)).heard == instant(5)


@pytest.mark.parametrize("end", [told.RESUMED, told.WORDS, told.WISHED])
def test_what_waits_for_the_customer_is_not_forgotten_and_its_time_counts_from_the_end_of_the_wait(
    end: e.EventData,
) -> None:
    waiting = after((5, ACKED), (30, HELD))
    assert (waiting.on_hold, waiting.heard) == (True, instant(30))
    going_on = after((5, ACKED), (30, HELD), (900, end))
    assert (going_on.on_hold, due(going_on)) == (False, Due(Care.FORGOTTEN, instant(960)))


def test_a_brief_that_was_completed_waits_to_be_acknowledged_from_there() -> None:
    now = after((10, REMINDED), (15, told.RETURNED), (200, COMPLETED))
    assert due(now) == Due(Care.REMIND, instant(210))


# -- mail that does not arrive -----------------------------------------------------------------------------------


def test_not_03_whoever_mail_does_not_reach_is_not_waited_for() -> None:
    assert due(after((3, told.BOUNCED))) == Due(Care.PASS_ON, instant(3))
    assert due(after((3, told.BOUNCED), (4, told.BOUNCED)), watchful(0, 0)) == Due(Care.PASS_ON, instant(3))
    assert due(after((3, told.BOUNCED)), others=False) == Due(Care.REMIND, instant(10))


def test_not_03_the_next_has_the_whole_time_though_mail_did_not_reach_the_one_before() -> None:
    passed_on = after((3, told.BOUNCED), (3, PASSED_ON))
    assert due(passed_on) == Due(Care.REMIND, instant(13))
    assert due(after((3, PASSED_ON), (4, told.BOUNCED))) == Due(Care.REMIND, instant(13))


def test_a_mail_that_came_back_means_nothing_when_it_was_read_in_belay_or_acknowledged() -> None:
    assert due(after((3, replace(told.BOUNCED, seen=True)))) == Due(Care.REMIND, instant(10))
    assert due(after((2, ACKED), (3, told.BOUNCED))) == Due(Care.FORGOTTEN, instant(62))


# -- other hands -------------------------------------------------------------------------------------------------


def test_what_was_acknowledged_and_handed_over_waits_to_be_acknowledged_anew_with_the_whole_time() -> None:
    now = after((10, REMINDED), (15, ACKED), (100, told.HANDED_OVER))
    assert now == Watchfulness(instant(100), asked=("user:2", "user:5"))
    assert due(now) == Due(Care.REMIND, instant(110))
    assert due(after((15, ACKED), (100, told.HANDED_OVER), (105, ACKED))) == Due(Care.FORGOTTEN, instant(165))


def test_what_a_colleague_has_acknowledged_stays_so_in_other_hands() -> None:
    assert due(after((15, ACCEPTED), (30, PASSED_ON))) == Due(Care.FORGOTTEN, instant(75))


def test_what_is_handed_over_while_it_waits_for_the_customer_is_not_forgotten_after_the_wait() -> None:
    waiting = after((5, ACKED), (30, HELD), (40, told.HANDED_OVER), (50, ACKED))
    assert waiting.on_hold
    back = after((5, ACKED), (30, HELD), (40, told.HANDED_OVER), (50, ACKED), (900, told.WORDS))
    assert due(back) == Due(Care.FORGOTTEN, instant(960))


# -- a brief that is owed ----------------------------------------------------------------------------------------


def owed(*happened: tuple[float, e.EventData]) -> Watchfulness:
    """What was done for the brief that came back after fifteen minutes."""
    lines = [(0, told.OPENED), (0, STEP), (10, REMINDED), (15, told.RETURNED), *happened]
    return owed_brief([e.Line(seq, instant(at), data) for seq, (at, data) in enumerate(lines, start=1)])


def test_a_brief_that_is_owed_is_asked_for_at_doubled_waits_and_never_passed_on() -> None:
    assert owed() == Watchfulness(instant(15), missing="m9")
    assert due(owed()) == Due(Care.REMIND, instant(25))
    assert due(owed((25, told.BRIEF_CHASED))) == Due(Care.REMIND, instant(45))
    assert due(owed((25, told.BRIEF_CHASED), (45, told.BRIEF_CHASED))) == Due(Care.REMIND, instant(85))
    assert due(owed((16, ACKED), (17, NOTE))) == Due(Care.REMIND, instant(25))


def test_a_brief_that_is_owed_is_asked_for_every_working_day_where_the_level_reminds_never() -> None:
    assert due(owed(), watchful(0)) == Due(Care.REMIND, instant(15 + 480))
    assert due(owed((495, told.BRIEF_CHASED)), watchful(0)) == Due(Care.REMIND, instant(495 + 480))


def test_a_brief_that_comes_back_once_more_is_asked_for_from_there() -> None:
    assert due(owed((25, told.BRIEF_CHASED), (30, COMPLETED), (60, told.RETURNED))) == Due(Care.REMIND, instant(70))


def test_a_brief_that_nobody_returned_is_an_error() -> None:
    with pytest.raises(LookupError, match="no brief"):
        owed_brief([e.Line(1, instant(0), told.OPENED)])


# -- each step on its own ----------------------------------------------------------------------------------------


def test_esc_01_every_step_is_watched_on_its_own_from_its_own_beginning() -> None:
    upper = ((10, REMINDED), (20, PASSED_ON), (25, ACKED), (100, told.UPPER))
    assert after(*upper, step="s2") == Watchfulness(instant(100), asked=("user:3",))
    assert due(after(*upper, step="s2")) == Due(Care.REMIND, instant(110))


def test_a_step_that_the_journal_does_not_know_is_an_error() -> None:
    with pytest.raises(LookupError, match="does not know the step"):
        after(step="s9")


# -- never early, each once ----------------------------------------------------------------------------------------


def test_esc_10_all_waits_are_the_working_time_of_the_level() -> None:
    office = watchful(30, 60, 120, OFFICE)
    evening = START + (8 * 60 - 10) * MINUTE  # ten minutes before the office closes
    tuesday = START + DAY * MINUTE
    assert next_care(office, Watchfulness(evening), others=True) == Due(Care.REMIND, tuesday + 20 * MINUTE)
    reminded = Watchfulness(evening, reminders=1, reminded_at=tuesday, asked=("user:2",))
    assert next_care(office, reminded, others=True) == Due(Care.PASS_ON, tuesday + 50 * MINUTE)
    heard = Watchfulness(START, heard=evening)
    assert next_care(office, heard, others=True) == Due(Care.FORGOTTEN, tuesday + 110 * MINUTE)


@given(
    st.integers(0, 7 * DAY),
    st.integers(0, 90),
    st.integers(0, 90),
    st.integers(1, 5),
    st.sampled_from((ALWAYS, OFFICE)),
)
def test_esc_10_nothing_is_ever_done_before_its_working_time_and_reminders_come_ever_more_rarely(
    began: int, remind: int, pass_on: int, people: int, schedule: Schedule
) -> None:
    """An engine that does at once whatever is due: every wait between two acts is at least what the level says."""
    level, since = watchful(remind, pass_on, schedule=schedule), START + began * MINUTE
    now, done = Watchfulness(since, asked=("user:0",)), list[tuple[Care, datetime]]()
    while (found := next_care(level, now, others=len(now.asked) < people)) and len(done) < people + 3:
        done.append((found.care, found.at))
        if found.care is Care.REMIND:
            now = replace(now, reminders=now.reminders + 1, reminded_at=found.at)
        else:
            now = replace(now, asked=(*now.asked, f"user:{len(now.asked)}"), asked_at=found.at)
    assert [at for _care, at in done] == sorted(at for _care, at in done)
    reminders = [at for care, at in done if care is Care.REMIND]
    assert bool(reminders) == bool(remind)
    told_after = [schedule.working_time_between(one, other) for one, other in pairwise([since, *reminders])]
    assert all(least <= wait for least, wait in zip([remind, 2 * remind, 4 * remind], told_after, strict=False))
    passed = [at for care, at in done if care is Care.PASS_ON]
    assert len(passed) == (people - 1 if pass_on else 0)
    for times, at in enumerate(passed, start=1):
        assert schedule.working_time_between(since, at) >= pass_on * times
