"""DOOR — the back office: configuration is edited here, cases and the journal are only looked at."""

from escalations.admin import (
    absences,
    audits,
    calendars,
    cases,
    climbs,
    duty,
    letters,
    mails,
    moves,
    notices,
    offerings,
    organization,
    policies,
    scripts,
    system,
    watch,
)

__all__ = [
    "absences",
    "audits",
    "calendars",
    "cases",
    "climbs",
    "duty",
    "letters",
    "mails",
    "moves",
    "notices",
    "offerings",
    "organization",
    "policies",
    "scripts",
    "system",
    "watch",
]
