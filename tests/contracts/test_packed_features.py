"""A database of an older version keeps its features when it is migrated, on every store."""

from __future__ import annotations

import json
from datetime import datetime

from alembic import command
from sqlalchemy import Connection, text

from bot.store import articles
from bot.store.articles import NewArticle
from bot.store.engine import Store
from bot.store.migrate import configured
from bot.stories.features.article_features import features_of
from bot.stories.features.fingerprint import packed
from tests.support.reports import PREVIEW_EN, PREVIEW_KO

OLDER = (
    "ALTER TABLE articles DROP COLUMN fingerprint",
    "ALTER TABLE articles DROP COLUMN rarity_sums",
    "ALTER TABLE articles ADD COLUMN fingerprint {json} DEFAULT '[]' NOT NULL",
    "UPDATE alembic_version SET version_num = '0011'",
)
"""Takes the features back to the version in which they were lists; what later versions added stays."""
PACKED = "0012"
"""The version that packs them."""


def pack(c: Connection) -> None:
    command.upgrade(configured(c), PACKED)
    command.stamp(configured(c), "head")


async def test_features_that_were_stored_as_lists_are_packed(store: Store, now: datetime) -> None:
    lists = [list(features_of(*PREVIEW_KO)), [], list(features_of(*PREVIEW_EN))]
    async with store.begin() as c:
        urls = [f"https://outlet.example/{number}" for number in range(len(lists))]
        new = [NewArticle("outlet", url, url, "한미", "ko", "media", now, now, (url,)) for url in urls]
        ids = await articles.add_many(c, new)
        for statement in OLDER:
            kind = "JSONB" if c.dialect.name == "postgresql" else "JSON"
            await c.execute(text(statement.format(json=kind)))
        for article_id, features in zip(ids, lists, strict=True):
            as_json = text("UPDATE articles SET fingerprint = :features WHERE id = :id")
            if c.dialect.name == "postgresql":
                as_json = text("UPDATE articles SET fingerprint = CAST(:features AS JSONB) WHERE id = :id")
            await c.execute(as_json, {"features": json.dumps(features), "id": article_id})
        await c.run_sync(pack)
    async with store.read() as c:
        found = [await articles.get(c, article_id) for article_id in ids]
    assert [article.fingerprint for article in found if article] == [packed(features) for features in lists]
