"""What the engine keeps about itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pulse(models.Model):
    """The last sign of life of a part of the engine."""

    component = models.CharField(_("part"), max_length=40, unique=True)
    at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")
        ordering = ["component"]

    def __str__(self) -> str:
        return f"{self.component} {self.at}"
