"""What has ended: confirmed, closed in silence, rated well and badly, and what was learned from it."""

from __future__ import annotations

from escalations.actions.escalation import BriefText
from escalations.management.demonstration.acts import (
    accept,
    acknowledge,
    climb,
    close,
    confirm,
    decide,
    escalate,
    hold,
    rate,
    reply,
    resolve,
    review,
    take,
)
from escalations.management.demonstration.people import (
    BEN,
    BRANDT,
    EVA,
    GRETA,
    IDA,
    IDA_S,
    KLAUS,
    LARS,
    MARA,
    NILS,
    OTTO,
    SOLVEIG,
    TOMAS,
    VERA,
)
from escalations.management.demonstration.procedure import CUSTOMER_SILENT
from escalations.management.demonstration.stage import Story
from escalations.rules.vocabulary import Impact, Outcome, Reason, Urgency, Verdict

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

SOLVED_ABOVE = (
    Story(
        170,
        IDA,
        "metering",
        Impact.HIGH,
        Urgency.HIGH,
        "Collector in the harbour district stays silent after a restart",
        "After every restart somebody has to drive out and switch the collector on by hand.",
        (
            reply(0.5, BEN, "I have it, Ida. I watch the next restart and write to you today."),
            escalate(
                3,
                BEN,
                Reason.SKILL,
                BriefText(
                    "Watched two restarts: the collector starts, but does not take its address.",
                    "A technician drives out twice a week.",
                    "Why is the address refused after a restart?",
                ),
            ),
            acknowledge(4, MARA, "The specialists have your collector. You hear from us tomorrow what it is."),
            accept(5, MARA),
            reply(12, MARA, "Its address is given to another device while it is away. We keep it reserved from today."),
            resolve(26, MARA, "The address is reserved; three restarts in a row went through without anybody driving."),
            confirm(30, IDA),
            rate(30.1, IDA, 4, "Solved for good. The first day was a little quiet."),
            review(
                40,
                MARA,
                "Addresses of collectors were handed out for a day and not reserved.",
                "New collectors get a reserved address when they are registered; the checklist says so.",
            ),
        ),
    ),
    Story(
        160,
        KLAUS,
        "payroll",
        Impact.HIGH,
        Urgency.MEDIUM,
        "Two invoices were debited twice",
        "You have debited our last two invoices twice. That is 8,240 too much.",
        (
            reply(2, BEN, "I have it, Klaus. I see both debits twice and clear up today how you get the money back."),
            escalate(
                5,
                BEN,
                Reason.AUTHORITY,
                BriefText(
                    "Both debits proven with the bank's statement.",
                    "8,240 missing from the customer's account.",
                    "A refund above my limit of 500.",
                    "May we refund 8,240 today, before the bank has confirmed?",
                ),
                level=3,
            ),
            acknowledge(7, BRANDT, "Your money is on my desk. You hear today when it is back in your account."),
            decide(10, BRANDT, Verdict.APPROVED, "Yes, today. The bank's confirmation can follow."),
            accept(10.5, BRANDT),
            reply(12, BEN, "8,240 are on their way to you since this noon. They arrive tomorrow at the latest."),
            resolve(20, BEN, "The refund has arrived, as your bank confirms. The double run cannot happen again."),
            confirm(24, KLAUS),
            rate(24.1, KLAUS, 5, "An honest word and a quick decision."),
            review(
                34,
                BRANDT,
                "The run of debits was started by hand a second time, because the first one showed no end.",
                "The run shows its end now, and a second start on the same day asks for a reason.",
            ),
        ),
    ),
    Story(
        150,
        NILS,
        "devices",
        Impact.MEDIUM,
        Urgency.HIGH,
        "Alarm mails come twice, and only at night",
        "At night each alarm comes twice. People begin to ignore them.",
        (
            acknowledge(
                18,
                TOMAS,
                "I am sorry that it took us two days. The specialists have it now; you hear from us tomorrow.",
            ),
            accept(19, TOMAS),
            reply(
                30, TOMAS, "At night two of our servers look after the alarms, and each sends its own. We mend that."
            ),
            resolve(44, TOMAS, "Since two nights each alarm comes once, whichever server sends it."),
            confirm(50, NILS),
            rate(50.1, NILS, 2, "It works now, but nobody answered for two days."),
            review(
                60,
                MARA,
                "The case came in during the fair, when two of three people of the front line were away.",
                "Whoever plans a fair names somebody who reads new cases.",
            ),
        ),
    ),
    Story(
        120,
        GRETA,
        "payroll",
        Impact.MAJOR,
        Urgency.HIGH,
        "Payslips of another department were visible",
        "Since this morning the warehouse can read the payslips of sales. I have told everybody to stay out.",
        (
            take(0.5, MARA),
            reply(
                0.6,
                MARA,
                "Thank you for telling us at once, Greta. I have it and close the access for everybody within the "
                "hour; I write to you as soon as it is closed.",
            ),
            escalate(
                2,
                MARA,
                Reason.IMPACT,
                BriefText(
                    "Access closed for the warehouse; the cause is a role that was copied with all its rights.",
                    "Private data of 60 people was readable by 25 others for three hours.",
                    "Close the whole service until all copied roles are checked.",
                    "May we take payslips offline for all customers until this evening?",
                ),
            ),
            acknowledge(2.5, BRANDT, "This comes first for all of us now. Within an hour you know what we do."),
            decide(3, BRANDT, Verdict.APPROVED, "Yes, at once. Tell all customers why."),
            climb(
                5,
                MARA,
                Reason.AUTHORITY,
                BriefText(
                    "Service offline, all copied roles being checked, log of every view kept.",
                    "The authority for privacy must be told within three days.",
                    "Somebody who speaks for the company towards authority and staff.",
                    "Do you sign the report to the authority, and the letter to the 60 people?",
                ),
            ),
            acknowledge(6, EVA, "I stand for this myself. Authority and your people hear from us today, in our words."),
            accept(6.5, EVA),
            decide(7, EVA, Verdict.APPROVED, "Yes. Both go out today, and the log of views with them."),
            resolve(
                24,
                MARA,
                "All copied roles are checked, four were corrected, and payslips are back. The log shows that eleven "
                "payslips were opened; the people concerned have had our letter.",
            ),
            confirm(30, GRETA),
            rate(30.1, GRETA, 4, "A bad day, handled well."),
            review(
                40,
                EVA,
                "Copying a role copied rights nobody had meant to give, and nothing showed the difference.",
                "A copied role begins without rights to private data; a weekly list shows who can read payslips.",
            ),
        ),
    ),
    Story(
        100,
        VERA,
        "payroll",
        Impact.MEDIUM,
        Urgency.MEDIUM,
        "Import of the price list stops at line 212",
        "Our new price list has 900 lines and the import ends at line 212, without a word.",
        (
            reply(2, BEN, "I have your file, Vera, and the same end at line 212. You hear from me tomorrow."),
            escalate(
                4,
                BEN,
                Reason.SKILL,
                BriefText(
                    "Cut the file at line 212: both halves pass on their own.",
                    "New prices are valid from next week.",
                    "What in the whole file makes the import stop?",
                ),
            ),
            accept(6, TOMAS, "The specialists have your price list and look at it today; you hear from us tomorrow."),
            resolve(
                20, TOMAS, "An article number occurred twice, 500 lines apart. The import now says so, with both lines."
            ),
        ),
    ),
)
