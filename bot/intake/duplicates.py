"""An article that is there already: under another address, or as a body that an outlet serves under every title."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.model import StoredArticle
from bot.store import articles
from bot.store.engine import Connection
from bot.stories.similarity import title_likeness

DUPLICATE = "duplicate"
SAME_TEXT_AGE = timedelta(days=7)
BODY_AGE = timedelta(days=1)
STOCK_TITLES = 3
TITLE_ALIKE = 0.5


async def twin_of(c: Connection, row: StoredArticle, names: Iterable[str], text_hash: str) -> StoredArticle | None:
    """The same article under another address: by a name that both have, or by the text and a headline alike."""
    numbers = sorted(set((await articles.known(c, names)).values()) - {row.id})
    by_name = [one for number in numbers if (one := await articles.get(c, number)) is not None]
    by_text = await _same_text(c, row, text_hash, row.first_seen_at - SAME_TEXT_AGE)
    alike = [one for one in by_text if one.headline == row.headline or _alike(one.headline, row.headline)]
    return next((one for one in (*by_name, *alike) if one.suspect != DUPLICATE), None)


async def has_stock_body(c: Connection, row: StoredArticle, title: str, text_hash: str, now: datetime) -> bool:
    """Whether the outlet served this very body under two other titles within a day: a notice, not an article."""
    titles = [title]
    for one in await _same_text(c, row, text_hash, now - BODY_AGE):
        if not any(_alike(one.headline, other) for other in titles):
            titles.append(one.headline)
    return len(titles) >= STOCK_TITLES


async def _same_text(c: Connection, row: StoredArticle, text_hash: str, since_at: datetime) -> list[StoredArticle]:
    found = await articles.by_content_hash(c, text_hash, since_at)
    return [one for one in found if one.outlet == row.outlet and one.id != row.id]


def _alike(one: str, other: str) -> bool:
    return title_likeness(one, other) >= TITLE_ALIKE


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
