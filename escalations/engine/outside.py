"""Ways out that need none of our own: a mail past the queue of notices, a line in the log, and a heartbeat.

They are for the day on which what should tell people is what is broken. Nothing here is inside a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

import urllib3
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalations.models import Violation

logger = logging.getLogger(__name__)

SECONDS = 5.0
SHOWN = 50


def tell(found: Sequence[Violation]) -> None:
    """Says in the log, and by mail to AUDITOR_MAILS, what was found; a mail that fails is said in the log too."""
    lines = [violation.in_a_line for violation in found]
    logger.critical("the auditor found %s: %s", len(lines), "; ".join(lines[:SHOWN]))
    if settings.AUDITOR_MAILS:
        try:
            _mail(lines).send()
        except Exception as problem:  # noqa: BLE001 - whatever is wrong with mail, the log says so and the look goes on
            logger.critical("the auditor could not mail what it found: %s", type(problem).__name__)


def _mail(lines: Sequence[str]) -> EmailMessage:
    subject = ngettext(
        "Belay: the auditor found %(number)s violation", "Belay: the auditor found %(number)s violations", len(lines)
    )
    shown = list(lines[:SHOWN])
    if len(lines) > SHOWN:
        shown.append(_("and %(number)s more") % {"number": len(lines) - SHOWN})
    page = f"{settings.BELAY_URL}/admin/escalations/violation/"
    return EmailMessage(
        subject % {"number": len(lines)},
        "\n".join([*shown, "", page, ""]),
        to=settings.AUDITOR_MAILS,
        headers={"Auto-Submitted": "auto-generated"},
    )


def ping() -> bool:
    """Calls HEARTBEAT_URL; whoever waits there misses it when it does not come. The address is a secret: never logged.

    Gives whether it was called and answered well.
    """
    if not settings.HEARTBEAT_URL:
        return False
    try:
        answer = urllib3.request("GET", settings.HEARTBEAT_URL, timeout=SECONDS, retries=False, redirect=False)
    except (urllib3.exceptions.HTTPError, ValueError) as problem:
        logger.warning("the heartbeat address did not answer: %s", type(problem).__name__)
        return False
    if answer.status >= 300:
        logger.warning("the heartbeat address answered %s", answer.status)
    return answer.status < 300
