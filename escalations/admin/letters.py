"""The letters there are, with the words Belay has for them and those of the company: seen, tried on a case, kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from escalations.admin.bases import ConfigurationAdmin
from escalations.admin.letter_preview import Chosen, NoSuchCase, Preview, preview
from escalations.admin.letter_values import value_of
from escalations.channels import own_words
from escalations.channels.flattening import Words
from escalations.channels.small_language import LONGEST, WrongWords, checked
from escalations.models import LetterTemplate, words
from escalations.models.letters import READERS
from escalations.rules.kinds import KINDS

LANGUAGES = dict(settings.LANGUAGES)


def title_of(kind: str) -> str:
    """What happened, in words."""
    return str(words.BULLETINS.get(kind) or kind.replace(".", ": ").replace("_", " "))


def words_page(kind: str, reader: str, language: str) -> str:
    """The address at which the words of this letter are seen and changed."""
    return reverse("admin:escalations_lettertemplate_words", args=[kind, reader, language])


class WordsForm(forms.ModelForm[LetterTemplate]):
    """Subject and text of one letter; what cannot be used is said at its field, with its line."""

    case = forms.CharField(
        label=_("Preview on case"),
        required=False,
        max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "B-1042"}),
        help_text=_("Empty: the newest case on which this happened."),
    )

    class Meta:
        model = LetterTemplate
        fields = ("subject", "text", "is_active")
        widgets = {
            "subject": UnfoldAdminTextInputWidget,
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 22, "spellcheck": "true"}),
            "is_active": UnfoldBooleanSwitchWidget,
        }

    def clean_subject(self) -> str:
        return self._checked("subject")

    def clean_text(self) -> str:
        text = self._checked("text").replace("\r\n", "\n")
        if len(text) > LONGEST:
            raise forms.ValidationError(_("At most %(most)s characters.") % {"most": LONGEST})
        return text

    def _checked(self, field: str) -> str:
        """Raises ValidationError with the line and what there is instead."""
        source: str = self.cleaned_data[field]
        try:
            checked(source, own_words.known_to(self.instance.kind, self.instance.reader))
        except WrongWords as problem:
            raise forms.ValidationError(str(problem)) from problem
        return source

    @property
    def said(self) -> Words:
        return Words(self.cleaned_data["subject"], self.cleaned_data["text"])


class LetterPage:
    """One visit to the words of one letter: they are looked at, tried, kept, or given up for the built-in ones."""

    def __init__(self, page: LetterTemplateAdmin, request: HttpRequest, chosen: Chosen) -> None:
        self.page, self.request, self.chosen = page, request, chosen
        self.user: Any = request.user
        self.built_in = own_words.built_in(chosen.kind, chosen.side, chosen.language)
        where = {"kind": chosen.kind, "reader": chosen.side, "language": chosen.language}
        self.own = LetterTemplate.objects.filter(**where).select_related("changed_by").first()
        self.row = self.own or LetterTemplate(**where, subject=self.built_in.subject, text=self.built_in.text)

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self._show(WordsForm(instance=self.row), *self._tried(Words(self.row.subject, self.row.text), ""))
        if not self.page.has_change_permission(self.request):
            raise PermissionDenied
        if "restore" in self.request.POST:
            return self._restore()
        form = WordsForm(self.request.POST, instance=self.row)
        if not form.is_valid():
            return self._show(form)
        if "save" in self.request.POST:
            return self._save(form)
        return self._show(form, *self._tried(form.said, form.cleaned_data["case"].strip()))

    def _save(self, form: WordsForm) -> HttpResponse:
        kept = form.save(commit=False)
        kept.changed_by = self.user
        kept.save()
        log = self.page.log_change if self.own else self.page.log_addition
        log(self.request, kept, translate("Words written"))
        messages.success(self.request, translate("Kept. The next letter of this kind is written in these words."))
        return HttpResponseRedirect(self.request.path)

    def _restore(self) -> HttpResponse:
        if self.own:
            self.page.log_deletions(self.request, LetterTemplate.objects.filter(pk=self.own.pk))
            self.own.delete()
        messages.success(self.request, translate("The built-in words are used again."))
        return HttpResponseRedirect(words_page(self.chosen.kind, self.chosen.side, self.chosen.language))

    def _tried(self, said: Words, reference: str) -> tuple[Preview | None, str]:
        """The letter as it would be, or why it cannot be shown; only for those who may look at cases."""
        if not self.user.has_perm("escalations.view_case"):
            return None, translate("A preview shows a case, and you may not look at cases.")
        try:
            return preview(self.chosen, said, reference, self.user), ""
        except (NoSuchCase, WrongWords) as problem:
            return None, str(problem)

    def _show(self, form: WordsForm, tried: Preview | None = None, problem: str = "") -> HttpResponse:
        known = own_words.known_to(self.chosen.kind, self.chosen.side)
        context = {
            **self.page.admin_site.each_context(self.request),
            "opts": self.page.opts,
            "title": title_of(self.chosen.kind),
            "chosen": self.chosen,
            "read_by": dict(READERS)[self.chosen.side],
            "language_name": LANGUAGES[self.chosen.language],
            "others": others(self.chosen),
            "own": self.own,
            "built_in": self.built_in,
            "form": form,
            "tried": tried,
            "problem": problem,
            "values": [(name, value_of(name), name in known.lists) for name in known.names],
            "may_change": self.page.has_change_permission(self.request),
            "back": reverse("admin:escalations_lettertemplate_changelist"),
        }
        return TemplateResponse(self.request, "admin/escalations/letter_words.html", context)


def others(chosen: Chosen) -> list[tuple[Any, str]]:
    """The same letter in the other languages."""
    return [
        (name, words_page(chosen.kind, chosen.side, code))
        for code, name in settings.LANGUAGES
        if code != chosen.language
    ]


@admin.register(LetterTemplate)
class LetterTemplateAdmin(ConfigurationAdmin):
    """Every letter there is stands above the list of those that have words of the company's own."""

    list_display = ("kind", "reader", "language", "is_active", "changed_at", "changed_by")
    list_select_related = ("changed_by",)
    list_filter = ("reader", "language", "is_active")
    search_fields = ("kind", "subject", "text")
    list_before_template = "admin/escalations/letters_there_are.html"

    class Media:
        css = {"all": ("css/letters.css",)}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Words are written on the page of their letter, which is there already."""
        return False

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.words)
        where = "words/<str:kind>/<str:reader>/<str:language>/"
        return [path(where, page, name="escalations_lettertemplate_words"), *super().get_urls()]

    def words(self, request: HttpRequest, kind: str, reader: str, language: str) -> HttpResponse:
        """The page of one letter. Raises Http404 for one that is never written."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if (kind, reader) not in own_words.letters_there_are() or language not in LANGUAGES:
            raise Http404(translate("There is no such letter."))
        return LetterPage(self, request, Chosen(kind, reader, language)).answer()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        found: HttpResponse = super().changelist_view(request, {**(extra_context or {}), "letters": _overview()})
        return found

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404(translate("There is no such row."))
        return self.words(request, row.kind, row.reader, row.language)


def _overview() -> list[dict[str, Any]]:
    """Every letter with the state of its words in each language; one statement."""
    kept = {(row.kind, row.reader, row.language): row for row in LetterTemplate.objects.all()}
    return [
        {
            "title": title_of(kind),
            "is_event": kind in KINDS,
            "read_by": dict(READERS)[side],
            "languages": [
                {"name": name, "own": kept.get((kind, side, code)), "page": words_page(kind, side, code)}
                for code, name in settings.LANGUAGES
            ],
        }
        for kind, side in own_words.letters_there_are()
    ]
