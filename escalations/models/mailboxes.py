"""Mail that comes in: the mailboxes it is fetched from, and each mail as it came, with what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import parseaddr

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from customers.models import new_uid
from escalations.models import words
from escalations.models.cases import Case
from escalations.models.messages import Message
from escalations.models.sealed import SealedField
from escalations.models.topics import Topic
from escalations.rules.vocabulary import MailKind, MailResult, MailState


class Security(models.TextChoices):
    """How the connection to a mailbox is secured."""

    TLS = "tls", _("TLS from the beginning")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("not at all (only on the same machine)")


class After(models.TextChoices):
    """What becomes of a mail in its mailbox once Belay has kept it."""

    LEAVE = "leave", _("stays as it is")
    SEEN = "seen", _("is marked as read")
    MOVE = "move", _("is moved to another folder")
    DELETE = "delete", _("is deleted")


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def fetched(self) -> MailboxQuerySet:
        """Those that Belay looks into by itself; the others get their mail by a pipe."""
        return self.filter(is_active=True).exclude(host="")


class Mailbox(models.Model):
    """An address of ours: mail to it becomes cases and replies, and letters about those cases come from it.

    Without a host nothing is fetched; `manage.py receive_mail` brings what a mail server passes on. Nothing is deleted
    from a mailbox unless `after` says so. `last_uid` is the last mail that was kept, counted within `uid_validity`.
    """

    uid = models.CharField(_("identity"), max_length=32, unique=True, default=new_uid, editable=False)
    slug = models.SlugField(_("short name"), unique=True)
    address = models.EmailField(_("address"), unique=True)
    sender_name = models.CharField(_("name of the sender"), max_length=80, blank=True)
    aliases = models.JSONField(
        _("other addresses"), default=list, blank=True, help_text=_("That lead to the same mailbox.")
    )
    takes_plus = models.BooleanField(
        _("takes support+anything@"),
        default=True,
        help_text=_("Replies come back to an address with a signed mark; without it they are known by their thread."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic of its cases"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    host = models.CharField(_("IMAP server"), max_length=253, blank=True)
    port = models.PositiveIntegerField(
        _("port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    security = models.CharField(_("secured by"), max_length=8, choices=Security.choices, default=Security.TLS)
    username = models.CharField(_("user name"), max_length=254, blank=True)
    password = SealedField(_("password"), blank=True)
    folder = models.CharField(_("folder"), max_length=120, default="INBOX")
    after = models.CharField(_("a mail that was taken in"), max_length=8, choices=After.choices, default=After.SEEN)
    moves_to = models.CharField(_("moved to folder"), max_length=120, blank=True)
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    looked_at = models.DateTimeField(_("last looked into"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    next_look_at = models.DateTimeField(_("looked into again"), null=True, editable=False)

    objects = MailboxQuerySet.as_manager()

    history = HistoricalRecords(
        excluded_fields=["password", "uid_validity", "last_uid", "looked_at", "last_error", "failures", "next_look_at"]
    )

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(after=After.MOVE.value) | ~Q(moves_to=""),
                name="mailbox_moves_somewhere",
                violation_error_message=_("Name the folder that mails are moved to."),
            )
        ]

    def __str__(self) -> str:
        return self.address


class ReceivedMail(models.Model):
    """A mail as it came, kept before anything is done with it; the bytes lie in the private storage under `sha256`.

    One by its place in a mailbox, and one by its Message-ID (`header_id`): what comes twice is acted on once. A mail
    that cannot be understood stays here with its error, and holds up no other.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    mailbox = models.ForeignKey(
        Mailbox, verbose_name=_("mailbox"), null=True, on_delete=models.PROTECT, related_name="mails"
    )
    uid_validity = models.BigIntegerField(null=True)
    mailbox_uid = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("size"))
    received_at = models.DateTimeField(_("received"))
    state = models.CharField(
        _("state"), max_length=8, choices=list(words.MAIL_STATES.items()), default=MailState.KEPT.value
    )
    kind = models.CharField(_("kind"), max_length=12, blank=True, choices=list(words.MAIL_KINDS.items()))
    result = models.CharField(_("result"), max_length=12, blank=True, choices=list(words.MAIL_RESULTS.items()))
    header_id = models.CharField(_("Message-ID"), max_length=255, blank=True)
    sender = models.CharField(_("from"), max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    case = models.ForeignKey(Case, verbose_name=_("case"), null=True, on_delete=models.PROTECT, related_name="mails")
    message = models.OneToOneField(Message, null=True, on_delete=models.PROTECT, related_name="mail")
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "mailbox_uid"],
                condition=Q(mailbox_uid__isnull=False),
                name="received_mail_once_in_a_mailbox",
            )
        ]
        indexes = [
            models.Index(fields=["header_id"], condition=~Q(header_id=""), name="received_mail_header"),
            models.Index(fields=["sender", "received_at"], name="received_mail_sender"),
            models.Index(fields=["sha256"], name="received_mail_content"),
            models.Index(fields=["next_try_at"], condition=Q(state=MailState.KEPT.value), name="received_mail_to_do"),
        ]

    def __str__(self) -> str:
        return self.subject or self.uid

    @property
    def speaks(self) -> bool:
        """Whether somebody speaks in it; all else is only on record."""
        return self.kind == MailKind.MESSAGE and self.result not in ("", MailResult.RECORDED, MailResult.DUPLICATE)


def mailbox_for(case: Case | None) -> Mailbox | None:
    """The mailbox that letters about this case come from: where its first mail came in, else the first active one.

    None where there is no mailbox, so that letters come from `MAIL_FROM`.
    """
    active = Mailbox.objects.filter(is_active=True).defer("password")  # letters need none
    first = active.filter(mails__case=case).order_by("mails__pk").first() if case else None
    return first or active.order_by("pk").first()


def mailbox_of(addresses: Sequence[str]) -> Mailbox | None:
    """The mailbox that a mail to these addresses came to, marks left out; None where none of them is ours."""
    named = {address for each in addresses for address in (each, _without_mark(each))}
    for mailbox in Mailbox.objects.order_by("pk") if named else ():
        if named & {address.strip().lower() for address in (mailbox.address, *mailbox.aliases)}:
            return mailbox
    return None


def _without_mark(address: str) -> str:
    local, _at, domain = address.partition("@")
    return f"{local.partition('+')[0]}@{domain}"


def our_addresses() -> frozenset[str]:
    """Every address that is ours, in lower case: of mailboxes with their aliases, and what letters come from."""
    found = {parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}
    for address, aliases in Mailbox.objects.values_list("address", "aliases"):
        found |= {address, *aliases}
    return frozenset(address.strip().lower() for address in found if address.strip())


def is_ours(address: str, ours: frozenset[str]) -> bool:
    """Whether this address in lower case is one of ours, with or without a mark."""
    return address in ours or _without_mark(address) in ours
