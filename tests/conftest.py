"""What every test stands on: a database of this run alone, quick passwords, no queue, the machine's Chromium."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import SimpleTestCase
from django.test.utils import override_settings

from customers.models import User
from escalations.models.calendars import published_schedule
from escalations.models.policies import published_procedure
from tests.cast import Company
from tests.cast import company as make_company
from tests.keeping import Kept
from tests.listening import EARS, attach, learning
from tools import messages, pictures

# Playwright's event loop runs in the main thread; Django would take the test's own queries for async ones.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

QUICK = override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    STORAGES={
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
    # Wrong passwords are counted where a test is about them; elsewhere `client.login()` stays what it is.
    AXES_ENABLED=False,
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    # A nudge goes nowhere: tests run the engine themselves. Tests marked `broker` start processes of their own.
    CELERY_BROKER_URL="memory://",
    CELERY_BROKER_TRANSPORT="memory",
    CELERY_BROKER_TRANSPORT_OPTIONS={},
)

CAST = Kept(make_company, User)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--stored", action="store_true", help="only tests that touch the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a second database only what is stored can differ; pure thinking was tried with the first."""
    if config.getoption("--stored"):
        kept = [item for item in items if _is_stored(item)]
        config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
        items[:] = kept


def _is_stored(item: pytest.Item) -> bool:
    """Whether a test asks for a database: by its mark, by a fixture, or by its class."""
    fixtures = {"db", "transactional_db", "live_server", "django_db_setup"}
    of_class = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    asked = fixtures.intersection(getattr(item, "fixturenames", ()))
    return of_class or bool(asked) or item.get_closest_marker("django_db") is not None


def pytest_configure(config: pytest.Config) -> None:
    messages.compile_stale()  # whoever runs pytest by hand has not been through bootstrap
    QUICK.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    QUICK.disable()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Several runs may go on at once on one machine: each process gets its own file or its own PostgreSQL database."""
    database: dict[str, Any] = settings.DATABASES["default"]
    if "sqlite3" in database["ENGINE"]:
        database["TEST"]["NAME"] = str(Path(tempfile.gettempdir()) / f"belay-test-{os.getpid()}.sqlite3")
    else:
        database["TEST"]["NAME"] = f"test_belay_{os.getpid()}"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's own Chromium, quiet about everything outside.

    A missing one fails the test that wants it: nothing is skipped.
    """
    started = pictures.launching()
    if started is None:
        pytest.fail("Chromium is missing: install it (on Debian and Ubuntu `apt-get install chromium`).")
    return {**browser_type_launch_args, **started}


@pytest.fixture(scope="session", autouse=True)
def listening() -> Iterator[None]:
    """What is secret is known from the moment it comes to be."""
    with learning():
        yield


@pytest.fixture(autouse=True)
def nothing_secret_is_logged() -> Iterator[None]:
    """No line of any log holds a password, a token, a sealed secret or the words of a mail or a message."""
    attach()
    EARS.lines.clear()
    yield
    told = EARS.told()
    EARS.forget()
    assert told == []


@pytest.fixture(autouse=True)
def closed_pages(request: pytest.FixtureRequest) -> Iterator[None]:
    """Pages that are left open go on asking the live server, and its threads hold the database of later tests."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture(autouse=True)
def fresh_procedures() -> None:
    """Published versions are kept for the life of a process; in tests their keys come back with other rows."""
    published_procedure.cache_clear()
    published_schedule.cache_clear()


@pytest.fixture
def company(db: None) -> Company:
    """The cast, on an empty database."""
    return CAST()
