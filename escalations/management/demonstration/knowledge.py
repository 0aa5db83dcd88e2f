"""The help center of the demonstration: what its cases keep asking, written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from escalations.management.demonstration.people import BEN, IDA_S, MARA, Cast
from knowledgebase import actions
from knowledgebase.models import Article, Audience, Category

FOLDER = Path(__file__).parent / "articles"

# Short name, name, who may read.
CATEGORIES = (
    ("working-with-us", "Working with us", Audience.PUBLIC),
    ("meters-and-devices", "Meters, printers, tablets", Audience.PUBLIC),
    ("payroll-and-reports", "Payroll, invoices, reports", Audience.CUSTOMERS),
    ("for-colleagues", "For colleagues", Audience.INTERNAL),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article: its text is the file of the same name – title, one sentence, then the rest."""

    slug: str
    category: str
    audience: Audience
    author: str
    days_ago: int


ENTRIES = (
    Entry("a-case-that-is-solved-quickly", "working-with-us", Audience.PUBLIC, IDA_S, 120),
    Entry("what-happens-to-your-case", "working-with-us", Audience.PUBLIC, IDA_S, 120),
    Entry("when-it-has-to-go-higher", "working-with-us", Audience.PUBLIC, IDA_S, 90),
    Entry("mail-for-a-new-password", "working-with-us", Audience.PUBLIC, BEN, 30),
    Entry("readings-are-missing", "meters-and-devices", Audience.PUBLIC, BEN, 100),
    Entry("label-printers", "meters-and-devices", Audience.PUBLIC, BEN, 28),
    Entry("tablets-in-dark-places", "meters-and-devices", Audience.PUBLIC, IDA_S, 60),
    Entry("two-signatures-above-an-amount", "payroll-and-reports", Audience.CUSTOMERS, BEN, 45),
    Entry("changing-the-name-of-a-company", "payroll-and-reports", Audience.CUSTOMERS, IDA_S, 80),
    Entry("roles-and-what-they-show", "payroll-and-reports", Audience.CUSTOMERS, IDA_S, 75),
    Entry("colours-in-charts", "payroll-and-reports", Audience.CUSTOMERS, BEN, 50),
    Entry("collector-loses-its-lock", "for-colleagues", Audience.INTERNAL, MARA, 25),
    Entry("a-brief-that-helps", "for-colleagues", Audience.INTERNAL, MARA, 110),
    Entry("telling-a-customer-bad-news", "for-colleagues", Audience.INTERNAL, IDA_S, 70),
)


def write_articles(cast: Cast, now: datetime) -> int:
    """Categories and published articles; gives how many articles there are."""
    shelves = {}
    for position, (slug, name, audience) in enumerate(CATEGORIES, start=1):
        shelf = Category(slug=slug, name=name, visibility=audience.value, position=position * 10)
        shelves[slug] = actions.save_category(category=shelf)
    for entry in ENTRIES:
        title, summary, body = read(entry.slug)
        article = Article(
            slug=entry.slug,
            category=shelves[entry.category],
            title=title,
            summary=summary,
            body=body,
            visibility=entry.audience.value,
        )
        author, at = cast.agents[entry.author].user, now - timedelta(days=entry.days_ago)
        saved = actions.save_article(article=article, actor=author, at=at)
        actions.publish(article=saved, actor=author, at=at)
    return len(ENTRIES)


def read(slug: str) -> tuple[str, str, str]:
    """Title, one sentence and text of this article."""
    title, summary, body = (FOLDER / f"{slug}.md").read_text(encoding="utf-8").split("\n\n", 2)
    return title.removeprefix("# ").strip(), summary.strip(), body.strip() + "\n"
