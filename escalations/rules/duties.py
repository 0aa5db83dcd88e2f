"""Who has which part in which stage, in the words of code."""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """The stages of an escalation, as the procedure names them."""

    IDENTIFICATION = "identification"
    TRIAGE = "triage"
    INVESTIGATION = "investigation"
    RESOLUTION = "resolution"
    REVIEW = "review"


class Party(StrEnum):
    """Who has a part in a stage; those of a level are meant at each level unless one is named."""

    TEAM = "team"
    LEAD = "lead"
    OWNER = "owner"
    ACCOUNTABLE = "accountable"
    ACCOUNT_MANAGER = "account_manager"
    POLICY_OWNER = "policy_owner"
    CUSTOMER = "customer"
    OUTSIDE = "outside"


OF_A_LEVEL = (Party.TEAM, Party.LEAD)


class Involvement(StrEnum):
    """The part somebody has in a stage: answers for it, does it, is asked before, is told afterwards."""

    ACCOUNTABLE = "accountable"
    DOES = "does"
    CONSULTED = "consulted"
    INFORMED = "informed"
