"""The words of what the auditor finds and does."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from escalations.rules.violations import Repair, ViolationKind

VIOLATIONS: dict[str, Any] = {
    ViolationKind.UNACCOUNTED: _("nobody is there who answers for an escalation"),
    ViolationKind.OWNER_LEFT: _("a case of somebody who works here no longer"),
    ViolationKind.UNCHECKED: _("an escalation was not looked at in time"),
    ViolationKind.UNTOLD: _("nobody was told of a step"),
    ViolationKind.UNHANDLED: _("something due was not acted on"),
    ViolationKind.SET_ASIDE: _("a case the engine cannot move on"),
    ViolationKind.LOST: _("notices that no delivery would ever find"),
    ViolationKind.LATE: _("notices that wait too long"),
    ViolationKind.UNFOLDED: _("notices whose digest was given up"),
    ViolationKind.SILENT: _("a part of Belay gives no sign of life"),
    ViolationKind.JOURNAL: _("a journal was changed"),
    ViolationKind.CLOCKS: _("stored clocks do not say what the journal says"),
    ViolationKind.UNREADABLE: _("a case that cannot be read"),
    ViolationKind.PATH: _("a level that reaches nobody"),
    ViolationKind.DUTY: _("a duty that nobody is on"),
    ViolationKind.UNANSWERED: _("a question that the auditor could not answer"),
}
REPAIRS: dict[str, Any] = {
    Repair.REASSIGNED: _("given to somebody who is there"),
    Repair.SWEPT: _("acted on"),
    Repair.TOLD_AGAIN: _("told again"),
    Repair.MADE_DUE: _("made due again"),
    Repair.CORRECTED: _("clocks made what the journal says"),
    Repair.SET_ASIDE: _("set aside with its error"),
    Repair.FAILED: _("could not be mended"),
}
