"""Numbered system checks: what would go wrong later is said at start, with the remedy."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution
from django.http.request import validate_host

from config.staticfiles import vendor_path


def transactions_are_explicit(**_: Any) -> Sequence[CheckMessage]:
    """belay.E001, E002: each action opens its own transaction; a request must not."""
    found: list[CheckMessage] = []
    for name, database in settings.DATABASES.items():
        if database.get("ATOMIC_REQUESTS"):
            found.append(
                Error(
                    f"ATOMIC_REQUESTS is on for the database '{name}'.",
                    hint="Switch it off: with it every page takes SQLite's write lock.",
                    id="belay.E001",
                )
            )
        if "pool" in database.get("OPTIONS", {}) and database.get("CONN_MAX_AGE") != 0:
            found.append(
                Error(
                    f"The database '{name}' has a connection pool and persistent connections.",
                    hint="Set CONN_MAX_AGE to 0, or DATABASE_POOL to 0.",
                    id="belay.E002",
                )
            )
    return found


def database_is_supported(**_: Any) -> Sequence[CheckMessage]:
    """belay.E003: SQLite and PostgreSQL are the two databases Belay is tested on."""
    engines = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}
    return [
        Error(
            f"The database '{name}' uses {database['ENGINE']}.",
            hint="Give a DATABASE_URL beginning with sqlite:/// or postgresql://.",
            id="belay.E003",
        )
        for name, database in settings.DATABASES.items()
        if database["ENGINE"] not in engines
    ]


def secret_is_secret(**_: Any) -> Sequence[CheckMessage]:
    """belay.W004: in production the key comes from the environment, so that all machines share it."""
    kept = Path(settings.BELAY_HOME) / "secret_key"
    if kept.exists() and kept.read_text(encoding="ascii") == settings.SECRET_KEY:
        return [
            Caution(
                "SECRET_KEY is the one Belay made for itself.",
                hint="Set SECRET_KEY in the environment, the same on every machine of the installation.",
                id="belay.W004",
            )
        ]
    return []


def address_is_https(**_: Any) -> Sequence[CheckMessage]:
    """belay.W005: the links in mails lead to BELAY_URL."""
    if settings.BELAY_URL.startswith("https://"):
        return []
    return [
        Caution(
            f"BELAY_URL is {settings.BELAY_URL}.",
            hint="Set BELAY_URL to the https address that people use, and BELAY_HTTPS to true.",
            id="belay.W005",
        )
    ]


def hosts_are_named(**_: Any) -> Sequence[CheckMessage]:
    """belay.W010, W011: the names by which people may call this installation, and that BELAY_URL is one of them."""
    found: list[CheckMessage] = []
    if any(host in ("*", ".") for host in settings.ALLOWED_HOSTS):
        found.append(
            Caution(
                "ALLOWED_HOSTS lets in every name of a host.",
                hint="Name the hosts that people use, separated by commas.",
                id="belay.W010",
            )
        )
    host = urlsplit(settings.BELAY_URL).hostname or ""
    if not validate_host(host, settings.ALLOWED_HOSTS):
        found.append(
            Caution(
                f"ALLOWED_HOSTS lacks {host}, the host of BELAY_URL: links in mails would be refused.",
                hint="Add it to ALLOWED_HOSTS.",
                id="belay.W011",
            )
        )
    return found


def vendor_files_are_installed(**_: Any) -> Sequence[CheckMessage]:
    """belay.W006: pages need the front-end packages that `npm ci` installs."""
    missing = [source for source in settings.VENDOR_FILES.values() if not vendor_path(source).exists()]
    if not missing:
        return []
    return [
        Caution(
            f"Front-end files are missing: {', '.join(missing)}.",
            hint="Run `make front-end`.",
            id="belay.W006",
        )
    ]
