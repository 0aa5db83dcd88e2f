"""The form that answers a customer who asks for escalation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from escalations.desk.forms.base import VerbForm, Written


class DeclineAskForm(VerbForm):
    """Why not, in words for the customer."""

    text = Written(
        draft="decline-ask",
        rows=5,
        label=_("To the customer: why not, and what happens instead"),
        help_text=_("The customer reads exactly this, and from when on one can ask again. It counts as news."),
    )
