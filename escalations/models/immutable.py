"""Rows that never change: refused in model and queryset alike, on every database."""

from __future__ import annotations

from collections.abc import Mapping
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


def one_line_end(text: str) -> str:
    """The text with one kind of line ends: a browser sends others than were stored, and nothing was rewritten by it."""
    return text.replace("\r\n", "\n")


class VersionState(models.TextChoices):
    """Of a policy or calendar version; only a draft can be changed.

    A policy version is looked at by a second person (in review), and may be published before it takes effect
    (scheduled). A calendar version goes from draft to published by itself.
    """

    DRAFT = "draft", _("draft")
    REVIEW = "review", _("in review")
    SCHEDULED = "scheduled", _("published, not in effect yet")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


# From which state to which, and what may be written down with it; the row triggers of PostgreSQL know the same.
_PUBLISHING = frozenset({"state", "published_at", "published_by", "published_by_id", "effective_at", "review_by"})
MOVES: Mapping[tuple[str, str | None], frozenset[str]] = {
    (VersionState.REVIEW, VersionState.DRAFT): frozenset({"state", "submitted_at", "submitted_by", "submitted_by_id"}),
    (VersionState.REVIEW, VersionState.SCHEDULED): _PUBLISHING,
    (VersionState.REVIEW, VersionState.PUBLISHED): _PUBLISHING,
    (VersionState.SCHEDULED, VersionState.PUBLISHED): frozenset({"state"}),
    (VersionState.SCHEDULED, VersionState.RETIRED): frozenset({"state", "retired_at"}),
    (VersionState.PUBLISHED, VersionState.RETIRED): frozenset({"state", "retired_at"}),
    # Looked at again and found right: only the day of the next look moves.
    (VersionState.PUBLISHED, None): frozenset({"review_by"}),
}


class VersionQuerySet(models.QuerySet[Any]):
    """Versions: only drafts may be changed or deleted; all others only move on, as MOVES says."""

    def update(self, **kwargs: Any) -> int:
        stored = self.exclude(state=VersionState.DRAFT).order_by().values_list("state", flat=True).distinct()
        for state in stored:
            if not set(kwargs) <= MOVES.get((state, kwargs.get("state")), frozenset()):
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
        for version in {row.version_id: row.version for row in objs}.values():
            version.refuse_published()
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
