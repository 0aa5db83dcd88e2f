"""What was solved above the front line: its cause, what prevents it next time, and who asked once more."""

from __future__ import annotations

from escalations.actions.escalation import BriefText
from escalations.management.demonstration.acts import (
    accept,
    acknowledge,
    climb,
    confirm,
    decide,
    escalate,
    follow_up,
    rate,
    reply,
    resolve,
    review,
    take,
)
from escalations.management.demonstration.acts_of_work import plan
from escalations.management.demonstration.people import BEN, BRANDT, EVA, GRETA, IDA, KLAUS, MARA, NILS, TOMAS, VERA
from escalations.management.demonstration.stage import Story
from escalations.rules.vocabulary import Cause, Impact, Reason, Urgency, Verdict

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
            resolve(
                26,
                MARA,
                "The address is reserved; three restarts in a row went through without anybody driving.",
                cause=Cause.PROCESS,
                prevention="New collectors get a reserved address when they are registered.",
            ),
            confirm(30, IDA),
            rate(30.1, IDA, 4, "Solved for good. The first day was a little quiet."),
            review(
                40,
                MARA,
                "Addresses of collectors were handed out for a day and not reserved.",
                "New collectors get a reserved address when they are registered; the checklist says so.",
            ),
            follow_up(
                62,
                MARA,
                "A week has passed, Ida, and the collector went through two restarts by itself. Has anybody had to "
                "drive out since? If so, one word here is enough.",
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
                    amount=8240,
                    currency="EUR",
                ),
                level=3,
            ),
            acknowledge(7, BRANDT, "Your money is on my desk. You hear today when it is back in your account."),
            decide(10, BRANDT, Verdict.APPROVED, "Yes, today. The bank's confirmation can follow."),
            accept(10.5, BRANDT),
            plan(
                11,
                BRANDT,
                -130,
                ("Pay back 8,240 by hand", BEN, 1),
                ("Show the end of a run of debits, and ask before a second one", TOMAS, 10),
            ),
            reply(12, BEN, "8,240 are on their way to you since this noon. They arrive tomorrow at the latest."),
            resolve(
                20,
                BEN,
                "The refund has arrived, as your bank confirms. The double run cannot happen again.",
                cause=Cause.PRODUCT,
                prevention="A second run on the same day asks for a reason.",
            ),
            confirm(24, KLAUS),
            rate(24.1, KLAUS, 5, "An honest word and a quick decision."),
            review(
                34,
                BRANDT,
                "The run of debits was started by hand a second time, because the first one showed no end.",
                "The run shows its end now, and a second start on the same day asks for a reason.",
            ),
            follow_up(
                56, BEN, "A week later, Klaus: this week's run was a single one. Is your account right to the cent?"
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
            resolve(
                44,
                TOMAS,
                "Since two nights each alarm comes once, whichever server sends it.",
                cause=Cause.PRODUCT,
                prevention="One of the two servers leads, and only the leading one sends.",
            ),
            confirm(50, NILS),
            rate(50.1, NILS, 2, "It works now, but nobody answered for two days."),
            review(
                60,
                MARA,
                "The case came in during the fair, when two of three people of the front line were away.",
                "Whoever plans a fair names somebody who reads new cases.",
            ),
            follow_up(85, TOMAS, "Two quiet weeks, Nils, at least for us: does each alarm still come only once?"),
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
            plan(
                8,
                EVA,
                -90,
                ("Check every role that was ever copied", MARA, 1),
                ("Write to the 60 people and to the authority", EVA, 1),
            ),
            resolve(
                24,
                MARA,
                "All copied roles are checked, four were corrected, and payslips are back. The log shows that eleven "
                "payslips were opened; the people concerned have had our letter.",
                cause=Cause.PRODUCT,
                prevention="A copied role begins without rights to private data.",
            ),
            confirm(30, GRETA),
            rate(30.1, GRETA, 4, "A bad day, handled well."),
            review(
                40,
                EVA,
                "Copying a role copied rights nobody had meant to give, and nothing showed the difference.",
                "A copied role begins without rights to private data; a weekly list shows who can read payslips.",
            ),
            follow_up(
                64,
                MARA,
                "Greta, I have gone through all roles of your company again today: nobody sees a payslip who should "
                "not. Have your people asked for anything that we still owe them?",
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
                20,
                TOMAS,
                "An article number occurred twice, 500 lines apart. The import now says so, with both lines.",
                cause=Cause.KNOWLEDGE,
                prevention="The article about price lists names what may occur only once.",
            ),
            follow_up(80, TOMAS, "Vera, your last two price lists went through in one go. Is there a line left over?"),
        ),
    ),
)
