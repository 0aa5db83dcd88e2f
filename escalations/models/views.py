"""Saved views: a question to the queue that a person or a team asks again and again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.models import new_uid
from escalations.models.people import Agent, Team


class SavedView(models.Model):
    """Filters, columns, order and grouping of the queue under a name: of one person, or of everybody in a team.

    `question` holds the filters as the address of the queue does, a list of words each; nothing in it is trusted, the
    queue reads it as it reads an address.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=60)
    agent = models.ForeignKey(
        Agent, verbose_name=_("of"), null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("of the team"), null=True, blank=True, on_delete=models.CASCADE, related_name="saved_views"
    )
    question = models.JSONField(_("filters"), default=dict, blank=True)
    columns = models.JSONField(_("columns"), default=list, blank=True)
    sort = models.CharField(_("order"), max_length=20, blank=True)
    grouping = models.CharField(_("grouped by"), max_length=20, blank=True)
    position = models.PositiveSmallIntegerField(_("place"), default=100)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(agent__isnull=False, team__isnull=True) | Q(agent__isnull=True, team__isnull=False),
                name="view_of_a_person_or_a_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name
