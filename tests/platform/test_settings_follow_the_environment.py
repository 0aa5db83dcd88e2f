"""One settings file: without variables Belay stands by itself, with them it uses what they name."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import override_settings

from config import checks, home
from tools.doctor import ROOT

SHOW = "import json, config.settings as s; print(json.dumps({n: getattr(s, n) for n in {names}}, default=str))"
NAMES = [
    "DATABASES", "CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT", "CELERY_BROKER_TRANSPORT_OPTIONS",
    "EMAIL_BACKEND", "BELAY_URL",
    "SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECRET_KEY", "MEDIA_ROOT", "FILE_UPLOAD_TEMP_DIR",
    "MAX_ATTACHMENT_MB", "MAX_ATTACHMENTS", "MAIL_ATTACHMENTS_MB",
    "MAIL_MAX_MB", "MAIL_CASES_PER_HOUR", "MAIL_MESSAGES_PER_HOUR",
    "AUDITOR_MAILS", "HEARTBEAT_URL", "METRICS_TOKEN",
]  # fmt: skip


def settings_with(tmp_path: Path, **variables: str) -> dict[str, Any]:
    plain = {"PATH": os.environ["PATH"], "BELAY_HOME": str(tmp_path / "home")}
    said = subprocess.run(
        [sys.executable, "-c", SHOW.replace("{names}", repr(NAMES))],
        cwd=ROOT,
        env={**plain, **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded: dict[str, Any] = json.loads(said.stdout)
    return loaded


def test_without_variables_everything_lies_in_the_home(tmp_path: Path) -> None:
    found = settings_with(tmp_path)
    database = found["DATABASES"]["default"]
    assert database["NAME"] == str(tmp_path / "home" / "belay.sqlite3")
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in database["OPTIONS"]["init_command"]
    assert found["CELERY_BROKER_URL"] == "filesystem://localhost"
    assert found["CELERY_BROKER_TRANSPORT"] == "config.filequeue:Transport"
    folders = found["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert folders["data_folder_in"] == folders["data_folder_out"]
    assert Path(folders["data_folder_in"]).is_dir()
    assert found["EMAIL_BACKEND"].endswith("filebased.EmailBackend")


def test_files_of_others_lie_in_the_home_and_are_limited(tmp_path: Path) -> None:
    plain = settings_with(tmp_path)
    assert [plain[name] for name in ("MAX_ATTACHMENT_MB", "MAX_ATTACHMENTS", "MAIL_ATTACHMENTS_MB")] == [20, 20, 10]
    assert plain["MEDIA_ROOT"] == str(tmp_path / "home" / "files")
    assert Path(plain["FILE_UPLOAD_TEMP_DIR"]).is_dir()
    other = settings_with(tmp_path, MAX_ATTACHMENT_MB="5", MAX_ATTACHMENTS="3", MAIL_ATTACHMENTS_MB="2")
    assert [other[name] for name in ("MAX_ATTACHMENT_MB", "MAX_ATTACHMENTS", "MAIL_ATTACHMENTS_MB")] == [5, 3, 2]


def test_mail_that_comes_in_is_limited(tmp_path: Path) -> None:
    names = ("MAIL_MAX_MB", "MAIL_CASES_PER_HOUR", "MAIL_MESSAGES_PER_HOUR")
    plain = settings_with(tmp_path)
    assert [plain[name] for name in names] == [50, 20, 30]
    other = settings_with(tmp_path, MAIL_MAX_MB="8", MAIL_CASES_PER_HOUR="3", MAIL_MESSAGES_PER_HOUR="5")
    assert [other[name] for name in names] == [8, 3, 5]


def test_whoever_watches_from_outside_is_named_in_the_environment(tmp_path: Path) -> None:
    names = ("AUDITOR_MAILS", "HEARTBEAT_URL", "METRICS_TOKEN")
    nobody = settings_with(tmp_path)
    assert [nobody[name] for name in names] == [[], "", ""]
    found = settings_with(
        tmp_path,
        AUDITOR_MAILS="watch@ops.example,night@ops.example",
        HEARTBEAT_URL="https://watch.example/ping/1",
        METRICS_TOKEN="shown",
    )
    assert [found[name] for name in names] == [
        ["watch@ops.example", "night@ops.example"],
        "https://watch.example/ping/1",
        "shown",
    ]


def test_addresses_in_the_environment_are_obeyed(tmp_path: Path) -> None:
    found = settings_with(
        tmp_path,
        DATABASE_URL="postgresql://belay:secret@db.internal:6543/desk?sslmode=require",
        DATABASE_POOL="3",
        REDIS_URL="redis://queue.internal:6379/2",
        EMAIL_URL="smtp://mail.internal:2525",
        BELAY_HTTPS="true",
        SECRET_KEY="given",
        PORT="8123",
    )
    database = found["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.internal", 6543, "desk")
    assert database["OPTIONS"]["pool"]["max_size"] == 3
    assert database["OPTIONS"]["sslmode"] == "require"
    assert database["CONN_MAX_AGE"] == 0
    assert found["CELERY_BROKER_URL"] == "redis://queue.internal:6379/2"
    assert found["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert found["SESSION_COOKIE_SECURE"] is True
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECRET_KEY"] == "given"
    assert found["BELAY_URL"] == "http://127.0.0.1:8123"


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = settings_with(tmp_path)["SECRET_KEY"], settings_with(tmp_path)["SECRET_KEY"]
    assert first == second
    assert len(first) >= 50
    assert (tmp_path / "home" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_secret_made_by_another_process_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def beaten() -> str:
        (tmp_path / "secret_key").write_text("theirs")
        return "ours"

    monkeypatch.setattr(home, "get_random_secret_key", beaten)
    assert home.secret_key(tmp_path) == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("check", "changed", "number"),
    [
        (checks.transactions_are_explicit, {"ATOMIC_REQUESTS": True}, "belay.E001"),
        (checks.transactions_are_explicit, {"CONN_MAX_AGE": 60, "OPTIONS": {"pool": {}}}, "belay.E002"),
        (checks.database_is_supported, {"ENGINE": "django.db.backends.mysql"}, "belay.E003"),
    ],
)
def test_a_database_that_would_break_promises_is_refused_at_start(
    monkeypatch: pytest.MonkeyPatch, check: Any, changed: dict[str, Any], number: str
) -> None:
    good = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0, "OPTIONS": {}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES={"default": good}))
    assert check() == []
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES={"default": {**good, **changed}}))
    assert [found.id for found in check()] == [number]


def test_a_production_that_keeps_its_own_secret_is_warned(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("kept")
    with override_settings(BELAY_HOME=tmp_path, SECRET_KEY="kept"):
        assert [found.id for found in checks.secret_is_secret()] == ["belay.W004"]
    with override_settings(BELAY_HOME=tmp_path, SECRET_KEY="given"):
        assert checks.secret_is_secret() == []


def test_a_production_without_https_is_warned() -> None:
    with override_settings(BELAY_URL="http://desk.internal"):
        assert [found.id for found in checks.address_is_https()] == ["belay.W005"]
    with override_settings(BELAY_URL="https://desk.internal"):
        assert checks.address_is_https() == []


def test_missing_front_end_files_are_named() -> None:
    with override_settings(VENDOR_FILES={"vendor/x.js": "nowhere/x.js"}):
        assert "nowhere/x.js" in checks.vendor_files_are_installed()[0].msg
    assert checks.vendor_files_are_installed() == []


def test_named_front_end_files_are_served_and_nothing_beside_them() -> None:
    assert str(finders.find("vendor/htmx.min.js")).endswith("node_modules/htmx.org/dist/htmx.min.js")
    assert finders.find("vendor/htmx.js") is None
    assert finders.find("htmx.org/dist/htmx.min.js") is None
