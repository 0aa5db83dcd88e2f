"""A case on which very much happened, written at once: what its pages cost, not how it came."""

from datetime import timedelta

from escalations.models import Case, Event, Message
from escalations.rules import events as e
from tests.cast import MONDAY, Company


def lengthen(company: Company, case: Case, to: int) -> Case:
    """Words of both sides, notes and events until the journal has `to` lines; its chain is not kept."""
    case.refresh_from_db()
    start = case.last_event_at or MONDAY
    told, said = [], []
    for seq in range(case.last_seq + 1, to + 1):
        at = start + timedelta(seconds=seq)
        sort, ours = seq % 4, seq % 4 in (1, 2, 3)
        writer = {"user": company.agent.user} if ours else {"contact": company.ida.contact}
        data: e.EventData
        if sort == 3:
            data = e.CaseAssessed("", seq, "EUR")
        else:
            words = Message(case=case, body=f"Words {seq}", is_public=sort != 2, written_at=at, **writer)
            said.append(words)
            kinds = {0: e.MessageReceived(words.uid, "portal"), 1: e.MessageSent(words.uid, "desk")}
            data = kinds.get(sort, e.NoteAdded(words.uid))
        actor = company.agent.user.code if ours else company.ida.contact.code
        door = "staff" if ours else "customer"
        line = {"kind": data.kind, "version": data.version, "data": data.as_json(), "actor_kind": door, "actor": actor}
        told.append(Event(case=case, seq=seq, occurred_at=at, recorded_at=at, **line))
    Message.objects.bulk_create(said)
    Event.objects.bulk_create(told)
    Case.objects.filter(pk=case.pk).update(last_seq=to, last_event_at=start + timedelta(seconds=to))
    case.refresh_from_db()
    return case
