"""Who we serve: users who sign in, organizations, and the contacts who speak for them."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.refusal import Refused
from customers.time_zones import name_of_today, time_zones

LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # each by its own name: whoever looks for one knows that


def new_uid() -> str:
    """A public, unguessable identity; the journal names things by it, never by primary key."""
    return uuid.uuid4().hex


def validate_time_zone(name: str) -> None:
    """Raises ValidationError unless this is the name of today of an IANA time zone; names the one to use instead."""
    if name in time_zones():
        return
    today = name_of_today(name)
    if today:
        raise ValidationError(_("“%(name)s” is an old name; use %(today)s."), params={"name": name, "today": today})
    raise ValidationError(
        _("“%(name)s” is no time zone of today; use a name such as Europe/Berlin."), params={"name": name}
    )


class Tier(models.TextChoices):
    """How much a customer's trust is worth to us, in the words of the matrix."""

    STANDARD = "standard", _("standard")
    PLUS = "plus", _("plus")
    VIP = "vip", _("VIP")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a usable password, or none when `password` is None. The address is kept in lower case."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username or "")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What the person may do comes from the Agent or Contact behind it."""

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    language = models.CharField(_("language"), max_length=8, default="en", choices=LANGUAGES)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may enter the administration"), default=False)
    date_joined = models.DateTimeField(_("since"), auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Somebody already signs in with this address."),
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def code(self) -> str:
        """How the journal names this person."""
        return f"user:{self.uid}"


class SupportPlan(models.Model):
    """The name of a contract; what it promises are the targets of a policy that name it.

    Journals know it by its short name, which therefore never changes.
    """

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("support plan")
        verbose_name_plural = _("support plans")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises Refused for another short name: deadlines of running cases were promised under it."""
        known = type(self).objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        if known not in (None, self.slug):
            raise Refused("slug", "slug_fixed", _("The short name stays as it is; change the name instead."))
        super().save(*args, **kwargs)


class Organization(models.Model):
    """A customer company."""

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=120)
    tier = models.CharField(_("tier"), max_length=12, choices=Tier.choices, default=Tier.STANDARD)
    plan = models.ForeignKey(
        SupportPlan,
        verbose_name=_("support plan"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="organizations",
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="organization_name_unique",
                violation_error_message=_("There is already an organization of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """A person at a customer, with or without a sign-in of their own."""

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    name = models.CharField(_("name"), max_length=120)
    user = models.OneToOneField(
        User, verbose_name=_("sign-in"), null=True, blank=True, on_delete=models.PROTECT, related_name="contact"
    )
    organizations = models.ManyToManyField(Organization, through="Membership", related_name="contacts")

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def code(self) -> str:
        """How the journal names this person."""
        return f"contact:{self.uid}"

    @property
    def mail_address(self) -> str:
        """Where mail reaches this person; empty when nowhere, because there is no address or mail came back."""
        known = [address.email for address in self.addresses.order_by("id")]
        known = known or ([self.user.email] if self.user else [])
        dead = UndeliverableAddress.objects.alias(lower=Lower("email")).filter(lower__in=map(str.lower, known))
        gone = {address.email.lower() for address in dead}
        return next((address for address in known if address.lower() not in gone), "")


class ContactAddress(models.Model):
    """One of the addresses by which a contact is known."""

    contact = models.ForeignKey(Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="addresses")
    email = models.EmailField(_("e-mail address"))

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="contact_email_unique",
                violation_error_message=_("Another contact already has this address."),
            )
        ]

    def __str__(self) -> str:
        return self.email


class UndeliverableAddress(models.Model):
    """An address that mail came back from: nothing is sent there until somebody writes from it, or says it is right."""

    email = models.EmailField(_("e-mail address"))
    since = models.DateTimeField(_("since"))
    reason = models.CharField(_("what the server said"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("undeliverable address")
        verbose_name_plural = _("undeliverable addresses")
        ordering = ["-since"]
        constraints = [models.UniqueConstraint(Lower("email"), name="undeliverable_address_once")]

    def __str__(self) -> str:
        return self.email


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date) -> MembershipQuerySet:
        """Memberships that had not ended on this day."""
        return self.filter(models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=on))


class Membership(models.Model):
    """A contact's place in an organization; a lead sees all of its cases."""

    contact = models.ForeignKey(
        Contact, verbose_name=_("contact"), on_delete=models.CASCADE, related_name="memberships"
    )
    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="memberships"
    )
    is_lead = models.BooleanField(_("sees all cases of the organization"), default=False)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["contact", "organization"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.contact} – {self.organization}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime) -> InvitationQuerySet:
        """Those that can still be followed."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=at)


class Invitation(models.Model):
    """Somebody may choose a password by following a link that was mailed; only the hash of its secret is kept."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="invitations")
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        User, verbose_name=_("invited by"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("good until"))
    used_at = models.DateTimeField(_("accepted"), null=True)
    revoked_at = models.DateTimeField(_("taken back"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.user)


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def open(self, at: datetime) -> AccessTokenQuerySet:
        """Those that still open the API, if their person may."""
        return self.filter(revoked_at=None).filter(models.Q(expires_at=None) | models.Q(expires_at__gt=at))


class AccessToken(models.Model):
    """Lets a program speak for a person; only the hash is kept, and the first characters to know it by."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="access_tokens")
    name = models.CharField(_("name"), max_length=80, help_text=_("What it is for."))
    prefix = models.CharField(_("begins with"), max_length=12, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    is_read_only = models.BooleanField(_("may only read"), default=False)
    made_at = models.DateTimeField(_("made"))
    expires_at = models.DateTimeField(_("good until"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return self.name
