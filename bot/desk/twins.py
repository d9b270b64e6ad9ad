"""An article that is there already: under another address, or as a body that an outlet serves under every title."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.desk.likeness import FIRST_HASH, fingerprint, sketch_likeness, title_likeness
from bot.model import StoredArticle
from bot.store import articles, reports
from bot.store.engine import Connection

DUPLICATE = "duplicate"
SAME_TEXT_AGE = timedelta(days=7)
BODY_AGE = timedelta(days=1)
OTHER_TITLES = 2
"""With its own that makes three."""
BODY_ALIKE, BODY_LEAST, TITLE_ALIKE = 0.9, 12, 0.5


async def twin_of(c: Connection, row: StoredArticle, names: Iterable[str], text_hash: str) -> StoredArticle | None:
    """The same article under another address of its outlet, or under a name that both have."""
    numbers = sorted(set((await articles.known(c, names)).values()) - {row.id})
    by_name = [one for number in numbers if (one := await articles.get(c, number)) is not None]
    by_text = await articles.by_content_hash(c, text_hash, row.first_seen_at - SAME_TEXT_AGE)
    same = [*by_name, *(one for one in by_text if one.outlet == row.outlet and one.id != row.id)]
    return next((one for one in same if one.suspect != DUPLICATE), None)


async def make_duplicate(c: Connection, gone: int, text_hash: str) -> None:
    """It stands for nothing any more; its text's hash leads to the article that stands for both."""
    await articles.update(
        c,
        gone,
        state="read",
        suspect=DUPLICATE,
        wants_page=False,
        story=None,
        read_at=None,
        content_hash=text_hash,
    )


async def has_stock_body(c: Connection, row: StoredArticle, text: str, now: datetime) -> bool:
    """Whether the outlet served this very body under two other titles within a day: a notice, not an article."""
    own = _body(row.headline, fingerprint(row.headline, text))
    if len(own) < BODY_LEAST:
        return False
    others: list[str] = []
    for headline, prints in await reports.read_since(c, row.outlet, now - BODY_AGE, row.id):
        another = all(title_likeness(headline, title) < TITLE_ALIKE for title in (row.headline, *others))
        if another and sketch_likeness(own, _body(headline, prints))[0] >= BODY_ALIKE:
            others.append(headline)
    return len(others) >= OTHER_TITLES


def _body(headline: str, prints: tuple[int, ...]) -> frozenset[int]:
    """The sketch of the text alone."""
    return frozenset(number for number in prints if number >= FIRST_HASH) - set(fingerprint(headline, ""))
