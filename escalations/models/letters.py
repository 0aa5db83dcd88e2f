"""Words of a company's own for the letters Belay writes; without them the built-in ones are used."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import User

STAFF, CUSTOMER = "staff", "customer"
READERS = [(STAFF, _("colleagues")), (CUSTOMER, _("customers"))]


class LetterTemplate(models.Model):
    """Subject and text for one kind of event (or bulletin), one kind of reader and one language."""

    kind = models.CharField(_("event"), max_length=40)
    reader = models.CharField(_("read by"), max_length=8, choices=READERS)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    is_active = models.BooleanField(_("used"), default=True, help_text=_("Otherwise the built-in words are used."))
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(
        User, verbose_name=_("by"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("letter template")
        verbose_name_plural = _("letter templates")
        ordering = ["kind", "reader", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "reader", "language"],
                name="letter_template_once",
                violation_error_message=_("There are already words for this event, reader and language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.get_reader_display()} · {self.language}"
