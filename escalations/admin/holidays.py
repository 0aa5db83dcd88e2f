"""Copying holidays into a calendar draft: which country, what of it, then every single day before it is written."""

from __future__ import annotations

import hashlib
import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.utils import formats, timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
)

from customers.refusal import Refused
from escalations.actions import holidays
from escalations.actions.holidays import ChosenDay, Country, Holiday, Listing, Selection
from escalations.admin.bases import page_of, refused
from escalations.admin.fields import MinutesField
from escalations.admin.holiday_categories import HALF_DAY, NOT_BY_ITSELF, category_choice, category_name
from escalations.models import CalendarVersion, SpecialDay
from escalations.models.calendars import clock_time

MOST_YEARS, MOST_DAYS = 10, 400
NAMED_IN_A_MESSAGE = 10

# -- what is asked -----------------------------------------------------------------------------------------------------


class CountryForm(forms.Form):
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [("", _("Choose a country")), *holidays.countries()],
        widget=UnfoldAdminSelectWidget,
    )


class SelectionForm(forms.Form):
    """What to list of one country; `listing` holds the days once the form is valid."""

    country = forms.CharField(widget=forms.HiddenInput)
    subdivision = forms.ChoiceField(label=_("State or region"), required=False, widget=UnfoldAdminSelectWidget)
    categories = forms.MultipleChoiceField(
        label=_("Categories"),
        error_messages={"required": _("Choose at least one category.")},
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    first_year = forms.IntegerField(
        label=_("First year"), min_value=2000, max_value=2100, widget=UnfoldAdminIntegerFieldWidget
    )
    last_year = forms.IntegerField(
        label=_("Last year"), min_value=2000, max_value=2100, widget=UnfoldAdminIntegerFieldWidget
    )

    def __init__(self, country: Country, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.listing = Listing(())
        fields: Any = self.fields
        fields["categories"].choices = [category_choice(code) for code in country.categories]
        if country.subdivisions:
            fields["subdivision"].choices = [("", _("Only what the whole country keeps")), *country.subdivisions]
        else:
            del self.fields["subdivision"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            selection = self.selection
            self._refuse_years(len(selection.years))
            self.listing = holidays.listed(selection, translation.get_language() or "en")
            self._refuse_days(len(self.listing.days))
        return cleaned

    @property
    def selection(self) -> Selection:
        given = self.cleaned_data
        categories = tuple(given["categories"])
        return Selection(
            given["country"], given.get("subdivision", ""), categories, given["first_year"], given["last_year"]
        )

    def _refuse_years(self, years: int) -> None:
        if years < 1:
            raise ValidationError({"last_year": _("The last year comes after the first, or is the same.")})
        if years > MOST_YEARS:
            raise ValidationError(
                {"last_year": _("These are %(years)s years; choose %(most)s at most.")
                 % {"years": years, "most": MOST_YEARS}}
            )  # fmt: skip

    def _refuse_days(self, days: int) -> None:
        if not days:
            raise ValidationError(_("No day is known for this choice; choose other categories or years."))
        if days > MOST_DAYS:
            text = _(
                "These are %(days)s days, too many to look at: choose fewer years or categories (%(most)s at most)."
            )
            raise ValidationError(text % {"days": days, "most": MOST_DAYS})


class HoursForm(forms.Form):
    """The hours that stay open on half a day; none at all means the whole day is closed."""

    opens = MinutesField(label=_("Open from"), required=False)
    closes = MinutesField(label=_("to"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            SpecialDay(opens=cleaned["opens"], closes=cleaned["closes"]).clean()
        return cleaned


# -- what is shown before it is written --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A listed day as the preview shows it."""

    holiday: Holiday
    ordinary: str  # the opening hours of its weekday, empty when that is closed anyway
    there: SpecialDay | None  # the row that the calendar has for this date already
    is_checked: bool
    note: Any
    hours: HoursForm | None

    @property
    def key(self) -> str:
        return self.holiday.date.isoformat()

    @property
    def categories(self) -> str:
        return ", ".join(str(category_name(code)) for code in self.holiday.categories)

    def chosen(self) -> ChosenDay:
        given = self.hours.cleaned_data if self.hours else {}
        return ChosenDay(self.holiday, self.is_checked, given.get("opens"), given.get("closes"))


class Preview:
    """Every listed day of a draft, checked as the administrator sent it, or else as is usual for its category."""

    def __init__(self, version: CalendarVersion, form: SelectionForm, data: QueryDict | None = None) -> None:
        listing = form.listing
        self.moved = listing.moved
        self.unknown = sorted(set(form.selection.years) - {holiday.date.year for holiday in listing.days})
        self.seen = hashlib.sha256(repr(listing).encode()).hexdigest()
        self._data = data
        self._checked = data.getlist("observed") if data is not None else []
        self._week: dict[int, list[tuple[int, int]]] = {}
        for hours in version.hours.all():
            self._week.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
        self._there = {row.date: row for row in version.special_days.order_by("-pk")}
        self.lines = [self._line(holiday) for holiday in listing.days]

    @property
    def is_new(self) -> bool:
        """Whether at least one of the days is not in the calendar yet."""
        return any(line.there is None for line in self.lines)

    @property
    def moved_words(self) -> str:
        return ", ".join(f"{formats.date_format(day, 'D')} {formats.date_format(day)}" for day in self.moved)

    def is_valid(self) -> bool:
        return all(line.hours.is_valid() for line in self.lines if line.hours)

    def _line(self, holiday: Holiday) -> Line:
        windows = self._week.get(holiday.date.weekday(), [])
        there = self._there.get(holiday.date)
        reasons = [NOT_BY_ITSELF.get(code) for code in holiday.categories]
        is_usual = not all(reasons)
        is_half = HALF_DAY in holiday.categories and not is_usual
        is_open = bool(windows) or not self._week
        return Line(
            holiday=holiday,
            ordinary=", ".join(f"{clock_time(opens)}–{clock_time(closes)}" for opens, closes in windows),
            there=there,
            is_checked=is_usual if self._data is None else holiday.date.isoformat() in self._checked,
            note="" if is_usual else NOT_BY_ITSELF[HALF_DAY] if is_half and is_open else _reason(holiday),
            hours=self._hours(holiday, windows) if is_half and is_open and there is None else None,
        )

    def _hours(self, holiday: Holiday, windows: Sequence[tuple[int, int]]) -> HoursForm:
        prefix = f"half-{holiday.date.isoformat()}"
        return HoursForm(self._data, prefix=prefix, initial=first_half(windows), use_required_attribute=False)


def first_half(windows: Sequence[tuple[int, int]]) -> dict[str, int]:
    """Half of a weekday's opening time, from its first opening on and within its first window."""
    if not windows:
        return {}
    opens, closes = min(windows)
    half = sum(end - start for start, end in windows) // 2
    return {"opens": opens, "closes": min(opens + half, closes)}


def coverage_warning(version: CalendarVersion) -> str:
    """Words for a version whose holidays end before the end of next year; empty while there is nothing to do."""
    this_year = _this_year(version)
    until = holidays.covered_until(version)
    if until is None:
        weekdays = set(version.hours.values_list("weekday", flat=True))
        return "" if len(weekdays) == 7 else translate("It has no holidays: clocks run on them as on any other day.")
    if until > this_year:
        return ""
    said = translate("Its holidays end with %(until)s: from %(next)s on, clocks run on holidays as on any other day.")
    return said % {"until": until, "next": until + 1}


def _this_year(version: CalendarVersion) -> int:
    return timezone.now().astimezone(zoneinfo.ZoneInfo(version.time_zone)).year


# -- the page ----------------------------------------------------------------------------------------------------------


class Copying:
    """One visit of the page: what was asked so far decides which step is shown; only the last one writes, by POST."""

    def __init__(self, page: DjangoModelAdmin[Any], request: HttpRequest, version: CalendarVersion) -> None:
        self.page, self.request, self.version = page, request, version
        self.asked = request.POST if request.method == "POST" else request.GET

    def answer(self) -> HttpResponse:
        country = holidays.country(self.asked.get("country", ""))
        if country is None:
            return self._where()
        if "first_year" not in self.asked:
            return self._what(country, SelectionForm(country, initial=self._usual(country)))
        form = SelectionForm(country, data=self.asked)
        if "again" in self.asked or not form.is_valid():
            return self._what(country, form)
        if self.request.method != "POST":
            return self._days(country, form, Preview(self.version, form))
        return self._written(country, form)

    def _where(self) -> HttpResponse:
        known = holidays.copied_from(self.version)[0] or holidays.country_of(self.version.time_zone)
        data = self.asked if "country" in self.asked else None
        return self._show("where", 1, form=CountryForm(data, initial={"country": known}))

    def _what(self, country: Country, form: SelectionForm) -> HttpResponse:
        return self._show("what", 2, form=form, country=country)

    def _days(self, country: Country, form: SelectionForm, preview: Preview, problem: Any = "") -> HttpResponse:
        region = dict(country.subdivisions).get(form.selection.subdivision)
        context = {
            "form": form,
            "preview": preview,
            "problem": problem,
            "place": f"{country.name}, {region}" if region else country.name,
            "again": urlencode({**form.cleaned_data, "again": 1}, doseq=True),
        }
        return self._show("days", 3, **context)

    def _written(self, country: Country, form: SelectionForm) -> HttpResponse:
        preview = Preview(self.version, form, self.request.POST)
        if preview.seen != self.asked.get("seen"):
            problem = _("The list is not the one you looked at; look at it again before it is copied.")
            return self._days(country, form, Preview(self.version, form), problem)
        if not preview.is_valid():
            return self._days(country, form, preview, _("Nothing was copied yet: correct the times of the days below."))
        try:
            copied = holidays.copy_holidays(
                version=self.version,
                selection=form.selection,
                days=[line.chosen() for line in preview.lines if line.there is None],
                by=self.request.user,  # type: ignore[arg-type]
                at=timezone.now(),
            )
        except Refused as refusal:
            return refused(self.request, refusal, page_of(self.version))
        left = [line.there for line in preview.lines if line.there] + list(copied.left)
        self._say(copied.written, left)
        return HttpResponseRedirect(page_of(self.version))

    def _say(self, written: Sequence[SpecialDay], left: Sequence[SpecialDay]) -> None:
        off = sum(not row.is_observed for row in written)
        text = ngettext(
            "%(days)s day was copied, %(off)s of them switched off.",
            "%(days)s days were copied, %(off)s of them switched off.",
            len(written),
        ) % {"days": len(written), "off": off}
        self.page.log_change(self.request, self.version, text)
        messages.success(self.request, text)
        if left:
            said = translate("Left as they were, because the calendar had them already: %(days)s.")
            messages.warning(self.request, said % {"days": _named(left)})

    def _usual(self, country: Country) -> dict[str, Any]:
        """What was copied last, if it was of this country; else what everybody keeps, for three years."""
        code, subdivision, categories = holidays.copied_from(self.version)
        year = _this_year(self.version)
        usual: dict[str, Any] = {"country": country.code, "first_year": year, "last_year": year + 2}
        if code == country.code:
            return usual | {"subdivision": subdivision, "categories": sorted(categories)}
        return usual | {"categories": country.categories[:1]}

    def _show(self, step: str, number: int, **context: Any) -> HttpResponse:
        shared = {
            **self.page.admin_site.each_context(self.request),
            "opts": self.page.opts,
            "object": self.version,
            "title": _("Copy holidays"),
            "step": number,
            "steps": [_("Country"), _("What to copy"), _("Look at each day")],
            "package": holidays.PACKAGE,
            "back": page_of(self.version),
        }
        return TemplateResponse(self.request, f"admin/escalations/holidays_{step}.html", shared | context)


def _reason(holiday: Holiday) -> Any:
    """Why this day is not checked beforehand, in the words of its first category that has a reason of its own."""
    codes = [code for code in holiday.categories if code != HALF_DAY]
    return NOT_BY_ITSELF[codes[0]] if codes else ""


def _named(rows: Sequence[SpecialDay]) -> str:
    """The first few of these rows by date and name, and how many more there are."""
    few = [f"{formats.date_format(row.date)} ({row.name})" for row in rows[:NAMED_IN_A_MESSAGE]]
    more = len(rows) - len(few)
    return ", ".join(few) + (translate(" and %(more)s more") % {"more": more} if more else "")
