"""The time zones that can be chosen, by the names in use today, from the `tzdata` package."""

from __future__ import annotations

import functools
from importlib.resources import files


@functools.cache
def time_zones() -> frozenset[str]:
    """UTC and the zones of places, as every current database and browser knows them.

    Names of the past (US/Pacific, Europe/Kiev) and those of no place (PST8PDT, CET, localtime) are left out: not every
    system has them, and some of them mean different things on different systems.
    """
    rows = (line.split("\t") for line in table("zone.tab"))
    return frozenset({"UTC", *(row[2] for row in rows)})


def name_of_today(name: str) -> str | None:
    """The name that has replaced this one: America/Los_Angeles for US/Pacific; None when there is none to choose."""
    successor = _successors().get(name)
    return successor if successor in time_zones() else None


@functools.cache
def _successors() -> dict[str, str]:
    links = (line.split() for line in table("tzdata.zi") if line.startswith("L "))
    return {old: new for _letter, new, old in links}


def table(name: str) -> list[str]:
    """The rows of a table of the tzdata package."""
    text = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
