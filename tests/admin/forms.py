"""The POST data of a page of the back office, read from the forms it shows."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.test import Client


def filled(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send if somebody pressed Save without touching anything."""
    context = client.get(address).context
    data = fields_of(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        data.update(fields_of(inline.formset.management_form))
        for form in inline.formset.forms:
            data.update(fields_of(form))
    return data


def fields_of(form: BaseForm) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False:
            found[bound.html_name] = [str(item) for item in value] if isinstance(value, list) else value
    return found


def add_row(data: dict[str, Any], prefix: str, **values: Any) -> str:
    """One more row of an inline; the prefix of its fields."""
    total = int(data[f"{prefix}-TOTAL_FORMS"])
    data[f"{prefix}-TOTAL_FORMS"] = total + 1
    data.update({f"{prefix}-{total}-{name}": value for name, value in values.items()})
    return f"{prefix}-{total}"
