"""Whoever a note names is told, sees the case, and finds the note again; nobody is named by guessing."""

from __future__ import annotations

import pytest

from customers.refusal import Refused
from escalations.actions import deliveries, handling
from escalations.casefile.mentions import colleagues, mentions
from escalations.models import Case, HouseRules, Mention, Notice, Team
from escalations.rules.mentions import named_in
from escalations.rules.roles import StaffRole
from tests.actions.soundness import everything, is_sound
from tests.cast import MONDAY, Company, Worker, worker
from tests.work.ground import MINUTE, told

PEOPLE = [(1, "Ben Okafor"), (2, "Mara Lindt"), (3, "Mara Holm"), (4, "Jo")]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Ben Okafor and @mara lindt, please", [1, 2]),
        ("@Ben, please. And @jo!", [1, 4]),
        ("@Mara, which one?", []),
        ("@Jonas is nobody of ours; write to ben@jo.example", []),
        ("Ben Okafor without a sign", []),
        ("@Mara Holm @Mara Holm", [3]),
    ],
)
def test_names_are_found_and_never_guessed(text: str, named: list[int]) -> None:
    assert named_in(text, PEOPLE) == named


def test_whoever_is_named_is_told_by_name_or_by_choice(company: Company) -> None:
    case, ben, mara, jan = company.open(), company.agent, company.specialist, company.manager
    text = f"@{mara.user.name}, have you seen this? @{ben.user.name} asks."
    event = handling.note(case=case, actor=ben.standing, at=MONDAY + MINUTE, text=text, mentioned=[jan.agent])
    assert event.data["mentioned"] == [jan.user.code, mara.user.code]
    assert set(Mention.objects.values_list("agent", flat=True)) == {jan.agent.pk, mara.agent.pk}
    assert "note.added" in told(mara) and "note.added" in told(jan)
    assert not Notice.objects.filter(event=event, recipient__in=[ben.user.code, company.ida.contact.code]).exists()
    is_sound(case)


def test_somebody_who_left_is_not_named(company: Company) -> None:
    case, mara = company.open(), company.specialist.agent
    mara.is_active = False
    mara.save()
    before = everything()
    with pytest.raises(Refused) as refused:
        handling.note(case=case, actor=company.agent.standing, at=MONDAY, text="Look", mentioned=[mara])
    assert (refused.value.field, refused.value.code) == ("mentioned", "mentioned_unknown")
    assert everything() == before


def test_a_mention_is_a_part_in_the_case(company: Company) -> None:
    HouseRules.objects.create(by_team=True)
    other = Team.objects.create(slug="billing", name="Billing", public_name="Billing")
    nora: Worker = worker("Nora Vale", other, is_lead=False, role=StaffRole.AGENT)
    case = company.open()
    assert not Case.objects.visible_to(nora.standing).exists()
    handling.note(case=case, actor=company.agent.standing, at=MONDAY, text="@Nora Vale, is this yours?")
    assert list(Case.objects.visible_to(nora.standing)) == [case]


def test_the_note_is_found_again_and_new_until_it_was_read(company: Company) -> None:
    case, mara = company.open(), company.specialist
    for text in ("@Mara, first", "@Mara, second"):
        handling.note(case=case, actor=company.agent.standing, at=MONDAY + MINUTE, text=text)
    found = mentions(mara.standing)
    assert [(row.case, row.text, row.is_new) for row in found] == [
        (case, "@Mara, second", True),
        (case, "@Mara, first", True),
    ]
    assert mentions(company.manager.standing) == []
    deliveries.seen(recipient=mara.standing.code, at=MONDAY + 2 * MINUTE, case=case)
    assert [row.is_new for row in mentions(mara.standing)] == [False, False]
    assert mentions(mara.standing, new_only=True) == []


def test_those_who_can_be_named_are_offered_by_any_part_of_the_name(company: Company) -> None:
    assert company.specialist.agent in colleagues("mar", company.agent.standing)
    assert colleagues("nobody at all", company.agent.standing) == []
    assert company.agent.agent not in colleagues("", company.agent.standing)
