"""A case comes in: placed by the matrix, routed, its clocks started, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from customers.models import Contact, Membership, Organization
from customers.refusal import Refused
from escalations.actions import journal
from escalations.actions.attachments import Upload
from escalations.models import (
    Case,
    Participant,
    Policy,
    PolicyVersion,
    Topic,
    VersionState,
    Watcher,
    words,
)
from escalations.rules import events
from escalations.rules.procedure import Procedure
from escalations.rules.standing import Right, Standing
from escalations.rules.vocabulary import Impact, Origin, Urgency


def open_case(
    *,
    actor: Standing,
    at: datetime,
    contact: Contact,
    subject: str,
    text: str,
    organization: Organization | None = None,
    topic: Topic | None = None,
    impact: Impact = Impact.MEDIUM,
    urgency: Urgency = Urgency.MEDIUM,
    origin: Origin = Origin.PORTAL,
    files: Sequence[Upload] = (),
    follows: Case | None = None,
    key: str | None = None,
) -> Case:
    """A new case of this contact. Without `organization` the contact's only one is taken.

    It `follows` a closed case where the mail it came by answered that one.

    Raises Refused when words are missing, a file is too much, no policy applies, or the organization is not the
    contact's.
    A second call with the same `key` returns the case of the first.
    """
    if first := journal.recorded_before(key, actor):
        return first.case
    if actor.is_staff and not actor.may(Right.WORK):
        raise Refused("", "role", words.against("role", actor))
    if not subject.strip():
        raise Refused("subject", "subject_missing", words.REMEDIES["subject_missing"])
    organization = _organization(contact, organization, at)
    version = applicable_version(topic, organization)
    try:
        with transaction.atomic():
            case = _place(version, contact, organization, topic, Impact(impact), Urgency(urgency), at)
            case.subject, case.origin, case.follows = subject.strip()[:200], Origin(origin).value, follows
            return _record(case, actor, at, text, files, key)
    except IntegrityError:
        if first := journal.recorded_before(key, actor):
            return first.case
        raise


def _organization(contact: Contact, chosen: Organization | None, at: datetime) -> Organization | None:
    """The organization a case of this contact belongs to; asks when there are several."""
    current = list(Membership.objects.current(at.date()).filter(contact=contact).select_related("organization__plan"))
    if chosen is None and len(current) > 1:
        raise Refused("organization", "organization_needed", words.REMEDIES["organization_needed"])
    if chosen is None:
        return current[0].organization if current else None
    if chosen.pk not in {row.organization_id for row in current}:
        raise Refused("organization", "not_a_member", words.REMEDIES["not_a_member"])
    return chosen


def applicable_version(topic: Topic | None, organization: Organization | None) -> PolicyVersion:
    """The running version of the first policy that applies. Raises Refused when there is none."""
    plan_id = organization.plan_id if organization else None
    topic_id = topic.pk if topic else None
    policies = Policy.objects.filter(Q(topics=None) | Q(topics=topic_id), Q(plans=None) | Q(plans=plan_id))
    if topic_id is None:
        policies = policies.filter(topics=None)
    if plan_id is None:
        policies = policies.filter(plans=None)
    running = PolicyVersion.objects.filter(state=VersionState.PUBLISHED, policy__in=policies.values("pk"))
    version = running.order_by("policy__position", "policy_id").first()
    if version is None:
        raise Refused("topic", "no_policy", words.REMEDIES["no_policy"])
    return version


def _place(
    version: PolicyVersion,
    contact: Contact,
    organization: Organization | None,
    topic: Topic | None,
    impact: Impact,
    urgency: Urgency,
    at: datetime,
) -> Case:
    """The case with severity, level and team as the matrix says, not saved yet."""
    case = Case(policy_version=version, contact=contact, organization=organization, topic=topic, opened_at=at)
    case.impact, case.urgency = impact.value, urgency.value
    if organization:
        case.tier = organization.tier
    _row, cell = version.procedure().place(impact, urgency, case.tier)
    case.severity, case.level, case.entry_level = cell.severity, cell.level, cell.level
    case.team_id = front_team(version.procedure(), cell.level, topic)
    return case


def front_team(procedure: Procedure, level: int, topic: Topic | None) -> int:
    """The team that takes a case at this level: the topic's own at level 1, else the level's."""
    if level == 1 and topic and topic.team_id:
        return topic.team_id
    return procedure.rung(level).team_id


def _record(case: Case, actor: Standing, at: datetime, text: str, files: Sequence[Upload], key: str | None) -> Case:
    case.save(force_insert=True)
    Participant.objects.create(case=case, contact=case.contact)
    work = journal.begin(case, actor=actor, at=at, key=key)
    message = work.say(text, public=True, files=files)
    if actor.by_team and actor.agent_id:  # whoever opened it for a customer goes on seeing it
        Watcher.objects.create(case=case, agent_id=actor.agent_id)
    work.record(opened(case, message.uid))
    return case


def opened(case: Case, message: str) -> events.CaseOpened:
    """The first line of the journal of a case."""
    procedure = case.policy_version.procedure()
    row, _cell = procedure.place(Impact(case.impact), Urgency(case.urgency), case.tier)
    plan = case.organization.plan if case.organization else None
    return events.CaseOpened(
        origin=case.origin,
        contact=case.contact.uid,
        organization=case.organization.uid if case.organization else "",
        topic=case.topic.slug if case.topic else "",
        impact=case.impact,
        urgency=case.urgency,
        tier=case.tier,
        plan=plan.slug if plan else "",
        policy_version=procedure.uid,
        matrix_row=row,
        severity=case.severity,
        level=case.level,
        team=case.team.uid,
        message=message,
        dormant=case.is_dormant,
        follows=case.follows.uid if case.follows else "",
    )
