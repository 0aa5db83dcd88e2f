"""What of a case can be found by its words: kept in the transaction that writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db import transaction

from escalations.models import Case, Message
from knowledgebase.models import Audience, Source
from knowledgebase.search import writing

# So many cases are locked and read at once.
BATCH = 100


def opened(case: Case) -> None:
    """A case that came without words of its own can be found by its subject."""
    writing.begin(Source.CASE, [writing.Thing(case.pk, case.subject, Audience.CUSTOMERS)])


def said(message: Message) -> None:
    """New words on a case can be found by whoever may read them."""
    text = writing.Text(_audience(message.is_public), message.body)
    writing.add(Source.CASE, message.case_id, title=message.case.subject, text=text)


def refresh(keys: Iterable[int]) -> None:
    """Cases are found by what stands on them now: after words were taken away, changed or moved."""
    with transaction.atomic():
        cases = Case.objects.select_for_update(of=("self",)).filter(pk__in=list(keys)).order_by("pk")
        subjects = {case.pk: case.subject for case in cases.only("pk", "subject")}
        texts: dict[int, list[writing.Text]] = {key: [] for key in subjects}
        messages = Message.objects.filter(case_id__in=subjects).order_by("pk")
        for key, is_public, body in messages.values_list("case_id", "is_public", "body"):
            texts[key].append(writing.Text(_audience(is_public), body))
        # The subject is public: the customer wrote or reads it.
        writing.index(
            Source.CASE,
            [writing.Thing(key, subject, Audience.CUSTOMERS, texts[key]) for key, subject in subjects.items()],
        )


def refresh_all(after: int = 0) -> Iterator[int]:
    """Every case with a higher key than `after`, in batches with a transaction each; yields the last key of each."""
    while keys := list(Case.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        refresh(keys)
        after = keys[-1]
        yield after


def _audience(is_public: bool) -> Audience:
    return Audience.CUSTOMERS if is_public else Audience.INTERNAL
