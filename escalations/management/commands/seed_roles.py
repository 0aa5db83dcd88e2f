"""`manage.py seed_roles`: makes the roles that are missing and gives one to every agent without; for upgrades."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from escalations.actions import roles
from escalations.models import words


class Command(BaseCommand):
    """Can be run at any time, and again: it takes nothing away."""

    help = "Make the roles that are missing, and give one to every agent who has none, by the level of their teams."

    def handle(self, *args: Any, **options: Any) -> None:
        placed = roles.seed(at=timezone.now())
        for agent in placed:
            said = ", ".join(str(words.ROLES[role]) for role in roles.roles_of(agent.user))
            self.stdout.write(f"{agent}: {said}")
        self.stdout.write(_("The roles are there; %(number)d people got one.") % {"number": len(placed)})
