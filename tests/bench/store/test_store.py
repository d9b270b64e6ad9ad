"""Measures how fast new articles are stored and known names are asked for, beside the bare driver in the same run.

- ``new``: articles with three names each, a transaction for each feed of 50, as intake stores them.
- ``known``: the names of a feed asked for at once, when all are known, as every reading of a changed feed begins.

The bare driver writes the same columns into the same tables, with the same journal and the same durability. CPU time of
this process: PostgreSQL's own processes are not counted. ``PACT_BENCH_ARTICLES`` (default 10,000) sets the size.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store import article_identities, articles
from bot.store.articles import NewArticle
from bot.store.engine import Store
from tests.bench.sweep.made_feeds import NEWEST_AT, Words
from tests.support.databases import execute, postgresql_server

pytestmark = pytest.mark.bench

ARTICLES = int(os.environ.get("PACT_BENCH_ARTICLES", "10000"))
A_FEED = 50
Feeds = Sequence[Sequence[NewArticle]]
COLUMNS = (
    "outlet", "url", "canonical_url", "headline", "language", "kind", "published_at", "first_seen_at", "state",
    "wants_page", "page_order_at",
)  # fmt: skip
"""The columns that differ between new articles; the others have defaults."""


def made_feeds() -> Feeds:
    """New articles with a title of eight words and three names each."""
    words = Words()
    return [[_made(words, feed, entry) for entry in range(A_FEED)] for feed in range(ARTICLES // A_FEED)]


def _made(words: Words, feed: int, entry: int) -> NewArticle:
    language, number = "ko" if feed % 10 < 6 else "en", feed * A_FEED + entry
    address = f"https://outlet{feed:04d}.example/{language}/2025/10/29/{number}.html"
    return NewArticle(
        outlet=f"outlet{feed:04d}",
        url=f"{address}?utm_source=rss",
        canonical_url=address,
        headline=words.sentence(language, 6, 10, closed=False),
        language=language,
        kind="media",
        published_at=NEWEST_AT - timedelta(minutes=number),
        first_seen_at=NEWEST_AT,
        identities=(address, f"outlet{feed:04d}:{number}", f"guid:outlet{feed:04d}:{number:08d}"),
    )


async def cpu_seconds(work: Callable[[], Awaitable[object]]) -> float:
    began = time.process_time()
    await work()
    return time.process_time() - began


async def through_the_store(url: str, feeds: Feeds) -> tuple[float, float]:
    """The CPU seconds of storing every feed, and of asking for all names."""
    store = Store.open(url)
    await store.migrate()

    async def add_all() -> None:
        for feed in feeds:
            async with store.begin() as c:
                await articles.add_many(c, feed)

    async def ask_all() -> None:
        for feed in feeds:
            async with store.read() as c:
                known = await article_identities.known(c, (name for new in feed for name in new.identities))
            assert len(known) == 3 * len(feed)

    figures = await cpu_seconds(add_all), await cpu_seconds(ask_all)
    await store.close()
    return figures


def through_the_driver(connection: Any, feeds: Feeds, mark: str) -> tuple[float, float]:
    """The same with the bare driver; ``mark`` is its sign for a parameter."""
    cursor, first_id = connection.cursor(), 1
    row = f"INSERT INTO articles (id, {', '.join(COLUMNS)}) VALUES ({', '.join([mark] * (len(COLUMNS) + 1))})"
    if mark != "?":
        row = row.replace("VALUES", "OVERRIDING SYSTEM VALUE VALUES")
    name = f"INSERT INTO article_identities (identity, article) VALUES ({mark}, {mark})"
    began = time.process_time()
    for feed in feeds:
        ids = range(first_id, first_id + len(feed))
        first_id += len(feed)
        rows = [
            (
                id_, new.outlet, new.url, new.canonical_url, new.headline, new.language, new.kind,
                str(new.published_at), str(new.first_seen_at), new.state, new.wants_page, str(new.first_seen_at),
            )
            for id_, new in zip(ids, feed, strict=True)
        ]  # fmt: skip
        cursor.execute("BEGIN")
        cursor.executemany(row, rows)
        cursor.executemany(name, [(each, id_) for id_, new in zip(ids, feed, strict=True) for each in new.identities])
        cursor.execute("COMMIT")
    stored = time.process_time()
    asking = f"SELECT identity, article FROM article_identities WHERE identity IN ({', '.join([mark] * A_FEED * 3)})"
    for feed in feeds:
        cursor.execute(asking, [each for new in feed for each in new.identities])
        assert len(cursor.fetchall()) == 3 * len(feed)
    return stored - began, time.process_time() - stored


def print_table(database: str, ours: tuple[float, float], bare: tuple[float, float], machine: str) -> None:
    print(f"\n{database}: {ARTICLES} articles of 3 names, {A_FEED} a transaction, rows/s of CPU; {machine}")
    print(f"{'work':<24}{'bot/store':>12}{'bare driver':>14}{'share':>8}")
    for name, rows, our, theirs in (
        ("new articles", ARTICLES, ours[0], bare[0]),
        ("known names asked", ARTICLES * 3, ours[1], bare[1]),
    ):
        print(f"{name:<24}{rows / our:12,.0f}{rows / theirs:14,.0f}{theirs / our:8.2f}")


def test_sqlite(tmp_path: Path, machine: str) -> None:
    feeds = made_feeds()
    for name in ("ours", "bare"):
        asyncio.run(_migrated(f"sqlite:///{tmp_path / name}.db"))
    ours = asyncio.run(through_the_store(f"sqlite:///{tmp_path / 'ours.db'}", feeds))
    connection = sqlite3.connect(tmp_path / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    bare = through_the_driver(connection, feeds, "?")
    connection.close()
    print_table("SQLite", ours, bare, machine)


@pytest.fixture
def server() -> Iterator[str]:
    with postgresql_server() as address:
        yield address


def test_postgresql(server: str, machine: str) -> None:
    import psycopg

    feeds = made_feeds()
    for name in ("ours", "bare"):
        execute(server, f"CREATE DATABASE {name}")
        asyncio.run(_migrated(server.replace("/postgres?", f"/{name}?")))
    ours = asyncio.run(through_the_store(server.replace("/postgres?", "/ours?"), feeds))
    with psycopg.connect(server.replace("/postgres?", "/bare?"), autocommit=True) as connection:
        bare = through_the_driver(connection, feeds, "%s")
    print_table("PostgreSQL", ours, bare, machine)


async def _migrated(url: str) -> None:
    store = Store.open(url)
    await store.migrate()
    await store.close()
