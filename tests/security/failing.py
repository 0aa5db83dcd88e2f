"""A web application that fails on one address, as any may."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Raises ValueError for an address that holds `boom`; anything else is empty."""
    if "boom" in environ["PATH_INFO"]:
        raise ValueError(f"cannot open {environ['PATH_INFO']}")
    start_response("204 No Content", [])
    return []
