"""What the lint found, marked where it is mended: the input of the row, or the part, with the sentence beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.options import TabularInline
from django.forms.utils import ErrorList
from django.http import HttpResponse
from django.utils.html import format_html

from escalations.actions.checking import Finding
from escalations.rules.lint import Part


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding as the list on top of the page shows it: `anchor` is the input that is marked, or the part it is in."""

    where: str
    sentence: str
    anchor: str


def mark(answer: HttpResponse, findings: Iterable[Finding]) -> list[Mark]:
    """Marks the fields of a page that is not drawn yet; gives the findings with where each is.

    What somebody is sending right now is left alone: their own mistakes stand there, and the rows are not yet those
    that were looked at.
    """
    context: Any = getattr(answer, "context_data", None) or {}
    parts = {inline.formset.prefix: inline for inline in context.get("inline_admin_formsets", ())}
    form = context["adminform"].form if context.get("has_change_permission") else None
    return [Mark(found.where, found.sentence, _place(found, form, parts)) for found in findings]


def _place(found: Finding, form: Any, parts: Mapping[str, Any]) -> str:
    """Writes the sentence where it belongs; gives the id of that place, empty when the page has none.

    Without a form the page is only read: it has no inputs, and the list leads to the part.
    """
    problem = found.problem
    if problem.part is Part.VERSION:
        return _at_field(form, problem.field, found.sentence) if form is not None else ""
    inline = parts.get(problem.part.value)
    if inline is None:
        return ""
    rows = inline.formset
    if form is None:
        return f"{rows.prefix}-group"
    if not 0 < problem.row <= len(rows.initial_forms):
        if not rows.is_bound:
            rows.non_form_errors().append(found.sentence)
        return f"{rows.prefix}-group"
    row, sentence = rows.initial_forms[problem.row - 1], found.sentence
    if isinstance(inline.opts, TabularInline):
        sentence = format_html('<span id="{}_error">{}</span>', f"id_{row.add_prefix(problem.field)}", sentence)
    return _at_field(row, problem.field, sentence) or f"{rows.prefix}-group"


def _at_field(form: Any, field: str, sentence: str) -> str:
    """Beside an input of a form that shows what is stored."""
    if field not in form.fields:
        return ""
    bound = form[field]
    if not form.is_bound:
        form.errors.setdefault(field, ErrorList(field_id=bound.auto_id)).append(sentence)
    return str(bound.id_for_label)
