"""Ordered rows of a version: numbered 1, 2, 3 … each time they are saved, so that a number names a row."""

from __future__ import annotations

from typing import Any

from unfold.forms import PaginationInlineFormSet

UP, DOWN = -1, 1
LAST = 32_000


class OrderedRows(PaginationInlineFormSet):
    """A row that was given the number of another one goes before it when it moves up, behind it when it moves down."""

    def clean(self) -> None:
        super().clean()
        for form in self.forms:
            if getattr(form, "cleaned_data", None) and form.cleaned_data.get("position") is None:
                form.instance.position = LAST

    def save(self, commit: bool = True) -> Any:
        saved = super().save(commit=commit)
        if commit:
            self._number()
        return saved

    def _number(self) -> None:
        moves = {form.instance.pk: _direction(form) for form in self.forms}
        rows = self.model._default_manager.filter(version=self.instance)
        ordered = sorted(rows, key=lambda row: (row.position, moves.get(row.pk, 0), row.pk))
        for position, row in enumerate(ordered, start=1):
            if row.position != position:
                rows.filter(pk=row.pk).update(position=position)


def _direction(form: Any) -> int:
    """Where this row goes when its number is already taken."""
    before, after = form.initial.get("position"), form.instance.position
    if before is None or after < before:
        return UP
    return DOWN if after > before else 0
