"""Who is on duty and who is away, what the front line tries first, and who outside is asked."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from escalations.actions import absences, wishes
from escalations.actions.wishes import Wanted
from escalations.management.demonstration.people import BRANDT, LENA, MARA, TOMAS, Cast
from escalations.models import Absence, OutsideParty, Rota, RotaMember, Script, ScriptLine, Topic
from escalations.rules.vocabulary import Channel, NoticeGroup, Rhythm
from knowledgebase.models import Article

CARRIER = "nordic-carrier"
COLLECTORS, LABELS, SIGN_IN = "Readings are missing", "Labels are missing", "Somebody cannot sign in"

# Name, topic, what to try in order with the article that tells how, if there is one.
SCRIPTS = (
    (
        COLLECTORS,
        "metering",
        (
            ("Look whether the collector answers, and since when it does not", "readings-are-missing"),
            ("Restart the collector, and wait for two readings", "readings-are-missing"),
            ("Compare the log of the last night with the one before", "collector-loses-its-lock"),
        ),
    ),
    (
        LABELS,
        "shipping",
        (
            ("Print a test page on every printer", "label-printers"),
            ("Put the belt on one printer that answers", "label-printers"),
            ("Ask what was changed since the last good day", ""),
        ),
    ),
    (
        SIGN_IN,
        "access",
        (
            ("Send a new password, and stay on the line until it arrived", "mail-for-a-new-password"),
            ("Compare the role with that of somebody who can sign in", "roles-and-what-they-show"),
        ),
    ),
)


def settle(cast: Cast, now: datetime) -> None:
    """Everything beside the procedures that says who does what and how; articles are there already."""
    _rota(cast, now)
    _away(cast, now)
    _wishes(cast)
    for name, topic, lines in SCRIPTS:
        script = Script.objects.create(name=name, topic=Topic.objects.get(slug=topic), level=1)
        for position, (body, article) in enumerate(lines, start=1):
            found = Article.objects.get(slug=article) if article else None
            ScriptLine.objects.create(script=script, position=position, body=body, article=found)
    OutsideParty.objects.create(
        slug=CARRIER,
        name="Nordic Carrier",
        contact="Network desk, day and night",
        email="network@nordic-carrier.example",
        phone="+47 22 00 00 00",
    )


def _wishes(cast: Cast) -> None:
    """Mara wants quiet nights; the manager wants one mail a day of what she need not act on, and none of new cases."""
    quiet = Wanted(Rhythm.AT_ONCE, time(8), quiet_from=time(20), quiet_until=time(7))
    wishes.save(user=cast.agents[MARA].user, wanted=quiet, choices={})
    daily = Wanted(Rhythm.DAILY, time(8, 30))
    chosen = {(NoticeGroup.DAILY, Channel.MAIL): False}
    wishes.save(user=cast.agents[BRANDT].user, wanted=daily, choices=chosen)


def _rota(cast: Cast, now: datetime) -> None:
    """Two specialists take turns of two weeks; Mara, as whom a visitor can sign in, has the current one."""
    today = now.astimezone(ZoneInfo("Europe/Berlin")).date()
    last_monday = today - timedelta(days=today.weekday() + 7)
    rota = Rota.objects.create(
        team=cast.teams["specialists"],
        time_zone="Europe/Berlin",
        anchor=last_monday - timedelta(weeks=24),
        hands_over=time(0),
        shift_days=14,
    )
    for position, email in enumerate((MARA, TOMAS), start=1):
        RotaMember.objects.create(rota=rota, position=position, agent=cast.agents[email])


def _away(cast: Cast, now: datetime) -> None:
    """Lena is on holiday since three days; Tomás stands in for her."""
    holiday = Absence(
        agent=cast.agents[LENA],
        starts_at=now - timedelta(days=3),
        ends_at=now + timedelta(days=11),
        deputy=cast.agents[TOMAS],
    )
    absences.save(absence=holiday, by=cast.administrator, at=now - timedelta(days=10))
