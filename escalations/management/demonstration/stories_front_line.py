"""What the front line has on its desk now: new, answered, on hold, declined from above, handed back, opened again."""

from __future__ import annotations

from escalations.actions.escalation import BriefText
from escalations.management.demonstration import papers
from escalations.management.demonstration.acts import (
    accept,
    acknowledge,
    decline,
    escalate,
    hand_back,
    hold,
    note,
    promise,
    reopen,
    reply,
    resolve,
    triaged,
)
from escalations.management.demonstration.people import (
    BEN,
    GRETA,
    IDA_S,
    LARS,
    MARA,
    NILS,
    OTTO,
    VERA,
)
from escalations.management.demonstration.procedure import CUSTOMER_SILENT, SUPPLIER
from escalations.management.demonstration.stage import Story
from escalations.rules.vocabulary import Impact, Reason, Urgency

AT_THE_FRONT_LINE = (
    Story(
        3,
        VERA,
        "payroll",
        Impact.LOW,
        Urgency.MEDIUM,
        "How do I add a second approver for invoices over 5,000?",
        "Our auditors want two signatures on every invoice above 5,000. I found the place where one approver is set, "
        "but not where a second one goes. Is there a rule for amounts?",
    ),
    Story(
        20,
        NILS,
        "reports",
        Impact.MEDIUM,
        Urgency.MEDIUM,
        "Export of the temperature log stops at 1,000 rows",
        "When I export the log of cold store 3 for a whole month, the file always ends after exactly 1,000 rows, as "
        "in the picture. "
        "The inspector comes in two weeks and wants the full month.",
        (
            reply(
                2,
                BEN,
                "Thank you, Nils, I see the same with your log. Until it is mended you can export week by week: four "
                "files, all complete; the ranges to enter are in the file with this. I find out where the limit "
                "comes from and write to you tomorrow.",
                papers.ranges(),
            ),
            reply(5, NILS, "Week by week works for now. For the inspector I would still like one file."),
            note(6, BEN, "The limit is in the old export. The new one is behind a switch that Halden does not have."),
            promise(
                7,
                BEN,
                5,
                "The limit sits in an old part of the export, and there is a newer one without it. I have asked for "
                "it to be switched on for you, well before your inspection.",
            ),
        ),
        files=(papers.temperature_log(), papers.screen()),
    ),
    Story(
        12,
        GRETA,
        "payroll",
        Impact.MEDIUM,
        Urgency.MEDIUM,
        "Overtime of two people counts twice in the preview",
        "In the preview of this month's payroll two colleagues have their overtime twice. Both changed teams.",
        (
            triaged(1, IDA_S, 2, "Payday is in three days; a wrong run would reach 140 people."),
            reply(
                1.5,
                IDA_S,
                "I have your case and have put it up, because payday is close. The two changes of team overlap by a "
                "day, and that day counts twice. I check all 140 people for the same and send you the list today.",
            ),
            reply(
                5,
                IDA_S,
                "Only those two are affected. If you end their old team on the last day of the month before, the "
                "preview is right. I have tried it on a copy; shall I do it for you?",
            ),
        ),
    ),
    Story(
        28,
        NILS,
        "devices",
        Impact.LOW,
        Urgency.LOW,
        "Dark screen for the tablets in the cold store",
        "In the dark of the cold store the white screen blinds the drivers. Could the tablets get a dark one?",
        (
            reply(2, BEN, "A good thought, Nils. I ask the people who build the screens whether it can be done soon."),
            escalate(
                6,
                BEN,
                Reason.SKILL,
                BriefText(
                    "Looked for a setting; there is none.",
                    "Drivers turn the brightness down and then miss alarms.",
                    "Is a dark screen planned, or can it be set per device?",
                ),
            ),
            decline(
                9,
                MARA,
                "No need to escalate: the tablets have a dark mode of their own, under display, since the spring "
                "update. The article about tablets describes it. Please try that with Nils first.",
            ),
            reply(
                12,
                BEN,
                "There is a way already: since the spring update the tablets have a dark display of their own. The "
                "article “Tablets in dark places” shows it step by step. Would you try it on one and tell me?",
            ),
        ),
    ),
    Story(
        70,
        GRETA,
        "payroll",
        Impact.MEDIUM,
        Urgency.HIGH,
        "Time sheets lose the last hour of a night shift",
        "Whoever works until six has only until five on the sheet. We correct it by hand for nine people.",
        (
            reply(2, BEN, "I have it, Greta, and I can see it on three sheets. You hear from me tomorrow."),
            resolve(
                20,
                BEN,
                "The sheet rounded shifts that end on the full hour. That is mended since this morning; last week's "
                "sheets are corrected too.",
            ),
            reopen(40, GRETA, "It is back for shifts that begin before midnight. Six people are an hour short again."),
            reply(
                41,
                BEN,
                "You are right, and I am sorry: I only looked at shifts within one day. I have all six sheets here "
                "and correct them by hand today, so that nobody is short. The lasting repair follows; I tell you when.",
            ),
            reply(64, BEN, "The six sheets are right. The repair is written and being tried on last month's shifts."),
        ),
    ),
    Story(
        76,
        OTTO,
        "reports",
        Impact.MEDIUM,
        Urgency.MEDIUM,
        "Dashboard shows last week's numbers every Monday morning",
        "Every Monday until about ten the dashboard shows the week before. Our Monday meeting is at nine.",
        (
            reply(
                3,
                IDA_S,
                "Thank you, Otto. The numbers are gathered on Sunday night, and that run takes longer than it should. "
                "I look at last Sunday's run and write to you tomorrow.",
            ),
            reply(10, OTTO, "If it helps: since we connected the third plant it is worse."),
            reply(12, IDA_S, "It does help: the third plant has ten times the sensors. I have passed that on."),
            promise(
                40,
                IDA_S,
                -4,
                "The run now begins two hours earlier, so next Monday should be right. I watch it and tell you.",
                "Only Monday morning can show whether it helped.",
            ),
            reply(70, IDA_S, "Better, not good: ready at half past nine. We split the run by plant this week."),
        ),
    ),
    Story(
        84,
        VERA,
        "payroll",
        Impact.HIGH,
        Urgency.HIGH,
        "Invoices still print our old bank account",
        "We changed banks, entered the new account, and half of the invoices still carry the old one. Customers pay "
        "into an account that closes at the end of the month.",
        (
            reply(
                2,
                BEN,
                "I have your case, Vera. The invoices with the old account all come from templates made before the "
                "change. I make a list of them today.",
            ),
            promise(
                30,
                BEN,
                -30,
                "Twelve of nineteen templates are changed and checked. The other seven have layouts of their own.",
            ),
            reply(
                72,
                BEN,
                "Seventeen of nineteen are done. Two were drawn by a former partner of yours and cannot be changed by "
                "us alone; I am asking for help with these.",
            ),
        ),
    ),
    Story(
        50,
        LARS,
        "devices",
        Impact.LOW,
        Urgency.LOW,
        "Scanner driver for the new warehouse terminals",
        "We get twelve new terminals. Does your scanner driver run on them, or do we need another one?",
        (
            reply(3, BEN, "It depends on the model, Lars. Could you send me the type plate of one of them?"),
            reply(26, LARS, "They arrive at the end of next week. I send it then."),
            hold(30, BEN, CUSTOMER_SILENT, 12),
        ),
    ),
    Story(
        24,
        OTTO,
        "reports",
        Impact.MEDIUM,
        Urgency.LOW,
        "Add the new substation to the monthly report",
        "Substation Nord 7 is running. Please add it to the monthly report, as a line of its own.",
        (
            reply(
                2, IDA_S, "Gladly. The maker of its meter has to register it with us first; I have asked them today."
            ),
            hold(6, IDA_S, SUPPLIER, 30),
        ),
    ),
    Story(
        22,
        LARS,
        "shipping",
        Impact.MEDIUM,
        Urgency.MEDIUM,
        "Customs documents carry our old company name",
        "Since our change of name the invoices are right, but customs documents still say Fjordlink Spedisjon.",
        (
            reply(1, BEN, "I see it on your last three documents, Lars. I find out where the old name is kept."),
            escalate(
                5,
                BEN,
                Reason.SKILL,
                BriefText(
                    "Changed the name in the master data and in the templates; customs documents keep the old one.",
                    "Two consignments were held at the border for a day.",
                    "Where does the customs form get its sender from?",
                ),
            ),
            acknowledge(6, MARA, "The specialists have your case now. You hear from us tomorrow where the name hides."),
            accept(7, MARA),
            reply(
                17,
                MARA,
                "Found: the customs form takes the sender from the registration number, and that entry was never "
                "renamed. The front line changes it with you, since the authority wants your signature.",
            ),
            hand_back(
                18,
                MARA,
                "The cause is known, the rest is paperwork with the customer: form C-12, article “Changing the name "
                "of a company”. Please take it from here.",
            ),
        ),
    ),
)
