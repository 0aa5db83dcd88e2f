"""Looks whether a company's own words for letters can still be used, so that somebody knows before a customer asks."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from escalations.actions import bulletins
from escalations.channels import own_words
from escalations.models import LetterTemplate


def check(at: datetime) -> int:
    """Tells administrators of own words that cannot be used, once for each edition of them; gives how many there are.

    Letters are written all the same, in the built-in words.
    """
    broken = [own for own in LetterTemplate.objects.filter(is_active=True) if own_words.trouble_with(own)]
    for own in broken:
        bulletins.to_administrators(
            kind="words",
            about=f"words:{own.pk}:{own.changed_at.isoformat()}",
            path=reverse("admin:escalations_lettertemplate_change", args=[own.pk]),
            data={"letter": str(own)},
            at=at,
        )
    return len(broken)
