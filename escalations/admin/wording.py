"""Words and colours that several pages of the back office share."""

from __future__ import annotations

from django.utils import formats, timezone
from django.utils.translation import gettext as translate

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
    published = version.published_at
    return said % {"when": formats.date_format(timezone.localtime(published), "DATETIME_FORMAT") if published else ""}


SEVERITY_COLOURS = {1: "danger", 2: "warning", 3: "info", 4: "default"}


def severity_label(severity: int) -> tuple[int, str]:
    """Number for the colour, number and word for the reader."""
    return severity, f"{severity} {words.SEVERITIES[severity]}"
