"""One page that says whether everything lives: what /healthz and /metrics tell, for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from escalations.admin import wording
from escalations.admin.bases import page_of
from escalations.engine import signs
from escalations.engine.housekeeping import PARTS
from escalations.models import Lane, Mailbox, Pulse, words
from escalations.reports import proofs
from escalations.reports.gauges import gauges

# What each part does; one without words of its own is told by its name.
MEANINGS: dict[str, Any] = {
    "worker": _("does what is due"),
    "beat": _("says every few seconds that something may be due"),
    "sweep": _("warns, climbs and wakes cases"),
    "delivery": _("sends notices"),
    "auditor": _("looks whether anything went silent"),
    "mail": _("looks into the mailboxes"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part with its last sign of life."""

    name: str
    meaning: str
    alive: bool
    last_seen: str
    limit: int

    @property
    def icon(self) -> str:
        return wording.icon_of(well=self.alive)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something outside that does not work, with the page that tells more."""

    name: str
    since: str
    error: str
    page: str


def health_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """For whoever may look at signs of life; what lies on other pages is left out for whoever may not see those."""
    at = timezone.now()
    parts, proof = list(_parts(at)), proofs.newest(at)
    context = {
        **site.each_context(request),
        "opts": Pulse._meta,
        "title": translate("Health"),
        "parts": parts,
        "silent": [part.name for part in parts if not part.alive],
        "queue": signs.queue(at),
        "proof": proof,
        "minutes": None if proof.minutes is None else round(proof.minutes),
        "lanes": list(_lanes()) if _may(request, Lane) else [],
        "mailboxes": list(_mailboxes()) if _may(request, Mailbox) else [],
        "numbers": [_number(gauge, labels, value) for gauge in gauges(at) for labels, value in gauge.values],
        "watched_by": list(_watched_by()),
        "healthz": settings.BELAY_URL + reverse("healthz"),
    }
    return TemplateResponse(request, "admin/escalations/health.html", context)


def _may(request: HttpRequest, model: Any) -> bool:
    return request.user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def _parts(at: datetime) -> Iterator[Part]:
    for name, sign in signs.pulses(at).items():
        channel = name.removeprefix("delivery_")
        sends = translate("sends by %(channel)s") % {"channel": words.CHANNELS.get(channel, channel)}
        last_seen = wording.moment(sign.last_seen) if sign.last_seen else translate("never")
        seconds = int(PARTS[name].total_seconds())
        yield Part(name, str(MEANINGS.get(name, sends)), sign.alive, last_seen, seconds)


def _lanes() -> Iterator[Trouble]:
    for lane in Lane.objects.exclude(down_since=None):
        since = wording.moment(lane.down_since) if lane.down_since else ""
        yield Trouble(str(lane), since, lane.error, page_of(lane))


def _mailboxes() -> Iterator[Trouble]:
    """Passwords stay shut."""
    for box in Mailbox.objects.filter(is_active=True, failures__gt=0).defer("password"):
        since = wording.moment(box.looked_at) if box.looked_at else translate("never")
        yield Trouble(box.address, since, box.last_error, page_of(box))


def _number(gauge: Any, labels: Any, value: float) -> tuple[str, str, str]:
    """What it counts, of which kind, and how many."""
    return gauge.meaning, ", ".join(labels), f"{value:g}" if value < 1 else f"{value:.0f}"


def _watched_by() -> Iterator[dict[str, Any]]:
    """Each variable with what it is for, and whether it is set."""
    for name, meaning, is_set in _variables():
        yield {"name": name, "meaning": meaning, "is_set": is_set, "icon": wording.icon_of(well=is_set)}


def _variables() -> Iterator[tuple[str, str, bool]]:
    """Who outside would notice; the variables say where to change it, and no address or token is shown."""
    told = len(settings.AUDITOR_MAILS)
    yield "AUDITOR_MAILS", translate("addresses that the auditor writes to: %(number)s") % {"number": told}, bool(told)
    yield "HEARTBEAT_URL", translate("is called after each look that found nothing"), bool(settings.HEARTBEAT_URL)
    yield "METRICS_TOKEN", translate("opens /metrics to whoever shows it"), bool(settings.METRICS_TOKEN)
    sends = settings.EMAIL_BACKEND != "django.core.mail.backends.filebased.EmailBackend"
    yield "EMAIL_URL", translate("the server that sends letters; without it they are written to files"), sends
