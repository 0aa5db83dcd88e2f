"""What a customer reads when an expert helps and the case stays where it is."""

from __future__ import annotations

from escalations.actions import escalation
from escalations.casefile.customer import customer_casefile
from escalations.casefile.overview import case_lines
from escalations.models import Case, Skill
from tests.cast import MONDAY, Company
from tests.portal.rooms import HOUR


def reads(company: Company, case: Case) -> list[str]:
    """The status on the page of the case, and in the list."""
    case, ida, at = Case.objects.get(pk=case.pk), company.ida.standing, MONDAY + HOUR
    return [str(customer_casefile(case, ida, at).status), *(str(line.status) for line in case_lines([case], ida, at))]


def test_a_case_an_expert_helps_with_is_not_said_to_be_raised(company: Company) -> None:
    case, skill = company.open(), Skill.objects.create(slug="firmware", name="Firmware")
    company.specialist.agent.skills.add(skill)
    escalation.lend(case=case, actor=company.agent.standing, at=MONDAY, skill=skill, asked="Read the log.")
    assert reads(company, case) == ["An expert has been asked to help"] * 2
    escalation.accept(case=case, actor=company.specialist.standing, at=MONDAY, text="I read it.")
    assert reads(company, case) == ["Being worked on with the help of an expert"] * 2


def test_a_case_that_was_raised_before_stays_raised(company: Company) -> None:
    case, skill = company.escalate(company.open(), MONDAY), Skill.objects.create(slug="firmware", name="Firmware")
    company.manager.agent.skills.add(skill)
    mara = company.specialist.standing
    escalation.accept(case=case, actor=mara, at=MONDAY, text="I look at it.")
    escalation.lend(case=case, actor=mara, at=MONDAY, skill=skill, asked="Read the log.")
    assert not [words for words in reads(company, case) if "expert" in words]
