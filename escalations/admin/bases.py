"""What the pages of the back office share: refusals become words, records are read-only, versions freeze."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.admin.options import ModelAdmin as DjangoModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Field, ForeignKey, Model, QuerySet, SlugField
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from customers.changes import WithHistory
from customers.refusal import Refused
from escalations.actions import removal
from escalations.admin import consequences
from escalations.models import VersionState

Row = TypeVar("Row", bound=Model)


def page_of(obj: Model) -> str:
    """The address of the page on which this row is looked at."""
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


class ChoicesOnce:
    """Fills the choices of a related field once per page, not once per form or row of an inline."""

    choices_with: dict[str, tuple[str, ...]] = {}

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        found = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(found, ModelChoiceField) and found.queryset is not None:
            related = self.choices_with.get(db_field.name, ())
            if related:
                found.queryset = found.queryset.select_related(*related)
            found.choices = _choices(found, request)
        return found


def _choices(field: ModelChoiceField[Any], request: HttpRequest) -> list[tuple[Any, str]]:
    """The choices of this field; rows that were read for another form of the same page are not read again."""
    read: dict[str, list[tuple[Any, str]]] = vars(request).setdefault("choices_read", {})
    rows: Any = field.queryset
    asked = f"{rows.query} {field.to_field_name}"
    if asked not in read:
        read[asked] = [(field.prepare_value(row), field.label_from_instance(row)) for row in rows]
    empty = [] if field.empty_label is None else [("", str(field.empty_label))]
    return [*empty, *read[asked]]


class RowOnce:
    """A page that is only looked at reads its row once, however many buttons ask whether they are offered."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        if request.method != "GET":
            return super().get_object(request, object_id, from_field)  # type: ignore[misc]
        read: dict[Any, Any] = vars(request).setdefault("rows_read", {})
        asked = (type(self), str(object_id), from_field)
        if asked not in read:
            read[asked] = super().get_object(request, object_id, from_field)  # type: ignore[misc]
        return read[asked]


class ConfigurationAdmin(RowOnce, ChoicesOnce, WithHistory):
    """Rows an administrator edits. What an action or a model refuses is shown as a message, never as an error page.

    A short name is chosen once: journals and exports speak of rows by it.
    """

    list_per_page = 50
    warn_unsaved_form = True
    delete_confirmation_template = "admin/escalations/delete.html"

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Sequence[Any]:
        fixed = [field.name for field in self.opts.fields if isinstance(field, SlugField)] if obj else []
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_prepopulated_fields(self, request: HttpRequest, obj: Model | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {} if obj else super().get_prepopulated_fields(request, obj)
        return found

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the button that deletes many at once: each row is looked at before it goes."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            found: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            return refused(request, refusal, request.path)
        return found

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Counts what refers to the row before it asks; one that rows speak of for ever stays."""
        row = self.get_object(request, object_id)
        told: list[str] = []
        if row is not None and self.has_delete_permission(request, row):
            if kept := consequences.in_the_way(row):
                said = _("“%(name)s” stays, because others speak of it: %(uses)s. Put something else in its place.")
                messages.error(request, said % {"name": row, "uses": ", ".join(kept)})
                return HttpResponseRedirect(page_of(row))
            told = consequences.deleted(row)
        try:
            context = {**(extra_context or {}), "consequences": told}
            found: HttpResponse = super().delete_view(request, object_id, context)
        except Refused as refusal:
            return refused(request, refusal, reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))
        return found


class RemovedWhenUnused:
    """The page that deletes a row says what still uses it, instead of asking."""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)  # type: ignore[attr-defined]
        if row is not None and self.has_delete_permission(request, row):  # type: ignore[attr-defined]
            try:
                removal.refuse_if_used(row)
            except Refused as refusal:
                return refused(request, refusal, page_of(row))
        found: HttpResponse = super().delete_view(request, object_id, extra_context)  # type: ignore[misc]
        return found

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        removal.remove(row=obj, by=request.user)  # type: ignore[arg-type]


def refused(request: HttpRequest, refusal: Refused, back: str) -> HttpResponse:
    messages.error(request, str(refusal.remedy))
    return HttpResponseRedirect(back)


class RecordAdmin(ModelAdmin):
    """Rows that only actions write: looked at and searched, never edited here."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class RecordInline(TabularInline):
    """Records on the page of what they belong to."""

    extra = 0
    can_delete = False
    show_change_link = True
    tab = True
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)
        return found.select_related(*self.related) if self.related else found

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class VersionAdmin(ConfigurationAdmin):
    """Versions: drafts are edited, everything else is looked at. A new one begins as a copy of the newest."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_delete_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With what the page of one names beside its rows."""
        found: QuerySet[Any] = super().get_queryset(request)
        return found.select_related(*self.list_select_related) if self.list_select_related else found

    def may_configure(self, request: HttpRequest) -> bool:
        """Whether this person may publish, retire and begin versions at all."""
        return bool(super().has_change_permission(request))


class VersionRows(ChoicesOnce):
    """The rows of a version, open while it is a draft."""

    extra = 0
    related: tuple[str, ...] = ()
    hide_title = True

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Without the buttons that edit the related row: they take the room of its name."""
        found = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if found and isinstance(found.widget, RelatedFieldWidgetWrapper):
            found.widget = found.widget.widget
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return found.select_related(*self.related) if self.related else found

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_add_permission(request, obj)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_draft(obj) and super().has_delete_permission(request, obj)  # type: ignore[misc]


class VersionInline(VersionRows, TabularInline):
    """Rows that fit side by side."""


def is_draft(version: Any) -> bool:
    """Whether a version may be changed; without a version it is too early to say no."""
    return version is None or version.state == VersionState.DRAFT


def confirmed(
    admin: DjangoModelAdmin[Any],
    request: HttpRequest,
    obj: Row,
    *,
    title: Any,
    question: Any,
    act: Callable[[], Model],
    done: Any,
    findings: Iterable[Any] = (),
    consequences: Iterable[str] = (),
) -> HttpResponse:
    """A page that asks, then one POST that acts: nothing changes by following a link.

    `act` returns the row to go on with; what it refuses is said on the page of `obj`. `consequences` are counted before
    anybody presses.
    """
    if request.method != "POST":
        context = {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "object": obj,
            "title": title,
            "question": question,
            "findings": list(findings),
            "consequences": list(consequences),
            "back": page_of(obj),
        }
        return TemplateResponse(request, "admin/escalations/confirm.html", context)
    try:
        result = act()
    except Refused as refusal:
        return refused(request, refusal, page_of(obj))
    admin.log_change(request, result, str(done))
    messages.success(request, str(done))
    return HttpResponseRedirect(page_of(result))


def found_or_404(rows: QuerySet[Row], object_id: str) -> Row:
    """The row of this key. Raises Http404 for any other text in the address."""
    found = rows.filter(pk=object_id).first() if object_id.isascii() and object_id.isdecimal() else None
    if found is None:
        raise Http404(str(_("There is no such row.")))
    return found
