"""Configuration that something refers to is not taken away: what uses it is named instead."""

from __future__ import annotations

import logging

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from customers.refusal import Refused
from escalations.models import Rota, Skill, Team

logger = logging.getLogger(__name__)

# Rows that would go together with the one they belong to and still count as use of it.
COUNTED: dict[type[models.Model], frozenset[str]] = {
    Team: frozenset({"rota"}),
    Skill: frozenset({"agents"}),
    Rota: frozenset({"members"}),
}


def uses(row: Team | Skill | Rota) -> list[str]:
    """What refers to this row, such as “2 levels”; empty when nothing would miss it."""
    found = []
    for relation in row._meta.related_objects:
        counts = relation.on_delete is models.PROTECT or relation.get_accessor_name() in COUNTED[type(row)]
        if not counts:
            continue
        rows = relation.related_model._default_manager.filter(**{relation.field.name: row})
        if number := rows.count():
            found.append(f"{relation.related_model._meta.verbose_name_plural}: {number}")
    return found


def refuse_if_used(row: Team | Skill | Rota) -> None:
    """Raises Refused naming what uses this row."""
    if found := uses(row):
        remedy = _("“%(name)s” is still used (%(uses)s). Put something else in its place first; then it can go.")
        said = {"name": row, "uses": ", ".join(found)}
        raise Refused("", "in_use", remedy % said)


@transaction.atomic
def remove(*, row: Team | Skill | Rota, by: User) -> None:
    """Takes it away for good. Raises Refused while something refers to it."""
    refuse_if_used(row)
    logger.info("%s removed %s %s", by.code, row._meta.model_name, row)
    row.delete()
