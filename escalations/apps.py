"""The app of the product."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EscalationsConfig(AppConfig):
    name = "escalations"
    verbose_name = _("escalations")
    default_auto_field = "django.db.models.BigAutoField"
