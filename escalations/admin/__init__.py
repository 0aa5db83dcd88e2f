"""DOOR — the back office: configuration is edited here, cases and the journal are only looked at."""

from escalations.admin import calendars, cases, moves, offerings, organization, policies, system

__all__ = ["calendars", "cases", "moves", "offerings", "organization", "policies", "system"]
