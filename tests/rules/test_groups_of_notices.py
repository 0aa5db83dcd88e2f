"""What a notice is about for whoever gets it: what they must act on comes before what it is about for others."""

from __future__ import annotations

import pytest

from escalations.rules import events as e
from escalations.rules.audience import AUDIENCE, Role, roles_of
from escalations.rules.groups import GROUPS, MUST_ACT, group_of, sameness
from escalations.rules.vocabulary import NoticeGroup

ACT = {Role.PERSON, Role.ASKED, Role.REQUESTED}


def test_every_kind_that_anybody_is_told_of_has_a_group() -> None:
    assert set(GROUPS) == set(AUDIENCE)
    assert set(GROUPS.values()) == set(NoticeGroup) - {NoticeGroup.ASKED}


def test_only_those_who_are_told_are_asked_to_act() -> None:
    for kind, roles in MUST_ACT.items():
        assert set(roles) <= set(roles_of(kind, {"clock": "decision"})), kind


def test_whoever_has_the_step_the_question_or_the_request_is_asked_unless_it_is_over() -> None:
    over = {e.CaseResolved.kind, e.RequestCancelled.kind, e.EscalationWithdrawn.kind, e.CaseMerged.kind}
    for kind, roles in AUDIENCE.items():
        for role in ACT & set(roles):
            assert (group_of(kind, [role]) is NoticeGroup.ASKED) is (kind not in over), (kind, role)


@pytest.mark.parametrize(
    ("kind", "roles", "group"),
    [
        (e.EscalationStepped.kind, [Role.PERSON], NoticeGroup.ASKED),
        (e.EscalationStepped.kind, [Role.OWNER, Role.PERSON], NoticeGroup.ASKED),
        (e.EscalationStepped.kind, [Role.OWNER, Role.WATCHERS], NoticeGroup.FOLLOW),
        (e.EscalationReturned.kind, [Role.SENDER], NoticeGroup.ASKED),
        (e.ClockBreached.kind, [Role.OWNER], NoticeGroup.DEADLINE),
        (e.ClockBreached.kind, [Role.ASKED], NoticeGroup.ASKED),
        (e.MessageReceived.kind, [Role.OWNER], NoticeGroup.CUSTOMER),
    ],
)
def test_one_event_is_about_different_things_to_different_people(
    kind: str, roles: list[Role], group: NoticeGroup
) -> None:
    assert group_of(kind, roles) is group


def test_what_asks_for_two_things_is_never_one_unless_it_only_asks_again() -> None:
    assert sameness(e.RequestMade.kind, {"request": "a"}) is None
    assert sameness(e.EscalationStepped.kind, {}) is None
    assert sameness(e.MessageReceived.kind, {"message": "a"}) == sameness(e.MessageReceived.kind, {"message": "b"})
    assert sameness(e.EscalationReminded.kind, {}) == sameness(e.EscalationReminded.kind, {})
    one, other = (sameness(e.RequestChased.kind, {"request": uid}) for uid in "ab")
    assert one != other
    missed, near = (sameness(kind, {"clock": "triage"}) for kind in (e.ClockBreached.kind, e.ClockWarned.kind))
    assert missed != near
    assert missed != sameness(e.ClockBreached.kind, {"clock": "resolution"})
