"""What the procedures of Harbour Systems say to people: what they are for, who does what, and what must be known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from escalations.models import PolicyVersion, Role, Training
from escalations.rules.duties import Involvement, Party, Stage

FOLDER = Path(__file__).parent / "trainings"

PURPOSE = (
    "This procedure says how Harbour Systems hands a case to whoever can solve or decide it, so that no case waits "
    "because nobody felt responsible. It covers every case that no other procedure takes: questions, faults and "
    "complaints of all customers, whoever raised them and by whichever way they came in.\n\n"
    "It does not cover new orders and contracts, which are the work of sales. Four levels answer for a case, one after "
    "the other; the customer sees at every moment who has it and when the next news comes."
)
LIVE_PURPOSE = (
    "This procedure shows in minutes what else takes days: a case that nobody looks after, and how it climbs from the "
    "front line to the executives by itself. It covers the cases of the topic “Live demonstration” and no others."
)

# Stage, who, level (empty: each), part, and the duty in one sentence.
DUTIES = (
    (
        Stage.IDENTIFICATION, Party.LEAD, 1, Involvement.ACCOUNTABLE,
        "Goes through what is due next every morning, so that no case that meets a criterion waits for the evening.",
    ),
    (
        Stage.IDENTIFICATION, Party.OWNER, None, Involvement.DOES,
        "Compares the case with the criteria whenever it is touched, and escalates at once when one of them is met.",
    ),
    (
        Stage.IDENTIFICATION, Party.TEAM, 2, Involvement.CONSULTED,
        "Says, when asked, whether a case needs a specialist or only a better question to the customer.",
    ),
    (
        Stage.IDENTIFICATION, Party.CUSTOMER, None, Involvement.CONSULTED,
        "Is asked what the fault means for the business, and may ask for escalation at any time.",
    ),
    (
        Stage.TRIAGE, Party.LEAD, None, Involvement.ACCOUNTABLE,
        "Sees to it that nothing stays untriaged beyond its target, and redirects what came to the wrong people.",
    ),
    (
        Stage.TRIAGE, Party.TEAM, None, Involvement.DOES,
        "Acknowledges, confirms the severity, and accepts, declines with advice, or returns what lacks something.",
    ),
    (
        Stage.TRIAGE, Party.OWNER, None, Involvement.CONSULTED,
        "Completes a brief that was returned within the same working day.",
    ),
    (
        Stage.TRIAGE, Party.CUSTOMER, None, Involvement.INFORMED,
        "Hears with the acknowledgement who has the case now and when the next news comes.",
    ),
    (
        Stage.INVESTIGATION, Party.ACCOUNTABLE, None, Involvement.ACCOUNTABLE,
        "Answers for the progress, writes the plan, and says in good time when it will not hold.",
    ),
    (
        Stage.INVESTIGATION, Party.TEAM, None, Involvement.DOES,
        "Looks for the cause and writes down what was found and what was ruled out, so that nobody looks twice.",
    ),
    (
        Stage.INVESTIGATION, Party.OUTSIDE, None, Involvement.CONSULTED,
        "Answers requests by the agreed day, and is reminded by whoever asked.",
    ),
    (
        Stage.INVESTIGATION, Party.ACCOUNT_MANAGER, None, Involvement.INFORMED,
        "Knows everything else that burns at this customer, and warns when one thing touches another.",
    ),
    (
        Stage.INVESTIGATION, Party.CUSTOMER, None, Involvement.INFORMED,
        "Hears from a person at the promised time, also when there is nothing new to tell.",
    ),
    (
        Stage.RESOLUTION, Party.ACCOUNTABLE, None, Involvement.ACCOUNTABLE,
        "Decides that it is solved, and names the cause and what prevents it next time.",
    ),
    (
        Stage.RESOLUTION, Party.TEAM, None, Involvement.DOES,
        "Carries out the plan, tells the customer what was done, and stays reachable until it is confirmed.",
    ),
    (
        Stage.RESOLUTION, Party.LEAD, 3, Involvement.CONSULTED,
        "Is asked before money, people or dates are promised.",
    ),
    (
        Stage.RESOLUTION, Party.CUSTOMER, None, Involvement.CONSULTED,
        "Confirms that it is solved, or says what is not; silence for three working days counts as a yes.",
    ),
    (
        Stage.REVIEW, Party.POLICY_OWNER, None, Involvement.ACCOUNTABLE,
        "Turns what was learnt into a change of this procedure, or writes down why it stays as it is.",
    ),
    (
        Stage.REVIEW, Party.ACCOUNTABLE, None, Involvement.DOES,
        "Writes the review within a week: what happened, the cause, and who does what about it until when.",
    ),
    (
        Stage.REVIEW, Party.TEAM, None, Involvement.CONSULTED,
        "Reads the review, corrects it, and turns what helps others into an article.",
    ),
    (
        Stage.REVIEW, Party.LEAD, 4, Involvement.INFORMED,
        "Hears of every review of a case that reached the department manager.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lesson:
    """A training text: its file, the level that needs it (empty: all), and for how many days it is confirmed."""

    key: str
    level: int | None
    valid_days: int


LESSONS = (
    Lesson("when-to-escalate", None, 365),
    Lesson("receiving-an-escalation", 2, 365),
    Lesson("deciding-for-the-company", 3, 180),
)


def assign(version: PolicyVersion) -> None:
    """Roles and duties of a draft."""
    for position, (stage, party, level, involvement, duty) in enumerate(DUTIES, start=1):
        Role.objects.create(
            version=version,
            position=position,
            stage=stage.value,
            party=party.value,
            level=level,
            involvement=involvement.value,
            duty=duty,
        )


def teach(version: PolicyVersion) -> None:
    """Training texts of a draft."""
    for position, lesson in enumerate(LESSONS, start=1):
        title, text = read(lesson.key)
        Training.objects.create(
            version=version,
            position=position,
            key=lesson.key,
            title=title,
            text=text,
            level=lesson.level,
            valid_days=lesson.valid_days,
        )


def read(key: str) -> tuple[str, str]:
    """Title and text of this training."""
    title, text = (FOLDER / f"{key}.md").read_text(encoding="utf-8").split("\n\n", 1)
    return title.removeprefix("# ").strip(), text.strip() + "\n"
