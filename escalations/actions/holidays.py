"""Holidays: read from the `holidays` package as plain values, and copied into the rows of a calendar draft.

The package computes holidays anew with every version and corrects old ones. Schedules therefore never ask it: what an
administrator looked at is copied once, and an upgrade of the package moves nothing.
"""

from __future__ import annotations

import functools
import logging
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import metadata
from typing import NamedTuple

import holidays
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from customers.models import User
from customers.refusal import Refused
from customers.time_zones import table
from escalations.models import Calendar, CalendarVersion, SpecialDay, VersionState

logger = logging.getLogger(__name__)

PACKAGE = f"holidays {metadata.version('holidays')}"
_NAME_LENGTH = SpecialDay._meta.get_field("name").max_length or 0
_SOURCE_LENGTH = SpecialDay._meta.get_field("source").max_length or 0


class Choice(NamedTuple):
    """A code of the package with a name for people."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Country:
    """What the package offers for a country: its states or regions by name, and kinds of holidays by code."""

    code: str
    name: str
    subdivisions: tuple[Choice, ...]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose holidays, of which categories, from the first to the last year."""

    country: str
    subdivision: str
    categories: tuple[str, ...]
    first_year: int
    last_year: int

    @property
    def place(self) -> str:
        """As ISO 3166-2 writes it: DE, DE-BY."""
        return f"{self.country}-{self.subdivision}" if self.subdivision else self.country

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One date of the package, with its name and the chosen categories that list it."""

    date: date
    name: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What the package lists for a selection; `moved` are the days of rest on which people work instead."""

    days: tuple[Holiday, ...]
    moved: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class ChosenDay:
    """A listed day as an administrator wants it: switched off, closed, or open at other hours (minutes of the day)."""

    holiday: Holiday
    is_observed: bool = True
    opens: int | None = None
    closes: int | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """What was written, and the rows that were there before and stayed as they were."""

    written: Sequence[SpecialDay]
    left: Sequence[SpecialDay]


# -- what the package knows --------------------------------------------------------------------------------------------


@functools.cache
def countries() -> tuple[Choice, ...]:
    """Every country of the package, by name."""
    names = _country_names()
    classes = {code: known[0] for known in holidays.registry.COUNTRIES.values() for code in known[1:]}
    codes = holidays.list_supported_countries(include_aliases=False)
    known = (Choice(code, names.get(code, classes[code])) for code in codes)
    return tuple(sorted(known, key=lambda one: unicodedata.normalize("NFKD", one.name)))


@functools.cache
def country(code: str) -> Country | None:
    """What the package offers for this ISO 3166-1 code; None when it does not know it."""
    name = dict(countries()).get(code)
    if name is None:
        return None
    known = type(holidays.country_holidays(code))
    subdivisions = [Choice(one, _spelled(one, names)) for one, names in known.get_subdivision_aliases().items()]
    default = known.default_category
    return Country(
        code=code,
        name=name,
        subdivisions=tuple(sorted(subdivisions, key=lambda one: one.name)),
        categories=tuple(sorted(known.supported_categories, key=lambda one: (one != default, one))),
    )


@functools.cache
def country_of(time_zone: str) -> str:
    """The code of the country in which a time zone lies; empty for zones of no country, such as UTC."""
    rows = (line.split("\t") for line in table("zone.tab"))
    return next((row[0] for row in rows if row[2] == time_zone), "")


def listed(selection: Selection, language: str) -> Listing:
    """The days of a selection in the order of their dates, named in this language or else in English.

    Days that the package cannot name in either keep the names of their country.
    """
    known = _read(selection, selection.categories, language)
    each = {category: _read(selection, (category,), language) for category in selection.categories}
    return Listing(
        days=tuple(
            Holiday(
                date=day,
                name=textwrap.shorten(known[day], _NAME_LENGTH, placeholder=" …"),
                categories=tuple(one for one, days in each.items() if day in days) or selection.categories,
            )
            for day in sorted(known)
        ),
        moved=tuple(sorted(day for day in known.weekend_workdays if day.year in selection.years)),
    )


def _read(selection: Selection, categories: Sequence[str], language: str) -> holidays.HolidayBase:
    return holidays.country_holidays(
        selection.country,
        subdiv=selection.subdivision or None,
        years=selection.years,
        expand=False,
        categories=categories,
        language=_spoken(type(holidays.country_holidays(selection.country)), language),
    )


def _spoken(known: type[holidays.HolidayBase], language: str) -> str:
    """The language nearest to the wanted one; never none at all, which would mean that of the server's environment."""
    for wanted in (language.replace("-", "_"), language[:2], "en"):
        for spoken in known.supported_languages:
            if spoken == wanted or spoken.startswith(f"{wanted}_"):
                return spoken
    return known.default_language or "en_US"


def _spelled(code: str, names: Iterable[str]) -> str:
    """The first name of a state or region that is no abbreviation, with its code."""
    name = next((one for one in names if not one.isupper()), "")
    return f"{name} ({code})" if name else code


def _country_names() -> dict[str, str]:
    """By code, as tzdata spells them, but for the one whose name would be looked for under another letter."""
    return dict(line.split("\t")[:2] for line in table("iso3166.tab")) | {"GB": "United Kingdom"}


# -- what is copied ----------------------------------------------------------------------------------------------------


@transaction.atomic
def copy_holidays(
    *, version: CalendarVersion, selection: Selection, days: Sequence[ChosenDay], by: User, at: datetime
) -> Copied:
    """Writes these days into a draft; a date that has a row already is left as it is.

    Days that are not observed are written too, so that the next copy does not bring them back. Raises Refused when the
    version is no draft.
    """
    Calendar.objects.select_for_update(no_key=True).get(pk=version.calendar_id)
    version.refresh_from_db()
    if version.state != VersionState.DRAFT:
        raise Refused("state", "not_a_draft", _("This version was published before; begin a new draft instead."))
    left = list(version.special_days.filter(date__in=[day.holiday.date for day in days]))
    there = {row.date for row in left}
    rows = [_row(version, selection, day) for day in days if day.holiday.date not in there]
    written = SpecialDay.objects.bulk_create(rows)
    logger.info("%s copied %s days of %s to %s at %s", by.code, len(written), selection.place, version, at)
    return Copied(written, left)


def _row(version: CalendarVersion, selection: Selection, day: ChosenDay) -> SpecialDay:
    source = f"{PACKAGE} {selection.place} {'+'.join(day.holiday.categories)}"
    return SpecialDay(
        version=version,
        date=day.holiday.date,
        name=day.holiday.name,
        opens=day.opens,
        closes=day.closes,
        is_observed=day.is_observed,
        source=source[:_SOURCE_LENGTH],
    )


def copied_from(version: CalendarVersion) -> tuple[str, str, set[str]]:
    """Country, subdivision and categories of what was copied into this version last; empty when nothing was."""
    sources = (
        version.special_days.filter(source__startswith="holidays ").order_by("pk").values_list("source", flat=True)
    )
    known = [source.split(" ", 2)[2].rpartition(" ")[::2] for source in sources]
    if not known:
        return "", "", set()
    place = known[-1][0]
    code, _dash, subdivision = place.partition("-")
    return code, subdivision, {one for where, what in known if where == place for one in what.split("+")}


def covered_until(version: CalendarVersion) -> int | None:
    """The last year for which this version names a holiday or special day; None when it names none."""
    last = version.special_days.order_by("date").last()
    return last.date.year if last else None
