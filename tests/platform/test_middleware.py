"""What happens around a request: one nudge after a change, a policy the admin can live with."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from config.middleware import AdminCspMiddleware, NudgeMiddleware


@pytest.fixture
def nudges(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    monkeypatch.setattr("escalations.tasks.nudge", lambda: asked.append("nudge"))
    return asked


def request(method: str, status: int) -> HttpResponse:
    def view(_: HttpRequest) -> HttpResponse:
        return HttpResponse(status=status)

    return NudgeMiddleware(view)(RequestFactory().generic(method, "/"))


@pytest.mark.parametrize(
    ("method", "status"), [("POST", 200), ("POST", 302), ("PUT", 201), ("PATCH", 200), ("DELETE", 204)]
)
def test_a_change_that_succeeds_nudges_delivery_once(nudges: list[str], method: str, status: int) -> None:
    request(method, status)
    assert nudges == ["nudge"]


@pytest.mark.parametrize(
    ("method", "status"), [("GET", 200), ("HEAD", 200), ("OPTIONS", 200), ("POST", 400), ("POST", 500)]
)
def test_reading_and_failing_nudge_nobody(nudges: list[str], method: str, status: int) -> None:
    request(method, status)
    assert nudges == []


def test_a_dead_broker_is_counted_and_does_not_fail_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise ConnectionError("nobody listens")

    monkeypatch.setattr("escalations.tasks.nudge", refuse)
    monkeypatch.setattr(NudgeMiddleware, "failures", 0)
    assert request("POST", 302).status_code == 302
    assert NudgeMiddleware.failures == 1


@pytest.mark.parametrize(
    ("path", "relaxed"), [("/admin/", True), ("/admin/x/", True), ("/desk/", False), ("/administer", False)]
)
def test_only_the_admin_gets_a_relaxed_content_policy(path: str, relaxed: bool) -> None:
    response: Any = AdminCspMiddleware(lambda _: HttpResponse())(RequestFactory().get(path))
    assert hasattr(response, "_csp_replace") is relaxed


@pytest.mark.django_db
def test_pages_carry_the_policy_they_need() -> None:
    assert "unsafe-eval" in Client().get("/admin/login/").headers["Content-Security-Policy"]
    strict = Client().get("/favicon.ico").headers["Content-Security-Policy"]
    assert "unsafe" not in strict
    assert "default-src 'self'" in strict
