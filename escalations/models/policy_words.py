"""The rows of a policy version that people read more than machines: roles and duties, and what must be known."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from escalations.models import words
from escalations.models.immutable import FrozenQuerySet, VersionChild, one_line_end
from escalations.models.policies import PolicyVersion
from escalations.rules import procedure as rules
from escalations.rules.duties import Involvement, Party, Stage


class Role(VersionChild):
    """Who has which part in a stage, and what that person does; a level only narrows parties of a level."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="roles")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    stage = models.CharField(_("stage"), max_length=16, choices=[(s.value, words.STAGES[s]) for s in Stage])
    party = models.CharField(_("who"), max_length=16, choices=[(p.value, words.PARTIES[p]) for p in Party])
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, help_text=_("Of a team or its lead. Empty: whichever level has the case.")
    )
    involvement = models.CharField(
        _("part"), max_length=12, choices=[(i.value, words.INVOLVEMENTS[i]) for i in Involvement]
    )
    duty = models.CharField(_("duty"), max_length=300, help_text=_("What this person does then, in one sentence."))

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles and duties")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.get_party_display()}"

    def role(self) -> rules.Role:
        return rules.Role(Stage(self.stage), Party(self.party), self.level, Involvement(self.involvement), self.duty)


class Training(VersionChild):
    """A short text that people confirm to have read and to be able to apply; the confirmation expires."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.CASCADE, related_name="trainings")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    key = models.SlugField(
        _("short name"), help_text=_("The same in every version, so that what did not change stays confirmed.")
    )
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("text"), help_text=_("Markdown."))
    level = models.PositiveSmallIntegerField(
        _("level"), null=True, blank=True, help_text=_("For whoever works at this level. Empty: at any level.")
    )
    valid_days = models.PositiveSmallIntegerField(
        _("confirmed for so many days"), default=365, validators=[MinValueValidator(1), MaxValueValidator(3650)]
    )

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = _("training text")
        verbose_name_plural = _("training")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="training_key_once")]

    def __str__(self) -> str:
        return self.title

    def training(self) -> rules.Training:
        return rules.Training(self.key, self.title, one_line_end(self.text), self.level, self.valid_days)
