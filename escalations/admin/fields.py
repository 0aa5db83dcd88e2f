"""Form fields for columns that people would not type as they are stored."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from escalations.models import words
from escalations.models.calendars import clock_time
from escalations.rules.vocabulary import NEVER_PAUSED, ClockKind
from escalations.timing.schedule import DAY_MINUTES

_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")


class MinutesField(forms.Field):
    """A time of day as HH:MM, from 00:00 to 24:00; its value is minutes after midnight."""

    widget = UnfoldAdminTextInputWidget(attrs={"placeholder": "09:00", "size": 6, "inputmode": "numeric"})

    def prepare_value(self, value: Any) -> Any:
        return clock_time(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        if isinstance(value, int):
            return value
        match = _TIME.fullmatch(str(value).strip())
        minutes = int(match[1]) * 60 + int(match[2]) if match else DAY_MINUTES + 1
        if minutes > DAY_MINUTES:
            raise ValidationError(_("Write a time such as 09:00; midnight at the end of a day is 24:00."))
        return minutes

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.prepare_value(initial) or "") != str(data or "").strip()


def pausable() -> list[tuple[str, Any]]:
    """The clocks a pause may stop."""
    return [(kind.value, words.CLOCKS[kind]) for kind in ClockKind if kind not in NEVER_PAUSED]


class CheckedAfterFields:
    """A form that asks its row only when every field is readable; a row of half-read values has nothing to say."""

    errors: Any

    def _post_clean(self) -> None:
        if not self.errors:
            super()._post_clean()  # type: ignore[misc]


class WindowForm(CheckedAfterFields, forms.ModelForm):
    """Opening hours: a closing time before the opening time is the next day's."""

    opens = MinutesField(label=_("Opens"))
    closes = MinutesField(label=_("Closes"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens is not None and closes is not None:
            if opens == closes:
                self.add_error("closes", _("Closing comes after opening; a whole day is 00:00 to 24:00."))
            elif closes < opens:
                cleaned["closes"] = closes + DAY_MINUTES
        return cleaned


class SpecialWindowForm(WindowForm):
    """One date; both times stay empty on a closed day."""

    opens = MinutesField(label=_("Opens"), required=False)
    closes = MinutesField(label=_("Closes"), required=False)
