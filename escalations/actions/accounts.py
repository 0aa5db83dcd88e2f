"""Account escalations: all that burns at one customer in one hand, with one rhythm of news.

The rows of the account are locked before those of its cases, cases in the order of their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import transaction

from customers.models import Organization, User
from customers.refusal import Refused
from escalations.actions import journal, routing
from escalations.models import AccountEscalation, Agent, Case, Event, words
from escalations.models.standings import is_entitled
from escalations.rules import events
from escalations.rules.standing import Right, Standing
from escalations.rules.vocabulary import UNSOLVED, Origin, Verb

SHORTEST_RHYTHM = 15
LONGEST_RHYTHM = 168 * 60


def candidates(organization: Organization, standing: Standing) -> list[Case]:
    """The cases this person may see that an account escalation of this organization could take in, by number."""
    found = (
        Case.objects.visible_to(standing).unsolved().filter(organization=organization, account=None, is_dormant=False)
    )
    return list(found.order_by("pk"))


def may_lead(account: AccountEscalation, actor: Standing, at: datetime) -> bool:
    """Whether this is its manager, the deputy who stands in for them now, or an administrator who works here.

    Whoever it is needs a role that works on cases.
    """
    if actor.agent_id is None or not actor.may(Right.WORK):
        return False
    if actor.agent_id == account.manager_id or User.objects.filter(pk=actor.user_id or 0, is_staff=True).exists():
        return True
    there = routing.reachable(account.manager, at)
    return there is not None and there.person.pk == actor.agent_id


@transaction.atomic
def open_account(
    *,
    organization: Organization,
    actor: Standing,
    at: datetime,
    manager: Agent,
    why: str,
    rhythm_minutes: int,
    cases: Sequence[Case],
    key: str | None = None,
) -> AccountEscalation:
    """Puts these cases of one organization under one manager; news every so many working minutes.

    With a `key` that was used before, what was opened then. Raises Refused.
    """
    _staff(actor)
    Organization.objects.select_for_update().get(pk=organization.pk)
    made_before = AccountEscalation.objects.filter(uid=_uid(key)).first() if key else None
    if made_before:
        return made_before
    _check_new(organization, manager, why, rhythm_minutes)
    account = AccountEscalation(organization=organization, manager=manager, why=why.strip())
    account.rhythm_minutes, account.opened_at, account.opened_by_id = rhythm_minutes, at, actor.as_agent
    if key:
        account.uid = _uid(key)
    if not cases:
        raise Refused("cases", "account_empty", words.REMEDIES["account_empty"])
    account.save(force_insert=True)
    for case in sorted(cases, key=lambda row: row.pk):
        _join(account, case, actor, at, key)
    return account


@transaction.atomic
def add(account: AccountEscalation, *, case: Case, actor: Standing, at: datetime, key: str | None = None) -> Event:
    """One more case of the same organization. Raises Refused."""
    _staff(actor)
    return _join(_open(account), case, actor, at, key)


@transaction.atomic
def remove(account: AccountEscalation, *, case: Case, actor: Standing, at: datetime, key: str | None = None) -> Event:
    """The case follows the rhythm of its own policy again. Raises Refused."""
    _leading(_open(account), actor, at)
    return _leave(account, case, actor, at, key)


def tell(
    account: AccountEscalation, *, actor: Standing, at: datetime, text: str, key: str | None = None
) -> list[Event]:
    """The same public words to the customer on every open case; each is news, a case at a time. Raises Refused.

    Sent again with the same `key`, it reaches only the cases it has not reached yet.
    """
    with transaction.atomic():
        _leading(_open(account), actor, at)
        if not text.strip():
            raise Refused("text", "text_missing", words.REMEDIES["text_missing"])
        told = list(Case.objects.unsolved().filter(account=account, is_dormant=False).order_by("pk"))
    if not told:
        raise Refused("", "account_empty", words.REMEDIES["account_empty"])
    return [event for case in told if (event := _say(account, case, actor, at, text, key))]


@transaction.atomic
def close(account: AccountEscalation, *, actor: Standing, at: datetime, lessons: str, key: str | None = None) -> None:
    """It is over: every case leaves it, and what was learned stays. Raises Refused."""
    row = AccountEscalation.objects.select_for_update().get(pk=account.pk)
    if row.closed_at and key and _closed_with(row, key):
        return
    _leading(_open(row), actor, at)
    if not lessons.strip():
        raise Refused("lessons", "text_missing", words.REMEDIES["text_missing"])
    for case in Case.objects.filter(account=row).order_by("pk"):
        _leave(row, case, actor, at, key)
    row.closed_at, row.lessons = at, lessons.strip()
    row.save(update_fields=["closed_at", "lessons"])


def _staff(actor: Standing) -> None:
    if not actor.is_staff or actor.agent_id is None:
        raise Refused("", "staff_only", words.REFUSALS["staff_only"])
    if not actor.may(Right.WORK):
        raise Refused("", "role", words.against("role", actor))


def _leading(account: AccountEscalation, actor: Standing, at: datetime) -> None:
    _staff(actor)
    if not may_lead(account, actor, at):
        raise Refused("", "not_account_manager", words.REMEDIES["not_account_manager"])


def _open(account: AccountEscalation) -> AccountEscalation:
    """The locked row. Raises Refused when it is over."""
    row = AccountEscalation.objects.select_for_update().get(pk=account.pk)
    if row.closed_at:
        raise Refused("", "account_closed", words.REMEDIES["account_closed"])
    return row


def _check_new(organization: Organization, manager: Agent, why: str, rhythm_minutes: int) -> None:
    if AccountEscalation.objects.filter(organization=organization, closed_at=None).exists():
        raise Refused("", "account_open", words.REMEDIES["account_open"])
    if not manager.works:
        raise Refused("manager", "inactive_agent", words.REMEDIES["inactive_agent"])
    if not is_entitled(manager.pk, [Right.RECEIVE]):
        raise Refused("manager", "person_role", words.REMEDIES["person_role"] % {"person": manager})
    if not why.strip():
        raise Refused("why", "text_missing", words.REMEDIES["text_missing"])
    if not SHORTEST_RHYTHM <= rhythm_minutes <= LONGEST_RHYTHM:
        raise Refused("rhythm_minutes", "rhythm_range", words.REMEDIES["rhythm_range"])


def _join(account: AccountEscalation, case: Case, actor: Standing, at: datetime, key: str | None) -> Event:
    with journal.locked(case, actor=actor, at=at, key=_of_case(key, "join", case)) as work:
        if work.replayed:
            return work.replayed
        row = work.case
        if row.account_id == account.pk:
            raise Refused("cases", "account_member", words.REMEDIES["account_member"])
        if row.organization_id != account.organization_id or row.state not in UNSOLVED:
            raise Refused("cases", "account_other", words.REMEDIES["account_other"])
        if row.is_dormant:
            raise Refused("cases", "take_first", words.REFUSALS["take_first"])
        row.account = account
        return work.record(events.CaseJoinedAccount(account.uid, account.manager.code, account.rhythm_minutes))


def _leave(account: AccountEscalation, case: Case, actor: Standing, at: datetime, key: str | None) -> Event:
    with journal.locked(case, actor=actor, at=at, key=_of_case(key, "leave", case)) as work:
        if work.replayed:
            return work.replayed
        if work.case.account_id != account.pk:
            raise Refused("", "account_not_member", words.REMEDIES["account_not_member"])
        work.case.account = None
        return work.record(events.CaseLeftAccount(account.uid))


def _say(
    account: AccountEscalation, case: Case, actor: Standing, at: datetime, text: str, key: str | None
) -> Event | None:
    """The words on one case; None for one that was solved or left the account meanwhile."""
    with journal.locked(case, actor=actor, at=at, key=_of_case(key, "tell", case)) as work:
        if work.replayed:
            return work.replayed
        if work.case.state not in UNSOLVED or work.case.account_id != account.pk:
            return None
        work.require(Verb.REPLY)
        work.begin()
        message = work.say(text, public=True)
        return work.record(events.MessageSent(message=message.uid, origin=Origin.DESK.value))


def _closed_with(account: AccountEscalation, key: str) -> bool:
    """Whether this very form closed it: its cases left with it."""
    joined = Event.objects.filter(kind=events.CaseJoinedAccount.kind, data__account=account.uid)
    keys = [_of_case(key, "leave", event.case) for event in joined.select_related("case")]
    return Event.objects.filter(key__in=keys).exists()


def _uid(key: str) -> str:
    """The identity of what this form opens: sent twice, it is the same."""
    return sha256(key.encode()).hexdigest()[:32]


def _of_case(key: str | None, act: str, case: Case) -> str | None:
    """One form becomes an act on each case, each with a key of its own."""
    return f"account:{sha256(f'{key}:{act}:{case.pk}'.encode()).hexdigest()}" if key else None
