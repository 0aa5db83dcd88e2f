"""Keeping what can be found: called in the transaction that writes the words themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length

from knowledgebase.models import Audience, SearchDocument, SearchWord, Source
from knowledgebase.search.backends import backend
from knowledgebase.search.queries import Query, Term
from knowledgebase.search.spelling import SHORTEST_WORD
from knowledgebase.search.stems import BREAK, stemmed

# Characters of stems: more than a tsvector may hold is not kept. That is some 15,000 words in both languages.
LONGEST_DOCUMENT = 250_000
LONGEST_SPELLING = 25
KEPT = ["title", "title_stems", "stems"]


@dataclass(frozen=True, slots=True)
class Text:
    """Words, and the widest audience that may read them."""

    audience: Audience
    words: str


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to be found by its title, which this audience may read, and its texts."""

    object_id: int
    title: str
    audience: Audience
    texts: Sequence[Text] = ()


def begin(source: Source, things: Iterable[Thing]) -> None:
    """Keeps things that were just made, in one statement; nothing of them is kept yet."""
    fresh = [document for thing in things for document in _documents(source, thing)]
    with transaction.atomic():
        SearchDocument.objects.bulk_create(fresh)
        _learn(row.stems for row in fresh)


def index(source: Source, things: Iterable[Thing]) -> None:
    """Keeps these things as they are now, in place of what was kept of them."""
    fresh = [document for thing in things for document in _documents(source, thing)]
    ids = {document.object_id for document in fresh}
    kept = SearchDocument.objects.filter(source=source, object_id__in=ids)
    before = {(row.object_id, row.audience): row for row in kept}
    current = {(row.object_id, row.audience) for row in fresh}
    dropped = _spelt(row.stems for row in before.values()) - _spelt(row.stems for row in fresh)
    with transaction.atomic():
        kept.filter(pk__in=[row.pk for key, row in before.items() if key not in current]).delete()
        SearchDocument.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["source", "object_id", "audience"], update_fields=KEPT
        )
        _learn(row.stems for row in fresh)
        _unlearn(dropped)


def add(source: Source, object_id: int, *, title: str, text: Text) -> None:
    """Keeps one more text of a thing that may be known already.

    A reader of more sees it too; the first text that only some may read makes them a document of their own.
    """
    more = stemmed(text.words)
    with transaction.atomic():
        rows = {row.audience: row for row in SearchDocument.objects.filter(source=source, object_id=object_id)}
        if text.audience.value not in rows:
            _open(source, object_id, title, text.audience, rows)
        if more:
            known = SearchDocument.objects.filter(
                source=source, object_id=object_id, audience__in=_readers(text.audience)
            )
            fitting = known.annotate(size=Length("stems")).filter(size__lt=LONGEST_DOCUMENT - len(more))
            fitting.update(stems=Concat(F("stems"), Value(f" {BREAK} {more}")))
            _learn([more, stemmed(title)] if not rows else [more])


def forget(source: Source, ids: Iterable[int]) -> None:
    """Nothing of these things is found any more."""
    gone = SearchDocument.objects.filter(source=source, object_id__in=list(ids))
    with transaction.atomic():
        dropped = _spelt(gone.values_list("stems", flat=True))
        gone.delete()
        _unlearn(dropped)


def _readers(audience: Audience) -> list[str]:
    """Those who may read what this audience may."""
    return [reader.value for reader in Audience if audience.value in reader.may_read]


def _open(
    source: Source, object_id: int, title: str, audience: Audience, rows: dict[str, SearchDocument]
) -> SearchDocument:
    """The document of an audience, with what it may read already."""
    narrower = [rows[reader] for reader in reversed(audience.may_read) if reader in rows]
    stems = narrower[0].stems if narrower else stemmed(title)
    return SearchDocument.objects.create(
        source=source,
        object_id=object_id,
        audience=audience.value,
        title=title,
        title_stems=stemmed(title),
        stems=stems,
    )


def _documents(source: Source, thing: Thing) -> list[SearchDocument]:
    """One for each audience that may read more than the one before."""
    found = []
    title = stemmed(thing.title)
    used = {thing.audience, *(text.audience for text in thing.texts)}
    for audience in Audience:
        if audience not in used:
            continue
        parts = [stemmed(text.words) for text in thing.texts if text.audience.value in audience.may_read]
        found.append(
            SearchDocument(
                source=source,
                object_id=thing.object_id,
                audience=audience.value,
                title=thing.title,
                title_stems=title,
                stems=_joined([title, *parts]),
            )
        )
    return found


def _joined(parts: Sequence[str]) -> str:
    """As many of the parts as fit, in their order."""
    room, fitting = LONGEST_DOCUMENT, []
    for part in filter(None, parts):
        room -= len(part) + 3
        if room < 0:
            break
        fitting.append(part)
    return f" {BREAK} ".join(fitting)


# -- spellings: after the transaction, because no two of them may wait for each other over a word ----------------------


def _spelt(stems: Iterable[str]) -> set[str]:
    """The different stems that a misspelt word could have meant."""
    words = {word for line in stems for word in line.split()}
    return {word for word in words if SHORTEST_WORD <= len(word) <= LONGEST_SPELLING and word.isalpha()}


def _learn(stems: Iterable[str]) -> None:
    if words := _spelt(stems):
        transaction.on_commit(lambda: learn(words), robust=True)


def _unlearn(words: set[str]) -> None:
    if words:
        transaction.on_commit(lambda: unlearn(words), robust=True)


def learn(words: set[str]) -> None:
    """Keeps those of these spellings that are new."""
    known = SearchWord.objects.filter(word__in=words).values_list("word", flat=True)
    fresh = sorted(words.difference(known))
    SearchWord.objects.bulk_create([SearchWord(word=word) for word in fresh], ignore_conflicts=True, batch_size=1000)


def unlearn(words: set[str]) -> None:
    """Forgets those of these spellings that no document holds any more."""
    unused = [
        word
        for word in sorted(words)
        if not SearchDocument.objects.filter(backend().matches(Query((Term((word,), (word,)),)))).exists()
    ]
    SearchWord.objects.filter(word__in=unused).delete()
