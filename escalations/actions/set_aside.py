"""Cases that the engine could not move on: kept apart with their error, so that nobody else waits for them.

They are tried again one by one, ever more seldom, until an attempt succeeds.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import DatabaseError, InterfaceError, OperationalError, models, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from escalations.models import Case, SetAside, standpoint
from escalations.models.policies import procedure_of
from escalations.rules import effects
from escalations.timing.backoff import doubled

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=models.Model)

# A lost connection, a deadlock, a full disk: no case is at fault, and all of it is tried again.
TROUBLE = (OperationalError, InterfaceError)

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_ERROR = 1000
SECRETS = (
    (re.compile(r"(\w://)[^\s/@]+@"), r"\1…@"),
    (re.compile(r"(?i)\b(\w*(?:password|passwd|secret|token|api_?key))(\s*[=:]\s*)\S+"), r"\1\2…"),
)


class Stage(models.TextChoices):
    """What the engine does with one case, in the order in which it is done."""

    PROMISE = "promise", _("saying that a promise was broken")
    CLOCKS = "clocks", _("telling of its clocks")
    RELEASE = "release", _("letting it go after a storm")
    LADDER = "ladder", _("looking at its ladder")
    WAKE = "wake", _("ending its hold")
    SILENCE = "silence", _("closing it by silence")
    CHASE = "chase", _("reminding of a request")


# What may fail, in words: what the engine does, and reading a case at all, which people may find first.
READING = "reading"
STAGES = {READING: _("reading it"), **dict(Stage.choices)}


def others(rows: QuerySet[Row]) -> QuerySet[Row]:
    """These cases, or rows of a case, without those that are set aside."""
    case = OuterRef("pk" if rows.model is Case else "case")
    return rows.exclude(Exists(SetAside.objects.filter(case=case)))


def put(*, case_id: int, stage: Stage, problem: Exception, at: datetime) -> None:
    """This case failed at this stage; it is tried again later, and nothing else is done with it until then."""
    logger.error("case %s is set aside: %s failed", case_id, stage.value, exc_info=problem)
    error = told(problem)
    unread = SetAside.objects.filter(case_id=case_id, stage=READING, error=error).exists()
    said = {"stage": READING if unread else stage.value, "error": error}
    SetAside.objects.update_or_create(case_id=case_id, defaults=said, create_defaults={**said, **_first(at)})


def cannot_be_read(*, case_id: int, at: datetime) -> bool:
    """Whether the journal or the procedure of a case cannot be read; then it is set aside at once with the error.

    Asked when a page of a case failed. Raises what is wrong with the database, which is no fault of the case.
    """
    try:
        around = standpoint(Case.objects.select_related("policy_version").get(pk=case_id))
        effects.readings(effects.tracks(around.case.events.all().lines(), procedure_of), at)
    except TROUBLE:
        raise
    except Exception as problem:  # whatever it is, the case is kept and the administrators see it
        logger.error("case %s cannot be read", case_id, exc_info=problem)
        said = {"stage": READING, "error": told(problem), **_first(at)}
        SetAside.objects.get_or_create(case_id=case_id, defaults=said)
        return True
    return False


def _first(at: datetime) -> dict[str, datetime]:
    return {"first_at": at, "last_at": at, "next_try_at": at + FIRST_WAIT}


def told(problem: Exception) -> str:
    """Type and message of an error, without secrets; a database says after the first line what the rows hold."""
    text = str(problem)
    if isinstance(problem, DatabaseError):
        text = text.partition("\n")[0]
    for secret, shown in SECRETS:
        text = secret.sub(shown, text)
    return f"{type(problem).__name__}: {text}"[:LONGEST_ERROR]


def claim(*, case_id: int, at: datetime) -> bool:
    """Takes a case for its next attempt, unless another worker has; should that fail, the next one is later still."""
    with transaction.atomic():
        row = SetAside.objects.select_for_update().filter(case_id=case_id, next_try_at__lte=at).first()
        if row is None:
            return False
        row.tries += 1
        row.last_at, row.next_try_at = at, at + wait(row.tries)
        row.save(update_fields=["tries", "last_at", "next_try_at"])
    return True


def wait(tries: int) -> timedelta:
    """How long after this many failed attempts the next one comes."""
    return doubled(FIRST_WAIT, LONGEST_WAIT, tries)


def over(*, case_id: int) -> None:
    """An attempt succeeded: the case is like any other again."""
    SetAside.objects.filter(case_id=case_id).delete()
    logger.info("case %s is no longer set aside", case_id)


def try_now(*, rows: Iterable[SetAside], at: datetime) -> int:
    """The next round of the engine tries these again; gives how many there are."""
    return SetAside.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=at)
