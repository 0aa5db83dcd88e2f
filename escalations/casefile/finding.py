"""Cases found by their words: what one standing may see and read, and where in it the words are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import RowNumber, Substr
from django.utils.safestring import SafeString

from escalations.models import Case, Message
from escalations.rules.standing import Standing
from knowledgebase.models import Audience, Source
from knowledgebase.search import finding, marking
from knowledgebase.search.queries import Query

# Of a message, so much is read to show where the words are.
READ = 4_000


@dataclass(frozen=True, slots=True)
class Found:
    """The keys of cases, the best match first, and the query they were found by; there is no count of all."""

    ids: tuple[int, ...]
    query: Query

    def of(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Those of these cases that were found, in the order and with the pages the cases have anyhow."""
        return cases.filter(pk__in=self.ids)


@dataclass(frozen=True, slots=True)
class Passage:
    """Escaped, with `<mark>` around the words looked for; `text` is empty where only the subject says them."""

    subject: SafeString
    text: SafeString


def matching(cases: QuerySet[Case], words: str, standing: Standing) -> Found:
    """The newest of these cases in which all the words are, solved or not, those that say them in their subject first.

    `cases` come from `visible_to(standing)`; any filter may follow it. A reference such as B-1042 is the first of what
    is found. Words of internal notes are found by staff alone. What nothing holds is looked for in other spellings.
    """
    found = finding.find(
        words, source=Source.CASE, audience=audience_of(standing), within=cases, limit=finding.CANDIDATES
    )
    ids = found.ids
    if (named := Case.pk_of(words.strip())) and cases.filter(pk=named).exists():
        ids = (named, *(key for key in ids if key != named))
    return Found(ids, found.query)


def find(words: str, standing: Standing, limit: int = 50) -> list[tuple[Case, Passage]]:
    """The best matches among everything this standing may see, each with where the words are."""
    cases = Case.objects.visible_to(standing)
    found = matching(cases, words, standing)
    rows = {case.pk: case for case in found.of(cases).filter(pk__in=found.ids[:limit])}
    said = passages(rows.values(), found, standing)
    return [(rows[key], said[key]) for key in found.ids[:limit] if key in rows]


class Titled(Protocol):
    """A case, or what was read of one for a list."""

    @property
    def pk(self) -> int: ...

    @property
    def subject(self) -> str: ...


def passages(cases: Iterable[Titled], found: Found, standing: Standing) -> dict[int, Passage]:
    """For the cases of a page: where the words are. One statement, however many there are."""
    subjects = {case.pk: case.subject for case in cases}
    texts = _texts(list(subjects), found.query, standing) if found.query.terms else {}
    return {
        key: Passage(
            marking.marked(subject, found.query),
            marking.snippet(texts[key], found.query) if key in texts else SafeString(""),
        )
        for key, subject in subjects.items()
    }


def audience_of(standing: Standing) -> Audience:
    """Whose words this standing reads on a case."""
    return Audience.INTERNAL if standing.is_staff or standing.is_system else Audience.CUSTOMERS


def _texts(ids: list[int], query: Query, standing: Standing) -> dict[int, str]:
    """Of each case the newest message that holds one of the words, as far as it is read."""
    said = Q()
    for stem in query.stems:
        said |= Q(body__icontains=stem)
    messages = Message.objects.filter(said, case_id__in=ids)
    if audience_of(standing) is not Audience.INTERNAL:
        messages = messages.filter(is_public=True)
    newest = Window(RowNumber(), partition_by=[F("case_id")], order_by=F("id").desc())
    first = messages.order_by().annotate(place=newest, start=Substr("body", 1, READ)).filter(place=1)
    return dict(first.values_list("case_id", "start"))
