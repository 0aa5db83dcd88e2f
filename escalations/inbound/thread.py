"""What a mail answers: by our signed mark in an address, or by ids of mails – never by its subject."""

from __future__ import annotations

import re
from dataclasses import replace

from escalations.actions.incoming import Thread
from escalations.models import Case, Notice, ReceivedMail
from escalations.models.replies import answered
from escalations.rules.mails import Incoming

MOST_IDS = 100
_OF_NOTICE = re.compile(r"([0-9a-f]{32})@")
_OF_CASE = re.compile(r"case-([0-9a-f]{32})@")


def find(letter: Incoming) -> Thread:
    """The letter and the case that this mail answers, or brings back; empty where nothing proves it.

    What answers a case that was merged is for the one in which it goes on.
    """
    marked = next(filter(None, map(answered, letter.addressed)), None)
    thread = _of_notice(marked) if marked else _by_ids(letter.answers[:MOST_IDS])
    return replace(thread, case=thread.case.goes_on_as()) if thread.case else thread


def _of_notice(notice: Notice) -> Thread:
    """The case of a letter; of a digest about several cases nobody can say which one is meant."""
    others = notice.folded.exclude(case=notice.case)
    return Thread(None if others.exists() else notice.case, notice)


def _by_ids(ids: tuple[str, ...]) -> Thread:
    """By the nearest id that is one of ours, or of a mail that came in before."""
    if not ids:
        return Thread()
    named = [found[1] for found in map(_OF_NOTICE.match, ids) if found]
    notices = {row.uid: row for row in Notice.objects.filter(uid__in=named).select_related("case")}
    threads = [found[1] for found in map(_OF_CASE.match, ids) if found]
    cases = {row.uid: row for row in Case.objects.filter(uid__in=threads)}
    came = ReceivedMail.objects.filter(header_id__in=ids, case__isnull=False).select_related("case").order_by("-pk")
    before = {row.header_id: row.case for row in came}
    for each in ids:
        notice, case = _OF_NOTICE.match(each), _OF_CASE.match(each)
        if notice and notice[1] in notices:
            return _of_notice(notices[notice[1]])
        if case and case[1] in cases:
            return Thread(cases[case[1]])
        if each in before:
            return Thread(before[each])
    return Thread()
