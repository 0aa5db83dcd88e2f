"""What is stored: one file per aggregate."""

from escalations.models.calendars import Calendar, CalendarVersion, Hours, SpecialDay
from escalations.models.cases import NEVER, Case, Participant
from escalations.models.clocks import Clock
from escalations.models.escalations import Brief, Decision, Escalation, Step
from escalations.models.events import Event
from escalations.models.immutable import VersionState
from escalations.models.messages import Message
from escalations.models.notices import Notice, NoticeState
from escalations.models.people import Agent, Team, TeamMembership
from escalations.models.policies import (
    CalendarPin,
    Level,
    MatrixCell,
    PauseReason,
    Policy,
    PolicyVersion,
    Target,
    Topic,
    Trigger,
)
from escalations.models.reviews import Review, Survey
from escalations.models.situations import Standpoint, standpoint
from escalations.models.standings import contact_standing, customer_standing, office_standing, staff_standing
from escalations.models.system import Pulse, SetAside, VersionMove

__all__ = [
    "NEVER",
    "Agent",
    "Brief",
    "Calendar",
    "CalendarPin",
    "CalendarVersion",
    "Case",
    "Clock",
    "Decision",
    "Escalation",
    "Event",
    "Hours",
    "Level",
    "MatrixCell",
    "Message",
    "Notice",
    "NoticeState",
    "Participant",
    "PauseReason",
    "Policy",
    "PolicyVersion",
    "Pulse",
    "Review",
    "SetAside",
    "SpecialDay",
    "Standpoint",
    "Step",
    "Survey",
    "Target",
    "Team",
    "TeamMembership",
    "Topic",
    "Trigger",
    "VersionMove",
    "VersionState",
    "contact_standing",
    "customer_standing",
    "office_standing",
    "staff_standing",
    "standpoint",
]
