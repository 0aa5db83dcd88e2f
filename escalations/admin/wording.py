"""Words and colours that several pages of the back office share."""

from __future__ import annotations

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy

from escalations.models import CalendarVersion, PolicyVersion, VersionState, words

STATE_COLOURS = {VersionState.DRAFT: "warning", VersionState.PUBLISHED: "success", VersionState.RETIRED: "info"}


def state_words(version: PolicyVersion | CalendarVersion) -> str:
    """One sentence that says what this version is and what may be done with it."""
    if version.state == VersionState.DRAFT:
        return translate("This is a draft: it may be changed until it is published.")
    said = (
        translate("Published %(when)s and retired: this version takes no new cases and never changes.")
        if version.state == VersionState.RETIRED
        else translate("Published %(when)s: this version never changes. To change something, begin a new draft.")
    )
    return said % {"when": moment(version.published_at) if version.published_at else ""}


def moment(instant: datetime) -> str:
    """Date and time in the zone of the reader."""
    return formats.date_format(timezone.localtime(instant), "DATETIME_FORMAT")


SEVERITY_COLOURS = {1: "danger", 2: "warning", 3: "info", 4: "default"}


def severity_label(severity: int) -> tuple[int, str]:
    """Number for the colour, number and word for the reader."""
    return severity, f"{severity} {words.SEVERITIES[severity]}"


# What to do about a case that was set aside.
CANNOT_BE_READ = gettext_lazy(
    "Nobody can open this case, and nothing is done with it by itself, until its journal and its policy version can be "
    "read again; nothing of it is lost. If Belay was set back to an older version, update it. Then run verify_journal, "
    "which says whether a line was changed. The log tells the whole error, at the time of the last try."
)
CANNOT_MOVE_ON = gettext_lazy(
    "Until this works, nothing is done with the case by itself: no warning, no climb, no waking. People can go on "
    "working on it. Mend what the error names, and tell the customer yourself what cannot wait. The log tells the "
    "whole error, at the time of the last try."
)
