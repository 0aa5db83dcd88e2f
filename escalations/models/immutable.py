"""Rows that never change: refused in model and queryset alike, on every database."""

from __future__ import annotations

from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.refusal import Refused

Row = TypeVar("Row", bound=models.Model)


def refuse() -> NoReturn:
    raise Refused("", "immutable", _("This is on record and never changes; add a new version or a new entry instead."))


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Rows may be added and read, nothing else."""

    def update(self, **kwargs: Any) -> NoReturn:
        refuse()

    def delete(self) -> NoReturn:
        refuse()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        refuse()

    def _raw_delete(self, using: str | None) -> NoReturn:
        refuse()

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Row]:
        if kwargs.get("update_conflicts"):
            refuse()
        return super().bulk_create(objs, *args, **kwargs)


class FrozenQuerySet(models.QuerySet[Row]):
    """Configuration that belongs to a version: rows of a published version refuse every change."""

    def published(self) -> Self:
        """Rows whose version left the draft state; each model says how it finds its version."""
        version = getattr(self.model, "version_path", "version__")
        return self.exclude(**{f"{version}state": "draft"})

    def _refuse_published(self) -> None:
        if self.published().exists():
            refuse()

    def update(self, **kwargs: Any) -> int:
        self._refuse_published()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse_published()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self._refuse_published()
        return super()._raw_delete(using)

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Row]:
        objs = list(objs)
        for row in objs:
            row.refuse_published()
        if kwargs.get("update_conflicts"):
            refuse()
        return super().bulk_create(objs, *args, **kwargs)


class VersionChild(models.Model):
    """A row of a policy or calendar version; it can be written only while the version is a draft."""

    class Meta:
        abstract = True

    def refuse_published(self) -> None:
        """Raises Refused once the version was published."""
        version = getattr(self, "version", None)
        if version is not None and version.state_in_database() not in ("draft", None):
            refuse()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.refuse_published()
        return super().delete(*args, **kwargs)
