"""One version of a procedure as the document that people read, sign and question."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from escalations.casefile.procedure import ladder, matrix, parts, rules_in_words, timeframes
from escalations.casefile.procedure.matrix import Grid
from escalations.casefile.procedure.names import Names, names_in
from escalations.casefile.procedure.parts import MyDuties, Reader, StageParts
from escalations.casefile.procedure.phrases import day, levels
from escalations.casefile.readings import Asked, asked_to_read
from escalations.models import (
    Bulletin,
    Policy,
    PolicyVersion,
    TeamMembership,
    VersionState,
    words,
)
from escalations.models.knowing import Need, needs
from escalations.rules.duties import Involvement
from escalations.rules.procedure import Procedure, Training
from escalations.rules.standing import Standing
from knowledgebase.rendering import render

# In force, or it was, or it will be: what everybody of the staff may read.
OPEN_TO_ALL = (VersionState.SCHEDULED, VersionState.PUBLISHED, VersionState.RETIRED)
QUESTIONS = "procedure_question"
QUESTIONS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class TrainingFace:
    """A text with what this reader has confirmed of it; `need` is None for whoever need not know it."""

    training: Training
    html: SafeString
    levels: str
    need: Need | None
    is_met: bool
    ends_soon: bool
    may_be_confirmed: bool


@dataclass(frozen=True, slots=True)
class Readers:
    """Who was asked to read this version: my own reading if it is open, and those that this person may see."""

    mine: Asked | None
    others: list[Asked]

    @property
    def read(self) -> list[Asked]:
        return [reading for reading in self.others if reading.read_at]

    @property
    def unread(self) -> list[Asked]:
        return [reading for reading in self.others if not reading.read_at]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything the page of one version shows."""

    version: PolicyVersion
    procedure: Procedure
    purpose: SafeString
    scope: list[str]
    steps: list[ladder.Step]
    grids: list[Grid]
    triggers: list[rules_in_words.TriggerFace]
    involvements: list[str]
    stages: list[StageParts]
    times: timeframes.Timeframes
    communications: list[rules_in_words.Told]
    documents: list[rules_in_words.Written]
    decisions: list[str]
    rights: list[str]
    trainings: list[TrainingFace]
    mine: MyDuties
    history: list[PolicyVersion]
    readers: Readers
    questions: list[Bulletin]

    @property
    def in_force_since(self) -> str:
        return day(self.version.effective_at)

    @property
    def review_by(self) -> str:
        return day(self.version.review_by)


def readable(*, sees_drafts: bool) -> QuerySet[PolicyVersion]:
    """The versions that somebody may open: drafts and those in review for administrators only."""
    rows = PolicyVersion.objects.all() if sees_drafts else PolicyVersion.objects.filter(state__in=OPEN_TO_ALL)
    return rows.select_related("policy__owner__user", "submitted_by", "published_by")


def document(version: PolicyVersion, standing: Standing, at: datetime, *, sees_drafts: bool) -> Document:
    """The page of this version for this person, in the language that is active.

    Raises KeyError or ScheduleError for a draft that names hours which were never published.
    """
    procedure = version.procedure()
    named = names_in(procedure, version.policy, standing.agent_id)
    reader = _reader(version.policy, standing, named)
    return Document(
        version=version,
        procedure=procedure,
        purpose=render(procedure.purpose),
        scope=_scope(version.policy, named),
        steps=ladder.steps(procedure, named, reader.teams),
        grids=matrix.grids(procedure),
        triggers=rules_in_words.triggers(procedure, named),
        involvements=[str(words.INVOLVEMENTS[involvement]) for involvement in Involvement],
        stages=parts.parts(procedure),
        times=timeframes.timeframes(procedure, named),
        communications=rules_in_words.communications(procedure),
        documents=rules_in_words.documents(procedure),
        decisions=rules_in_words.decisions(procedure),
        rights=rules_in_words.rights(procedure),
        trainings=_trainings(version, procedure, standing, at),
        mine=parts.my_duties(procedure, reader),
        history=list(readable(sees_drafts=sees_drafts).filter(policy=version.policy).order_by("-number")),
        readers=_readers(version, standing, None if sees_drafts or reader.is_owner else named.led_people),
        questions=questions_about(version.policy),
    )


def _reader(policy: Policy, standing: Standing, named: Names) -> Reader:
    return Reader(
        teams=standing.team_ids,
        led=named.led,
        is_owner=standing.agent_id is not None and policy.owner_id == standing.agent_id,
        has_accounts=named.has_accounts,
    )


def _scope(policy: Policy, named: Names) -> list[str]:
    """Which cases it applies to, in sentences."""
    said = []
    if named.scope_plans:
        plans = ", ".join(named.scope_plans)
        said.append(_("Cases of customers with one of these support plans: %(plans)s.") % {"plans": plans})
    if named.scope_topics:
        topics = ", ".join(named.scope_topics)
        said.append(_("Cases about one of these topics: %(topics)s.") % {"topics": topics})
    if not said:
        said.append(_("All cases that no other procedure takes."))
    said.append(
        _("Procedures are tried in their order; the place of this one: %(place)s.") % {"place": policy.position}
    )
    return said


def _trainings(version: PolicyVersion, procedure: Procedure, standing: Standing, at: datetime) -> list[TrainingFace]:
    mine = TeamMembership.objects.filter(agent=standing.agent_id) if standing.agent_id else None
    found = needs(mine, [version]) if mine is not None and procedure.trainings else []
    of_text = {need.training.digest: need for need in found}
    numbers = [rung.number for rung in procedure.rungs]
    return [_training(training, of_text.get(training.digest), numbers, at) for training in procedure.trainings]


def _training(training: Training, need: Need | None, numbers: Iterable[int], at: datetime) -> TrainingFace:
    return TrainingFace(
        training=training,
        html=render(training.text),
        levels=levels([training.level], numbers) if training.level is not None else _("every level"),
        need=need,
        is_met=need is not None and need.is_met(at),
        ends_soon=need is not None and need.ends_soon(at),
        may_be_confirmed=need is not None and need.may_be_confirmed(at),
    )


def _readers(version: PolicyVersion, standing: Standing, shown: Collection[int] | None) -> Readers:
    """One statement: my own reading, and those of the people in `shown`, or of everybody for None."""
    asked = asked_to_read(version)
    own = next((reading for reading in asked if reading.agent_id == standing.agent_id), None)
    others = asked if shown is None else [reading for reading in asked if reading.agent_id in shown]
    return Readers(own if own and own.is_waited_for else None, others)


def questions_about(policy: Policy) -> list[Bulletin]:
    """What colleagues asked and suggested, the newest first."""
    about = Bulletin.objects.filter(kind=QUESTIONS, about__startswith=f"question:{policy.pk}:")
    return list(about.order_by("-id")[:QUESTIONS_SHOWN])
