"""An administrator saw the product as somebody else; what was looked at is on record."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import User, new_uid
from escalations.models.immutable import AppendOnlyQuerySet, refuse


class SeeingAs(models.Model):
    """An administrator looks at the product as `person` from `began_at` on, and changes nothing meanwhile."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    administrator = models.ForeignKey(
        User, verbose_name=_("administrator"), on_delete=models.PROTECT, related_name="seen_as_others"
    )
    person = models.ForeignKey(User, verbose_name=_("saw as"), on_delete=models.PROTECT, related_name="seen_by_others")
    reason = models.CharField(_("reason"), max_length=200)
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("look as somebody else")
        verbose_name_plural = _("looks as somebody else")
        ordering = ["-began_at"]

    def __str__(self) -> str:
        return f"{self.administrator} – {self.person}"


class SeenPage(models.Model):
    """A page that was looked at meanwhile; such lines are only added."""

    seeing = models.ForeignKey(SeeingAs, on_delete=models.PROTECT, related_name="pages")
    at = models.DateTimeField(_("at"))
    path = models.CharField(_("page"), max_length=300)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        verbose_name = _("page seen")
        verbose_name_plural = _("pages seen")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.path

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        refuse()
