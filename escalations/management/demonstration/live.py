"""The live demonstration: one new case that nobody answers, so that it climbs while you watch."""

from __future__ import annotations

from datetime import datetime

from customers.models import User
from escalations.actions import intake, resolution
from escalations.management.demonstration.people import EVA, IDA
from escalations.management.demonstration.procedure import LIVE
from escalations.models import Case, Topic, contact_standing, staff_standing
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import Impact, Outcome, Urgency

SUBJECT = "Live demonstration: nobody answers this case"
TEXT = (
    "This case opened when Belay was started, and its promises last minutes instead of days. Leave it alone and watch: "
    "after half a minute the front line is reminded, after one minute the answer is missed and the case climbs to the "
    "specialists, then level by level to the top, where it stops. Or answer it, and see the rope hold."
)
THANKS = "The demonstration was started anew, so this one ends here. A new case has taken its place."


def open_live_case(at: datetime) -> Case | None:
    """Ends what is left of earlier demonstrations and opens one new case; None where there is no such company."""
    topic = Topic.objects.filter(slug=LIVE).first()
    user = User.objects.filter(email=IDA).select_related("contact").first()
    speaker = _speaker()
    if topic is None or user is None or speaker is None:
        return None
    for case in Case.objects.unsolved().filter(topic=topic):
        resolution.resolve(case=case, actor=speaker, at=at, outcome=Outcome.WITHDRAWN, text=THANKS)
    return intake.open_case(
        actor=contact_standing(user.contact, at.date()),
        at=at,
        contact=user.contact,
        subject=SUBJECT,
        text=TEXT,
        topic=topic,
        impact=Impact.HIGH,
        urgency=Urgency.HIGH,
    )


def _speaker() -> Standing | None:
    """Who says that an earlier demonstration is over; None when nobody of that address works here."""
    user = User.objects.filter(email=EVA).first()
    standing = staff_standing(user) if user else None
    return standing if standing and standing.is_staff else None
