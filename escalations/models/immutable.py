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


class VersionState(models.TextChoices):
    """Of a policy or calendar version. A published version may only become retired."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class VersionQuerySet(models.QuerySet[Any]):
    """Versions: only drafts may be changed or deleted; a published one may only be retired."""

    def update(self, **kwargs: Any) -> int:
        retires = set(kwargs) <= {"state", "retired_at"} and kwargs.get("state") == VersionState.RETIRED
        if not retires and self.exclude(state=VersionState.DRAFT).exists():
            refuse()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        if self.exclude(state=VersionState.DRAFT).exists():
            refuse()
        return super().delete()


class Version(models.Model):
    """One edition of configuration; it can be changed or deleted only while it is a draft."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.refuse_published()
        return super().delete(*args, **kwargs)

    def refuse_published(self) -> None:
        """Raises Refused once this version was published, whatever this instance believes."""
        rows: Any = type(self)._base_manager.filter(pk=self.pk)
        stored = rows.values_list("state", flat=True).first()
        if stored not in (VersionState.DRAFT, None):
            refuse()


class FrozenQuerySet(models.QuerySet[Row]):
    """Rows of a version: those of a published version refuse every change, and none is moved into one."""

    def published(self) -> Self:
        """Rows whose version left the draft state."""
        return self.exclude(version__state=VersionState.DRAFT)

    def _refuse_published(self) -> None:
        if self.published().exists():
            refuse()

    def update(self, **kwargs: Any) -> int:
        self._refuse_published()
        if "version" in kwargs or "version_id" in kwargs:
            refuse()
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.refuse_published()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self.refuse_published()
        return super().delete(*args, **kwargs)

    def refuse_published(self) -> None:
        """Raises Refused once the version of this row, or the one it is stored under, was published."""
        rows: Any = type(self)._base_manager.filter(pk=self.pk)
        for row in (self, rows.select_related("version").first()):
            version = getattr(row, "version", None)
            if version is not None:
                version.refuse_published()
