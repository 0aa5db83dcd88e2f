"""Saved views of the queue: of one person, or of a team by whoever leads it. No case changes, so no journal has them.

Everything here is asked with the standing of whoever acts; what is not theirs to change is not found by the doors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from customers.refusal import Refused
from escalations.models import SavedView, Team, TeamMembership, words
from escalations.rules.standing import Standing

MOST = 40  # of one person, or of one team
LONGEST_NAME = 60
_KEPT = ("question", "columns", "sort", "grouping")


def _checked(name: str) -> str:
    """Raises Refused for a name that is none."""
    bare = " ".join(name.split())
    if not bare:
        raise Refused("name", "view_unnamed", words.REMEDIES["view_unnamed"])
    if len(bare) > LONGEST_NAME:
        raise Refused("name", "too_long", words.REMEDIES["too_long"] % {"most": LONGEST_NAME})
    return bare


@transaction.atomic
def save(*, actor: Standing, name: str, kept: Mapping[str, Any], team: Team | None = None) -> SavedView:
    """A new view, last of its kind; of a team only for its leads. Raises Refused."""
    bare = _checked(name)
    if team and not TeamMembership.objects.filter(team=team, agent_id=actor.as_agent, is_lead=True).exists():
        raise Refused("team", "view_of_other_team", words.REMEDIES["view_of_other_team"])
    owner = {"team": team} if team else {"agent_id": actor.as_agent}
    places = list(SavedView.objects.filter(**owner).order_by("-position").values_list("position", flat=True)[:MOST])
    if len(places) >= MOST:
        raise Refused("name", "too_many_views", words.REMEDIES["too_many_views"] % {"most": MOST})
    position = places[0] + 1 if places else 1
    return SavedView.objects.create(name=bare, position=position, **owner, **{key: kept[key] for key in _KEPT})


@transaction.atomic
def change(*, view: SavedView, name: str, kept: Mapping[str, Any] | None = None) -> None:
    """Another name, and with `kept` another question. Raises Refused."""
    view.name = _checked(name)
    for key in _KEPT if kept else ():
        setattr(view, key, (kept or {})[key])
    view.save(update_fields=["name", *(_KEPT if kept else ())])


@transaction.atomic
def move(*, view: SavedView, up: bool) -> None:
    """One place up or down among those of the same person or team; at the end it stays."""
    among = SavedView.objects.filter(team=view.team) if view.team else SavedView.objects.filter(agent=view.agent)
    ordered = list(among.select_for_update().order_by("position", "name", "pk"))
    here = next(index for index, one in enumerate(ordered) if one.pk == view.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(ordered):
        return
    ordered[here], ordered[there] = ordered[there], ordered[here]
    for position, one in enumerate(ordered, start=1):
        if one.position != position:
            one.position = position
            one.save(update_fields=["position"])


def delete(*, view: SavedView) -> None:
    """It is gone; nothing else refers to it."""
    view.delete()
