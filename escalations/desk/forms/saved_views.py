"""The forms of saved views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from escalations.desk.forms.base import DeskForm
from escalations.models import Team, words


def _name() -> forms.CharField:
    missing = words.REMEDIES["view_unnamed"]
    return forms.CharField(label=_("Name"), max_length=60, error_messages={"required": missing})


class SaveForm(DeskForm):
    """A new view; `teams` are those that its maker leads."""

    name = _name()
    team = forms.ModelChoiceField(
        label=_("For"),
        queryset=Team.objects.none(),
        required=False,
        empty_label=_("me alone"),
        help_text=_("A view of a team is a tab for everybody in it."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, teams: QuerySet[Team]) -> None:
        super().__init__(data, about="view")
        team = self.fields["team"]
        if isinstance(team, forms.ModelChoiceField):
            team.queryset = teams
        if not teams.exists():
            del self.fields["team"]


class ChangeForm(DeskForm):
    """Another name for a view, and whether it asks from now on what the queue was asked last."""

    name = _name()
    takes_over = forms.BooleanField(
        label=_("From now on it shows what the queue showed last, in that order and with those columns"), required=False
    )
