"""The back office of the people we serve; deleting and deactivating somebody are no matter of a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from customers import actions, sheet_imports, tokens
from customers.changes import WithHistory
from customers.models import (
    AccessToken,
    Contact,
    ContactAddress,
    Membership,
    Organization,
    SupportPlan,
    UndeliverableAddress,
    User,
)
from customers.sheet_pages import WithSheets

# What makes somebody powerful; only who has all of it may give it.
POWERS = ("is_superuser", "groups", "user_permissions")
# Permissions of the back office that do more than look.
WRITING = Q(codename__startswith="add_") | Q(codename__startswith="change_") | Q(codename__startswith="delete_")


class NobodyIsDeleted(WithHistory):
    """Cases and the journal speak of these rows for ever."""

    list_per_page = 50

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class NewUserForm(UserCreationForm):
    """A person with a password of their own, or with none and so no way in yet."""

    class Meta:
        model = User
        fields = ("email", "name", "time_zone", "language", "is_staff")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.strip().lower()


class KnownUserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.strip().lower()


@admin.register(User)
class PersonAdmin(UserAdmin, NobodyIsDeleted):
    form = KnownUserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("name", "email", "is_active", "is_staff", "is_superuser", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "language")
    search_fields = ("name", "email")
    ordering = ("name", "pk")
    filter_horizontal = ()
    readonly_fields = ("is_active", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "time_zone", "language")}),
        (_("What this person may do"), {"fields": ("is_active", "is_staff", *POWERS)}),
        (_("Since when"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"classes": ("wide",), "fields": ("email", "name", "time_zone", "language", "is_staff")}),
        (_("Password"), {"classes": ("wide",), "fields": ("usable_password", "password1", "password2")}),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody gains power by changing the password or address of somebody who has it."""
        above = isinstance(obj, User) and not _is_superuser(request) and _is_more_powerful(obj, request.user)
        return not above and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        return fields if _is_superuser(request) else (*fields, *POWERS)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        given = form.cleaned_data
        added = actions.add_user(
            email=obj.email,
            name=obj.name,
            password=given["password1"] if given["set_usable_password"] else None,
            time_zone=obj.time_zone,
            language=obj.language,
            is_staff=obj.is_staff,
        )
        _become(obj, added)


def _is_more_powerful(user: User, asking: Any) -> bool:
    """Whether somebody may write what the asking person may not: a new password would hand it over."""
    return user.is_superuser or not _writes(user) <= _writes(asking)


def _writes(user: Any) -> set[int]:
    """What somebody may add, change and delete in the back office, or could once they may enter it again."""
    theirs = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return set(theirs.filter(WRITING).values_list("pk", flat=True))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(getattr(request.user, "is_superuser", False))


def _become(draft: Any, stored: Any) -> None:
    """The admin goes on with the object of its form: let it be the row that the action has stored."""
    draft.pk, draft._state.adding = stored.pk, False
    draft.refresh_from_db()


admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class SecondFactorAdmin(ModelAdmin):
    """Who has a second factor. Whoever lost it gets rid of it here; its secret is neither shown nor written."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("type", "created_at", "last_used_at")
    search_fields = ("user__name", "user__email")
    fields = ("user", "type", "created_at", "last_used_at")
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody makes it easier to get in as somebody who may do more."""
        above = obj is not None and not _is_superuser(request) and _is_more_powerful(obj.user, request.user)
        return not above and super().has_delete_permission(request, obj)


@admin.register(AccessToken)
class AccessTokenAdmin(NobodyIsDeleted):
    """The tokens by which programs come in. People make their own; here they are only revoked."""

    list_display = ("name", "user", "prefix", "is_read_only", "made_at", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = ("is_read_only", ("revoked_at", admin.EmptyFieldListFilter), "expires_at", "last_used_at")
    search_fields = ("name", "prefix", "user__name", "user__email")
    fields = ("user", "name", "prefix", "is_read_only", "made_at", "expires_at", "last_used_at", "revoked_at")
    readonly_fields = fields
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("customers.change_accesstoken"))

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccessToken]) -> None:
        for token in queryset:
            tokens.revoke(token=token, at=timezone.now())
        messages.success(request, _("Revoked: they open nothing any more."))


admin.site.unregister(Group)


@admin.register(Group)
class PermissionGroupAdmin(GroupAdmin, ModelAdmin):
    """Permissions of the administration that several people share.

    Nobody makes more of themself here: neither their own group is theirs to change, nor one that may write more.
    """

    search_fields = ("name",)
    list_display = ("name", "people", "rights")
    list_filter = (("user", admin.EmptyFieldListFilter),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        found: QuerySet[Group] = super().get_queryset(request)
        counted = Count("user", distinct=True), Count("permissions", distinct=True)
        return found.annotate(of_people=counted[0], of_rights=counted[1])

    @display(description=_("people"), ordering="of_people")
    def people(self, group: Any) -> int:
        return int(group.of_people)

    @display(description=_("permissions"), ordering="of_rights")
    def rights(self, group: Any) -> int:
        return int(group.of_rights)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or _is_superuser(request) or self._is_below(request, obj))

    def _is_below(self, request: HttpRequest, group: Group) -> bool:
        is_own = group.user_set.filter(pk=request.user.pk).exists()
        return not is_own and not group.permissions.filter(WRITING).exclude(pk__in=_writes(request.user)).exists()

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """What somebody may not write, they give to nobody."""
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if request is not None and db_field.name == "permissions" and not _is_superuser(request):
            field.queryset = field.queryset.filter(~WRITING | Q(pk__in=_writes(request.user)))
        return field


@admin.register(SupportPlan)
class SupportPlanAdmin(NobodyIsDeleted):
    list_display = ("name", "slug", "number_of_organizations")
    search_fields = ("name", "slug")
    list_filter = ("organizations__tier",)
    prepopulated_fields = {"slug": ("name",)}

    def get_readonly_fields(self, request: HttpRequest, obj: SupportPlan | None = None) -> Sequence[Any]:
        return [*super().get_readonly_fields(request, obj), *(["slug"] if obj else [])]

    def get_prepopulated_fields(self, request: HttpRequest, obj: SupportPlan | None = None) -> dict[str, Any]:
        found: dict[str, Any] = {} if obj else super().get_prepopulated_fields(request, obj)
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[SupportPlan]:
        return super().get_queryset(request).annotate(size=Count("organizations", distinct=True))

    @display(description=_("organizations"), ordering="size")
    def number_of_organizations(self, plan: SupportPlan) -> int:
        return int(getattr(plan, "size", 0))


class PeopleInline(TabularInline):
    """The contacts of an organization; each is changed on a page of its own."""

    model = Membership
    extra = 0
    autocomplete_fields = ("contact",)
    can_delete = False


@admin.register(Organization)
class OrganizationAdmin(WithSheets, NobodyIsDeleted):
    take_sheet = staticmethod(sheet_imports.import_organizations)
    give_sheet = staticmethod(sheet_imports.export_organizations)
    sheet_title = _("Import organizations")
    sheet_rights = ("add_organization", "change_organization")
    sheet_help = (
        _("Columns: name (needed), tier (standard, plus, vip), plan (the short name of a support plan)."),
        _("An organization is known by its name, whatever the capital letters. An empty cell leaves what is there."),
    )
    list_display = ("name", "tier", "plan", "number_of_contacts")
    list_select_related = ("plan",)
    list_filter = ("tier", "plan")
    search_fields = ("name",)
    autocomplete_fields = ("plan",)
    inlines = (PeopleInline,)
    history_of = ("memberships",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        return super().get_queryset(request).annotate(size=Count("memberships", distinct=True))

    @display(description=_("contacts"), ordering="size")
    def number_of_contacts(self, organization: Organization) -> int:
        return int(getattr(organization, "size", 0))


class AddressInline(TabularInline):
    model = ContactAddress
    extra = 0


class MembershipInline(TabularInline):
    """Where the contact speaks for somebody; who leaves gets a last day instead of vanishing."""

    model = Membership
    extra = 0
    autocomplete_fields = ("organization",)
    can_delete = False


@admin.register(Contact)
class ContactAdmin(WithSheets, NobodyIsDeleted):
    take_sheet = staticmethod(sheet_imports.import_contacts)
    give_sheet = staticmethod(sheet_imports.export_contacts)
    sheet_title = _("Import contacts")
    sheet_rights = ("add_contact", "change_contact")
    sheet_help = (
        _("Columns: name, addresses and organizations; several are separated by semicolons within the cell."),
        _("Whoever sees all cases of an organization has (lead) behind its name: Norlight Energy (lead)."),
        _("A contact is known by any of its addresses. Addresses and organizations are added, and none is taken away."),
    )
    list_display = ("name", "addresses_in_words", "organizations_in_words", "user")
    list_select_related = ("user",)
    list_filter = (("user", admin.EmptyFieldListFilter), "memberships__is_lead", "organizations__tier")
    search_fields = ("name", "addresses__email", "memberships__organization__name")
    autocomplete_fields = ("user",)
    fields = ("name", "user")
    inlines = (AddressInline, MembershipInline)
    history_of = ("memberships",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        return super().get_queryset(request).prefetch_related("addresses", "memberships__organization")

    @display(description=_("addresses"))
    def addresses_in_words(self, contact: Contact) -> str:
        return ", ".join(address.email for address in contact.addresses.all())

    @display(description=_("organizations"))
    def organizations_in_words(self, contact: Contact) -> str:
        return ", ".join(membership.organization.name for membership in contact.memberships.all())


@admin.register(UndeliverableAddress)
class UndeliverableAddressAdmin(ModelAdmin):
    """Addresses that mail came back from. Whoever deletes one says that it is right: mail goes there again."""

    list_display = ("email", "since", "reason")
    list_filter = ("since",)
    search_fields = ("email", "reason")
    fields = ("email", "since", "reason")
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: UndeliverableAddress) -> None:
        actions.works_again(email=obj.email)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[UndeliverableAddress]) -> None:
        for row in queryset:
            actions.works_again(email=row.email)
