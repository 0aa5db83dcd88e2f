"""The work on a case, and what customers ask for, for programs."""

from __future__ import annotations

from escalations.actions import asks, handling, resolution, work
from escalations.api.acts.base import Act
from escalations.api.bodies import working as bodies
from escalations.api.bodies.base import Words
from escalations.api.documents import asking
from escalations.api.fields import Empty
from escalations.rules.vocabulary import Verb

ACTS = (
    Act(
        Verb.ASSESS,
        bodies.Assess,
        handling.assess,
        "Say what the case takes: a skill, an amount",
        (asking("A skill and an amount", {"skill": "databases", "amount": 1200, "currency": "EUR"}),),
    ),
    Act(Verb.TICK, bodies.Tick, handling.tick, "Tick a line of the script"),
    Act(Verb.WATCH, bodies.Watch, handling.watch, "Watch a case, or no longer"),
    Act(
        Verb.FIND,
        bodies.Find,
        work.find,
        "Add a finding to an escalation",
        (asking("A finding", {"text": "The collector restarts at two, when the certificate is checked."}),),
    ),
    Act(
        Verb.PLAN,
        bodies.Plan,
        work.plan,
        "Say how it is solved, by whom and by when",
        (
            asking(
                "Two steps",
                {
                    "steps": [
                        {"body": "Renew the certificate", "owner": "0b1f…", "due_on": "2026-03-03"},
                        {"body": "Read the lost nights again", "owner": "0b1f…", "due_on": "2026-03-05"},
                    ],
                    "target_at": "2026-03-05T16:00:00Z",
                },
            ),
        ),
    ),
    Act(Verb.FINISH, bodies.Finish, work.finish, "Finish a step of the plan"),
    Act(
        Verb.REQUEST,
        bodies.RequestBody,
        work.request,
        "Ask another team, or somebody outside, for a part of the work",
        (
            asking("A team", {"team": "network", "text": "Was the line down on Tuesday night?"}),
            asking(
                "Outside",
                {"party": "carrier", "contact": "Night desk", "text": "Trace the line.", "chase_minutes": 240},
            ),
        ),
    ),
    Act(Verb.ANSWER_REQUEST, bodies.Answer, work.answer_request, "Note the answer to a request"),
    Act(Verb.CANCEL_REQUEST, bodies.Cancel, work.cancel_request, "Cancel a request"),
    Act(Verb.FOLLOW_UP, bodies.FollowUp, resolution.follow_up, "Ask once more after the end"),
    Act(
        Verb.ASK,
        bodies.Ask,
        asks.ask,
        "Ask for escalation (customers)",
        (asking("No news", {"reason": "no_news", "text": "Billing stands still on Thursday.", "reach": "+49 30 1"}),),
    ),
    Act(Verb.WITHDRAW_ASK, Empty, asks.withdraw_ask, "No longer ask for escalation (customers)"),
    Act(Verb.DECLINE_ASK, Words, asks.decline_ask, "Decline the escalation a customer asks for (staff)"),
)
