"""The back office of the knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from customers.changes import WithHistory
from customers.models import User
from customers.refusal import Refused
from knowledgebase import actions
from knowledgebase.models import Article, ArticleState, Category


class CheckedForm(forms.ModelForm):
    """A form whose content is checked by the same rule as the action that stores it."""

    def check(self) -> None:
        """Raises Refused when the instance, filled from the form, cannot be stored."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            self.check()
        except Refused as refusal:
            self.add_error(refusal.field or None, ValidationError(refusal.remedy, refusal.code))


class CategoryForm(CheckedForm):
    class Meta:
        model = Category
        fields = ["name", "slug", "parent", "position", "visibility"]

    def check(self) -> None:
        actions.check_category(self.instance)


class ArticleForm(CheckedForm):
    class Meta:
        model = Article
        fields = ["title", "slug", "category", "visibility", "summary", "body"]

    def check(self) -> None:
        actions.check_article(self.instance)


class NothingIsDeleted(WithHistory):
    """What was known stays: articles are retired, not deleted."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Category)
class CategoryAdmin(NothingIsDeleted):
    form = CategoryForm
    list_display = ("name", "parent", "visibility", "position")
    list_select_related = ("parent",)
    list_filter = ("visibility",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent",)

    def save_model(self, request: HttpRequest, obj: Category, form: Any, change: bool) -> None:
        actions.save_category(category=obj)


@admin.register(Article)
class ArticleAdmin(NothingIsDeleted):
    form = ArticleForm
    list_display = ("title", "category", "state_label", "visibility", "author", "changed_at")
    list_select_related = ("category", "author")
    list_filter = ("state", "visibility", "category")
    search_fields = ("title", "summary", "body")
    list_per_page = 50
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("category",)
    readonly_fields = ("state", "author", "changed_at", "published_at")
    actions = ("publish_selected", "retire_selected")
    actions_submit_line = ("publish_now",)

    def has_publish_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        """Whether the page of this article offers to publish it."""
        published = Article.objects.filter(pk=object_id or 0, state=ArticleState.PUBLISHED)
        return self.has_change_permission(request) and not published.exists()

    @display(
        description=_("state"),
        ordering="state",
        label={ArticleState.DRAFT: "info", ArticleState.PUBLISHED: "success", ArticleState.RETIRED: "warning"},
    )
    def state_label(self, article: Article) -> tuple[str, str]:
        return article.state, article.get_state_display()

    def save_model(self, request: HttpRequest, obj: Article, form: Any, change: bool) -> None:
        actions.save_article(article=obj, actor=_actor(request), at=timezone.now())
        for button in self.get_actions_submit_line(request, obj.pk):
            if button.action_name in request.POST:
                button.method(request, obj)

    @action(description=_("Save and publish"), permissions=["publish"])
    def publish_now(self, request: HttpRequest, article: Article) -> None:
        """Publishes what was just saved."""
        self._each(
            request, [article], lambda saved: actions.publish(article=saved, actor=_actor(request), at=timezone.now())
        )

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish_selected(self, request: HttpRequest, chosen: QuerySet[Article]) -> None:
        """Publishes each chosen article; one that is published already is named and left."""
        at = timezone.now()
        self._each(request, chosen, lambda article: actions.publish(article=article, actor=_actor(request), at=at))

    @admin.action(description=_("Retire"), permissions=["change"])
    def retire_selected(self, request: HttpRequest, chosen: QuerySet[Article]) -> None:
        """Retires each chosen article; one that is not published is named and left."""
        at = timezone.now()
        self._each(request, chosen, lambda article: actions.retire(article=article, at=at))

    def _each(self, request: HttpRequest, chosen: Iterable[Article], act: Callable[[Article], Article]) -> None:
        """Do it to each article; say which one is now what, or why it is not."""
        for article in chosen:
            try:
                done = act(article)
            except Refused as refusal:
                self.message_user(request, f"{article}: {refusal.remedy}", messages.WARNING)
            else:
                self.log_change(request, done, done.get_state_display())
                self.message_user(request, f"{done}: {done.get_state_display()}", messages.SUCCESS)


def _actor(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None
