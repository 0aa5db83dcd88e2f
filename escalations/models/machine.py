"""What both state machines share."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django_fsm import FSMField, FSMModelMixin


class MachineModel(FSMModelMixin, models.Model):
    """A row with a protected state; only transition methods move it, only actions save it."""

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Django writes every field back when it cleans; a protected state refuses that, so it is left out."""
        protected = {field.name for field in self._meta.fields if isinstance(field, FSMField) and field.protected}
        super().clean_fields(exclude={*(exclude or ()), *protected})
