"""Every address of the product, from its own list of addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

API = "/api/"
_CONVERTER = re.compile(r"<\w+:(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
UNSAFE = ("post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Route:
    """One address with its open places in angle brackets.

    `method` is empty for a page, whose row says how it is asked.
    """

    method: str
    address: str

    @property
    def places(self) -> list[str]:
        return re.findall(r"<(\w+)>", self.address)


def routes() -> list[Route]:
    """All of them, each once; an address of the API once for every method it knows."""
    return sorted({*_walk(get_resolver().url_patterns, "/")}, key=lambda route: (route.address, route.method))


def _walk(patterns: list[Any], before: str) -> Iterator[Route]:
    for pattern in patterns:
        address = before + _spoken(str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield from (Route(method, address) for method in _methods(address, pattern.callback))


def _methods(address: str, view: Any) -> list[str]:
    cls = getattr(view, "cls", None)
    if not address.startswith(API) or cls is None:
        return [""]
    return [method.upper() for method in ("get", *UNSAFE) if hasattr(cls, method)]


def _spoken(pattern: str) -> str:
    """The pattern as a person writes it: `cases/<reference>/` for `cases/<str:reference>/` and `^cases/(?P<…>…)/$`."""
    named = _CONVERTER.sub(r"<\1>", _GROUP.sub(r"<\1>", pattern))
    return named.replace("^", "").replace("$", "").replace(".*", "<anything>").replace("\\Z", "")
