"""The parameters of a condition as people write them: “clock: triage, percent: 80”, or only “triage” if it is one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from escalations.models import words
from escalations.rules import conditions
from escalations.rules.vocabulary import ClockKind, Impact

Parameters = dict[str, Any]

_PLAIN = "__only__"  # one value without a name: it belongs to the only parameter of its condition


class ParametersField(forms.Field):
    """Pairs such as “clock: triage, percent: 80”, one value where only one is asked for, or JSON for combinations."""

    widget = UnfoldAdminTextInputWidget(attrs={"placeholder": "clock: triage", "size": 28})

    def prepare_value(self, value: Any) -> Any:
        return as_text(value) if isinstance(value, Mapping) else value

    def to_python(self, value: Any) -> Parameters:
        text = str(value or "").strip()
        if not text:
            return {}
        return _from_json(text) if text.startswith("{") else _from_pairs(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(self.prepare_value(initial or {})) != str(data or "").strip())


def as_text(parameters: Mapping[str, Any]) -> str:
    """The same parameters as somebody would write them."""
    if any(isinstance(value, list | dict) for value in parameters.values()):
        return json.dumps(parameters, ensure_ascii=False)
    return ", ".join(f"{name}: {value}" for name, value in parameters.items())


def _from_json(text: str) -> Parameters:
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise ValidationError(_("This is not readable as JSON: %(problem)s") % {"problem": problem}) from None
    return dict(found)


def _from_pairs(text: str) -> Parameters:
    found: Parameters = {}
    for part in text.split(","):
        name, colon, value = (piece.strip() for piece in part.partition(":"))
        found[name if colon else _PLAIN] = _value(value if colon else name)
    return found


def _value(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdecimal() else text


def named(condition: str, parameters: Parameters) -> Parameters:
    """The parameters with the name of the only one, or of the only one that is needed, filled in."""
    kind = conditions.CONDITIONS.get(condition)
    if kind is None or set(parameters) != {_PLAIN}:
        return parameters
    names = [item.name for item in fields(kind) if item.name in conditions.needed(kind)]
    return {names[0]: parameters[_PLAIN]} if len(names) == 1 else parameters


def check(condition: str, parameters: Parameters) -> None:
    """Raises ValidationError naming the parameters a condition takes, or the values that are allowed."""
    try:
        conditions.build(condition, parameters)
    except (conditions.UnknownCondition, TypeError) as problem:
        raise ValidationError(str(problem)) from None


ALLOWED: Mapping[str, Any] = {
    "percent": _("a percentage from 1 to 99"),
    "at_least": _("a whole number from 1"),
    "at_most": _("a score from 1 to 4"),
    "days": _("a whole number of days"),
    "hours": _("a whole number of working hours"),
    "tier": "standard, plus, vip",
    "impact": ", ".join(Impact),
    "clock": ", ".join(ClockKind),
    "of": '{"of": [{"condition": "tier", "parameters": {"tier": "vip"}}, {"condition": "customer_asked"}]}',
}


def explained() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Every condition in words with its parameters and what each may be."""
    return [
        (words.CONDITIONS[code], [(item.name, _allowed(item.name, kind)) for item in fields(kind)])
        for code, kind in conditions.CONDITIONS.items()
    ]


def _allowed(name: str, kind: type[conditions.Plain]) -> Any:
    allowed = ALLOWED[name]
    if name in conditions.needed(kind):
        return allowed
    return translate("%(allowed)s; may be left out") % {"allowed": allowed}


def in_words(parameters: Mapping[str, Any]) -> str:
    """The parameters as they are read: a clock by its name."""
    known: Mapping[str, Any] = {**words.CLOCKS, **words.IMPACTS}
    if set(parameters) & {"of"}:
        return " · ".join(_part(part) for part in parameters["of"])
    return ", ".join(str(known.get(str(value), value)) for value in parameters.values())


def _part(part: Mapping[str, Any]) -> str:
    said = str(words.CONDITIONS.get(part.get("condition", ""), part.get("condition", "")))
    values = in_words(part.get("parameters") or {})
    return f"{said} ({values})" if values else said
