"""The three mandatory parts of a procedure beside its triggers, as short as they may be."""

from __future__ import annotations

from escalations.models import Communication, PolicyVersion, Requirement, Role, Trigger
from escalations.rules.duties import Involvement, Party, Stage
from escalations.rules.vocabulary import Document, Kind, NoticeGroup

PARTS = ((Party.ACCOUNTABLE, Involvement.ACCOUNTABLE, "Answers for it"), (Party.TEAM, Involvement.DOES, "Does it"))


def complete(version: PolicyVersion) -> PolicyVersion:
    """Adds roles and duties, communication and documentation to a draft without any, in a way that changes no flow.

    Nothing becomes urgent, and only whoever climbs for a decision has done the script of the topic, if any.
    """
    rows = [(stage, *part) for stage in Stage for part in PARTS]
    Role.objects.bulk_create(
        Role(version=version, position=position, stage=stage, party=party, involvement=involvement, duty=duty)
        for position, (stage, party, involvement, duty) in enumerate(rows, start=1)
    )
    Communication.objects.create(version=version, position=1, group=NoticeGroup.DAILY, is_urgent=False)
    Requirement.objects.create(version=version, position=1, document=Document.SCRIPT, kind=Kind.HIERARCHICAL)
    return version


def hardly_a_trigger(version: PolicyVersion) -> None:
    """The only trigger of a draft that is to have none: it reminds people of what no test ever does."""
    version.triggers.all().delete()
    Trigger.objects.create(version=version, position=1, condition="exchanges", parameters={"at_least": 90})
