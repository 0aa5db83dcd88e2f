"""What may make an escalation unnecessary: similar cases that were solved, and articles on the same words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db.models import Case as Choice
from django.db.models import Expression, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from escalations.models import Case, Event, Message, words
from escalations.rules import events as e
from escalations.rules.standing import Standing
from escalations.rules.vocabulary import CaseState, Outcome
from knowledgebase.models import VISIBILITIES, Article, Audience
from knowledgebase.search import suggest

# Only these tell the next person what to do.
TELLING_OUTCOMES = (Outcome.SOLVED, Outcome.WORKAROUND)
ENDED = (CaseState.RESOLVED, CaseState.CLOSED)
# A topic says more than two words, an organization more than one; three words say more than either.
TOPIC_WORTH, ORGANIZATION_WORTH, WORD_WORTH = 5, 3, 2
# How many cases are compared per reason, and how far back titles are read: the cost does not grow with the archive.
CANDIDATES = 200
TITLES_READ = 5000
LONGEST_HOW = 300
SHORTEST_WORD = 4
MOST_WORDS = 8
STOP_WORDS = {
    "about", "after", "again", "against", "also", "always", "another", "anything", "because", "been", "before",
    "being", "between", "both", "cannot", "case", "could", "does", "doesn", "doing", "down", "during", "each",
    "else", "error", "even", "every", "everything", "from", "gets", "getting", "give", "goes", "going", "have",
    "haven", "having", "hello", "help", "here", "into", "issue", "just", "keep", "keeps", "like", "longer", "made",
    "make", "many", "more", "most", "much", "must", "need", "needs", "never", "nothing", "only", "other", "over",
    "please", "problem", "problems", "question", "really", "same", "shall", "should", "since", "some", "something",
    "still", "such", "than", "thank", "thanks", "that", "their", "them", "then", "there", "these", "they", "thing",
    "things", "this", "those", "through", "today", "trouble", "under", "until", "urgent", "very", "want", "wants",
    "were", "what", "when", "where", "which", "while", "will", "with", "within", "without", "work", "working",
    "works", "would", "wrong", "your",
}  # fmt: skip
_WORD = re.compile(rf"\w{{{SHORTEST_WORD},}}")
_ENDING = re.compile(r"(?<=\w{5})(?:ings|ing|ed|es|s|e)$")


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A solved case that has something in common with another.

    `how` are the public words it was resolved with, cut at a word; empty when they were taken away. `because` says what
    the two have in common.
    """

    reference: str
    subject: str
    solved_at: datetime
    outcome: Any
    how: str
    because: tuple[Any, ...]
    score: int


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article on the words of a case; `audience` says in words who may read it, `is_for_customers` if they may."""

    uid: str
    title: str
    summary: str
    path: str
    audience: Any
    is_for_customers: bool


def similar_cases(case: Case, standing: Standing, *, most: int = 3) -> list[SimilarCase]:
    """Solved cases this person may see with the same topic, organization or words of the title, the closest first.

    Newer ones first where they are equally close. Three statements, whatever the size of the archive.
    """
    title = telling_words(case.subject)
    compared = [_compared(case, other, title) for other in _candidates(case, standing, title)]
    alike = sorted((likeness for likeness in compared if likeness.score), key=_closeness, reverse=True)[: max(most, 0)]
    told = _told([likeness.other.pk for likeness in alike])
    return [_similar(likeness, told.get(likeness.other.pk, "")) for likeness in alike]


def matching_articles(case: Case, *, most: int = 3) -> list[SimilarArticle]:
    """Published articles, those for staff included, on any telling word of the subject, the closest first.

    One statement; none without a telling word.
    """
    stems = " ".join(_stem(word) for word in telling_words(case.subject))
    return [_article(article) for article in suggest(stems, Audience.INTERNAL, most)]


def telling_words(title: str) -> list[str]:
    """The different words of a title that say something, in lower case: no short, common or merely numeric ones."""
    found = dict.fromkeys(_WORD.findall(title.lower()))
    return [word for word in found if word not in STOP_WORDS and not word.isdecimal()][:MOST_WORDS]


# -- finding: each reason by an index of its own, or within a window ---------------------------------------


def _candidates(case: Case, standing: Standing, title: list[str]) -> list[Case]:
    """The newest of the same topic and of the same organization, and those whose titles have most words in common."""
    solved = (
        Case.objects.visible_to(standing)
        .filter(state__in=[state.value for state in ENDED], outcome__in=[outcome.value for outcome in TELLING_OUTCOMES])
        .exclude(pk=case.pk)
    )
    reasons: list[QuerySet[Case]] = []
    if case.topic_id:
        reasons.append(solved.filter(topic_id=case.topic_id).order_by("-pk"))
    if case.organization_id:
        reasons.append(solved.filter(organization_id=case.organization_id).order_by("-pk"))
    if title:
        reasons.append(_titled(solved, title))
    if not reasons:
        return []
    # The limits stand in subqueries: SQLite takes none in the parts of a union.
    first, *others = [
        Case.objects.filter(pk__in=reason.values("pk")[:CANDIDATES]).only(
            "subject", "topic_id", "organization_id", "resolved_at", "outcome"
        )
        for reason in reasons
    ]
    return list(first.union(*others))


def _titled(solved: QuerySet[Case], title: list[str]) -> QuerySet[Case]:
    """Solved cases of the window that have a word of the title, or its beginning; most of them first."""
    window = solved.filter(pk__in=solved.order_by("-pk").values("pk")[:TITLES_READ])
    beginnings = sorted({word[:SHORTEST_WORD] for word in title})
    hits: Expression = Value(0)
    for beginning in beginnings:
        hits = hits + Choice(When(_has(beginning), then=1), default=0, output_field=IntegerField())
    return window.annotate(hits=hits).filter(hits__gt=0).order_by("-hits", "-pk")


def _has(beginning: str) -> Q:
    """Stands in the subject. SQLite ignores case only in ASCII, so other letters are asked for in every case."""
    found = Q(subject__icontains=beginning)
    for spelling in () if beginning.isascii() else (beginning.upper(), beginning.capitalize()):
        found |= Q(subject__icontains=spelling)
    return found


# -- comparing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Likeness:
    """What another case has in common with the one at hand; `shared` are words of the title of the latter."""

    other: Case
    same_topic: bool
    same_organization: bool
    shared: list[str]

    @property
    def score(self) -> int:
        near = TOPIC_WORTH * self.same_topic + ORGANIZATION_WORTH * self.same_organization
        return near + WORD_WORTH * len(self.shared)

    def because(self) -> tuple[Any, ...]:
        reasons = (
            (self.same_topic, _("same topic")),
            (self.same_organization, _("same organization")),
            (bool(self.shared), _("similar title: %(words)s") % {"words": ", ".join(self.shared)}),
        )
        return tuple(said for holds, said in reasons if holds)


def _compared(case: Case, other: Case, title: list[str]) -> _Likeness:
    return _Likeness(
        other=other,
        same_topic=case.topic_id is not None and case.topic_id == other.topic_id,
        same_organization=case.organization_id is not None and case.organization_id == other.organization_id,
        shared=words_in_common(title, other.subject),
    )


def words_in_common(title: list[str], other: str) -> list[str]:
    """The telling words of a title that stand in another title too."""
    theirs = [_stem(word) for word in telling_words(other)]
    return [word for word in title if _is_one_of(_stem(word), theirs)]


def _closeness(likeness: _Likeness) -> tuple[Any, ...]:
    return likeness.score, likeness.other.resolved_at, likeness.other.pk


def _stem(word: str) -> str:
    """Without an English ending, as long as five letters stay: nights and night are one word."""
    return _ENDING.sub("", word)


def _is_one_of(stem: str, others: Iterable[str]) -> bool:
    """One begins with the other: meter and metering are one word too."""
    return any(stem.startswith(other) or other.startswith(stem) for other in others)


# -- telling -----------------------------------------------------------------------------------------------


def _told(ids: list[int]) -> dict[int, str]:
    """The public words each of these cases was last resolved with."""
    resolved = Event.objects.filter(case_id__in=ids, kind=e.CaseResolved.kind).order_by("seq")
    last = {event.case_id: event.data.get("message", "") for event in resolved}
    said = Message.objects.filter(uid__in=list(last.values()), case_id__in=ids, is_public=True)
    return {message.case_id: _shortened(message.body) for message in said}


def _shortened(text: str) -> str:
    """On one line, and cut at a word where it is long."""
    line = " ".join(text.split())
    if len(line) <= LONGEST_HOW:
        return line
    return line[: LONGEST_HOW + 1].rsplit(" ", 1)[0][:LONGEST_HOW] + " …"


def _similar(likeness: _Likeness, how: str) -> SimilarCase:
    other = likeness.other
    return SimilarCase(
        reference=other.reference,
        subject=other.subject,
        solved_at=cast(datetime, other.resolved_at),  # it has ended
        outcome=words.OUTCOMES[Outcome(other.outcome)],
        how=how,
        because=likeness.because(),
        score=likeness.score,
    )


def _article(article: Article) -> SimilarArticle:
    """An article is never more open than its category."""
    order = list(Audience)
    readers = max(Audience(article.visibility), Audience(article.category.visibility), key=order.index)
    path = reverse("help:article", args=[article.category.slug, article.slug])
    return SimilarArticle(
        article.uid,
        article.title,
        article.summary,
        path,
        dict(VISIBILITIES)[readers.value],
        is_for_customers=readers is not Audience.INTERNAL,
    )
