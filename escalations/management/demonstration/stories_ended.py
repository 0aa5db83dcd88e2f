"""What ended where it began: confirmed, closed in silence, rated well and badly."""

from __future__ import annotations

from escalations.management.demonstration.acts import close, confirm, hold, rate, reply, resolve
from escalations.management.demonstration.people import BEN, IDA, IDA_S, LARS, OTTO, SOLVEIG, VERA
from escalations.management.demonstration.procedure import CUSTOMER_SILENT
from escalations.management.demonstration.stage import Story
from escalations.rules.vocabulary import Impact, Outcome, Urgency

SOLVED_AT_THE_FRONT_LINE = (
    Story(
        190,
        VERA,
        "access",
        Impact.MEDIUM,
        Urgency.MEDIUM,
        "Mail for a new password arrives after an hour",
        "Whoever forgets the password waits an hour for the mail. By then the link has expired.",
        (
            reply(1, BEN, "I have it, Vera, and I can see two of these mails waiting. You hear from me today."),
            resolve(
                6,
                BEN,
                "Your mail server asked ours to come back later, every time, and ours waited an hour. It comes back "
                "after a minute now; the last three mails took less than two.",
            ),
            confirm(9, VERA),
            rate(9.1, VERA, 5, "Quick, and I understood what it was."),
        ),
    ),
    Story(
        180,
        LARS,
        "devices",
        Impact.LOW,
        Urgency.LOW,
        "Label printer begins with a blank page",
        "Each morning the first label is blank. Not bad, but we throw away a label a day.",
        (
            reply(4, IDA_S, "Thank you, Lars. That sounds like the paper sensor; I look at the settings of yours."),
            resolve(
                10,
                IDA_S,
                "The printer measured the paper on every start. It now keeps what it measured; the article about "
                "label printers shows where that is set.",
            ),
        ),
    ),
    Story(
        140,
        SOLVEIG,
        "shipping",
        Impact.MEDIUM,
        Urgency.HIGH,
        "The port refuses our customs form",
        "The port's system refuses our form since they changed theirs. We type everything a second time.",
        (
            reply(3, BEN, "I have it, Solveig. The port added a field that we do not send yet. More tomorrow."),
            resolve(
                22,
                BEN,
                "Until our form has the new field, the port takes it by their upload page, without typing: save the "
                "form as a file and upload it there. The new field comes with the next release.",
                Outcome.WORKAROUND,
            ),
            confirm(28, SOLVEIG),
            rate(28.1, SOLVEIG, 3, "It works, but it is a detour."),
        ),
    ),
    Story(
        130,
        VERA,
        "reports",
        Impact.LOW,
        Urgency.LOW,
        "Colours in the weekly chart",
        "Can the lines of the weekly chart have our own colours?",
        (
            reply(2, BEN, "Each line can have its own colour. Which chart is it, and which colours would you like?"),
            hold(3, BEN, CUSTOMER_SILENT, -100),
            resolve(
                32,
                BEN,
                "I have not heard from you and close this for now. The article about charts shows how to choose "
                "colours; write here whenever you want to go on.",
                Outcome.NO_ANSWER,
            ),
        ),
    ),
    Story(
        90,
        IDA,
        "access",
        Impact.LOW,
        Urgency.MEDIUM,
        "Who may see the meter of a tenant who moved out?",
        "A former tenant asks for old readings. May our front desk show them?",
        (
            reply(0.5, IDA_S, "Good that you ask, Ida. I check with our rules for privacy and answer within the hour."),
            resolve(
                1,
                IDA_S,
                "Yes, for the time of the tenancy, and only for the tenant. The role “Archive” shows exactly that; "
                "the article about roles explains how to give it.",
            ),
            confirm(2, IDA),
            rate(2.1, IDA, 5),
        ),
    ),
    Story(
        13.5,
        OTTO,
        "metering",
        Impact.MEDIUM,
        Urgency.HIGH,
        "No readings from the northern collectors",
        "No readings from the north again tonight.",
        (
            resolve(
                1,
                BEN,
                "Thank you, Otto. Ida has told us of this already, and all news goes into her case, which she can "
                "show you; so I close this one.",
                Outcome.DUPLICATE,
            ),
            close(2, BEN),
        ),
    ),
)
