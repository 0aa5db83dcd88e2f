"""What ends each clock, in the words of the person who reads: tables for the explanation of a clock."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from escalations.rules import events as e
from escalations.rules.vocabulary import ClockKind

# The clocks a customer may know of, by the names they have for customers; every other one does not exist for them.
CUSTOMERS_CLOCKS: Mapping[ClockKind, Any] = {
    ClockKind.FIRST_RESPONSE: gettext_lazy("Our first answer"),
    ClockKind.NEXT_REPLY: gettext_lazy("Our next answer"),
    ClockKind.NEXT_UPDATE: gettext_lazy("News for you"),
    ClockKind.ASK: gettext_lazy("Our answer to your wish for escalation"),
    ClockKind.RESOLUTION: gettext_lazy("Solution"),
}

MEETS: Mapping[ClockKind, Any] = {
    ClockKind.FIRST_RESPONSE: gettext_lazy(
        "A public reply of a person meets it; automatic mails and internal notes do not."
    ),
    ClockKind.NEXT_REPLY: gettext_lazy(
        "A public reply of a person meets it; automatic mails and internal notes do not."
    ),
    ClockKind.NEXT_UPDATE: gettext_lazy("Public words of a person meet it; automatic mails and internal notes do not."),
    ClockKind.ACKNOWLEDGEMENT: gettext_lazy("Acknowledging, accepting or declining the escalation meets it."),
    ClockKind.TRIAGE: gettext_lazy("Accepting or declining the escalation meets it; acknowledging does not."),
    ClockKind.TIME_AT_LEVEL: gettext_lazy("The next step of the escalation meets it, and so does its end."),
    ClockKind.OWNERSHIP: gettext_lazy("Handing the case to another team meets it, and so does resolving it."),
    ClockKind.REQUEST: gettext_lazy("The answer to the request meets it."),
    ClockKind.DECISION: gettext_lazy("Deciding meets it, either way."),
    ClockKind.ASK: gettext_lazy("Escalating the case meets it, and so does declining with a reason."),
    ClockKind.RESOLUTION: gettext_lazy("Resolving the case meets it. If the case is opened again, another one begins."),
    ClockKind.REVIEW: gettext_lazy("Writing the review meets it."),
    ClockKind.FOLLOW_UP: gettext_lazy("Following up meets it."),
}
MEETS_FOR_CUSTOMERS: Mapping[ClockKind, Any] = {
    ClockKind.FIRST_RESPONSE: gettext_lazy("It ends when one of us answers you; automatic mails do not count."),
    ClockKind.NEXT_REPLY: gettext_lazy("It ends when one of us answers you; automatic mails do not count."),
    ClockKind.NEXT_UPDATE: gettext_lazy("It ends when one of us writes to you; automatic mails do not count."),
    ClockKind.ASK: gettext_lazy("It ends when we escalate your case, or tell you why not."),
    ClockKind.RESOLUTION: gettext_lazy("It ends when your case is solved."),
}
ENDED_BY: Mapping[str, Any] = {
    e.MessageSent.kind: gettext_lazy("a public reply"),
    e.EscalationAcknowledged.kind: gettext_lazy("acknowledging the escalation"),
    e.EscalationAccepted.kind: gettext_lazy("accepting the escalation"),
    e.EscalationDeclined.kind: gettext_lazy("declining the escalation"),
    e.EscalationRequested.kind: gettext_lazy("escalating the case"),
    e.EscalationStepped.kind: gettext_lazy("the next step of the escalation"),
    e.CaseTriaged.kind: gettext_lazy("triage of the case"),
    e.CaseResolved.kind: gettext_lazy("resolving the case"),
    e.CaseMerged.kind: gettext_lazy("merging the case into another one"),
    e.CaseReopened.kind: gettext_lazy("opening the case again"),
    e.CaseMoved.kind: gettext_lazy("moving the case to another version of its policy"),
    e.PromiseMade.kind: gettext_lazy("a promise of news"),
    e.PromiseMoved.kind: gettext_lazy("moving the promise"),
    e.PromiseBroken.kind: gettext_lazy("silence: the promise was not kept"),
    e.ReviewWritten.kind: gettext_lazy("writing the review"),
    e.RequestAnswered.kind: gettext_lazy("the answer to the request"),
    e.RequestCancelled.kind: gettext_lazy("taking the request back"),
    e.DecisionMade.kind: gettext_lazy("the decision"),
    e.AskDeclined.kind: gettext_lazy("declining what the customer asks for"),
    e.AskWithdrawn.kind: gettext_lazy("the customer, who no longer needs it"),
    e.EscalationReturned.kind: gettext_lazy("returning the brief as incomplete"),
    e.EscalationWithdrawn.kind: gettext_lazy("withdrawing the escalation"),
    e.DeEscalated.kind: gettext_lazy("de-escalating the case"),
    e.CaseJoinedAccount.kind: gettext_lazy("the rhythm of the account escalation"),
    e.CaseLeftAccount.kind: gettext_lazy("the end of the rhythm of the account escalation"),
    e.FollowUpDone.kind: gettext_lazy("following up"),
}
ENDED_BY_FOR_CUSTOMERS: Mapping[str, Any] = {
    e.MessageSent.kind: gettext_lazy("our answer"),
    e.EscalationAcknowledged.kind: gettext_lazy("our answer"),
    e.EscalationAccepted.kind: gettext_lazy("our answer"),
    e.EscalationDeclined.kind: gettext_lazy("our answer"),
    e.EscalationRequested.kind: gettext_lazy("raising your case to the next level"),
    e.EscalationStepped.kind: gettext_lazy("raising your case to the next level"),
    e.AskDeclined.kind: gettext_lazy("our answer"),
    e.AskWithdrawn.kind: gettext_lazy("your word that you no longer need it"),
    e.CaseResolved.kind: gettext_lazy("solving your case"),
    e.CaseMerged.kind: gettext_lazy("joining your case with another one of yours"),
    e.PromiseMade.kind: gettext_lazy("a promise of news"),
    e.PromiseMoved.kind: gettext_lazy("another promise of news"),
    e.PromiseBroken.kind: gettext_lazy("silence: we did not keep our promise"),
}
