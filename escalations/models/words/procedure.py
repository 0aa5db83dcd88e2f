"""Words of the written procedure and of the rights that roles give."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.roles import StaffRole
from escalations.rules.standing import Right

STAGES: dict[str, Any] = {
    Stage.IDENTIFICATION: _("identification"),
    Stage.TRIAGE: _("triage"),
    Stage.INVESTIGATION: _("investigation"),
    Stage.RESOLUTION: _("resolution"),
    Stage.REVIEW: _("review afterwards"),
}
PARTIES: dict[str, Any] = {
    Party.TEAM: _("whoever works at the level"),
    Party.LEAD: _("lead of the level's team"),
    Party.OWNER: _("owner of the case"),
    Party.ACCOUNTABLE: _("accountable for the escalation"),
    Party.ACCOUNT_MANAGER: _("manager of the account escalation"),
    Party.POLICY_OWNER: _("owner of the procedure"),
    Party.CUSTOMER: _("customer"),
    Party.OUTSIDE: _("outside party"),
}
INVOLVEMENTS: dict[str, Any] = {
    Involvement.ACCOUNTABLE: _("is accountable"),
    Involvement.DOES: _("does it"),
    Involvement.CONSULTED: _("is consulted"),
    Involvement.INFORMED: _("is informed"),
}
RIGHTS: dict[str, Any] = {
    Right.WORK: _("May work on cases"),
    Right.RECEIVE: _("May take up and answer escalations"),
    Right.DECIDE: _("May decide what is asked"),
    Right.LEAD: _("May lead people and stop storms"),
    Right.SEE_ALL: _("May see every case"),
    Right.SEE_AS: _("May see the product as somebody else"),
}
ROLES: dict[str, Any] = {
    StaffRole.AGENT: _("agent"),
    StaffRole.SPECIALIST: _("specialist"),
    StaffRole.LEAD: _("lead"),
    StaffRole.MANAGER: _("manager"),
    StaffRole.EXECUTIVE: _("executive"),
    StaffRole.ADMINISTRATOR: _("administrator"),
    StaffRole.AUDITOR: _("auditor, who only reads"),
}
