"""What the page of a case costs at few events and at 500: processor time of one request, and its statements.

    DATABASE_URL=postgres://…/bench_pages .venv/bin/python -m bench.pages [looks]

Fills a scratch database with the demonstration company and lengthens the journal of one of its cases; nothing of it is
removed. Compare the ratio, not the times.
"""

from __future__ import annotations

import statistics
import sys
import time
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.cases import migrate
from customers.models import User
from escalations.management.demonstration.loading import load
from escalations.models import Case, Event, Message
from escalations.rules import events as e

LONG = 500


def lengthen(case: Case, writer: User, to: int) -> None:
    """Replies and notes until the journal has `to` lines; its chain is not kept."""
    at = case.last_event_at or timezone.now()
    said, told = [], []
    for seq in range(case.last_seq + 1, to + 1):
        public = seq % 2 == 0
        words = Message(case=case, user=writer, is_public=public, body=f"Words {seq}", written_at=at)
        data: e.EventData = e.MessageSent(words.uid, "desk") if public else e.NoteAdded(words.uid)
        moment = at + timedelta(milliseconds=seq)
        line = {"kind": data.kind, "version": data.version, "data": data.as_json()}
        who = {"actor_kind": "staff", "actor": writer.code}
        said.append(words)
        told.append(Event(case=case, seq=seq, occurred_at=moment, recorded_at=moment, **line, **who))
    Message.objects.bulk_create(said)
    Event.objects.bulk_create(told)
    Case.objects.filter(pk=case.pk).update(last_seq=to, last_event_at=at + timedelta(milliseconds=to))


def measured(client: Client, address: str, looks: int) -> tuple[float, int]:
    """The median processor time of a request in milliseconds, and its statements."""
    client.get(address)
    times = []
    for _look in range(looks):
        begun = time.process_time()
        client.get(address)
        times.append((time.process_time() - begun) * 1000)
    with CaptureQueriesContext(connection) as made:
        client.get(address)
    return statistics.median(times), len(made)


def main(looks: int = 30) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    migrate()
    if not Case.objects.exists():
        load(timezone.now())
    case = Case.objects.unsolved().filter(escalations__next_check_at__isnull=False, last_seq__lt=LONG).earliest("pk")
    mara = User.objects.get(email="mara@harbour.example")
    client = Client()
    client.force_login(mara)
    address = f"/desk/cases/{case.reference}/"
    few = measured(client, address, looks)
    before = case.last_seq
    lengthen(case, mara, LONG)
    many = measured(client, address, looks)
    for events, (milliseconds, statements) in ((before, few), (LONG, many)):
        print(f"{events:>4} events: {milliseconds:6.1f} ms of processor time, {statements} statements")
    print(f"ratio {many[0] / few[0]:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30)
