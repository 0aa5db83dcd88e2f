"""What is not in the file of a configuration, and why; everything else must be."""

from __future__ import annotations

from collections.abc import Mapping

OPERATION = "happens at work; it is no configuration"
RECORD = "a record of what people did or were asked"
OWN_CHOICE = "each person's own choice"
CUSTOMERS = "customers and their people come in by their own import"
KNOWLEDGE = "articles are content, with authors and dates"
SECRET = "secrets are in no file"
DATES = "dates of people, which are over soon"
ENGINE = "the engine's own"

MODELS: Mapping[str, str] = {
    **dict.fromkeys(
        [
            "AccountEscalation",
            "Ask",
            "Attachment",
            "Brief",
            "Case",
            "CaseLink",
            "Clock",
            "Decision",
            "Escalation",
            "Event",
            "Finding",
            "HeldClimb",
            "Mention",
            "Message",
            "Notice",
            "Attempt",
            "Participant",
            "Plan",
            "PlanStep",
            "ReceivedMail",
            "Request",
            "Review",
            "ScriptTick",
            "SetAside",
            "Step",
            "Storm",
            "Survey",
            "Watcher",
            "VersionMove",
        ],
        OPERATION,
    ),
    **dict.fromkeys(["Audit", "Violation", "Lane", "Lease", "Pulse", "Bulletin", "PathCheck"], ENGINE),
    **dict.fromkeys(["Reading", "TrainingRecord", "SeeingAs", "SeenPage", "Invitation"], RECORD),
    **dict.fromkeys(["NoticeChoice", "NoticeWishes", "SavedView"], OWN_CHOICE),
    **dict.fromkeys(["Organization", "Contact", "ContactAddress", "Membership", "UndeliverableAddress"], CUSTOMERS),
    **dict.fromkeys(["Article"], KNOWLEDGE),
    **dict.fromkeys(["Absence", "DutySwap", "DutyOverride"], DATES),
    **dict.fromkeys(["SearchDocument", "SearchWord"], "made from the words of cases, and made again from them"),
    "AccessToken": SECRET,
    "CalendarPin": "follows from the calendars that are published when a version is handed in",
}

PLACE = "said by the place in the file"
STATE = "where a version stands: a file makes drafts only"
IDENTITY = "an identity of this installation"
FARES = "how it fares at work"

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "": {"id": IDENTITY, "uid": IDENTITY},
    "User": {
        "password": SECRET,
        "last_login": RECORD,
        "date_joined": RECORD,
        "is_active": "follows from whether the agent works here",
        "is_superuser": "all power is given by a person, never by a file",
        "user_permissions": "rights of one person alone; groups are in the file",
    },
    "Agent": {"user": PLACE, "teams": "said by the teams"},
    "Team": {},
    "TeamMembership": {"team": PLACE},
    "Rota": {"team": PLACE, "people": "said by the members"},
    "RotaMember": {"rota": PLACE, "position": PLACE},
    "MacroStep": {"macro": PLACE, "position": PLACE},
    "ScriptLine": {"script": PLACE, "position": PLACE, "article": KNOWLEDGE},
    "CalendarVersion": {"calendar": PLACE, "number": STATE, "state": STATE, "published_at": STATE},
    "PolicyVersion": {
        "policy": PLACE,
        **dict.fromkeys(
            [
                "number",
                "state",
                "submitted_at",
                "submitted_by",
                "published_at",
                "published_by",
                "effective_at",
                "review_by",
                "retired_at",
            ],
            STATE,
        ),
    },
    "LetterTemplate": {"changed_at": RECORD, "changed_by": RECORD},
    "Mailbox": {
        "password": SECRET,
        "is_active": "switched on by a person, once the password is there",
        **dict.fromkeys(["uid_validity", "last_uid", "looked_at", "last_error", "failures", "next_look_at"], FARES),
    },
    "Endpoint": {
        "secret": SECRET,
        "previous_secret": SECRET,
        "previous_until": SECRET,
        "is_active": "switched on by a person, once its address is complete",
        "failures": FARES,
        "rests_until": FARES,
    },
}
CHILDREN = {"version": PLACE, "position": PLACE}
