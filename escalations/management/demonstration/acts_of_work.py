"""What people do in a story to get an escalation solved, and what customers ask for; one line each, as in `acts`."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from escalations.actions import accounts, asks, escalation, handling, work
from escalations.actions.escalation import Question
from escalations.management.demonstration.stage import Line, Moment
from escalations.models import AccountEscalation, Case, OutsideParty, PlanStep, Request, ScriptLine, Skill
from escalations.rules.vocabulary import AskReason, RequestState


def lend(after: float, who: str, skill: str, asked: str) -> Line:
    return Line(after, who, lambda now: escalation.lend(**now.by, skill=Skill.objects.get(slug=skill), asked=asked))


def give_back(after: float, who: str, reason: str) -> Line:
    """Returned as incomplete."""
    return Line(after, who, lambda now: escalation.give_back(**now.by, reason=reason))


def de_escalate(after: float, who: str, reason: str) -> Line:
    return Line(after, who, lambda now: escalation.de_escalate(**now.by, reason=reason))


def ask_decision(
    after: float, who: str, question: str, options: tuple[str, ...], recommendation: str, amount: int, due_in: float
) -> Line:
    """To be decided so many working hours from the present of the demonstration."""

    def act(now: Moment) -> object:
        due_at = now.stage.in_hours(due_in)
        wanted = Question(question, options, recommendation, amount, "EUR", due_at)
        return escalation.ask_decision(**now.by, question=wanted)

    return Line(after, who, act)


def assess(after: float, who: str, skill: str, amount: int = 0) -> Line:
    return Line(after, who, lambda now: handling.assess(**now.by, skill=Skill.objects.get(slug=skill), amount=amount))


def tick(after: float, who: str, script: str, number: int, *, helped: bool) -> Line:
    """The line of this number, from 1, of the script with this name."""

    def act(now: Moment) -> object:
        line = ScriptLine.objects.get(script__name=script, position=number)
        return handling.tick(**now.by, line=line, helped=helped)

    return Line(after, who, act)


def watch(after: float, who: str) -> Line:
    return Line(after, who, lambda now: handling.watch(**now.by))


def find(after: float, who: str, text: str) -> Line:
    return Line(after, who, lambda now: work.find(**now.by, text=text))


def plan(after: float, who: str, target_in: float, *steps: tuple[str, str, int]) -> Line:
    """Steps as what to do, by whom, and by how many days after it was written; solved by so many hours from now."""

    def act(now: Moment) -> object:
        today, agents = timezone.localtime(now.at).date(), now.stage.cast.agents
        lines = [work.PlanLine(body, agents[owner], today + timedelta(days=days)) for body, owner, days in steps]
        return work.plan(**now.by, steps=lines, target_at=now.stage.in_hours(target_in))

    return Line(after, who, act)


def finish(after: float, who: str, number: int) -> Line:
    """The step of this number, from 1, of the newest plan."""

    def act(now: Moment) -> object:
        steps = PlanStep.objects.filter(plan__escalation__case=now.case, position=number)
        return work.finish(**now.by, step=steps.latest("pk"))

    return Line(after, who, act)


def request_outside(after: float, who: str, party: str, contact: str, reference: str, text: str) -> Line:
    """Reminded every four working hours."""

    def act(now: Moment) -> object:
        asked = OutsideParty.objects.get(slug=party)
        return work.request(
            **now.by, text=text, party=asked, contact=contact, their_reference=reference, chase_minutes=240
        )

    return Line(after, who, act)


def request_team(after: float, who: str, team: str, text: str) -> Line:
    return Line(after, who, lambda now: work.request(**now.by, text=text, team=now.stage.cast.teams[team]))


def answer_request(after: float, who: str, text: str) -> Line:
    """The one that waits on this case."""

    def act(now: Moment) -> object:
        waiting = Request.objects.get(case=now.case, state=RequestState.OPEN.value)
        return work.answer_request(**now.by, request=waiting, text=text)

    return Line(after, who, act)


def ask(after: float, who: str, reason: AskReason, text: str, reach: str = "") -> Line:
    """A customer asks for escalation."""
    return Line(after, who, lambda now: asks.ask(**now.by, reason=reason, text=text, reach=reach))


def decline_ask(after: float, who: str, text: str) -> Line:
    return Line(after, who, lambda now: asks.decline_ask(**now.by, text=text))


def one_hand(after: float, who: str, rhythm_hours: int, why: str) -> Line:
    """All open cases of the organization under one manager, who is the one that acts."""

    def act(now: Moment) -> object:
        organization = now.case.organization
        if organization is None:
            raise LookupError("an account escalation needs an organization")
        return accounts.open_account(
            organization=organization,
            actor=now.standing,
            at=now.at,
            manager=now.stage.cast.agents[now.who],
            why=why,
            rhythm_minutes=60 * rhythm_hours,
            cases=list(Case.objects.unsolved().filter(organization=organization)),
        )

    return Line(after, who, act)


def join(after: float, who: str) -> Line:
    """One more case for the account escalation of its organization."""

    def act(now: Moment) -> object:
        account = AccountEscalation.objects.get(organization=now.case.organization, closed_at=None)
        return accounts.add(account, **now.by)

    return Line(after, who, act)
