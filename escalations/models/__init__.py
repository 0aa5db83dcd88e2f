"""What is stored: one file per aggregate."""

from escalations.models.accounts import AccountEscalation
from escalations.models.asks import Ask
from escalations.models.attachments import Attachment
from escalations.models.audits import Audit, Look, Violation
from escalations.models.bulletins import Bulletin, PathCheck
from escalations.models.calendars import Calendar, CalendarVersion, Hours, SpecialDay
from escalations.models.cases import NEVER, Case, Participant, Watcher
from escalations.models.clocks import Clock
from escalations.models.duty import Absence, DutyOverride, DutySwap, Rota, RotaMember
from escalations.models.endpoints import AllowedHost, Endpoint
from escalations.models.escalations import Brief, Decision, Escalation, Step
from escalations.models.events import Event
from escalations.models.house import HouseRules
from escalations.models.immutable import VersionState
from escalations.models.letters import LetterTemplate
from escalations.models.links import CaseLink
from escalations.models.mailboxes import Mailbox, ReceivedMail, mailbox_for
from escalations.models.messages import Mention, Message
from escalations.models.notices import Attempt, Notice, NoticeState
from escalations.models.people import Agent, Skill, Team, TeamMembership
from escalations.models.policies import CalendarPin, Policy, PolicyVersion
from escalations.models.policy_rows import Communication, Level, MatrixCell, Requirement, Target, Trigger
from escalations.models.policy_words import Role, Training
from escalations.models.readings import Reading, TrainingRecord
from escalations.models.reviews import Review, Survey
from escalations.models.scripts import Script, ScriptLine, ScriptTick
from escalations.models.seeing import SeeingAs, SeenPage
from escalations.models.situations import Standpoint, standpoint
from escalations.models.standings import contact_standing, customer_standing, office_standing, staff_standing
from escalations.models.storms import HeldClimb, Storm, StormBrake
from escalations.models.system import Lane, Lease, Pulse, SetAside, VersionMove
from escalations.models.topics import PauseReason, Topic
from escalations.models.views import SavedView
from escalations.models.wishes import NoticeChoice, NoticeWishes
from escalations.models.work import Finding, OutsideParty, Plan, PlanStep, Request
from escalations.models.writing import CannedReply, Macro, MacroStep

__all__ = [
    "NEVER",
    "Absence",
    "AccountEscalation",
    "Agent",
    "AllowedHost",
    "Ask",
    "Attachment",
    "Attempt",
    "Audit",
    "Brief",
    "Bulletin",
    "Calendar",
    "CalendarPin",
    "CalendarVersion",
    "CannedReply",
    "Case",
    "CaseLink",
    "Clock",
    "Communication",
    "Decision",
    "DutyOverride",
    "DutySwap",
    "Endpoint",
    "Escalation",
    "Event",
    "Finding",
    "HeldClimb",
    "Hours",
    "HouseRules",
    "Lane",
    "Lease",
    "LetterTemplate",
    "Level",
    "Look",
    "Macro",
    "MacroStep",
    "Mailbox",
    "MatrixCell",
    "Mention",
    "Message",
    "Notice",
    "NoticeChoice",
    "NoticeState",
    "NoticeWishes",
    "OutsideParty",
    "Participant",
    "PathCheck",
    "PauseReason",
    "Plan",
    "PlanStep",
    "Policy",
    "PolicyVersion",
    "Pulse",
    "Reading",
    "ReceivedMail",
    "Request",
    "Requirement",
    "Review",
    "Role",
    "Rota",
    "RotaMember",
    "SavedView",
    "Script",
    "ScriptLine",
    "ScriptTick",
    "SeeingAs",
    "SeenPage",
    "SetAside",
    "Skill",
    "SpecialDay",
    "Standpoint",
    "Step",
    "Storm",
    "StormBrake",
    "Survey",
    "Target",
    "Team",
    "TeamMembership",
    "Topic",
    "Training",
    "TrainingRecord",
    "Trigger",
    "VersionMove",
    "VersionState",
    "Violation",
    "Watcher",
    "contact_standing",
    "customer_standing",
    "mailbox_for",
    "office_standing",
    "staff_standing",
    "standpoint",
]
