"""Search among a million cases: how long somebody waits for an answer, by what is looked for.

    DATABASE_URL=postgres://…/bench_search .venv/bin/python -m bench.search [cases]

Needs PostgreSQL and a scratch database, which it migrates and fills; nothing of it is removed. The words follow Zipf's
law, as those of a language do: the commonest is in half of all cases, most are rare. Each kind of question is asked
with other words every time. Measured is the whole way, from the words as typed to escaped passages of fifty cases, and
the page of the queue around it.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from bench.cases import conditions, grow
from escalations.casefile import finding
from escalations.models import Agent, Case, Message, staff_standing
from knowledgebase.models import Audience, SearchDocument, SearchWord
from knowledgebase.search import backends, writing
from knowledgebase.search.stems import BREAK, stemmed

TEXTS, WORDS, LONG, SUBJECT = 20_000, 30_000, 60, 6
ROUNDS = 40
SYLLABLES = "ba be bi bo da de di do fa fe ga ge ka ke ko la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se si so ta te ti to va ve wa we za ze".split()  # noqa: SIM905, E501
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
Asked = Callable[[], str]


def words() -> list[str]:
    """Made-up words, the commonest first."""
    dice = random.Random(1)  # noqa: S311 - the same in every run
    found: dict[str, None] = {}
    while len(found) < WORDS:
        found["".join(dice.choices(SYLLABLES, k=dice.choice([2, 3, 3, 4, 4, 5])))] = None
    return list(found)


def texts(known: list[str]) -> Iterator[tuple[str, str, str, str]]:
    """Subject, text, and the stems of both, as often as TEXTS says."""
    dice = random.Random(2)  # noqa: S311 - the same in every run
    weights = [1 / (rank + 12) ** 1.05 for rank in range(len(known))]
    for _number in range(TEXTS):
        drawn = dice.choices(known, weights, k=SUBJECT + LONG)
        subject, text = " ".join(drawn[:SUBJECT]), " ".join(drawn[SUBJECT:])
        yield subject, text, stemmed(subject), f"{stemmed(subject)} {BREAK} {stemmed(text)}"


def fill(known: list[str]) -> None:
    """Gives each copied case a text and a serial number of its own, and its documents: the tenth has a note too."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE told (n int, subject text, body text, title text, stems text)")
        with cursor.copy("COPY told FROM STDIN") as copy:
            for number, row in enumerate(texts(known)):
                copy.write_row((number, *row))
        cursor.execute("DROP INDEX IF EXISTS search_document_stems")
        joined = "FROM escalations_case c JOIN told t ON t.n = (c.id * 7919) %% %s WHERE c.source = 'bench'"
        ours = {"audience": Audience.CUSTOMERS.value, "more": ""}
        theirs = {"audience": Audience.INTERNAL.value, "more": " / insider"}
        cursor.execute(
            "UPDATE escalations_case SET subject = t.subject FROM told t "
            "WHERE t.n = (escalations_case.id * 7919) %% %s AND source = 'bench'",
            [TEXTS],
        )
        cursor.execute(
            "INSERT INTO escalations_message (uid, case_id, is_public, body, written_at) "
            f"SELECT md5('m' || c.id), c.id, true, t.body || ' sn' || c.id, c.opened_at {joined}",
            [TEXTS],
        )
        for kept, each in ((ours, 1), (theirs, 10)):
            cursor.execute(
                "INSERT INTO knowledgebase_searchdocument (source, object_id, audience, title, title_stems, stems) "
                f"SELECT 'case', c.id, %s, t.subject, t.title, t.stems || ' / sn' || c.id || %s {joined} "
                "AND c.id %% %s = 0",
                [kept["audience"], kept["more"], TEXTS, each],
            )
    backends.prepare()
    writing.learn({stem for word in known for stem in stemmed(word).split() if stem != BREAK})
    with connection.cursor() as cursor:
        for model in (SearchDocument, SearchWord, Message, Case):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
        cursor.execute("CHECKPOINT")


def kinds(known: list[str]) -> dict[str, Asked]:
    """What people look for."""
    dice = random.Random(3)  # noqa: S311 - the same in every run
    common, usual, rare = known[:20], known[20:400], known[5_000:]
    newest = Case.objects.latest("pk").pk

    def misspelt() -> str:
        word = dice.choice([one for one in known[400:4_000] if len(one) > 7])
        at = dice.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return {
        "one of the commonest words": lambda: dice.choice(common),
        "two of the commonest": lambda: " ".join(dice.sample(common, 2)),
        "three usual words": lambda: " ".join(dice.sample(usual, 3)),
        "a usual word": lambda: dice.choice(usual),
        "a common and a rare word": lambda: f"{dice.choice(common)} {dice.choice(rare)}",
        "a rare word": lambda: dice.choice(rare),
        "a phrase of two common words": lambda: '"{} {}"'.format(*dice.sample(common, 2)),
        "a serial number": lambda: f"sn{dice.randrange(newest // 2, newest)}",
        "a reference": lambda: Case(pk=dice.randrange(newest // 2, newest)).reference,
        "a misspelt word": misspelt,
        "a word that nothing holds": lambda: "".join(dice.choices("bcdfghjk", k=9)),
    }


def asked(search: Callable[[str], object], ask: Asked) -> tuple[list[float], int]:
    """Milliseconds of each round, and the statements of one."""
    with CaptureQueriesContext(connection) as counted:
        search(ask())
        statements = len(counted)  # the next request forgets them
    spent = []
    for _round in range(ROUNDS):
        question = ask()
        began = time.perf_counter()
        search(question)
        spent.append((time.perf_counter() - began) * 1000)
    return spent, statements


def told(name: str, spent: list[float], statements: str = "") -> None:
    print(f"{name:>46}: median {statistics.median(spent):6.1f} ms, worst {max(spent):6.1f} ms{statements}")


def main(size: int) -> None:
    print(f"python -m bench.search {size}")
    known = words()
    if not _is_there() or Case.objects.filter(source="bench").count() < size:
        began = time.perf_counter()
        grow(size)
        print(f"cases made in {time.perf_counter() - began:.0f} s")
        began = time.perf_counter()
        fill(known)
        print(f"words and index made in {time.perf_counter() - began:.0f} s")
    user = Agent.objects.filter(user__is_active=True).earliest("pk").user
    everybody = staff_standing(user)
    elsewhere = replace(everybody, by_team=True, team_ids=frozenset(), agent_id=0, stands_in=frozenset())
    browser = Client()
    browser.force_login(user)
    searches: dict[str, Callable[[str], object]] = {
        "found": lambda question: finding.find(question, everybody),
        "the page of the queue": lambda question: browser.get("/desk/queue/", {"q": question, "view": "all"}),
        "found by somebody who sees none": lambda question: finding.find(question, elsewhere),
    }
    for title, search in searches.items():
        print(title)
        everything: list[float] = []
        for name, ask in kinds(known).items():
            spent, statements = asked(search, ask)
            everything += spent
            told(name, spent, f", {statements} statements")
        told("all together", everything)
    print(conditions())


def _is_there() -> bool:
    return Case._meta.db_table in connection.introspection.table_names()


if __name__ == "__main__":
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES=STORAGES):
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
