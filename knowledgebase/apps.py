"""The app of what we know."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class KnowledgebaseConfig(AppConfig):
    name = "knowledgebase"
    verbose_name = _("knowledge base")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from knowledgebase import checks
        from knowledgebase.search import backends

        register(checks.spellings_are_compared, Tags.database)
        post_migrate.connect(backends.prepare, sender=self)
