"""The categories of the `holidays` package in words, and what each says about an office."""

from __future__ import annotations

from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

HALF_DAY = "half_day"

# Each category as (name, what it means); those of a faith or a people share one meaning.
CATEGORIES: dict[str, tuple[Any, Any]] = {
    "public": (_("Public"), _("by law a day of rest for everybody")),
    "bank": (_("Bank"), _("banks are closed")),
    "government": (_("Government"), _("public offices are closed")),
    "optional": (_("Optional"), _("each employer decides")),
    HALF_DAY: (_("Half day"), _("closed for a part of the day")),
    "de_facto": (_("By custom"), _("kept although no law says so")),
    "school": (_("School"), _("only schools are closed")),
    "workday": (_("Working day"), _("a day of note on which people work")),
    "unofficial": (_("Unofficial"), _("no day off by law")),
    "armed_forces": (_("Armed forces"), _("only for them")),
    "optional_women": (_("Optional for women"), _("not for everybody")),
    "restricted_settlement": (_("Some settlements"), _("not everywhere")),
    "catholic": (_("Catholic"), ""),
    "protestant": (_("Protestant"), ""),
    "orthodox": (_("Orthodox"), ""),
    "christian": (_("Christian"), ""),
    "islamic": (_("Islamic"), ""),
    "hebrew": (_("Hebrew"), ""),
    "hindu": (_("Hindu"), ""),
}
OF_A_COMMUNITY = _("only where this community is the majority, or for its members")

# Categories that do not close an office by themselves, with the reason why such a day is not checked beforehand.
NOT_BY_ITSELF: dict[str, Any] = {
    HALF_DAY: _("Half a day: check it to be open at these times only; without times the whole day is closed."),
    "school": _("Only schools are closed: check it if you are, too."),
    "workday": _("People work on this day: check it only if you do not."),
    "unofficial": _("No day off by law: check it if you are closed."),
    "armed_forces": _("Only for the armed forces: check it if you are closed."),
    "optional_women": _("Not for everybody: check it if you are closed."),
}


def category_name(code: str) -> Any:
    return CATEGORIES[code][0] if code in CATEGORIES else code.replace("_", " ").capitalize()


def category_choice(code: str) -> tuple[str, Any]:
    """The category with its name and what it means."""
    meaning = CATEGORIES.get(code, ("", ""))[1] or OF_A_COMMUNITY
    return code, format_lazy("{name} – {meaning}", name=category_name(code), meaning=meaning)
