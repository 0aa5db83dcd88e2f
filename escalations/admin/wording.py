"""Words and colours that several pages of the back office share."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.backends import ModelBackend
from django.utils import formats, timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy

from customers.models import User
from escalations.models import CalendarVersion, PolicyVersion, VersionState, words

NAMED = 3  # of those who can publish, so many are named

STATE_COLOURS = {
    VersionState.DRAFT: "warning",
    VersionState.REVIEW: "warning",
    VersionState.SCHEDULED: "info",
    VersionState.PUBLISHED: "success",
    VersionState.RETIRED: "info",
}


def icon_of(*, well: bool) -> str:
    """The sign before something that is done or lives, and before what is not."""
    return "check_circle" if well else "radio_button_unchecked"


def state_words(version: PolicyVersion | CalendarVersion) -> str:
    """One or two sentences that say what this version is and what may be done with it."""
    if isinstance(version, PolicyVersion):
        return _policy_words(version)
    if version.state == VersionState.DRAFT:
        return translate("This is a draft: it may be changed until it is published.")
    return _on_record(version)


def _policy_words(version: PolicyVersion) -> str:
    if version.state == VersionState.DRAFT:
        return translate("This is a draft: change it until it is right, then hand it in for review.")
    named = {
        "who": version.submitted_by or translate("a program"),
        "when": moment(version.submitted_at) if version.submitted_at else "",
        "published": moment(version.published_at) if version.published_at else "",
        "begins": moment(version.effective_at) if version.effective_at else "",
    }
    if version.state == VersionState.REVIEW:
        said = translate(
            "In review since %(when)s, handed in by %(who)s: nothing of it can be changed now, so that what is "
            "published is what was looked at. To change something, send it back; it is a draft again then."
        )
        return said % named
    if version.state == VersionState.SCHEDULED:
        said = translate(
            "Published %(published)s: this version takes the new cases from %(begins)s on, and never changes. If "
            "something is wrong with it, retire it before that, and begin a new draft."
        )
        return said % named
    return _on_record(version)


def _on_record(version: PolicyVersion | CalendarVersion) -> str:
    said = (
        translate("Published %(when)s and retired: this version takes no new cases and never changes.")
        if version.state == VersionState.RETIRED
        else translate("Published %(when)s: this version never changes. To change something, begin a new draft.")
    )
    return said % {"when": moment(version.published_at) if version.published_at else ""}


def why_not_publish(version: PolicyVersion, reader: User) -> str:
    """Why this person cannot publish a version in review, and who can; empty when they can."""
    if version.state != VersionState.REVIEW or version.submitted_by_id != reader.pk:
        return ""
    able = ModelBackend().with_perm("escalations.change_policyversion").filter(is_staff=True).exclude(pk=reader.pk)
    names = [person.name for person in able.order_by("name")[:NAMED]]
    if not names:
        return translate(
            "You handed this version in, and publishing needs another person. Nobody else may change policies here: "
            "let a second administrator in first."
        )
    said = translate(
        "You handed this version in, so somebody else has to look at it and publish it: %(names)s, for example."
    )
    return said % {"names": ", ".join(names)}


def review_words(version: PolicyVersion) -> tuple[str, bool]:
    """By which day a running version is looked at again, and whether that day has come; empty where none was set."""
    if version.state not in (VersionState.SCHEDULED, VersionState.PUBLISHED) or version.review_by is None:
        return "", False
    is_late = version.review_by <= timezone.localdate()
    said = translate("To be looked at again since %(day)s") if is_late else translate("Looked at again by %(day)s")
    return said % {"day": formats.date_format(version.review_by)}, is_late


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
