"""A picture that cannot be taken is asked for again, and missing it at last is a warning and no failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Error, Page

from tools.pictures import TRIES, take


class Camera:
    """A page that cannot be drawn the first few times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.asked: list[bool] = []

    def screenshot(self, *, full_page: bool, **options: Any) -> None:
        self.asked.append(full_page)
        if len(self.asked) <= self.failures:
            raise Error("Protocol error (Page.captureScreenshot): Unable to capture screenshot")

    def wait_for_timeout(self, timeout: float) -> None:
        """No time goes by here."""


def test_the_last_try_asks_only_for_what_is_in_view(tmp_path: Path) -> None:
    camera = Camera(failures=TRIES - 1)
    assert take(cast(Page, camera), tmp_path / "shots" / "queue.png", is_whole=True)
    assert camera.asked == [True, True, False]
    assert (tmp_path / "shots").is_dir()


def test_a_picture_that_is_never_taken_is_a_warning(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"no picture queue\.png: .*Unable to capture"):
        assert not take(cast(Page, Camera(failures=TRIES)), tmp_path / "queue.png")
