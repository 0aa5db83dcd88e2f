"""The style guide: each component in all its states, for people who build pages."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.models import Tier
from escalations.desk import samples
from escalations.desk.pages import StaffRequest, show, staff_only
from escalations.rules.vocabulary import CaseState, EscalationState, Severity


@staff_only
def styleguide(request: StaffRequest) -> HttpResponse:
    """Every component once."""
    at = timezone.now()
    context = {
        "at": at,
        "severities": list(Severity),
        "tiers": Tier.values,
        "case_states": list(CaseState),
        "escalation_states": list(EscalationState),
        "tones": ["late", "warn", "rope", "calm", "quiet"],
        "instants": [at + timedelta(minutes=minutes, seconds=20) for minutes in samples.DISTANCES],
        "stretches": list(samples.stretches(at - timedelta(minutes=1760))),
        "due": at + timedelta(minutes=160),
        "missed": at - timedelta(minutes=60),
        "ladders": list(samples.ladders(at)),
        "since": at - timedelta(hours=20),
        "duty": samples.duty(),
        "told": samples.explanation(at),
        "files": samples.files(),
        "kept": {"kept": _("Kept the promise of news by %(due)s") % {"due": "15:00"}},
        "kept_late": {"kept": _("Kept the promise of news by %(due)s, too late") % {"due": "15:00"}, "kept_late": True},
        "notices": samples.notices(),
        "looking": {"seeing": {"person": "Ida Holm"}},
        "form": samples.SampleForm(),
        "sample": samples.WRITTEN,
    }
    return show(request, "desk/styleguide.html", context)
