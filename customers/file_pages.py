"""A page on which a file is chosen, looked at in words, and only then taken in; each import stays on record."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.sites import AdminSite
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from customers.sheets import NotTaken

LISTED = 300  # sentences of a preview; more nobody reads, and the rest is counted
KEPT = 20  # imports on record that are listed


class SeenOtherwise(Exception):
    """What would be done now is not what was looked at."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import does, in words."""

    told: Sequence[str]
    counted: str
    anything: bool

    @property
    def digest(self) -> str:
        return hashlib.sha256("\0".join([*self.told, self.counted]).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FileKind:
    """What is imported on a page. `look` foresees; `take` does it if `agree` does not raise. Both raise NotTaken."""

    model: type[Model]
    title: Any
    largest: int
    look: Callable[[bytes], Preview]
    take: Callable[[bytes, Callable[[Preview], None]], Preview]
    context: Mapping[str, Any]


@dataclass(slots=True)
class FilePage:
    """One visit to the page."""

    site: AdminSite
    request: HttpRequest
    kind: FileKind

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._show()
        try:
            if "content" in self.request.POST:
                return self._take(self._again())
            content, name = self._chosen()
            return self._show(self.kind.look(content), content, name)
        except NotTaken as refused:
            return self._show(problems=refused.problems)

    def _chosen(self) -> tuple[bytes, str]:
        """Raises NotTaken without a file, or with one that is too large."""
        file = self.request.FILES.get("file")
        if file is None:
            raise NotTaken([_("Choose a file first.")])
        if (file.size or 0) > self.kind.largest:
            raise NotTaken([_("This file is larger than %(most)s kB.") % {"most": self.kind.largest // 1000}])
        return file.read(), str(file.name or "")[:120]

    def _again(self) -> bytes:
        """The file as it was looked at. Raises NotTaken."""
        try:
            return base64.b64decode(self.request.POST["content"], validate=True)
        except (binascii.Error, ValueError):
            raise NotTaken([_("The file did not come back whole; choose it again.")]) from None

    def _take(self, content: bytes) -> HttpResponse:
        name = self.request.POST.get("name", "")[:120]
        seen = self.request.POST.get("seen", "")

        def agree(preview: Preview) -> None:
            if preview.digest != seen:
                raise SeenOtherwise

        try:
            done = self.kind.take(content, agree)
        except SeenOtherwise:
            messages.warning(self.request, _("Something has changed meanwhile; look at this once more."))
            return self._show(self.kind.look(content), content, name)
        LogEntry.objects.create(
            user=self.request.user,  # type: ignore[misc]
            content_type=ContentType.objects.get_for_model(self.kind.model),
            object_repr=name,
            action_flag=CHANGE,
            change_message=done.counted,
        )
        messages.success(self.request, _("Imported. %(counted)s") % {"counted": done.counted})
        return HttpResponseRedirect(self.request.path)

    def _show(
        self, preview: Preview | None = None, content: bytes = b"", name: str = "", problems: Sequence[object] = ()
    ) -> HttpResponse:
        told = list(preview.told) if preview else []
        before = LogEntry.objects.filter(
            content_type=ContentType.objects.get_for_model(self.kind.model), object_id=None
        )
        context = {
            **self.site.each_context(self.request),
            "opts": self.kind.model._meta,
            "title": self.kind.title,
            **self.kind.context,
            "preview": preview,
            "told": told[:LISTED],
            "more": max(0, len(told) - LISTED),
            "content": base64.b64encode(content).decode("ascii"),
            "name": name,
            "problems": [str(problem) for problem in problems[:LISTED]],
            "before": before.select_related("user").order_by("-action_time")[:KEPT],
        }
        status = 422 if problems else 200
        return TemplateResponse(self.request, "admin/file_import.html", context, status=status)
