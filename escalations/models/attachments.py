"""Files of a case: kept apart from the pages by the hash of their content, and only ever served as downloads."""

from __future__ import annotations

import hashlib

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import new_uid
from escalations.models.cases import Case
from escalations.models.messages import Message


def place_of(sha256: str) -> str:
    """Where content with this hash lies in the private storage."""
    return f"content/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(content: bytes) -> str:
    """Keeps content once, however often it comes; gives its hash.

    Nothing that is whole is ever overwritten; what a process that died left half written is written anew.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    place = place_of(sha256)
    if default_storage.exists(place):
        if default_storage.size(place) == len(content):
            return sha256
        default_storage.delete(place)
    default_storage.save(place, ContentFile(content))
    return sha256


def content_of(sha256: str) -> bytes:
    """What was kept under this hash. Raises FileNotFoundError."""
    with default_storage.open(place_of(sha256), "rb") as kept:
        content: bytes = kept.read()
    return content


class Attachment(models.Model):
    """A file that came with a message; whoever may read the message may load it."""

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("kind"), max_length=120)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, blank=True)
    is_inline = models.BooleanField(_("shown within the text"), default=False)
    added_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
