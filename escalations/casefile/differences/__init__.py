"""What is new in a version of a policy, in words: against the one before it, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from escalations.casefile.differences.names import Names, names_of
from escalations.casefile.differences.sentences import sentence
from escalations.models import PolicyVersion
from escalations.rules.differences import differences
from escalations.rules.lint import Part
from escalations.rules.procedure import Procedure

PARTS = {
    Part.VERSION: _("The version itself"),
    Part.LEVELS: _("Levels"),
    Part.TARGETS: _("Targets"),
    Part.CELLS: _("Matrix"),
    Part.TRIGGERS: _("Triggers"),
    Part.REQUIREMENTS: _("Documentation"),
    Part.COMMUNICATIONS: _("Communication"),
    Part.ROLES: _("Roles and duties"),
    Part.TRAININGS: _("Training"),
}
FIRST = _("This is the first version: there is none before it to compare with.")
NOTHING = _("This version says the same as the one before it.")


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one part, a sentence each."""

    title: Any
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """What a version says otherwise than `before`, which is None for a first one."""

    before: PolicyVersion | None
    sections: tuple[Section, ...]

    @property
    def summary(self) -> Any:
        """Why there are no sections; empty when there are."""
        if self.before is None:
            return FIRST
        return "" if self.sections else NOTHING


def differences_of(version: PolicyVersion) -> Differences:
    """This version against the one that ran before it; of a draft, against the one that runs now.

    A fixed number of statements, however much is different. Raises ScheduleError or KeyError for an unfinished draft of
    which the lint says that it cannot be read.
    """
    before = predecessor(version)
    if before is None:
        return Differences(None, ())
    was, now = before.procedure(), version.procedure()
    return Differences(before, tuple(sections(was, now, names_of([was, now]))))


def predecessor(version: PolicyVersion) -> PolicyVersion | None:
    """The newest of the earlier versions that were ever in effect, or will be; None when there is none."""
    published = PolicyVersion.objects.filter(policy=version.policy_id, published_at__isnull=False)
    earlier = published.exclude(retired_at__lt=F("effective_at")).filter(number__lt=version.number)
    return earlier.select_related("policy").order_by("-number").first()


def sections(was: Procedure, now: Procedure, names: Names) -> Iterator[Section]:
    """The differences of two procedures in words, part by part."""
    for part, changes in groupby(differences(was, now), key=lambda change: change.part):
        yield Section(PARTS[part], tuple(_once(sentence(change, names) for change in changes)))


def _once(sentences: Iterable[str]) -> Iterator[str]:
    """Without those that say the same again, as two equal rows that went."""
    return iter(dict.fromkeys(sentences))


__all__ = ["Differences", "Section", "differences_of", "predecessor", "sections"]
