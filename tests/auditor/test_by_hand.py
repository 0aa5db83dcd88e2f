"""One look by hand says what is wrong and exits with status 1; a check writes nothing."""

from __future__ import annotations

import io

import pytest
import time_machine
from django.core.management import CommandError, call_command

from escalations.actions import leases
from escalations.engine.housekeeping import AUDITOR
from escalations.models import Audit, Bulletin, Case, Violation
from tests.actions.soundness import everything
from tests.auditor.ground import NOW, by_hand, running
from tests.cast import MONDAY, Company
from tests.ladder.ground import MINUTE


@pytest.fixture
def case(company: Company) -> Case:
    case = company.escalate(company.open(), MONDAY + 10 * MINUTE)
    running(NOW)
    return case


def run(*options: str) -> str:
    out = io.StringIO()
    with time_machine.travel(NOW, tick=False):
        call_command("audit", *options, stdout=out)
    return out.getvalue()


def fails(*options: str) -> tuple[str, str]:
    out = io.StringIO()
    with time_machine.travel(NOW, tick=False), pytest.raises(CommandError) as wrong:
        call_command("audit", *options, stdout=out)
    assert wrong.value.returncode == 1
    return out.getvalue(), str(wrong.value)


@pytest.mark.parametrize("options", [[], ["--check"]])
def test_all_well_is_said_with_the_number_of_open_escalations(case: Case, options: list[str]) -> None:
    assert run(*options) == "All open escalations (1) are accounted for.\n"


def test_a_look_by_hand_is_a_look_like_any_other(case: Case) -> None:
    by_hand("UPDATE escalations_clock SET due_at = NULL, next_at = NULL WHERE case_id = %s", case.pk)
    said, end = fails()
    assert said.startswith(f"{case.reference}: stored clocks do not say what the journal says (clocks made what")
    assert end == "1 violation."
    assert (Audit.objects.count(), Violation.objects.count(), Bulletin.objects.count()) == (1, 1, 1)


def test_a_check_writes_nothing_mends_nothing_and_tells_nobody(case: Case) -> None:
    by_hand("UPDATE escalations_clock SET due_at = NULL, next_at = NULL WHERE case_id = %s", case.pk)
    before = everything()
    said, end = fails("--check")
    assert (said, end) == (f"{case.reference}: stored clocks do not say what the journal says\n", "1 violation.")
    assert everything() == before
    assert not Audit.objects.exists()
    assert not Violation.objects.exists()


def test_while_another_one_looks_nothing_is_done_by_hand(case: Case) -> None:
    assert leases.take(name=AUDITOR, holder="another", at=NOW, seconds=60)
    said, end = fails()
    assert (said, end) == ("", "Another auditor is at it; try again in a minute.")
    assert not Audit.objects.exists()
