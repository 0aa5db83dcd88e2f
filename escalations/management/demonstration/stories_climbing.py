"""What is above the front line now, and what is resolved there and waits for the customer's word."""

from __future__ import annotations

from escalations.actions.escalation import BriefText
from escalations.management.demonstration.acts import (
    accept,
    acknowledge,
    climb,
    decide,
    escalate,
    note,
    reply,
    resolve,
)
from escalations.management.demonstration.acts_of_work import join, one_hand
from escalations.management.demonstration.people import (
    BEN,
    BRANDT,
    EVA,
    IDA,
    IDA_S,
    KLAUS,
    MARA,
    OTTO,
    SOLVEIG,
    TOMAS,
    VERA,
)
from escalations.management.demonstration.stage import Story
from escalations.rules.vocabulary import Cause, Impact, Reason, Urgency, Verdict

AT_THE_SPECIALISTS = (
    Story(
        1.5,
        OTTO,
        "devices",
        Impact.MAJOR,
        Urgency.HIGH,
        "Two substations have sent nothing since the storm",
        "Nord 4 and Nord 5 are silent since the storm. Power is back there, the technicians see all lamps green, and "
        "still nothing arrives. The control room works blind for 9,000 households.",
        (join(0.8, BRANDT),),
    ),
    Story(
        14,
        IDA,
        "metering",
        Impact.HIGH,
        Urgency.HIGH,
        "Meter readings stop arriving every night since the 2.8 update",
        "This is the third night without readings from the northern collectors. Our billing run is at the end of the "
        "week; without readings we cannot invoice 48,000 households.",
        (
            reply(
                0.15,
                BEN,
                "I have your case, Ida, and the log of last night is open in front of me. You hear from me within two "
                "hours what I found and what happens next.",
            ),
            note(
                1.2,
                BEN,
                "The collector loses its lock when the log rotates at 02:00, on all three northern collectors since "
                "2.8. I need the platform team to confirm before I promise anything.",
            ),
            escalate(
                2,
                BEN,
                Reason.IMPACT,
                BriefText(
                    "Restarted the collectors, compared three nights of logs, took one collector back to 2.7: that one "
                    "keeps its lock.",
                    "48,000 households cannot be invoiced at the end of the week.",
                    "Confirm that the lock is lost at log rotation, and say whether going back to 2.7 is safe tonight.",
                ),
            ),
            acknowledge(
                2.1,
                MARA,
                "The platform team has your case now, and I am the one who works on it. First I check whether going "
                "back to 2.7 is safe, so that tonight's readings arrive. You hear from us before the day ends.",
            ),
            accept(3, MARA),
            reply(
                6,
                MARA,
                "Going back is safe, and I have done it on all three collectors. Tonight's readings should be "
                "complete; I look at them first thing in the morning and write to you then.",
            ),
            reply(10, IDA, "All readings are here, thank you. Please no new update before the billing run is through."),
            reply(
                11,
                BEN,
                "Agreed: nothing changes on your collectors before the billing run is through. Meanwhile 2.8 is mended "
                "and tried on a collector of our own; I tell you the night before anything is installed.",
            ),
        ),
    ),
    Story(
        6,
        SOLVEIG,
        "shipping",
        Impact.HIGH,
        Urgency.HIGH,
        "Two thirds of the parcels have no label since this morning",
        "Since the early shift two of three parcels come off the belt without a label. We label by hand and are four "
        "hundred behind. The ferry leaves in the evening.",
        (
            reply(
                0.4,
                BEN,
                "I have it, Solveig. The labels are printed, but two of your three printers answer too late and are "
                "skipped. Please put the belt on printer B alone: slower, but every parcel gets its label.",
            ),
            reply(2.5, SOLVEIG, "On printer B alone it works, at half the speed. That is not enough for tonight."),
            escalate(
                3.5,
                BEN,
                Reason.UNRESOLVED,
                BriefText(
                    "Restarted the printers, changed cables, put the belt on printer B alone: works at half speed.",
                    "Four hundred parcels behind; the ferry leaves in the evening.",
                    "Why do printers A and C answer late since the morning, and can the waiting time be raised safely?",
                ),
            ),
        ),
    ),
    Story(
        22,
        KLAUS,
        "access",
        Impact.MEDIUM,
        Urgency.HIGH,
        "Second sign-in factor never reaches new colleagues",
        "Four people started this week and none of them receives the code on the phone. Those who are here longer do.",
        (
            acknowledge(
                19,
                TOMAS,
                "I am sorry that nobody answered you until now. The specialists have your case: the four numbers were "
                "stored without their country code. I correct that today and tell you when they can sign in.",
            ),
        ),
    ),
)

AT_THE_MANAGERS = (
    Story(
        30,
        KLAUS,
        "payroll",
        Impact.HIGH,
        Urgency.HIGH,
        "Payroll export refuses all files with umlauts",
        "Every file with a Müller or Jäger in it is refused by the export. That is a third of our people, and the "
        "bank wants the file this week.",
        (
            reply(1, BEN, "I have your case, Klaus, and two of the refused files. You hear from me today."),
            escalate(
                4,
                BEN,
                Reason.SKILL,
                BriefText(
                    "Saved the file in two encodings; both are refused. Without umlauts it passes.",
                    "A third of the staff is missing from the file for the bank.",
                    "Find the place where the export fails, and a way for this week.",
                ),
            ),
            acknowledge(
                5, MARA, "The specialists have it now. We look for a way for this week first, then for the cause."
            ),
            accept(6, MARA),
            reply(
                16,
                MARA,
                "The cause is found: a check that the bank's new format brought with it. For this week we can write "
                "the file with a small program of our own. I need a yes from our department for that and have asked.",
            ),
            climb(
                21,
                MARA,
                Reason.AUTHORITY,
                BriefText(
                    "Cause found; the repair of the check takes two weeks to be certified by the bank.",
                    "Without a way around, a third of 400 people are not paid on time.",
                    "Decide today, so that the file reaches the bank in time.",
                    "May we write this month's file with our own program and vouch for it towards the bank?",
                ),
            ),
            reply(
                23,
                MARA,
                "Your file is ready and checked, line by line. Our department manager decides whether we may hand it "
                "to the bank in your name; I write to you as soon as I have the answer.",
            ),
        ),
    ),
    Story(
        42,
        VERA,
        "devices",
        Impact.HIGH,
        Urgency.HIGH,
        "Cold-store alarms came forty minutes late, twice",
        "Twice this month the alarm of cold store 2 reached us forty minutes late. We threw away fish for 11,400. I "
        "expect you to tell me what happened, and to carry a part of that.",
        (
            reply(
                2,
                BEN,
                "I have your case, Vera, and I understand how serious this is. Both alarms waited in our queue; I "
                "bring you the exact times today and take the question of the damage to those who may answer it.",
            ),
            reply(6, BEN, "As promised: 41 and 38 minutes, both between our queue and the sender of the messages."),
            escalate(
                20,
                BEN,
                Reason.AUTHORITY,
                BriefText(
                    "Times proven from both logs; the sender was full and has been enlarged since.",
                    "Fish for 11,400 thrown away; the customer asks us to carry a part.",
                    "An answer about the damage that I can give her this week.",
                    "Do we refund the fees of the quarter (3,600) for the two late alarms?",
                    amount=3600,
                    currency="EUR",
                ),
                level=3,
            ),
            acknowledge(
                22,
                BRANDT,
                "This is on my desk now, and I answer for it myself. I want to understand both nights before I decide; "
                "you hear from me this week.",
            ),
            accept(24, BRANDT),
            reply(
                37,
                BEN,
                "The alarms have a sender of their own since today, so the queue can no longer hold them up. The "
                "decision about the damage is being taken by our department manager.",
            ),
        ),
    ),
)

AT_THE_EXECUTIVES = (
    Story(
        60,
        IDA,
        "metering",
        Impact.HIGH,
        Urgency.HIGH,
        "Third outage in six weeks: our board asks for a plan",
        "For the third time in six weeks the metering service was down for a morning. Our board wants to know what "
        "you change, by when, and who stands for it.",
        (
            reply(1, BEN, "I have your case, Ida. All three mornings are being laid side by side; more today."),
            escalate(
                4,
                BEN,
                Reason.REPEATED,
                BriefText(
                    "Collected the times of all three outages and what was done each time.",
                    "The board of Norlight doubts the service as a whole.",
                    "What do the three outages have in common?",
                ),
            ),
            acknowledge(5, MARA, "The specialists have it. We lay the three mornings side by side and write tomorrow."),
            accept(6, MARA),
            reply(
                14,
                MARA,
                "All three began when the nightly import met the first shift. Moving the import is done; it removes "
                "the cause we know. A plan for your board needs more than that, and I have asked for it.",
            ),
            climb(
                34,
                MARA,
                Reason.AUTHORITY,
                BriefText(
                    "Import moved; no outage since. A second line of servers would remove the rest of the risk.",
                    "Norlight may end the contract at the next date.",
                    "Money and a date for a second line of servers.",
                    "Do we build the second line this quarter, for 60,000?",
                ),
            ),
            acknowledge(
                36, BRANDT, "I have this now and stand for it. You get our plan with dates, not only an answer."
            ),
            accept(38, BRANDT),
            decide(44, BRANDT, Verdict.APPROVED, "Yes. The second line is ordered and runs before the quarter ends."),
            reply(
                46,
                BRANDT,
                "Our decision is taken: you get a second line of servers before the quarter ends, at our cost. The "
                "written plan is being prepared for your board.",
            ),
            climb(
                50,
                BRANDT,
                Reason.CUSTOMER_ASKED,
                BriefText(
                    "Second line decided and ordered, plan written.",
                    "The board wants to hear it from somebody who speaks for the company.",
                    "Meet the board of Norlight.",
                    "Will you present the plan to their board next week?",
                ),
            ),
            acknowledge(
                53,
                EVA,
                "I have read everything and I come to your board myself. My office calls you today for the date.",
            ),
            accept(55, EVA),
            one_hand(57, BRANDT, 16, "Three outages in six weeks: their board looks at everything we do."),
        ),
    ),
)

WAITING_FOR_A_WORD = (
    Story(
        34,
        SOLVEIG,
        "shipping",
        Impact.MEDIUM,
        Urgency.MEDIUM,
        "Tracking page takes a minute to open on Mondays",
        "On Mondays our customers wait a minute for the tracking page. They call us instead.",
        (
            reply(2, IDA_S, "Thank you, Solveig. On Mondays the page reads the whole weekend at once; I look into it."),
            resolve(
                26,
                IDA_S,
                "The page now reads only the parcels somebody asks for. It opened in two seconds with last Monday's "
                "load. Please tell us next Monday whether your customers feel it too.",
            ),
        ),
    ),
    Story(
        48,
        OTTO,
        "metering",
        Impact.HIGH,
        Urgency.MEDIUM,
        "Gas meters report in the wrong unit",
        "The report of last month has gas in kilowatt hours for two districts and in cubic metres for the others.",
        (
            reply(1, BEN, "I have it, Otto. Two districts got new meters last month; that fits. More tomorrow."),
            escalate(
                8,
                BEN,
                Reason.SKILL,
                BriefText(
                    "Compared the settings of old and new meters: the same.",
                    "The report goes to the regulator in two weeks.",
                    "Where is the unit of the new meters taken from?",
                ),
            ),
            acknowledge(10, TOMAS, "The specialists have your report. You hear from us within two days."),
            accept(12, TOMAS),
            resolve(
                42,
                TOMAS,
                "The new meters name their unit themselves, and the report did not ask them. Now it does; last "
                "month's report is written anew and waits in your folder.",
                cause=Cause.PRODUCT,
                prevention="Every report takes the unit from the meter.",
            ),
        ),
    ),
)
