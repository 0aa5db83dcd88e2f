"""The platform as a Django app: it only brings the numbered system checks along."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from config import checks

# Django runs checks tagged `database` only where it is about to migrate; ours run at every start.
PLATFORM = "platform"


class PlatformConfig(AppConfig):
    """Registers the checks of `config.checks` when Django starts."""

    name = "config"

    def ready(self) -> None:
        register(checks.transactions_are_explicit, PLATFORM)
        register(checks.database_is_supported, PLATFORM)
        register(checks.secret_is_secret, Tags.security, deploy=True)
        register(checks.address_is_https, Tags.security, deploy=True)
        register(checks.hosts_are_named, Tags.security, deploy=True)
        register(checks.vendor_files_are_installed, Tags.staticfiles)
