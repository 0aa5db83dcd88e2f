"""Links between cases: the same trouble twice, a part of something larger, one cause of several."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import new_uid
from escalations.models import words
from escalations.models.cases import Case
from escalations.models.people import Agent
from escalations.rules.vocabulary import LinkKind


class CaseLink(models.Model):
    """One case as it is related to another: `case` is a duplicate of, a part of, split from, or like `other`.

    Two cases of one cause are linked once, whichever of them is `case`.
    """

    uid = models.CharField(max_length=32, unique=True, default=new_uid, editable=False)
    case = models.ForeignKey(Case, verbose_name=_("case"), on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Case, verbose_name=_("other case"), on_delete=models.CASCADE, related_name="links_to")
    kind = models.CharField(_("how"), max_length=12, choices=list(words.LINKS.items()))
    linked_by = models.ForeignKey(Agent, verbose_name=_("linked by"), on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(_("linked"))

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(case=F("other")), name="link_of_two"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in LinkKind]), name="link_kind_known"),
            models.UniqueConstraint(fields=["case", "other", "kind"], name="link_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"
