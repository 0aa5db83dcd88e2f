"""What the values mean that letters name, with an example of each: for whoever writes words of their own."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Value(NamedTuple):
    meaning: Any
    example: Any


WHEN = "Monday, 2 March, 15:00 CET"
VALUES: dict[str, Value] = {
    "name": Value(_("who reads it"), "Ida Holm"),
    "reference": Value(_("the number of the case"), "B-1042"),
    "subject": Value(_("what the case is about"), "Meter readings stop arriving"),
    "link": Value(_("the page to open; alone on a line it becomes a button"), "https://belay.example/"),
    "level": Value(_("the level it goes to, or is at"), 2),
    "team": Value(_("the team that has it; for customers by its public name"), "Specialists"),
    "next_news": Value(_("when the customer hears from us at the latest; may be empty"), WHEN),
    "words": Value(_("what was written, as it was written"), "We found the lock and remove it tonight."),
    "quoted": Value(_("what was written, marked as a quote"), "> This is the third night."),
    "also": Value(_("list: what else happened at the same time"), ["Missed: First response"]),
    "customer": Value(_("the organization, or the person"), "Norlight Energy"),
    "severity": Value(_("in a word"), "high"),
    "level_now": Value(_("the level the case is at"), 2),
    "team_now": Value(_("the team that has the case"), "Platform specialists"),
    "who": Value(_("who did it"), "Ben Okafor"),
    "owed": Value(_("what is due next; may be empty"), "Resolution"),
    "owed_by": Value(_("when that is due"), WHEN),
    "is_away": Value(_("yes when somebody is away"), "yes"),
    "left": Value(_("who had it before"), "Ben Okafor"),
    "is_mine": Value(_("yes for the person it is about"), "yes"),
    "person": Value(_("whom it is about"), "Mara Lindt"),
    "question": Value(_("what is to be decided"), "May we refund the month?"),
    "options": Value(_("list: what can be chosen"), ["A month", "A week"]),
    "recommendation": Value(_("what is recommended"), "The week"),
    "amount": Value(_("the amount, with its currency"), "12,500 EUR"),
    "decide_by": Value(_("until when to decide"), WHEN),
    "answers": Value(
        _("list: each answer, as answer.words and answer.link"), [{"words": "Yes", "link": "https://belay.example/"}]
    ),
    "manager": Value(_("who manages the account escalation"), "Jan Brandt"),
    "rhythm": Value(_("minutes between two news"), 120),
    "waits_for": Value(_("what the case waits for; for customers by its public words"), "We wait for your answer"),
    "wakes": Value(_("when it comes back by itself"), WHEN),
    "by": Value(_("“wake” when its date has come"), "wake"),
    "closes": Value(_("when silence closes it"), WHEN),
    "outcome": Value(_("how it was resolved"), "solved"),
    "how": Value(_("“confirmed”, “silence”, or else by one of us"), "silence"),
    "clock": Value(_("what is due"), "First response"),
    "due": Value(_("when it is due"), WHEN),
    "promised": Value(_("when news is promised"), WHEN),
    "promised_before": Value(_("when it was promised before"), WHEN),
    "sooner": Value(_("yes when it was moved to an earlier time"), ""),
    "why": Value(_("the reason for colleagues, marked as a quote"), "> The vendor answers at noon."),
    "finding": Value(_("what was found out, marked as a quote"), "> The disk is full."),
    "plan_steps": Value(_("list: the steps of the plan"), ["Swap the disk (Ben Okafor, by 2 March 2026)"]),
    "plan_target": Value(_("when it is to be solved"), WHEN),
    "plan_step": Value(_("the step that was finished"), "Swap the disk"),
    "plan_left": Value(_("list: the steps still open"), ["Watch it (Mara Lindt, by 3 March 2026)"]),
    "whom": Value(_("whom a request went to"), "The carrier"),
    "request_body": Value(_("what was asked, marked as a quote"), "> Which firmware is it?"),
    "asked_on": Value(_("when it was asked"), WHEN),
    "times": Value(_("the number of the reminder"), 1),
    "is_outside": Value(_("yes when an outside party was asked"), "yes"),
    "outside_contact": Value(_("whom we asked there"), "Desk 4"),
    "their_reference": Value(_("their own number for it"), "X-1"),
    "rule": Value(_("the rule of the procedure"), "a clock was missed"),
    "climbs": Value(_("yes when it climbs now; of a storm: how many cases"), 20),
    "ask_reason": Value(_("why the customer asks"), "It takes too long"),
    "reach": Value(_("how to reach the customer"), "By telephone"),
    "ask_by": Value(_("until when to answer"), WHEN),
    "lent": Value(_("yes when an expert helps and the case stays where it is"), ""),
    "wished": Value(_("yes when the customer had asked for it"), "yes"),
    "skill": Value(_("the skill that is needed"), "Radio links"),
    "titles": Value(_("the training texts to confirm"), "Handing over, Talking to customers"),
    "by_itself": Value(_("yes when it climbed by a rule"), ""),
    "from_level": Value(_("the level it came from"), 1),
    "reason": Value(_("why it was escalated"), "Needs expertise we do not have here"),
    "kind": Value(_("functional or hierarchical"), "functional – needs expertise"),
    "because": Value(_("why it is this person"), "is on duty for the team of this level"),
    "stands_in_for": Value(_("who is away, where somebody stands in"), "Jan Brandt"),
    "skipped": Value(_("the levels that were jumped over"), "2, 3"),
    "brief": Value(
        _("what the next level must know: brief.tried, brief.impact, brief.asked, brief.evidence"),
        {"tried": "Restarted it", "impact": "No bills on Thursday", "asked": "Find the cause", "evidence": ""},
    ),
    "acknowledge_by": Value(_("until when to acknowledge"), WHEN),
    "raised": Value(_("yes when it went up"), "yes"),
    "redirected": Value(_("yes when it went to another team of the same level"), ""),
    "handed_back": Value(_("yes when it went down"), ""),
    "missing": Value(_("what is missing, marked as a quote"), "> The logs of Friday."),
    "verdict": Value(_("approved or refused"), "approved"),
    "chosen": Value(_("the option that was chosen"), "A week"),
    "answer": Value(_("the words of whoever decided"), "Yes, for this once."),
    "score": Value(_("from 1 to 5"), 4),
    "comment": Value(_("what the customer added, marked as a quote"), "> Took a while."),
    "causes": Value(_("why it came to this"), "The disk was full."),
    "lessons": Value(_("what prevents it next time"), "Watch the disk."),
    "minutes": Value(_("within how many minutes"), 10),
    "cases": Value(_("how many open cases"), 3),
    "channel": Value(_("the way out"), "e-mail"),
    "endpoint": Value(_("the name of the endpoint"), "Billing"),
    "reads_for": Value(_("who is away and for whom it is read; may be empty"), "Jan Brandt"),
    "mailbox": Value(_("the address of the mailbox"), "support@belay.example"),
    "sender": Value(_("whom the mail is from"), "ida@customer.example"),
    "letter": Value(_("which letter"), "case.opened · customers · en"),
    "number": Value(_("how many"), 2),
    "policy": Value(_("the name of the procedure"), "Standard support"),
    "version": Value(_("the number of its version"), 4),
    "review_by": Value(_("the day by which it is to be looked at again"), "2 March 2026"),
    "is_late": Value(_("yes when that day has come"), ""),
    "goes_on": Value(_("the other case, where one goes on in another"), "B-1043"),
    "ended": Value(_("yes when its escalation ended with it"), ""),
    "owed_there": Value(_("yes when an answer is owed to whoever wrote there"), "yes"),
    "found": Value(_("list: what was found"), ["something due was not acted on"]),
}


def value_of(name: str) -> Value:
    """What a value means; one that nobody has described yet shows its name."""
    return VALUES.get(name) or Value("", name.replace("_", " "))
