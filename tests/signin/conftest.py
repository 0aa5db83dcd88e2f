"""Signing in as it is outside of tests: wrong passwords are counted, and what was counted before is forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def counted(settings: Any) -> None:
    settings.AXES_ENABLED = True
    cache.clear()
