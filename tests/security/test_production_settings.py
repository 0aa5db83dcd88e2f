"""What an installation that the world can reach is set to."""

from __future__ import annotations

from pathlib import Path

from django.test import override_settings

from config import checks
from tests.security.production import run, settings_of

COOKIES = [
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE",
    "CSRF_COOKIE_SAMESITE",
]  # fmt: skip


def test_the_deployment_check_finds_nothing_in_production(tmp_path: Path) -> None:
    said = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (said.returncode, said.stderr) == (0, "")
    assert "no issues" in said.stdout


def test_the_deployment_check_names_everything_that_is_missing(tmp_path: Path) -> None:
    careless = {"SECRET_KEY": "", "BELAY_URL": "", "ALLOWED_HOSTS": "*", "BELAY_HTTPS": "", "DEBUG": "true"}
    said = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **careless)
    assert said.returncode != 0
    for number in ("belay.W004", "belay.W005", "belay.W010", "security.W008", "security.W012", "security.W018"):
        assert number in said.stderr


def test_every_host_by_name_and_the_own_one_among_them() -> None:
    with override_settings(BELAY_URL="https://desk.example", ALLOWED_HOSTS=[".example"]):
        assert checks.hosts_are_named() == []
    for hosts, number in ((["*"], "belay.W010"), (["other.example"], "belay.W011")):
        with override_settings(BELAY_URL="https://desk.example", ALLOWED_HOSTS=hosts):
            assert [found.id for found in checks.hosts_are_named()] == [number]


def test_cookies_travel_by_https_alone_and_no_script_reads_the_session(tmp_path: Path) -> None:
    assert settings_of(tmp_path, *COOKIES) == {
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": None,  # Django's own default, which is True
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
    }


def test_browsers_are_told_to_stay_with_https_for_a_year(tmp_path: Path) -> None:
    names = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS", "DEBUG")
    assert settings_of(tmp_path, *names) == dict(zip(names, (True, 31_536_000, True, False), strict=True))
    plain = settings_of(tmp_path, *names, BELAY_HTTPS="")
    assert plain == dict(zip(names, (False, 0, False, False), strict=True))


def test_the_header_of_a_proxy_counts_only_where_there_is_one(tmp_path: Path) -> None:
    name = "SECURE_PROXY_SSL_HEADER"
    assert settings_of(tmp_path, name)[name] == ["HTTP_X_FORWARDED_PROTO", "https"]
    assert settings_of(tmp_path, name, BELAY_BEHIND_PROXY="")[name] is None


def test_passwords_are_kept_by_argon2_and_are_not_short(tmp_path: Path) -> None:
    found = settings_of(tmp_path, "PASSWORD_HASHERS", "AUTH_PASSWORD_VALIDATORS")
    assert found["PASSWORD_HASHERS"][0].endswith("Argon2PasswordHasher")
    lengths = [rule["OPTIONS"]["min_length"] for rule in found["AUTH_PASSWORD_VALIDATORS"] if "OPTIONS" in rule]
    assert lengths == [10]
